/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: the length of a command line that is not there. */
#define COMMAND_LINE_SIZE 512
