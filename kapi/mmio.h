/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device registers for kernel code: a device model registers two functions and
 * gets an address that readl() and writel() know. The address is a number that
 * stands for the device; nothing is mapped there.
 */
#ifndef KAPI_MMIO_H
#define KAPI_MMIO_H

#include "sim/types.h"

struct kapi_mmio_ops {
	/* @offset: from the start; @bytes: 1, 4 or 8. Called when the access happens. */
	u64 (*read)(void *opaque, u64 offset, unsigned int bytes);
	void (*write)(void *opaque, u64 offset, u64 value, unsigned int bytes);
};

/**
 * kapi_ioremap() - an address for a device's registers
 * @ops: not copied
 * @opaque: passed to @ops
 *
 * Return: the address of offset 0, valid for 2^28 bytes; NULL when 1024
 * devices are mapped.
 */
void *kapi_ioremap(const struct kapi_mmio_ops *ops, void *opaque);

#endif
