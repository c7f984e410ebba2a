// SPDX-License-Identifier: GPL-2.0-only
/*
 * Insertion without a lock, as in Linux since 5.4 (arm_smmu_cmdq_issue_cmdlist()), and two
 * changes of it that were posted and measured in 2020 and not taken:
 *
 *	cmpxchg            room is allocated by cmpxchg of PROD and CONS in one word
 *	spinlock-fallback  whoever loses that queues for a spinlock before it tries again
 *			   (Deacon, as Garry made it work: linux-iommu, 2020-09-23)
 *	atomic-add         room is allocated by an atomic add, and waited for afterwards; CONS
 *			   has a line of its own (Garry, "Improve cmdq lock efficiency", v2)
 *
 * A list is inserted in these steps:
 *
 *	1. Allocate entries. The first list behind the last published one is the owner of all
 *	   that follow until it says otherwise.
 *	2. Write the entries.
 *	3. Mark them as valid.
 *	4. The owner waits until the owner before has published, closes what it gathered, waits
 *	   until all of that is valid, moves PROD, and lets the next owner go.
 *	5. Wait for the CMD_SYNC. Whoever does holds the lock shared, so that nobody moves CONS
 *	   over an entry that is still looked at; the last one moves it.
 *
 * Interrupts are off throughout, but for waits for room. Linux lets them in there too, except
 * with atomic-add, where it does not matter to it: it gives up after a second.
 */
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/printk.h>

#include <errno.h>

#include "models/smmuv3/regs.h"
#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/smmuv3/cmdq.h"

/* --- set-up --- */

#define LLQ_LINE "&cmdq->q.llq"
#define LOCK_LINE "&cmdq->lock, owner_prod"
#define VALID_LINE "cmdq->valid_map"
#define ENTRY_LINE "cmdq->q.base"

static kapi_line_t *alloc_lines(u32 nr, const char *name)
{
	kapi_line_t *lines = sim_alloc(nr * sizeof(*lines));

	for (u32 i = 0; lines && i < nr; i++)
		kapi_line_init(&lines[i], name);
	return lines;
}

int sys_cmdq_lockfree_init(struct sys_smmu *smmu)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	u32 nr = 1U << smmu->cmdq.lg2;
	u32 nr_words = DIV_ROUND_UP(nr, 64);

	kapi_line_init(&cmdq->llq_line, LLQ_LINE);
	kapi_line_init(&cmdq->cons_line, LLQ_LINE);
	kapi_line_init(&cmdq->lock_line, LOCK_LINE);
	kapi_line_spinlock(&cmdq->lock_line, &cmdq->spinlock.world);
	cmdq->nr_entry_lines = min(DIV_ROUND_UP(nr, SYS_CMDQ_LINE_ENTRIES),
				   (u32)SYS_CMDQ_MAX_LINES);
	cmdq->entry_lines = alloc_lines(cmdq->nr_entry_lines, ENTRY_LINE);
	cmdq->valid_lines = alloc_lines(DIV_ROUND_UP(nr, SYS_CMDQ_LINE_BITS), VALID_LINE);
	cmdq->valid_map = sim_alloc(nr_words * sizeof(u64));
	cmdq->sync_pending = sim_alloc(2 * nr_words * sizeof(u64));
	if (!cmdq->entry_lines || !cmdq->valid_lines || !cmdq->valid_map || !cmdq->sync_pending)
		return -ENOMEM;
	return 0;
}

/* --- room --- */

static u32 advance(const struct sys_smmu *smmu, u32 prod, u32 nr)
{
	return ring_pointer(prod + nr, smmu->cmdq.lg2);
}

static bool has_room(const struct sys_smmu *smmu, u32 prod, u32 cons, u32 nr)
{
	return ring_depth(prod, cons, smmu->cmdq.lg2) + nr <= 1U << smmu->cmdq.lg2;
}

static bool is_atomic_add(const struct sys_smmu *smmu)
{
	return smmu->iommu.config->cmdq == SYS_CMDQ_ATOMIC_ADD;
}

static kapi_line_t *cons_line(struct sys_smmu *smmu)
{
	return is_atomic_add(smmu) ? &smmu->insertion->cons_line : &smmu->insertion->llq_line;
}

static void set_cons(struct sys_smmu *smmu, u32 cons)
{
	kapi_line_store(cons_line(smmu));
	smmu->insertion->cons = ring_pointer(cons, smmu->cmdq.lg2);
	kapi_line_changed(cons_line(smmu));
}

