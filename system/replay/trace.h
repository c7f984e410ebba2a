/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace files: the accesses of a workload as a zstd stream of fixed 32-byte
 * records. docs/trace-format.md is the reference for whoever writes one.
 */
#ifndef SYSTEM_TRACE_H
#define SYSTEM_TRACE_H

#include "models/device/dma.h"
#include "system/config/config.h"

/* Records that a reader keeps for devices that are behind. */
#define SYS_TRACE_WINDOW (1U << 18)

struct sys_trace {
	const char *name; /* for messages */
	int fd;		  /* written from where it stands; the caller closes it */
	/* asked now and then with the records done and expected: go on? NULL: yes */
	bool (*tick)(void *opaque, u64 nr_records, u64 nr_expected);
	void *opaque;
	u64 nr_records; /* set when it is written */
};

/**
 * sys_trace_write() - write the accesses of a generator as a trace
 * @config: checked; its generator is not SYS_GEN_TRACE
 * @trace: where to
 * @message: one line without newline if it fails
 *
 * Records of all devices are merged by (time, position in the device's own
 * order, device). Replaying the file with the same configuration gives each
 * device the same records.
 *
 * Context: no machine exists; one is made for the time of the call.
 *
 * Return: 0; -EINVAL for a configuration without generator; -EBUSY if a machine
 * exists; -EINTR: tick() said no; -ENOMEM; else the errno of the write that failed.
 */
int sys_trace_write(const struct sys_config *config, struct sys_trace *trace, char *message,
		    size_t message_bytes);

#endif
