/* SPDX-License-Identifier: GPL-2.0-only */
/* What was built: scripts/version writes the only file that knows, anew for each build. */
#ifndef SIM_VERSION_H
#define SIM_VERSION_H

/** iopfsim_version - as `git describe` says it, or the release; see docs/running.md. */
extern const char iopfsim_version[];

#endif
