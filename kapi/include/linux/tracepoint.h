/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour for DECLARE_TRACE and DEFINE_TRACE with probes; probing costs nothing
 * and changes nothing. A machine that ends takes its probes with it. */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

#define KAPI_TRACE_PROBES 4

struct tracepoint {
	const char *name;
	u32 epoch; /* machine that the probes belong to */
	u32 nr_probes;
	struct {
		void (*func)(void);
		void *data;
	} probes[KAPI_TRACE_PROBES];
};

/* 0; -EEXIST: the same probe with the same data; -ENOSPC. */
int kapi_trace_register(struct tracepoint *tp, void (*func)(void), void *data);
/* 0; -ENOENT. */
int kapi_trace_unregister(struct tracepoint *tp, void (*func)(void), void *data);

#define PARAMS(args...) args
#define TP_PROTO(args...) args
#define TP_ARGS(args...) args

#define DECLARE_TRACE(name, proto, args)                                                           \
	extern struct tracepoint __tracepoint_##name;                                              \
	static inline __maybe_unused void trace_##name(proto)                                      \
	{                                                                                          \
		struct tracepoint *tp_ = &__tracepoint_##name;                                     \
                                                                                                   \
		if (likely(!tp_->nr_probes) || tp_->epoch != kapi_epoch)                           \
			return;                                                                    \
		for (u32 i_ = 0; i_ < tp_->nr_probes; i_++)                                        \
			((void (*)(void *, PARAMS(proto)))tp_->probes[i_].func)(                   \
				tp_->probes[i_].data, PARAMS(args));                               \
	}                                                                                          \
	static inline __maybe_unused int register_trace_##name(                                    \
		void (*probe)(void *data, PARAMS(proto)), void *data)                              \
	{                                                                                          \
		return kapi_trace_register(&__tracepoint_##name, (void (*)(void))probe, data);     \
	}                                                                                          \
	static inline __maybe_unused int unregister_trace_##name(                                  \
		void (*probe)(void *data, PARAMS(proto)), void *data)                              \
	{                                                                                          \
		return kapi_trace_unregister(&__tracepoint_##name, (void (*)(void))probe, data);   \
	}                                                                                          \
	static inline __maybe_unused bool trace_##name##_enabled(void)                             \
	{                                                                                          \
		return __tracepoint_##name.nr_probes && __tracepoint_##name.epoch == kapi_epoch;   \
	}                                                                                          \
	struct tracepoint /* takes the semicolon */

#define DEFINE_TRACE(_name, proto, args)                                                           \
	struct tracepoint __tracepoint_##_name = {                                                 \
		.name = #_name,                                                                    \
	}
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) struct tracepoint
#define tracepoint_synchronize_unregister() ((void)0)

#endif
