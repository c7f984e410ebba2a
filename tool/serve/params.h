/* SPDX-License-Identifier: GPL-2.0-only */
/* What the served model is able to do: its profile, and --set on it. */
#ifndef TOOL_SERVE_PARAMS_H
#define TOOL_SERVE_PARAMS_H

#include "tool/serve/serve.h"

/**
 * serve_params() - the model's parameters
 * @config: of which those of the model are filled in
 * @params: where they are in it
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0 or -EINVAL.
 */
int serve_params(const struct serve_options *options, struct sys_config *config,
		 const void **params, char *message);

#endif
