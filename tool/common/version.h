/* SPDX-License-Identifier: GPL-2.0-only */
/* What was built: scripts/version writes the only file that knows, anew for each build. */
#ifndef TOOL_VERSION_H
#define TOOL_VERSION_H

/** tool_version - as `git describe` says it, or the release; see docs/running.md. */
extern const char tool_version[];

#endif
