/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: little endian. */
#include <linux/byteorder/little_endian.h>
