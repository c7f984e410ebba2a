// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays of pointers ordered by index: a radix tree with 64 slots a node. The
 * root's height grows to hold the highest index in use and shrinks again.
 *
 * Writers hold xa_lock. Readers hold nothing but RCU: a node that leaves the
 * tree is freed after a grace period. A node whose slots are empty leaves.
 * Each node knows which slots are full below, so that the lowest free index is
 * found by one descent.
 */
#include <linux/xarray.h>

#include <linux/bitops.h>
#include <linux/slab.h>

#define SLOTS_LG2 6
#define NR_SLOTS (1u << SLOTS_LG2)
#define MAX_HEIGHT ((BITS_PER_LONG + SLOTS_LG2 - 1) / SLOTS_LG2)

struct xa_node {
	u8 shift;    /* index bits below this node's; 0: slots are entries */
	u64 present; /* slots in use */
	u64 full;    /* slots with no free index below */
	struct kapi_touch touch;
	struct rcu_head rcu;
	void *slots[NR_SLOTS];
};

static struct xa_node *root_of(struct xarray *xa)
{
	return rcu_dereference(xa->xa_head);
}

static u32 slot_of(const struct xa_node *node, unsigned long index)
{
	return (index >> node->shift) & (NR_SLOTS - 1);
}

/* Highest index below a node with this shift at the root. */
static unsigned long max_index(u8 shift)
{
	return shift + SLOTS_LG2 >= BITS_PER_LONG ? ~0UL : (1UL << (shift + SLOTS_LG2)) - 1;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void *entry = NULL;

	kapi_call();
	/* With the lock: that is what those who change it take. */
	sim_point(SIM_POINT_LOAD, &xa->xa_lock.world, sizeof(long));
	node = root_of(xa);
	if (!node || index > max_index(node->shift))
		return NULL;
	while (node) {
		kapi_touch_read(&node->touch);
		entry = rcu_dereference(node->slots[slot_of(node, index)]);
		if (!node->shift)
			break;
		node = entry;
	}
	return entry;
}

/* --- changing --- */

static struct xa_node *node_alloc(u8 shift, gfp_t gfp)
{
	struct xa_node *node = kzalloc(sizeof(*node), gfp);

	if (node) {
		node->shift = shift;
		kapi_touch_new(&node->touch);
	}
	return node;
}

/*
 * The nodes a store may need, allocated before anything is changed (and before
 * xa_lock is taken), so that a store either happens or does not.
 */
struct reserve {
	struct xa_node *nodes[2 * MAX_HEIGHT];
	u32 nr;
};

static void set_slot(struct xa_node *node, u32 slot, void *entry, bool is_full)
{
	u64 bit = 1ULL << slot;

	node->present = entry ? node->present | bit : node->present & ~bit;
	node->full = is_full ? node->full | bit : node->full & ~bit;
	rcu_assign_pointer(node->slots[slot], entry);
}

static u8 shift_for(unsigned long index)
{
	u8 shift = 0;

	while (index > max_index(shift))
		shift += SLOTS_LG2;
	return shift;
}

/* How many nodes would a store at @index add? */
static u32 nr_missing(struct xarray *xa, unsigned long index)
{
	struct xa_node *node = xa->xa_head;
	u8 shift = shift_for(index);
	u32 missing = 0;

	if (!node)
		return shift / SLOTS_LG2 + 1;
	if (shift > node->shift) /* new roots, and a way down beside the old one */
		return (shift - node->shift) / SLOTS_LG2 + shift / SLOTS_LG2;
	while (node->shift) {
		struct xa_node *below = node->slots[slot_of(node, index)];

		if (!below) {
			missing = node->shift / SLOTS_LG2;
			break;
		}
		node = below;
	}
	return missing;
}

static void reserve_free(struct reserve *reserve)
{
	while (reserve->nr)
		kfree(reserve->nodes[--reserve->nr]);
}

static int reserve_fill(struct reserve *reserve, u32 nr, gfp_t gfp)
{
	while (reserve->nr < nr) {
		struct xa_node *node = node_alloc(0, gfp);

		if (!node)
			return -ENOMEM;
		reserve->nodes[reserve->nr++] = node;
	}
	return 0;
}

