/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: no signals. */
struct sigcontext { unsigned long dummy; };
