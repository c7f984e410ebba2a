/* SPDX-License-Identifier: GPL-2.0-only */
/* A log or a trace, line by line: what its faults, requests, commands and structures mean. */
#ifndef TOOL_DECODE_DECODE_H
#define TOOL_DECODE_DECODE_H

#include "tool/common/json_writer.h"

struct decode {
	const char *name; /* of the input, for people */
	FILE *in;
	FILE *out;
	bool is_json;
	u64 nr_items, nr_suppressed, nr_other; /* set by decode_run() */
};

/**
 * decode_run() - read @decode->in to its end, write what it means
 *
 * What is known of a line is written as soon as it is known, so memory is constant.
 *
 * Return: 0; -EINVAL: no line of it can be decoded, nothing was written; -ENOMEM; -EIO.
 */
int decode_run(struct decode *decode);

#endif
