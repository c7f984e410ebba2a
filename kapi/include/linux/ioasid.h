/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's (Linux 6.1), the type only: who hands out PASIDs is elsewhere. */
#ifndef _LINUX_IOASID_H
#define _LINUX_IOASID_H

#include <linux/types.h>

typedef unsigned int ioasid_t;
#define INVALID_IOASID ((ioasid_t)-1)

#endif
