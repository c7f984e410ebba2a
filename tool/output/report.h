/* SPDX-License-Identifier: GPL-2.0-only */
/* Sections of report.html, each of which is there if the run has something for it. */
#ifndef TOOL_OUTPUT_REPORT_H
#define TOOL_OUTPUT_REPORT_H

#include "tool/common/sink.h"
#include "tool/output/output.h"

/** report_times() - distributions of latency, a row each, and of which part of the run they are */
void report_times(struct sink *sink, const struct sys_result *result);

/** report_stages() - where the time of a fault goes, stage by stage, and what each stage is */
void report_stages(struct sink *sink, const struct sys_result *result);
void report_queues(struct sink *sink, const struct sys_result *result);
void report_page_requests(struct sink *sink, const struct sys_result *result);

/** report_inputs() - which constants of the platform are published, fitted, estimated */
void report_inputs(FILE *out, const struct output_run *run);

/** report_groups() - what each group of devices did, and what limits it */
void report_groups(struct sink *sink, const struct output_run *run);

/** report_has_locks() - did anybody wait for one, or hold it? */
bool report_has_locks(const struct sys_result *result);

/** report_locks() - those that somebody waited for or held, and what each is for */
void report_locks(struct sink *sink, const struct sys_result *result);

/** report_iommus() - whatever all IOMMUs together counted */
void report_iommus(struct sink *sink, const struct sys_result *result);

#endif
