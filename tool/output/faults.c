// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults.csv: a line for each kept fault. A stage's column is the time from the
 * stamp before to the stamp that the stage is named after, so the stages of a
 * line add up to its latency. At the end those that had not ended: the last column
 * that is not empty is the last stamp that they got. Where the workload has groups of devices, a
 * column says which one.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/groups.h"
#include "tool/output/output.h"

struct row {
	const struct sys_config *config;
	const struct sys_result *result;
	const struct sys_fault_record *fault;
};

static bool has_processes(const struct sys_result *result)
{
	return result->nr_trace_names && result->trace_names[result->nr_trace_names - 1].is_process;
}

static void write_header(FILE *out, const struct sys_config *config,
			 const struct sys_result *result)
{
	fprintf(out, "number,%sdevice,iommu,pasid,tag,iova,access,outcome,kept,began_ns,latency_ns",
		config->nr_groups ? "group," : "");
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		fprintf(out, ",%s_ns", sys_stage_names[i]);
	fputs(has_processes(result) ? ",process\n" : "\n", out);
}

static void write_ns(FILE *out, u64 ps)
{
	char text[DECIMAL_BYTES];

	fprintf(out, ",%s", decimal_ns(text, ps));
}

/* The name of its group, where there are any; of a device that is none, nothing. */
static void write_group(FILE *out, const struct sys_config *config, u32 device)
{
	if (!config->nr_groups)
		return;
	if (device < config->machine.nr_devices)
		fputs(config->groups[sys_config_group_of(config, device)].name, out);
	fputc(',', out);
}

/* As its trace calls it, in quotes if that has a comma or a quote. */
static void write_process(FILE *out, const struct row *row)
{
	const struct sys_fault_record *fault = row->fault;
	u32 group = fault->device < row->config->machine.nr_devices
			    ? sys_config_group_of(row->config, fault->device)
			    : ~0U;
	const char *text = NULL;

	for (u32 i = 0; i < row->result->nr_trace_names && !text; i++) {
		const struct sys_trace_name *name = &row->result->trace_names[i];

		if (name->is_process && name->group == group &&
		    name->number + 1 == fault->process_plus_1)
			text = name->text;
	}
	if (has_processes(row->result))
		fputc(',', out);
	if (text && strpbrk(text, ",\"")) {
		fputc('"', out);
		for (; *text; text++)
			fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
		fputc('"', out);
	} else if (text) {
		fputs(text, out);
	}
	fputc('\n', out);
}

static const char *access_of(const struct sys_fault_record *fault)
{
	static const char *const names[2][3] = {
		{"read", "write", "execute"},
		{"read privileged", "write privileged", "execute privileged"},
	};

	return names[fault->is_privileged][fault->is_write ? 1 : fault->is_instruction ? 2 : 0];
}

static void write_name(FILE *out, const struct row *row, const char *outcome, const char *kept)
{
	const struct sys_fault_record *fault = row->fault;

	fprintf(out, "%llu,", fault->number);
	write_group(out, row->config, fault->device);
	fprintf(out, "%u,%u,", fault->device, fault->iommu);
	if (fault->has_pasid)
		fprintf(out, "%u", fault->pasid);
	fprintf(out, ",%u,0x%llx,%s,%s,%s", fault->tag, fault->iova, access_of(fault), outcome,
		kept);
	write_ns(out, fault->began_ps);
}

static void write_fault(FILE *out, const struct row *row, bool is_slowest)
{
	const struct sys_fault_record *fault = row->fault;
	u64 before = fault->began_ps;

	write_name(out, row, fault->is_aborted ? "aborted" : "translated",
		   is_slowest ? "slowest" : "first");
	write_ns(out, fault->stamp_ps[SYS_STAGE_COMPLETED] - fault->began_ps);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		write_ns(out, fault->stamp_ps[i] - before);
		before = fault->stamp_ps[i];
	}
	write_process(out, row);
}

/* A stage without a stamp of its own took no time, if a later one has a stamp. */
static void write_pending(FILE *out, const struct row *row)
{
	const struct sys_fault_record *fault = row->fault;
	u64 before = fault->began_ps;
	u32 last = SYS_NR_STAGES;

	while (last && !fault->stamp_ps[last - 1])
		last--;
	write_name(out, row, "pending", "pending");
	fputc(',', out);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		u64 at = fault->stamp_ps[i] > before ? fault->stamp_ps[i] : before;

		if (i < last)
			write_ns(out, at - before);
		else
			fputc(',', out);
		before = at;
	}
	write_process(out, row);
}

void output_faults_csv(FILE *out, const struct output_run *run)
{
	struct output_cursor cursor = {0};
	struct row row = {.config = run->config, .result = run->result};

	write_header(out, run->config, run->result);
	while ((row.fault = output_next_fault(run->result, &cursor)))
		write_fault(out, &row, cursor.is_slowest);
	for (u64 i = 0; i < run->result->nr_pending; i++) {
		row.fault = &run->result->pending[i];
		write_pending(out, &row);
	}
}
