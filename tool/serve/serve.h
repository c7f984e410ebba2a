/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iopfsim serve: a machine without CPUs (system/bus/bus.h), driven by another
 * program over QEMU's qtest text protocol. docs/serve.md is its description.
 */
#ifndef TOOL_SERVE_SERVE_H
#define TOOL_SERVE_SERVE_H

#include "system/config/workload.h"

struct serve_options {
	const char *model;   /* of the IOMMU */
	const char *profile; /* NULL: the model's defaults */
	const char *socket;  /* path of a Unix socket; NULL: standard input and output */
	/* of the model's features and caches, over the profile's */
	const struct wl_setting *settings;
	u32 nr_settings;
	bool has_mmio_trace; /* each access to a register is a line on standard error */
};

/**
 * serve_run() - serve until the client goes (or, on a socket, until a signal)
 * @message: one line if it fails
 *
 * Return: 0 at the end of input; -EINTR after SIGINT or SIGTERM; -EINVAL for
 * options that name nothing; -ENOMEM and the like when the host failed.
 */
int serve_run(const struct serve_options *options, char *message, size_t message_bytes);

#endif
