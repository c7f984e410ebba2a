// SPDX-License-Identifier: GPL-2.0-only
/* The rules' answers in order, and in words. See verdict.h. */
#include "system/verdict/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/verdict/rules.h"

#define NAME(ID, name, help) [SYS_RESOURCE_##ID] = name,
#define HELP(ID, name, help) [SYS_RESOURCE_##ID] = help,

const char *const sys_resource_names[SYS_NR_RESOURCES] = {SYS_RESOURCES(NAME)};
const char *const sys_resource_help[SYS_NR_RESOURCES] = {SYS_RESOURCES(HELP)};

/*
 * Faults in flight, a full queue or stall table and missing credits are what one sees of a limit
 * behind them: they stand behind what may be one.
 */
static bool is_symptom(const struct sys_limit *limit)
{
	return limit->resource == SYS_RESOURCE_FAULTS || limit->resource == SYS_RESOURCE_QUEUE ||
	       limit->resource == SYS_RESOURCE_STALLS || limit->resource == SYS_RESOURCE_CREDITS;
}

/* Shares of one step are alike: a tenth, and all from nine tenths on. */
static u32 step(u32 share_milli)
{
	return share_milli < 900 ? share_milli / 100 : 9;
}

static int compare(const void *left, const void *right)
{
	const struct sys_limit *a = left, *b = right;
	bool a_limits = a->share_milli >= SYS_LIMITING && !is_symptom(a);
	bool b_limits = b->share_milli >= SYS_LIMITING && !is_symptom(b);

	if (a_limits != b_limits)
		return a_limits ? -1 : 1;
	if (step(a->share_milli) != step(b->share_milli))
		return step(a->share_milli) > step(b->share_milli) ? -1 : 1;
	if (a->resource != b->resource)
		return a->resource < b->resource ? -1 : 1;
	if (a->share_milli != b->share_milli)
		return a->share_milli > b->share_milli ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void say(char *text, const char *lead, const struct sys_limit *limit)
{
	snprintf(text, SYS_VERDICT_TEXT, "%s %s: %s.", lead, limit->subject, limit->evidence);
}

/* One after the other, not beside each other: their shares add up. */
static bool is_in_turn(const struct sys_limit *limit)
{
	return limit->resource == SYS_RESOURCE_DEVICE || limit->resource == SYS_RESOURCE_FAULTS ||
	       limit->resource == SYS_RESOURCE_STARTUP;
}

/* The highest of those that come in turn with the first one; NULL: there is none worth a word. */
static const struct sys_limit *other_in_turn(const struct sys_run_verdict *verdict)
{
	if (!is_in_turn(&verdict->limits[0]))
		return NULL;
	for (u32 i = 1; i < verdict->nr; i++) {
		if (is_in_turn(&verdict->limits[i]))
			return verdict->limits[i].share_milli >= SYS_BELOW ? &verdict->limits[i]
									   : NULL;
	}
	return NULL;
}

/* A limit's name, with its resource's. */
#define BRIEF_NAME (sizeof(((struct sys_limit *)0)->name) + 32)

static void brief_name(char *text, size_t bytes, const struct sys_limit *limit)
{
	bool has_name = limit->resource == SYS_RESOURCE_LOCK ||
			limit->resource == SYS_RESOURCE_LINE ||
			limit->resource == SYS_RESOURCE_THREAD ||
			limit->resource == SYS_RESOURCE_QUEUE ||
			limit->resource == SYS_RESOURCE_STALLS ||
			limit->resource == SYS_RESOURCE_WALKER;

	if (limit->resource == SYS_RESOURCE_CPU)
		snprintf(text, bytes, "%s", limit->name);
	else
		snprintf(text, bytes, "%s%s%s", sys_resource_names[limit->resource],
			 has_name ? " " : "", has_name ? limit->name : "");
}

static void say_briefly(struct sys_run_verdict *verdict)
{
	const struct sys_limit *other = verdict->nr ? other_in_turn(verdict) : NULL;
	char first[BRIEF_NAME], second[BRIEF_NAME];

	snprintf(verdict->brief, sizeof(verdict->brief), "nothing");
	if (!verdict->nr || verdict->limits[0].share_milli < SYS_BELOW)
		return;
	brief_name(first, sizeof(first), &verdict->limits[0]);
	if (verdict->is_limited)
		snprintf(verdict->brief, sizeof(verdict->brief), "%s", first);
	else if (other) {
		brief_name(second, sizeof(second), other);
		snprintf(verdict->brief, sizeof(verdict->brief), "%s + %s", first, second);
	}
}

/* Nothing is taken all the time. */
static void say_parts(struct sys_run_verdict *verdict)
{
	const struct sys_limit *first = &verdict->limits[0], *second;

	if (!verdict->nr || first->share_milli < SYS_BELOW) {
		snprintf(verdict->throughput, sizeof(verdict->throughput),
			 "Limited by nothing: all is below its limits.");
		return;
	}
	second = other_in_turn(verdict);
	if (second)
		snprintf(verdict->throughput, sizeof(verdict->throughput),
			 "Limited by two in turn: %s (%s), and %s (%s).", first->subject,
			 first->evidence, second->subject, second->evidence);
	else
		say(verdict->throughput, "Limited by nothing all the time, most by", first);
}

static void judge(const struct sys_config *config, const struct sys_result *result, int group,
		  struct sys_run_verdict *verdict)
{
	const struct sys_limit *other;

	*verdict = (struct sys_run_verdict){0};
	sys_verdict_rules(config, result, group, verdict);
	qsort(verdict->limits, verdict->nr, sizeof(verdict->limits[0]), compare);
	verdict->is_limited = verdict->nr && verdict->limits[0].share_milli >= SYS_LIMITING;
	other = other_in_turn(verdict);
	if (other && !verdict->is_limited && verdict->limits[0].share_milli >= SYS_BELOW)
		verdict->in_turn = (u32)(other - verdict->limits);
	if (verdict->is_limited)
		say(verdict->throughput, "Limited by", &verdict->limits[0]);
	else
		say_parts(verdict);
	if (verdict->is_limited && verdict->nr > 1)
		say(verdict->next, "The next limit:", &verdict->limits[1]);
	say_briefly(verdict);
}

void sys_verdict_find(const struct sys_config *config, const struct sys_result *result,
		      struct sys_run_verdict *verdict)
{
	judge(config, result, SYS_VERDICT_ALL, verdict);
	sys_verdict_latency(result, verdict->latency, sizeof(verdict->latency));
}

void sys_verdict_find_group(const struct sys_config *config, const struct sys_result *result,
			    u32 index, struct sys_run_verdict *verdict)
{
	judge(config, result, (int)index, verdict);
}
