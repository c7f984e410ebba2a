// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults.csv: a line for each kept fault. A stage's column is the time from the
 * stamp before to the stamp that the stage is named after, so the stages of a
 * line add up to its latency. At the end those that had not ended: the last column
 * that is not empty is the last stamp that they got.
 */
#include <stdio.h>

#include "tool/output/output.h"

static void write_header(FILE *out)
{
	fputs("number,device,iommu,pasid,tag,iova,access,outcome,kept,began_ns,latency_ns", out);
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		fprintf(out, ",%s_ns", sys_stage_names[i]);
	fputc('\n', out);
}

static void write_ns(FILE *out, u64 ps)
{
	char text[DECIMAL_BYTES];

	fprintf(out, ",%s", decimal_ns(text, ps));
}

static void write_name(FILE *out, const struct sys_fault_record *fault, const char *outcome,
		       const char *kept)
{
	fprintf(out, "%llu,%u,%u,", fault->number, fault->device, fault->iommu);
	if (fault->has_pasid)
		fprintf(out, "%u", fault->pasid);
	fprintf(out, ",%u,0x%llx,%s,%s,%s", fault->tag, fault->iova,
		fault->is_write ? "write" : "read", outcome, kept);
	write_ns(out, fault->began_ps);
}

static void write_fault(FILE *out, const struct sys_fault_record *fault, bool is_slowest)
{
	u64 before = fault->began_ps;

	write_name(out, fault, fault->is_aborted ? "aborted" : "translated",
		   is_slowest ? "slowest" : "first");
	write_ns(out, fault->stamp_ps[SYS_STAGE_COMPLETED] - fault->began_ps);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		write_ns(out, fault->stamp_ps[i] - before);
		before = fault->stamp_ps[i];
	}
	fputc('\n', out);
}

/* A stage without a stamp of its own took no time, if a later one has a stamp. */
static void write_pending(FILE *out, const struct sys_fault_record *fault)
{
	u64 before = fault->began_ps;
	u32 last = SYS_NR_STAGES;

	while (last && !fault->stamp_ps[last - 1])
		last--;
	write_name(out, fault, "pending", "pending");
	fputc(',', out);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		u64 at = fault->stamp_ps[i] > before ? fault->stamp_ps[i] : before;

		if (i < last)
			write_ns(out, at - before);
		else
			fputc(',', out);
		before = at;
	}
	fputc('\n', out);
}

void output_faults_csv(FILE *out, const struct output_run *run)
{
	struct output_cursor cursor = {0};
	const struct sys_fault_record *fault;

	write_header(out);
	while ((fault = output_next_fault(run->result, &cursor)))
		write_fault(out, fault, cursor.is_slowest);
	for (u64 i = 0; i < run->result->nr_pending; i++)
		write_pending(out, &run->result->pending[i]);
}