static struct xa_node *reserve_take(struct reserve *reserve, u8 shift)
{
	struct xa_node *node;

	/* prepare() has counted what a store takes. */
	BUG_ON(!reserve->nr);
	node = reserve->nodes[--reserve->nr];
	node->shift = shift;
	return node;
}

static void grow(struct xarray *xa, unsigned long index, struct reserve *reserve)
{
	struct xa_node *node = xa->xa_head;

	if (!node) {
		rcu_assign_pointer(xa->xa_head, reserve_take(reserve, shift_for(index)));
		return;
	}
	while (index > max_index(node->shift)) {
		struct xa_node *up = reserve_take(reserve, node->shift + SLOTS_LG2);

		set_slot(up, 0, node, node->full == ~0ULL);
		rcu_assign_pointer(xa->xa_head, up);
		node = up;
	}
}

static void node_release(struct xa_node *node)
{
	/* Where schedules are explored a look-up is one step: nobody is in it. */
	if (SIM_EXPLORES)
		kfree(node);
	else
		kfree_rcu(node, rcu);
}

/* The root is not needed if only index 0's way hangs below it. */
static void shrink(struct xarray *xa)
{
	struct xa_node *node = xa->xa_head;

	while (node && node->shift && node->present == 1) {
		rcu_assign_pointer(xa->xa_head, node->slots[0]);
		node_release(node);
		node = xa->xa_head;
	}
	if (node && !node->present) {
		rcu_assign_pointer(xa->xa_head, NULL);
		node_release(node);
	}
}

/* Put @entry (NULL: nothing) at @index; the nodes are in @reserve. Returns what was there. */
static void *replace(struct xarray *xa, unsigned long index, void *entry, struct reserve *reserve)
{
	struct xa_node *path[MAX_HEIGHT], *node;
	void *old;
	u32 depth = 0;

	grow(xa, index, reserve);
	node = xa->xa_head;
	for (;;) {
		u32 slot = slot_of(node, index);

		kapi_touch(&node->touch);
		path[depth++] = node;
		if (!node->shift)
			break;
		if (!node->slots[slot])
			set_slot(node, slot, reserve_take(reserve, node->shift - SLOTS_LG2), false);
		node = node->slots[slot];
	}
	old = node->slots[slot_of(node, index)];
	set_slot(node, slot_of(node, index), entry, entry);
	while (--depth) {
		struct xa_node *up = path[depth - 1];
		u32 slot = slot_of(up, index);

		node = path[depth];
		set_slot(up, slot, node->present ? node : NULL, node->full == ~0ULL);
		if (!node->present)
			node_release(node);
	}
	shrink(xa);
	return old;
}

static void *peek(struct xarray *xa, unsigned long index)
{
	struct xa_node *node = xa->xa_head;

	if (!node || index > max_index(node->shift))
		return NULL;
	while (node && node->shift)
		node = node->slots[slot_of(node, index)];
	return node ? node->slots[slot_of(node, index)] : NULL;
}

/*
 * Make sure that a store at @index cannot fail. xa_lock is held and dropped
 * around the allocation. Return: 0 or -ENOMEM.
 */
static int prepare(struct xarray *xa, unsigned long index, gfp_t gfp, struct reserve *reserve)
{
	u32 nr;

	while ((nr = nr_missing(xa, index)) > reserve->nr) {
		int err;

		xa_unlock(xa);
		err = reserve_fill(reserve, nr, gfp);
		xa_lock(xa);
		if (err)
			return err;
	}
	return 0;
}

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct reserve reserve = {.nr = 0};
	void *old;

	if (!entry)
		return __xa_erase(xa, index);
	if (prepare(xa, index, gfp, &reserve))
		old = kapi_xa_mk_err(-ENOMEM);
	else
		old = replace(xa, index, entry, &reserve);
	reserve_free(&reserve);
	return old;
}

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	struct reserve none = {.nr = 0};

	if (!peek(xa, index))
		return NULL;
	return replace(xa, index, NULL, &none);
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;

	kapi_call();
	xa_lock(xa);
	old = __xa_store(xa, index, entry, gfp);
	xa_unlock(xa);
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	kapi_call();
	xa_lock(xa);
	old = __xa_erase(xa, index);
	xa_unlock(xa);
	return old;
}

