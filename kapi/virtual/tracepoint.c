// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes of trace points. They are wiring, not state of the machine: they lie
 * in the trace point's static storage, and those of a machine that has ended
 * are dropped when the next one registers its own.
 */
#include <linux/tracepoint.h>

#include "kapi/internal.h"

static void drop_stale(struct tracepoint *tp)
{
	if (tp->epoch == kapi_epoch)
		return;
	tp->epoch = kapi_epoch;
	tp->nr_probes = 0;
}

static int find(const struct tracepoint *tp, void (*func)(void), void *data)
{
	for (u32 i = 0; i < tp->nr_probes; i++) {
		if (tp->probes[i].func == func && tp->probes[i].data == data)
			return i;
	}
	return -ENOENT;
}

int kapi_trace_register(struct tracepoint *tp, void (*func)(void), void *data)
{
	drop_stale(tp);
	if (find(tp, func, data) >= 0)
		return -EEXIST;
	if (tp->nr_probes == KAPI_TRACE_PROBES)
		return -ENOSPC;
	tp->probes[tp->nr_probes].func = func;
	tp->probes[tp->nr_probes].data = data;
	tp->nr_probes++;
	return 0;
}

int kapi_trace_unregister(struct tracepoint *tp, void (*func)(void), void *data)
{
	int i;

	drop_stale(tp);
	i = find(tp, func, data);
	if (i < 0)
		return i;
	for (tp->nr_probes--; (u32)i < tp->nr_probes; i++)
		tp->probes[i] = tp->probes[i + 1];
	return 0;
}
