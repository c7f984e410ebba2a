// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fault as a story: who, where, each stage with what it usually takes, and where the time
 * went. Medians are of the faults that the run kept because they were early: those that were
 * kept for being slow would shift them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/workload.h"
#include "system/verdict/verdict.h"
#include "tool/common/decimal.h"
#include "tool/common/human.h"
#include "tool/common/json_writer.h"
#include "tool/common/tool.h"
#include "tool/explain/explain.h"
#include "tool/explain/faults.h"

#define MAX_RANGES 6

struct story {
	const char *folder;
	bool is_json;
	struct kept_faults kept;
	size_t nr_usual; /* that medians are of; 0: there are none */
	u64 median_ps, median_stage_ps[SYS_NR_STAGES];
};

static int by_value(const void *a, const void *b)
{
	const u64 one = *(const u64 *)a, other = *(const u64 *)b;

	return (one > other) - (one < other);
}

static bool is_usual(const struct kept_fault *fault)
{
	return !fault->is_pending && !fault->is_extra;
}

/* The lower one of an even number: a value that some fault has. */
static u64 median_of(u64 *values, size_t nr)
{
	if (!nr)
		return 0;
	qsort(values, nr, sizeof(*values), by_value);
	return values[(nr - 1) / 2];
}

/* @stage: SYS_NR_STAGES for the latency. */
static u64 median(struct story *story, u32 stage, u64 *values)
{
	size_t nr = 0;

	for (size_t i = 0; i < story->kept.nr; i++) {
		const struct kept_fault *fault = &story->kept.faults[i];

		if (is_usual(fault))
			values[nr++] = stage < SYS_NR_STAGES ? fault->stage_ps[stage]
							     : fault->latency_ps;
	}
	story->nr_usual = nr;
	return median_of(values, nr);
}

static int find_medians(struct story *story)
{
	u64 *values = calloc(story->kept.nr + 1, sizeof(*values));

	if (!values)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		story->median_stage_ps[i] = median(story, i, values);
	story->median_ps = median(story, SYS_NR_STAGES, values);
	free(values);
	return TOOL_OK;
}

/* --- which fault --- */

static const struct kept_fault *slowest(const struct story *story)
{
	const struct kept_fault *found = NULL;

	for (size_t i = 0; i < story->kept.nr; i++) {
		const struct kept_fault *fault = &story->kept.faults[i];

		if (!fault->is_pending && (!found || fault->latency_ps > found->latency_ps))
			found = fault;
	}
	return found;
}

static const struct kept_fault *median_fault(const struct story *story)
{
	for (size_t i = 0; i < story->kept.nr; i++) {
		const struct kept_fault *fault = &story->kept.faults[i];

		if (is_usual(fault) && fault->latency_ps == story->median_ps)
			return fault;
	}
	return NULL;
}

static const struct kept_fault *numbered(const struct story *story, u64 number)
{
	for (size_t i = 0; i < story->kept.nr; i++) {
		if (story->kept.faults[i].number == number)
			return &story->kept.faults[i];
	}
	return NULL;
}

/* "1 to 5000, 7012, 7100 to 7102 and 90 more" */
static void say_kept(const struct story *story, char *text, size_t bytes)
{
	const struct kept_fault *faults = story->kept.faults;
	size_t used = 0, first = 0, at;
	u32 nr_ranges = 0;

	text[0] = 0;
	for (at = 0; at < story->kept.nr && nr_ranges < MAX_RANGES; first = ++at, nr_ranges++) {
		while (at + 1 < story->kept.nr && faults[at + 1].number == faults[at].number + 1)
			at++;
		used += (size_t)snprintf(text + used, bytes - used, "%s%llu", used ? ", " : "",
					 faults[first].number);
		if (at > first)
			used += (size_t)snprintf(text + used, bytes - used, " to %llu",
						 faults[at].number);
	}
	if (at < story->kept.nr)
		snprintf(text + used, bytes - used, " and %zu more", story->kept.nr - at);
}

static int refuse(const struct story *story, const char *which)
{
	char text[512];

	if (!story->kept.nr)
		return tool_complain(TOOL_USAGE, "iopfsim explain: %.300s: has no faults",
				     story->folder);
	if (!strcmp(which, "slowest") || !strcmp(which, "median"))
		return tool_complain(TOOL_USAGE, "iopfsim explain: %.300s: no fault has ended",
				     story->folder);
	say_kept(story, text, sizeof(text));
	return tool_complain(
		TOOL_USAGE,
		"iopfsim explain: %.300s: fault %.40s was not kept, expected one of %s "
		"(output.trace_limit), slowest, or median",
		story->folder, which, text);
}

