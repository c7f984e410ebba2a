/* SPDX-License-Identifier: GPL-2.0-only */
/* --fail-on: a bound on how much a number may change. */
#ifndef TOOL_COMPARE_GATE_H
#define TOOL_COMPARE_GATE_H

#include "tool/compare/compare.h"

#define COMPARE_GATE_NAME_BYTES 128

struct compare_gate {
	char name[COMPARE_GATE_NAME_BYTES]; /* a headline's, or a path of result.json */
	bool is_relative;		    /* in percent of the base; else in the number's unit */
	bool is_upper;			    /* growing is bad; else falling is */
	double bound;			    /* 0 or more */
};

/**
 * compare_gate_parse() - "p99:+3%", "throughput:-2%", "run.lock_wait_ns:+5000"
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0; -EINVAL with @message.
 */
int compare_gate_parse(struct compare_gate *gate, const char *text, char *message);

/**
 * compare_gate_check() - does every further folder keep the bound at every point?
 * @message: TEXT_MESSAGE_MAX bytes: the first that does not, or why that is not known
 *
 * Where both have further seeds, it is the means over them that are compared.
 *
 * Return: 0; -ERANGE if one exceeds it; -EINVAL if a result has no such number.
 */
int compare_gate_check(const struct compare_gate *gate, const struct compare *compare,
		       char *message);

#endif