/* Nobody waits for a CMD_SYNC: CONS may be read. Return: did that happen? */
static bool refresh_cons(struct sys_smmu *smmu)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	bool is_free;

	local_irq_disable();
	kapi_line_rmw(&cmdq->lock_line);
	is_free = !cmdq->lock;
	if (is_free) {
		cmdq->lock = S32_MIN;
		set_cons(smmu, readl(smmu->base + ARM_SMMU_CMDQ_CONS));
		/* Others may have added themselves meanwhile: they stay. */
		kapi_line_rmw(&cmdq->lock_line);
		cmdq->lock &= S32_MAX;
		kapi_line_changed(&cmdq->lock_line);
	}
	local_irq_enable();
	return is_free;
}

/*
 * Until there may be more room. Changed: Linux tries once to read CONS, then only looks until
 * whoever waits for a CMD_SYNC has moved it, for a second if they have gone.
 */
static void pause_for_room(struct sys_smmu *smmu, struct sys_cmdq_poll *poll)
{
	if (refresh_cons(smmu) || sys_cmdq_poll(poll))
		return;
	pr_err("smmu%u: CMDQ timeout\n", smmu->iommu.number);
	sys_cmdq_poll_init(poll);
}

/* --- 1. allocate --- */

struct place {
	u32 first, end; /* PROD before and after */
	bool is_owner;
	u64 count; /* atomic-add: entries ever allocated up to the end */
};

/* PROD and CONS as one word; what is in @seen may be old. */
struct word {
	u32 prod, cons;
};

static void read_word(struct sys_cmdq *cmdq, struct word *seen)
{
	kapi_line_load(&cmdq->llq_line);
	*seen = (struct word){cmdq->prod, cmdq->cons};
}

static bool word_has_room(const struct sys_smmu *smmu, struct word seen, u32 nr)
{
	return has_room(smmu, seen.prod, seen.cons, nr);
}

static void wait_for_room(struct sys_smmu *smmu, struct word *seen, u32 nr)
{
	struct sys_cmdq_poll poll;

	sys_cmdq_poll_init(&poll);
	while (!word_has_room(smmu, *seen, nr)) {
		local_irq_enable();
		pause_for_room(smmu, &poll);
		local_irq_disable();
		read_word(smmu->insertion, seen);
	}
}

/* Return: was it as in @seen, and is it allocated? If not, @seen is what it was. */
static bool try_allocate(struct sys_smmu *smmu, struct word *seen, u32 nr)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	const struct word old = *seen;

	kapi_line_rmw(&cmdq->llq_line);
	cmdq->counts.attempts++;
	*seen = (struct word){cmdq->prod, cmdq->cons};
	if (seen->prod != old.prod || seen->cons != old.cons)
		return false;
	cmdq->prod = advance(smmu, old.prod, nr) | SYS_CMDQ_OWNED;
	return true;
}

static void set_place(const struct sys_smmu *smmu, struct place *place, u32 prod, u32 nr)
{
	place->first = ring_pointer(prod, smmu->cmdq.lg2);
	place->end = advance(smmu, prod, nr);
	place->is_owner = !(prod & SYS_CMDQ_OWNED);
}

static void allocate_cmpxchg(struct sys_smmu *smmu, u32 nr, struct place *place)
{
	struct word seen;

	read_word(smmu->insertion, &seen);
	do {
		wait_for_room(smmu, &seen, nr);
	} while (!try_allocate(smmu, &seen, nr));
	set_place(smmu, place, seen.prod, nr);
}

static void allocate_fallback(struct sys_smmu *smmu, u32 nr, struct place *place)
{
	spinlock_t *lock = &smmu->insertion->spinlock;
	bool is_locked = false;
	struct word seen;

	for (;;) {
		read_word(smmu->insertion, &seen);
		if (is_locked && !word_has_room(smmu, seen, nr)) {
			spin_unlock(lock);
			is_locked = false;
		}
		wait_for_room(smmu, &seen, nr);
		if (try_allocate(smmu, &seen, nr))
			break;
		if (!is_locked)
			spin_lock(lock);
		is_locked = true;
	}
	if (is_locked)
		spin_unlock(lock);
	set_place(smmu, place, seen.prod, nr);
}

/*
 * The CPU cannot be taken from who waits for room: somebody else on it would wait behind the
 * entries that are not written.
 */
