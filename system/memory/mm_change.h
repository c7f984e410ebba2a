/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a process does to its address space while devices use it, as Linux 6.1 does it: with
 * mmap_lock held for writing (and the areas locked, for who faults without mmap_lock), MMU
 * notifiers called around the change. Pages that go are given back when the last IOMMU and
 * endpoint have forgotten them. Pins stay, and so does what is pinned.
 *
 * Linux 6.1 tells secondary TLBs of a munmap() twice: at the end of the notifiers' range, and
 * when it flushes the CPUs' TLBs.
 */
#ifndef SYSTEM_MM_CHANGE_H
#define SYSTEM_MM_CHANGE_H

#include "system/memory/host_mm.h"

/* Whole pages of one area, half open. */
struct sys_mm_part {
	unsigned long start, end;
};

/** sys_mm_elsewhere() - the area that no device reaches; empty: there is none. */
struct sys_mm_part sys_mm_elsewhere(const struct mm_struct *mm);

/** sys_mm_pages() - how many pages devices may reach. */
u64 sys_mm_pages(const struct mm_struct *mm);

/** sys_mm_pick() - @nr_pages, or as many as its area has, from page number @index of those on. */
struct sys_mm_part sys_mm_pick(const struct mm_struct *mm, u64 index, u64 nr_pages);

/**
 * sys_mm_remap() - mmap() with MAP_FIXED over @part: its pages go, and fault anew
 * @part: within one area
 * Context: sim thread that is no device's handler; sleeps.
 */
void sys_mm_remap(struct mm_struct *mm, struct sys_mm_part part);

/**
 * sys_mm_protect() - mprotect() that changes what CPUs may execute
 * Devices may do what they could before, but all is forgotten that is cached of @part.
 * Context: as sys_mm_remap().
 */
void sys_mm_protect(struct mm_struct *mm, struct sys_mm_part part);

/**
 * sys_mm_access() - a CPU reads or writes a byte
 * Context: sim thread; sleeps.
 * Return: 0; -EFAULT: nothing is there, or it may not; -ENOMEM.
 */
int sys_mm_access(struct mm_struct *mm, unsigned long address, bool is_write);

/** sys_mm_touch() - a CPU writes each page of @part. Context: as sys_mm_remap(). 0 or -errno. */
int sys_mm_touch(struct mm_struct *mm, struct sys_mm_part part);

struct sys_mm_child;

/**
 * sys_mm_fork() - another process has all pages of @mm too, and each of both copies those that it
 * writes; pinned ones are copied for the child at once, as in Linux
 * Context: as sys_mm_remap().
 * Return: NULL without memory.
 */
struct sys_mm_child *sys_mm_fork(struct mm_struct *mm);

/** sys_mm_child_exit() - it ends, and so does @child. Context: as sys_mm_remap(). */
void sys_mm_child_exit(struct sys_mm_child *child);

#endif
