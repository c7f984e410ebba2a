/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's: integer and address types, list heads. Nodes also carry a touch tag,
 * atomics a line (kapi/world.h). */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kapi/world.h>

typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;

#define __bitwise
#define __force
#define __user
#define __iomem
#define __rcu
#define __percpu

typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;

typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;
typedef long ssize_t;
typedef unsigned long ulong;
typedef unsigned int uint;

struct list_head {
	struct list_head *next, *prev;
	struct kapi_touch touch;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
	struct kapi_touch touch;
};

struct hlist_head {
	struct hlist_node *first;
};

typedef struct {
	int counter;
	struct sim_line line;
} atomic_t;

typedef struct {
	s64 counter;
	struct sim_line line;
} atomic64_t;

typedef atomic64_t atomic_long_t;

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
#define callback_head rcu_head
typedef void (*rcu_callback_t)(struct rcu_head *head);

#endif