static void wait_for_room_at(struct sys_smmu *smmu, u32 prod, u32 nr)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	struct sys_cmdq_poll poll;

	kapi_line_load(&cmdq->cons_line);
	if (has_room(smmu, prod, cmdq->cons, nr))
		return;
	sys_cmdq_poll_init(&poll);
	preempt_disable();
	local_irq_enable();
	do {
		pause_for_room(smmu, &poll);
		kapi_line_load(&cmdq->cons_line);
	} while (!has_room(smmu, prod, cmdq->cons, nr));
	local_irq_disable();
	preempt_enable();
}

/*
 * Each CPU has one list at the most that is not published, and all of them fit into the queue
 * (max_entries): so an owner can wait for what it gathers, and PROD is less than two laps ahead
 * of CONS.
 */
static void allocate_add(struct sys_smmu *smmu, const struct sys_cmdq_list *list,
			 struct place *place)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	u32 nr = sys_cmdq_list_entries(list);

	kapi_line_rmw(&cmdq->llq_line);
	cmdq->counts.attempts++;
	set_place(smmu, place, cmdq->prod, nr);
	place->is_owner = !cmdq->nr_lists;
	cmdq->prod = place->end;
	cmdq->nr_lists++;
	cmdq->nr_syncs += list->has_sync;
	cmdq->nr_allocated += nr;
	place->count = cmdq->nr_allocated;
	wait_for_room_at(smmu, place->first, nr);
}

/* --- 2. write --- */

static void write_list(struct sys_smmu *smmu, const struct sys_cmdq_list *list, u32 prod)
{
	u64 sync[2];

	for (u32 i = 0; i < list->nr; i++, prod = advance(smmu, prod, 1))
		sys_cmdq_write(smmu, prod, list->cmds[i]);
	if (!list->has_sync)
		return;
	sim_charge_cost(smmu->iommu.config->host.cmd_build_ps);
	sys_cmdq_build_sync(smmu, prod, sync);
	sys_cmdq_write(smmu, prod, sync);
}

/* --- 3. valid --- */

/* Bits of one word of the map. */
struct bits {
	struct sys_cmdq *cmdq;
	u32 word;
	u64 mask, valid; /* what they are when all are valid */
};

/* Those from @prod on, up to @end. Return: PROD behind them. */
static u32 next_bits(const struct sys_smmu *smmu, u32 prod, u32 end, struct bits *bits)
{
	u32 index = ring_index(prod, smmu->cmdq.lg2), first = index % 64;
	u32 nr = min(ring_depth(end, prod, smmu->cmdq.lg2), 64 - first);

	/* A lap ends within a word only if the queue is smaller than one. */
	nr = min(nr, (1U << smmu->cmdq.lg2) - index);
	bits->cmdq = smmu->insertion;
	bits->word = index / 64;
	bits->mask = (nr == 64 ? ~0ULL : (1ULL << nr) - 1) << first;
	/* The first lap makes them 1, the second 0. */
	bits->valid = prod & 1U << smmu->cmdq.lg2 ? 0 : bits->mask;
	return advance(smmu, prod, nr);
}

static kapi_line_t *line_of(const struct bits *bits)
{
	return &bits->cmdq->valid_lines[bits->word / (SYS_CMDQ_LINE_BITS / 64)];
}

static void mark_valid(struct sys_smmu *smmu, const struct place *place)
{
	struct bits bits;

	/* Where the map is. */
	kapi_line_load(&smmu->insertion->lock_line);
	for (u32 prod = place->first; prod != place->end;) {
		prod = next_bits(smmu, prod, place->end, &bits);
		kapi_line_rmw(line_of(&bits));
		smmu->insertion->valid_map[bits.word] ^= bits.mask;
		kapi_line_changed(line_of(&bits));
	}
}

static bool are_valid(void *arg)
{
	const struct bits *bits = arg;

	return (bits->cmdq->valid_map[bits->word] & bits->mask) == bits->valid;
}

static void wait_until_valid(struct sys_smmu *smmu, u32 first, u32 end)
{
	struct bits bits;

	for (u32 prod = first; prod != end;) {
		prod = next_bits(smmu, prod, end, &bits);
		kapi_line_poll(line_of(&bits), are_valid, &bits);
	}
}

/* --- the lock: taken before what it protects is published --- */

static bool is_shared(void *arg)
{
	return ((const struct sys_cmdq *)arg)->lock > 0;
}

static void lock_shared(struct sys_cmdq *cmdq, u32 nr)
{
	bool was_exclusive;

	kapi_line_rmw(&cmdq->lock_line);
	was_exclusive = cmdq->lock < 0;
	cmdq->lock += (s32)nr;
	kapi_line_changed(&cmdq->lock_line);
	if (was_exclusive && nr)
		kapi_line_poll(&cmdq->lock_line, is_shared, cmdq);
}

