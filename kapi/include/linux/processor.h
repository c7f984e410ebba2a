/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: one pass of a polling loop costs kernel.relax, then lets time pass. */
#ifndef _LINUX_PROCESSOR_H
#define _LINUX_PROCESSOR_H

void cpu_relax(void);

#endif
