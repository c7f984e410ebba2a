/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share. */
#ifndef TOOL_HOST_INTERNAL_H
#define TOOL_HOST_INTERNAL_H

#include "tool/host/host.h"

#define HOST_PRIORITY 10    /* of bursts, where they are real-time */
#define HOST_LINE_BYTES 128 /* apart, for adjacent lines may be fetched together */

/* A word alone on its lines. */
struct host_word {
	u64 value __attribute__((aligned(HOST_LINE_BYTES)));
};

/** host_now_ns() - the host's clock, from any beginning. */
double host_now_ns(void);

/** host_time_loop() - an iteration of host_loop() on the CPU that we are on, in ns. */
double host_time_loop(void);

/** host_realtime_begin() - the calling thread is real-time, above bursts. Return: it may be. */
bool host_realtime_begin(void);
void host_realtime_end(void);

#endif
