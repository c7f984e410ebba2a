/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the rules and who asks them. */
#ifndef SYSTEM_VERDICT_RULES_H
#define SYSTEM_VERDICT_RULES_H

#include "system/verdict/verdict.h"

#define SYS_VERDICT_ALL (-1)

/**
 * sys_verdict_rules() - fill verdict->limits, in any order, those of SYS_NOTABLE and above
 * @group: of devices, whose own limits are judged; SYS_VERDICT_ALL: those of each
 */
void sys_verdict_rules(const struct sys_config *config, const struct sys_result *result, int group,
		       struct sys_run_verdict *verdict);

/** sys_verdict_latency() - the sentence about what a fault's time is made of; "" without faults */
void sys_verdict_latency(const struct sys_result *result, char *text, size_t bytes);

/** sys_verdict_time() - a duration for people: "1.7 us". Return: @text. */
const char *sys_verdict_time(char text[32], u64 ps);

/** sys_verdict_mean_ps() - of a histogram; 0: it is empty */
u64 sys_verdict_mean_ps(const struct sim_hist *hist);

/** sys_verdict_share() - @part of @whole, in 1/1000. */
static inline u32 sys_verdict_share(unsigned __int128 part, unsigned __int128 whole)
{
	return whole ? (u32)((part * 1000 + whole / 2) / whole) : 0;
}

#endif
