/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the task of the running thread. */
#ifndef _ASM_SIM_CURRENT_H
#define _ASM_SIM_CURRENT_H
#ifndef __ASSEMBLY__
#include <ksim.h>
#define get_current() ksim_current()
#define current ksim_current()
#endif
#endif
