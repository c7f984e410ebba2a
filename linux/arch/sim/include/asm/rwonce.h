/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: what is read or written once is shared, so its cache line is charged. */
#ifndef _ASM_SIM_RWONCE_H
#define _ASM_SIM_RWONCE_H
#ifndef __ASSEMBLY__
#include <asm/charge.h>
#define __READ_ONCE(x) (ksim_line_read(&(x)), *(const volatile __unqual_scalar_typeof(x) *)&(x))
#endif
#include <asm-generic/rwonce.h>
#ifndef __ASSEMBLY__
#undef __WRITE_ONCE
#define __WRITE_ONCE(x, val)                                                                       \
	do {                                                                                       \
		ksim_line_write(&(x));                                                             \
		*(volatile typeof(x) *)&(x) = (val);                                               \
	} while (0)
#endif
#endif