void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	struct reserve reserve = {.nr = 0};
	void *seen;

	kapi_call();
	xa_lock(xa);
	if (entry && prepare(xa, index, gfp, &reserve)) {
		seen = kapi_xa_mk_err(-ENOMEM);
	} else {
		seen = peek(xa, index);
		if (seen == old && (seen || entry))
			replace(xa, index, entry, &reserve);
	}
	xa_unlock(xa);
	reserve_free(&reserve);
	return seen;
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *seen = xa_cmpxchg(xa, index, NULL, entry, gfp);

	if (xa_is_err(seen))
		return xa_err(seen);
	return seen ? -EBUSY : 0;
}

/* --- searching --- */

/* The lowest free index at or above @min below @node, whose first index is @base. */
static bool find_free(struct xa_node *node, unsigned long base, unsigned long min,
		      unsigned long *index)
{
	u32 slot = min > base ? slot_of(node, min) : 0;

	kapi_touch_read(&node->touch);
	for (; slot < NR_SLOTS; slot++) {
		unsigned long first = base + ((unsigned long)slot << node->shift);

		if (node->full & (1ULL << slot))
			continue;
		*index = max(first, min);
		if (!node->shift || !node->slots[slot] ||
		    find_free(node->slots[slot], first, min, index))
			return true;
	}
	return false;
}

static unsigned long lowest_free(struct xarray *xa, unsigned long min)
{
	struct xa_node *node = xa->xa_head;
	unsigned long index;

	if (!node || min > max_index(node->shift))
		return min;
	return find_free(node, 0, min, &index) ? index : max_index(node->shift) + 1;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	struct reserve reserve = {.nr = 0};
	unsigned long index;
	int err;

	if (xa->xa_flags == XA_FLAGS_ALLOC1 && !limit.min)
		limit.min = 1;
	kapi_call();
	xa_lock(xa);
	do {
		index = lowest_free(xa, limit.min);
		err = index > limit.max ? -EBUSY : prepare(xa, index, gfp, &reserve);
	} while (!err && peek(xa, index));
	if (!err) {
		replace(xa, index, entry, &reserve);
		*id = index;
	}
	xa_unlock(xa);
	reserve_free(&reserve);
	return err;
}

/* The first entry at or above *index below @node, whose first index is @base. */
static void *find_entry(struct xa_node *node, unsigned long base, unsigned long *index)
{
	u32 slot = *index > base ? slot_of(node, *index) : 0;

	kapi_touch_read(&node->touch);
	for (; slot < NR_SLOTS; slot++) {
		unsigned long first = base + ((unsigned long)slot << node->shift);
		void *entry = rcu_dereference(node->slots[slot]);

		if (!entry)
			continue;
		if (!node->shift) {
			*index = first;
			return entry;
		}
		entry = find_entry(entry, first, index);
		if (entry)
			return entry;
	}
	return NULL;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max_, xa_mark_t filter)
{
	unsigned long found = *index;
	struct xa_node *node;
	void *entry = NULL;

	kapi_call();
	sim_point(SIM_POINT_LOAD, &xa->xa_lock.world, sizeof(long));
	sim_quiet_begin();
	rcu_read_lock();
	node = root_of(xa);
	if (node && found <= max_index(node->shift))
		entry = find_entry(node, 0, &found);
	rcu_read_unlock();
	sim_quiet_end();
	if (!entry || found > max_)
		return NULL;
	*index = found;
	return entry;
}

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max_, xa_mark_t filter)
{
	unsigned long next = *index + 1;
	void *entry;

	if (!next)
		return NULL;
	entry = xa_find(xa, &next, max_, filter);
	if (entry)
		*index = next;
	return entry;
}

static void destroy_below(struct xa_node *node)
{
	for (u32 slot = 0; node->shift && slot < NR_SLOTS; slot++) {
		if (node->slots[slot])
			destroy_below(node->slots[slot]);
	}
	node_release(node);
}

void xa_destroy(struct xarray *xa)
{
	struct xa_node *node;

	kapi_call();
	xa_lock(xa);
	node = xa->xa_head;
	rcu_assign_pointer(xa->xa_head, NULL);
	xa_unlock(xa);
	if (node)
		destroy_below(node);
}
