// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim serve: an IOMMU model behind the qtest protocol (docs/serve.md). */
#include <errno.h>

#include "tool/serve/serve.h"
#include "tool/verb/verb.h"

int verb_serve(const struct tool_options *options)
{
	const struct serve_options serve = {
		.model = options->model,
		.profile = options->profile,
		.socket = options->socket,
		.settings = options->settings,
		.nr_settings = options->nr_settings,
		.has_mmio_trace = options->has_mmio_trace,
	};
	char message[TEXT_MESSAGE_MAX];
	int err;

	if (!serve.model)
		return tool_complain(TOOL_USAGE,
				     "iopfsim serve: --model is missing, expected smmuv3 or vtd");
	err = serve_run(&serve, message, sizeof(message));
	if (!err)
		return TOOL_OK;
	if (err == -EINTR)
		return TOOL_INTERRUPTED;
	return tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "iopfsim serve: %s",
			     message);
}
