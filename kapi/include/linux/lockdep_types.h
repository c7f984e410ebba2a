/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: a key has no content; lock classes are told apart by name. */
#ifndef _LINUX_LOCKDEP_TYPES_H
#define _LINUX_LOCKDEP_TYPES_H

struct lock_class_key {
	char unused;
};

#endif
