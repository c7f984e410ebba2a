/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a pointer to sim/'s lock, which is made when it is taken first. */
#ifndef _ASM_SIM_SPINLOCK_TYPES_H
#define _ASM_SIM_SPINLOCK_TYPES_H
typedef struct { void *sim; } arch_spinlock_t;
#define __ARCH_SPIN_LOCK_UNLOCKED { (void *)0 }
typedef struct { void *sim; } arch_rwlock_t;
#define __ARCH_RW_LOCK_UNLOCKED { (void *)0 }
#endif