/* --- what is told --- */

/* "1.3 x"; "" if they are alike, or the median is 0. */
static const char *against(char text[HUMAN_BYTES], u64 ps, u64 median_ps)
{
	unsigned __int128 tenths;

	text[0] = 0;
	if (!median_ps)
		return text;
	tenths = ((unsigned __int128)ps * 10 + median_ps / 2) / median_ps;
	if (!tenths)
		snprintf(text, HUMAN_BYTES, "< 0.1 x");
	else if (tenths != 10)
		snprintf(text, HUMAN_BYTES, "%llu.%llu x", (u64)(tenths / 10), (u64)(tenths % 10));
	return text;
}

static void tell_who(const struct story *story, const struct kept_fault *fault)
{
	char began[DECIMAL_BYTES];

	printf("Fault %llu of %s: device %u %s IOVA 0x%llx", fault->number, story->folder,
	       fault->device, fault->is_write ? "wrote to" : "read from", fault->iova);
	if (fault->has_pasid)
		printf(" under PASID %u", fault->pasid);
	printf(", behind IOMMU %u (tag %u).\n", fault->iommu, fault->tag);
	printf("It began at %s ns", decimal_ns(began, fault->began_ps));
}

static void tell_length(const struct story *story, const struct kept_fault *fault)
{
	char took[HUMAN_BYTES], usual[HUMAN_BYTES];
	u64 longer = 0;

	if (fault->is_pending) {
		printf(" and had not ended when the run did.\n");
		return;
	}
	for (size_t i = 0; i < story->kept.nr; i++)
		longer += is_usual(&story->kept.faults[i]) &&
			  story->kept.faults[i].latency_ps > fault->latency_ps;
	printf(", took %s, and was %s.\n", human_time(took, fault->latency_ps),
	       fault->is_aborted ? "aborted" : "translated");
	if (story->nr_usual)
		printf("The median of %zu kept faults is %s; %llu of them took longer.\n",
		       story->nr_usual, human_time(usual, story->median_ps), longer);
}

static void tell_stages(const struct story *story, const struct kept_fault *fault)
{
	static const char *const titles[] = {"stage",  "after", "took",
					     "median", "",	"what it was spent with"};
	char text[HUMAN_BYTES];
	struct table table;
	u64 after = 0;

	table_init(&table, 6);
	table.is_left[0] = table.is_left[5] = true;
	for (u32 i = 0; i < 6; i++)
		table_cell(&table, "%s", titles[i]);
	for (u32 i = 0; i < fault->nr_stages; i++) {
		after += fault->stage_ps[i];
		table_cell(&table, "%s", sys_stage_names[i]);
		table_cell(&table, "%s", human_time(text, after));
		table_cell(&table, "%s", human_time(text, fault->stage_ps[i]));
		table_cell(&table, "%s",
			   story->nr_usual ? human_time(text, story->median_stage_ps[i]) : "-");
		table_cell(&table, "%s",
			   story->nr_usual
				   ? against(text, fault->stage_ps[i], story->median_stage_ps[i])
				   : "");
		table_cell(&table, "%s", sys_stage_spent(i));
	}
	printf("\n");
	table_print(&table, stdout, "  ", 1);
	printf("\n");
}

/* The stage that took longest, and the one that is longest beyond its median. */
static void tell_longest(const struct story *story, const struct kept_fault *fault, u64 all)
{
	char took[HUMAN_BYTES], share[HUMAN_BYTES], usual[HUMAN_BYTES];
	u32 longest = 0, odd = 0;
	u64 excess = 0;

	for (u32 i = 0; i < fault->nr_stages; i++) {
		const u64 ps = fault->stage_ps[i], median_ps = story->median_stage_ps[i];

		if (ps > fault->stage_ps[longest])
			longest = i;
		if (story->nr_usual && ps > median_ps && ps - median_ps > excess) {
			excess = ps - median_ps;
			odd = i;
		}
	}
	printf("Longest is %s, %s or %s of it: %s.\n", sys_stage_names[longest],
	       human_time(took, fault->stage_ps[longest]),
	       human_share(share, fault->stage_ps[longest], all), sys_stage_spent(longest));
	if (excess)
		printf("Furthest above its median is %s: %s more than %s.\n", sys_stage_names[odd],
		       human_time(took, excess), human_time(usual, story->median_stage_ps[odd]));
	printf("'iopfsim explain %s' says more.\n", sys_stage_names[excess ? odd : longest]);
}

