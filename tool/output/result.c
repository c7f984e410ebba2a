// SPDX-License-Identifier: GPL-2.0-only
/*
 * result.json: everything that was measured, by its rows (system/result/rows.h), with the
 * effective configuration. Times are in ns, exact (tool/common/decimal.h).
 */
#include <stdio.h>

#include "sim/version.h"
#include "system/result/percentile.h"
#include "system/verdict/verdict.h"
#include "tool/common/tool.h"
#include "tool/output/output.h"

static void write_sites(struct json_writer *json, const struct sim_lock_class *class)
{
	jw_open_array(json, "sites");
	for (u32 i = 0; i < SIM_LOCK_MAX_SITES && class->sites[i].site; i++) {
		const struct sim_lock_site_stats *stats = &class->sites[i];

		jw_open_object(json, NULL);
		jw_string(json, "function", stats->site->func);
		jw_string(json, "file", stats->site->file);
		jw_u64(json, "line", (u64)stats->site->line);
		jw_u64(json, "contentions", stats->contentions);
		jw_ns(json, "wait_total_ns", stats->wait_total_ps);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_tallies(struct json_writer *json, const char *key,
			  const struct iommu_tallies *tallies)
{
	jw_open_object(json, key);
	for (u32 i = 0; i < tallies->nr; i++)
		jw_u64(json, tallies->of[i].name, tallies->of[i].nr);
	jw_close_object(json);
}

/* What software said to a unit. */
static void write_traffic(struct json_writer *json, const struct iommu_traffic *traffic)
{
	write_tallies(json, "commands", &traffic->commands);
	jw_open_object(json, "registers");
	jw_u64(json, "reads", traffic->nr_reads);
	write_tallies(json, "writes", &traffic->writes);
	jw_close_object(json);
}

/* False: @index is past the last. */
static bool write_member(struct json_writer *json, const struct sys_result *result,
			 enum sys_collection which, u32 index)
{
	bool has_key = sys_collections[which].has_names;
	struct sys_member member;

	if (!sys_result_member(result, which, index, &member))
		return false;
	jw_open_object(json, has_key ? member.name : NULL);
	if (!has_key && member.name[0])
		jw_string(json, "name", member.name);
	output_member(json, &member);
	if (which == SYS_LOCKS)
		write_sites(json, member.parts[0].values);
	if (which == SYS_IOMMUS)
		write_traffic(json, &result->iommus[index].stats.traffic);
	jw_close_object(json);
	return true;
}

/* A list may be empty; an object without members is left out. */
static void write_collection(struct json_writer *json, const struct sys_result *result,
			     enum sys_collection which)
{
	const struct sys_collection_info *info = &sys_collections[which];
	struct sys_member member;

	if (info->has_names && !sys_result_member(result, which, 0, &member))
		return;
	if (info->has_names)
		jw_open_object(json, info->key);
	else
		jw_open_array(json, info->key);
	for (u32 i = 0; write_member(json, result, which, i); i++)
		;
	if (info->has_names)
		jw_close_object(json);
	else
		jw_close_array(json);
}

/* What is not told of the faults' latency, and why. */
static void write_refused(struct json_writer *json, const struct sys_result *result)
{
	const struct sim_hist *hist = sys_result_latency(result);
	const struct sys_times_key *key;
	char text[SYS_REASON_BYTES];

	jw_open_object(json, "refused");
	if (result->steady && result->steady->verdict != SYS_STEADY_FOUND &&
	    result->steady->verdict != SYS_STEADY_NOT_WANTED)
		jw_string(json, "steady", sys_steady_reason(text, result->steady));
	for (u32 i = 0; hist->count && (key = sys_times_key(SIM_STAT_TIMES, i)); i++) {
		if (key->what == SYS_TIMES_PERCENTILE &&
		    sys_percentile_reason(text, hist, key->per_100k, result->steady)[0])
			jw_string(json, key->key, text);
	}
	jw_close_object(json);
}

/* Not there if nothing was wrong; how often each was is under "defects". */
static void write_defects(struct json_writer *json, const struct sim_defects *defects)
{
	if (!defects || !defects->nr_lines)
		return;
	jw_open_array(json, "defect_lines");
	for (u32 i = 0; i < defects->nr_lines; i++)
		jw_string(json, NULL, defects->lines[i]);
	jw_close_array(json);
}

static void write_head(struct json_writer *json, const struct output_run *run)
{
	jw_u64(json, "form", TOOL_RESULT_FORM);
	jw_string(json, "version", iopfsim_version);
	jw_string(json, "workload", run->config->name);
	jw_u64(json, "seed", run->config->seed);
	jw_hex(json, "config_hash", wl_config_hash(run->config));
	jw_hex(json, "trace_hash", run->result->trace_hash);
	jw_bool(json, "interrupted", run->is_interrupted);
	jw_bool(json, "stuck", run->stuck != NULL);
	jw_bool(json, "unchecked", sys_config_is_unchecked(run->config));
	write_defects(json, run->result->defects);
}

/* Strongest first. */
static void write_limits(struct json_writer *json, const struct sys_run_verdict *verdict)
{
	jw_open_array(json, "limits");
	for (u32 i = 0; i < verdict->nr; i++) {
		const struct sys_limit *limit = &verdict->limits[i];

		jw_open_object(json, NULL);
		jw_string(json, "resource", sys_resource_names[limit->resource]);
		jw_string(json, "name", limit->name);
		jw_milli(json, "share", limit->share_milli);
		jw_string(json, "evidence", limit->evidence);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_group_verdict(struct json_writer *json, const struct output_run *run, u32 index)
{
	struct sys_run_verdict verdict;

	sys_verdict_find_group(run->config, run->result, index, &verdict);
	jw_open_object(json, run->config->groups[index].name);
	jw_bool(json, "is_limited", verdict.is_limited);
	jw_string(json, "throughput", verdict.throughput);
	jw_string(json, "next", verdict.next);
	write_limits(json, &verdict);
	jw_close_object(json);
}

/* What limits the run; and each group of devices, if there are any. */
static void write_verdict(struct json_writer *json, const struct output_run *run)
{
	struct sys_run_verdict verdict;

	sys_verdict_find(run->config, run->result, &verdict);
	jw_open_object(json, "verdict");
	jw_bool(json, "is_limited", verdict.is_limited);
	jw_string(json, "throughput", verdict.throughput);
	jw_string(json, "latency", verdict.latency);
	jw_string(json, "next", verdict.next);
	if (run->config->nr_groups) {
		jw_open_object(json, "groups");
		for (u32 i = 0; i < run->config->nr_groups; i++)
			write_group_verdict(json, run, i);
		jw_close_object(json);
	}
	jw_close_object(json);
	write_limits(json, &verdict);
}

/* What traces call PASIDs and processes, where they do. */
static void write_trace_names(struct json_writer *json, const struct output_run *run)
{
	const struct sys_result *result = run->result;

	if (!result->nr_trace_names)
		return;
	jw_open_array(json, "trace_names");
	for (u32 i = 0; i < result->nr_trace_names; i++) {
		const struct sys_trace_name *name = &result->trace_names[i];

		jw_open_object(json, NULL);
		if (run->config->nr_groups)
			jw_string(json, "group", run->config->groups[name->group].name);
		jw_string(json, "of", name->is_process ? "process" : "pasid");
		jw_u64(json, "number", name->number);
		jw_string(json, "name", name->text);
		jw_close_object(json);
	}
	jw_close_array(json);
}

void output_result_members(struct json_writer *json, const struct output_run *run)
{
	struct sys_member totals;

	write_head(json, run);
	write_refused(json, run->result);
	write_verdict(json, run);
	sys_result_member(run->result, SYS_TOTALS, 0, &totals);
	output_member(json, &totals);
	for (u32 which = SYS_TOTALS + 1; which < SYS_NR_COLLECTIONS; which++)
		write_collection(json, run->result, which);
	write_trace_names(json, run);
	if (run->more)
		run->more->write(json, run->more->opaque);
	jw_open_object(json, "configuration");
	output_config_members(json, run->config);
	jw_close_object(json);
}

void output_result_json(FILE *out, const struct output_run *run)
{
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	output_result_members(&json, run);
	jw_close_object(&json);
}
