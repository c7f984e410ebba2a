/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A handler that takes mmap_lock for writing where for reading is enough. Included in front of
 * handler/design_mmap_lock.c in the test program of the command that this makes, in nothing else
 * (test_compare.py).
 */
#include <linux/mmap_lock.h>
#include <linux/sched.h>

#undef mmap_read_lock
#undef mmap_read_unlock
#define mmap_read_lock mmap_write_lock
#define mmap_read_unlock mmap_write_unlock