static void tell_waiting(const struct kept_fault *fault, u64 all)
{
	char took[HUMAN_BYTES], share[HUMAN_BYTES], work[HUMAN_BYTES];
	u64 waited = 0;

	for (u32 i = 0; i < fault->nr_stages; i++)
		waited += sys_stage_is_waiting(i) ? fault->stage_ps[i] : 0;
	printf("It was waiting for somebody for %s, %s of its time; work on it took %s.\n",
	       human_time(took, waited), human_share(share, waited, all),
	       human_time(work, all - waited));
}

static void tell(const struct story *story, const struct kept_fault *fault)
{
	u64 all = 0;

	for (u32 i = 0; i < fault->nr_stages; i++)
		all += fault->stage_ps[i];
	tell_who(story, fault);
	tell_length(story, fault);
	tell_stages(story, fault);
	if (fault->nr_stages < SYS_NR_STAGES)
		printf("At the end it had not come to '%s': it was %s.\n",
		       sys_stage_names[fault->nr_stages], sys_stage_spent(fault->nr_stages));
	if (!all)
		return;
	tell_waiting(fault, all);
	tell_longest(story, fault, all);
}

/* --- the same for programs --- */

static void write_stage(struct json_writer *json, const struct story *story,
			const struct kept_fault *fault, u32 stage)
{
	jw_open_object(json, NULL);
	jw_string(json, "stage", sys_stage_names[stage]);
	jw_ns(json, "took_ns", fault->stage_ps[stage]);
	if (story->nr_usual)
		jw_ns(json, "median_ns", story->median_stage_ps[stage]);
	else
		jw_null(json, "median_ns");
	jw_bool(json, "is_waiting", sys_stage_is_waiting(stage));
	jw_string(json, "spent_with", sys_stage_spent(stage));
	jw_close_object(json);
}

static void write_whole(struct json_writer *json, const struct story *story,
			const struct kept_fault *fault)
{
	if (fault->is_pending)
		jw_null(json, "latency_ns");
	else
		jw_ns(json, "latency_ns", fault->latency_ps);
	if (story->nr_usual)
		jw_ns(json, "median_latency_ns", story->median_ps);
	else
		jw_null(json, "median_latency_ns");
	jw_u64(json, "medians_of", story->nr_usual);
}

static void write_fault(const struct story *story, const struct kept_fault *fault)
{
	struct json_writer json;

	jw_init(&json, stdout, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "folder", story->folder);
	jw_u64(&json, "number", fault->number);
	jw_u64(&json, "device", fault->device);
	jw_u64(&json, "iommu", fault->iommu);
	if (fault->has_pasid)
		jw_u64(&json, "pasid", fault->pasid);
	else
		jw_null(&json, "pasid");
	jw_u64(&json, "tag", fault->tag);
	jw_hex(&json, "iova", fault->iova);
	jw_string(&json, "access", fault->is_write ? "write" : "read");
	jw_string(&json, "outcome",
		  fault->is_pending   ? "pending"
		  : fault->is_aborted ? "aborted"
				      : "translated");
	jw_ns(&json, "began_ns", fault->began_ps);
	write_whole(&json, story, fault);
	jw_open_array(&json, "stages");
	for (u32 i = 0; i < fault->nr_stages; i++)
		write_stage(&json, story, fault, i);
	jw_close_array(&json);
	jw_close_object(&json);
}

static int tell_which(struct story *story, const char *which)
{
	char why[TEXT_MESSAGE_MAX];
	const struct kept_fault *fault;
	u64 number;
	int code = find_medians(story);

	if (code)
		return code;
	if (!strcmp(which, "slowest")) {
		fault = slowest(story);
	} else if (!strcmp(which, "median")) {
		fault = median_fault(story);
	} else {
		if (wl_parse_number(which, SIM_UNIT_COUNT, &number, why))
			return tool_complain(TOOL_USAGE,
					     "iopfsim explain: '%.60s' is no fault, expected a "
					     "number, slowest, or median",
					     which);
		fault = numbered(story, number);
	}
	if (!fault)
		return refuse(story, which);
	if (story->is_json)
		write_fault(story, fault);
	else
		tell(story, fault);
	return TOOL_OK;
}

int explain_fault(const char *folder, const char *which, bool is_json)
{
	struct story story = {.folder = folder, .is_json = is_json};
	char message[TEXT_MESSAGE_MAX];
	int err = faults_read(&story.kept, folder, message);
	int code;

	if (err)
		code = tool_complain(err == -ENOMEM ? TOOL_FAILED : TOOL_USAGE,
				     "iopfsim explain: %s", message);
	else
		code = tell_which(&story, which);
	faults_free(&story.kept);
	return code;
}