/* --- 4. publish --- */

struct turn {
	const struct sys_cmdq *cmdq;
	u32 first;
	u64 count;
};

static bool is_my_turn(void *arg)
{
	const struct turn *turn = arg;

	return turn->cmdq->owner_prod == turn->first;
}

/* Return: where what was gathered ends. @nr_syncs: of atomic-add. */
static u32 close_gathered(struct sys_smmu *smmu, u32 *nr_syncs)
{
	struct sys_cmdq *cmdq = smmu->insertion;

	kapi_line_rmw(&cmdq->llq_line);
	cmdq->prod &= ~SYS_CMDQ_OWNED;
	*nr_syncs = cmdq->nr_syncs;
	cmdq->nr_lists = cmdq->nr_syncs = 0;
	return cmdq->prod;
}

/*
 * With atomic-add it is the owner who takes the lock, for all, when everything is written:
 * one that was gathered could keep CONS from moving that another one waits for.
 */
static void publish(struct sys_smmu *smmu, u32 first)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	struct turn turn = {.cmdq = cmdq, .first = first};
	u32 end, nr_syncs;

	cmdq->counts.owners++;
	kapi_line_poll(&cmdq->lock_line, is_my_turn, &turn);
	end = close_gathered(smmu, &nr_syncs);
	wait_until_valid(smmu, first, end);
	if (is_atomic_add(smmu))
		lock_shared(cmdq, nr_syncs);
	writel(end, smmu->base + ARM_SMMU_CMDQ_PROD);
	kapi_line_store(&cmdq->lock_line);
	cmdq->nr_published += ring_depth(end, first, smmu->cmdq.lg2);
	cmdq->owner_prod = end;
	kapi_line_changed(&cmdq->lock_line);
}

static bool is_published(void *arg)
{
	const struct turn *turn = arg;

	return turn->cmdq->nr_published >= turn->count;
}

/*
 * Changed: the posted series lets a list without CMD_SYNC go when it is written. The CPU can
 * then allocate more and more while an owner waits for room: see allocate_add().
 */
static void wait_until_published(struct sys_smmu *smmu, const struct place *place)
{
	struct turn turn = {.cmdq = smmu->insertion, .count = place->count};

	kapi_line_poll(&smmu->insertion->lock_line, is_published, &turn);
}

/* --- 5. CMD_SYNC --- */

/*
 * The last one moves CONS to where it saw that the SMMU is. Changed: Linux does that too if
 * it has given up, and cannot know.
 */
static void sync_list(struct sys_smmu *smmu, const struct place *place)
{
	struct sys_cmdq *cmdq = smmu->insertion;
	bool is_done = sys_cmdq_wait_sync(smmu, advance(smmu, place->end, -1U));

	kapi_line_load(&cmdq->lock_line);
	if (cmdq->lock == 1 && is_done)
		set_cons(smmu, place->end);
	kapi_line_rmw(&cmdq->lock_line);
	cmdq->lock--;
	kapi_line_changed(&cmdq->lock_line);
}

/* --- all of them --- */

static void insert_at(struct sys_smmu *smmu, const struct sys_cmdq_list *list,
		      const struct place *place)
{
	write_list(smmu, list, place->first);
	if (list->has_sync && !is_atomic_add(smmu))
		lock_shared(smmu->insertion, 1);
	mark_valid(smmu, place);
	if (place->is_owner)
		publish(smmu, place->first);
	if (list->has_sync)
		sync_list(smmu, place);
	else if (is_atomic_add(smmu))
		wait_until_published(smmu, place);
}

void sys_cmdq_insert_cmpxchg(struct sys_smmu *smmu, const struct sys_cmdq_list *list)
{
	struct place place;

	local_irq_disable();
	allocate_cmpxchg(smmu, sys_cmdq_list_entries(list), &place);
	insert_at(smmu, list, &place);
	local_irq_enable();
}

void sys_cmdq_insert_fallback(struct sys_smmu *smmu, const struct sys_cmdq_list *list)
{
	struct place place;

	local_irq_disable();
	allocate_fallback(smmu, sys_cmdq_list_entries(list), &place);
	insert_at(smmu, list, &place);
	local_irq_enable();
}

void sys_cmdq_insert_add(struct sys_smmu *smmu, const struct sys_cmdq_list *list)
{
	struct place place;

	local_irq_disable();
	allocate_add(smmu, list, &place);
	insert_at(smmu, list, &place);
	local_irq_enable();
}
