/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command queue as software keeps it (IHI 0070 3.5.1, 4), for the files that insert into
 * it: cmdq_sync waits for a CMD_SYNC, cmdq_lockfree and cmdq_spinlock are the ways to insert,
 * cmdq chooses.
 *
 * What CPUs share stands on cache lines as in Linux's struct arm_smmu_cmdq: which words are
 * neighbours decides what an insertion costs.
 */
#ifndef SYSTEM_SMMU_CMDQ_H
#define SYSTEM_SMMU_CMDQ_H

#include "sim/time.h"
#include "system/iommu/memory.h"
#include "system/smmuv3/driver.h"

/* Linux: ARM_SMMU_POLL_TIMEOUT_US and ARM_SMMU_POLL_SPIN_COUNT. */
#define SYS_CMDQ_TIMEOUT_PS SIM_PS_PER_S
#define SYS_CMDQ_SPIN_COUNT 10

#define SYS_CMDQ_LINE_ENTRIES 4 /* 16 bytes each */
#define SYS_CMDQ_MAX_LINES 1024
#define SYS_CMDQ_LINE_BITS 512 /* of valid_map */

/* In PROD: the lists behind the last published one have an owner, who will publish them. */
#define SYS_CMDQ_OWNED (1U << 31)

/* Commands that are inserted together, then CMD_SYNC. All of them fit into the queue. */
struct sys_cmdq_list {
	const u64 (*cmds)[2];
	u32 nr;
	bool has_sync;
};

static inline u32 sys_cmdq_list_entries(const struct sys_cmdq_list *list)
{
	return list->nr + list->has_sync;
}

struct sys_cmdq {
	void (*insert)(struct sys_smmu *smmu, const struct sys_cmdq_list *list);
	u32 max_entries;     /* of a list */
	spinlock_t spinlock; /* spinlock: the queue; spinlock-fallback: whose cmpxchg failed */
	struct sys_smmu_cmdq_counts counts;

	/* PROD, with CONS in one word of 64 bits; atomic-add: with what is gathered */
	kapi_line_t llq_line;
	u32 prod;
	u32 nr_lists, nr_syncs;		/* atomic-add: behind the last published one */
	u64 nr_allocated, nr_published; /* atomic-add: entries, ever */
	u32 cons;			/* what room is reckoned from: CONS is here or beyond */
	kapi_line_t cons_line;		/* atomic-add: CONS has one of its own */

	kapi_line_t lock_line; /* of the next two, of where valid_map is, and of @spinlock */
	u32 owner_prod;	       /* the owner of what begins here may publish */
	s32 lock;	       /* who waits for a CMD_SYNC; S32_MIN: somebody reads CONS */

	/* A bit an entry: is it written? Its sense turns with each lap. */
	u64 *valid_map;
	kapi_line_t *valid_lines;

	/* Of the entries. A large queue has fewer here: who had a line last, a lap or a part
	 * of one ago, is as good as random. */
	kapi_line_t *entry_lines;
	u32 nr_entry_lines;

	/* CMD_SYNC: the word that its MSI writes, which says which one is done. */
	pa_t sync_word;
	u64 *sync_pending;	   /* a bit for each PROD: a CMD_SYNC that is not done */
	u32 sync_asked, sync_seen; /* spinlock: they are counted; the last one, the last done */
	struct sys_sync_waiter *waiters;
	struct smmu_coherence coherence;
};

/** sys_cmdq_line() - of the entry with this index. */
static inline kapi_line_t *sys_cmdq_line(const struct sys_smmu *smmu, u32 index)
{
	struct sys_cmdq *cmdq = smmu->insertion;

	return &cmdq->entry_lines[index / SYS_CMDQ_LINE_ENTRIES % cmdq->nr_entry_lines];
}

/** sys_cmdq_write() - the entry at @prod, which is the caller's. Context: time passes. */
static inline void sys_cmdq_write(struct sys_smmu *smmu, u32 prod, const u64 cmd[2])
{
	const struct sys_smmu_queue *q = &smmu->cmdq;

	kapi_line_store(sys_cmdq_line(smmu, ring_index(prod, q->lg2)));
	sys_iommu_write(&smmu->iommu, sys_smmu_queue_slot(q, prod), cmd, 2);
}

/* --- waiting (cmdq_sync.c) --- */

/* How Linux polls what no write of a CPU tells of: spin, then longer and longer pauses. */
struct sys_cmdq_poll {
	u32 spins;
	u64 delay_us;
	u64 until_ps;
};

void sys_cmdq_poll_init(struct sys_cmdq_poll *poll);
/** sys_cmdq_poll() - a little later. Return: false: it has taken too long. */
bool sys_cmdq_poll(struct sys_cmdq_poll *poll);

/** sys_cmdq_sync_init() - the word of CMD_SYNC in the memory map. 0 or -ENOMEM. */
int sys_cmdq_sync_init(struct sys_smmu *smmu);

/** sys_cmdq_build_sync() - a CMD_SYNC for the entry at @prod. Context: takes no time. */
void sys_cmdq_build_sync(struct sys_smmu *smmu, u32 prod, u64 cmd[2]);
/** sys_cmdq_wait_sync() - until that is done. Return: false: it has taken too long. */
bool sys_cmdq_wait_sync(struct sys_smmu *smmu, u32 prod);

/** sys_cmdq_count_sync() - a CMD_SYNC with the next number. Context: under the spinlock. */
u32 sys_cmdq_count_sync(struct sys_smmu *smmu, u64 cmd[2]);
/** sys_cmdq_wait_count() - until the one with this number is done. Return: as above. */
bool sys_cmdq_wait_count(struct sys_smmu *smmu, u32 number);

/* --- ways to insert --- */

void sys_cmdq_insert_spinlock(struct sys_smmu *smmu, const struct sys_cmdq_list *list);

/** sys_cmdq_lockfree_init() - what the ways without a lock share. 0 or -ENOMEM. */
int sys_cmdq_lockfree_init(struct sys_smmu *smmu);
void sys_cmdq_insert_cmpxchg(struct sys_smmu *smmu, const struct sys_cmdq_list *list);
void sys_cmdq_insert_fallback(struct sys_smmu *smmu, const struct sys_cmdq_list *list);
void sys_cmdq_insert_add(struct sys_smmu *smmu, const struct sys_cmdq_list *list);

#endif
