// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists, red-black trees and arrays against brute force, and what they charge:
 *  - a list holds what was added, in order, through random changes;
 *  - a tree is ordered, red-black and complete through random changes;
 *  - an array holds what was stored, finds in order, allocates the lowest index;
 *  - the cost of a search grows with the list, by the same amount a node;
 *  - a node costs what moving its line costs, by who touched it last.
 */
#include "tests/kapi/machine.h"

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "sim/rng.h"

/* --- lists --- */

#define NR_ITEMS 64

struct item {
	struct list_head node;
	struct rb_node rb;
	u32 key;
	bool is_in;
};

static void check_list(struct list_head *head, struct item **order, u32 nr)
{
	struct item *item;
	u32 i = 0;

	list_for_each_entry (item, head, node)
		assert_ptr_equal(item, order[i++]);
	assert_int_equal(i, nr);
	list_for_each_entry_reverse(item, head, node) assert_ptr_equal(item, order[--i]);
	assert_int_equal(i, 0);
}

static void remove_at(struct item **order, u32 at, u32 *nr)
{
	memmove(&order[at], &order[at + 1], (*nr - at - 1) * sizeof(order[0]));
	(*nr)--;
}

static void insert_at(struct item **order, u32 at, u32 *nr, struct item *item)
{
	memmove(&order[at + 1], &order[at], (*nr - at) * sizeof(order[0]));
	order[at] = item;
	(*nr)++;
}

static u32 index_of(struct item **order, const struct item *item)
{
	u32 i = 0;

	while (order[i] != item)
		i++;
	return i;
}

static void list_thread(void *arg)
{
	static struct item items[NR_ITEMS];
	struct item *order[NR_ITEMS];
	struct sim_rng rng;
	LIST_HEAD(head);
	u32 nr = 0;

	memset(items, 0, sizeof(items));
	sim_rng_init(&rng, 1, "list");
	for (u32 step = 0; step < 2000; step++) {
		struct item *item = &items[sim_rng_below(&rng, NR_ITEMS)];
		bool at_tail = sim_rng_below(&rng, 2);

		if (item->is_in && sim_rng_below(&rng, 2)) {
			list_del(&item->node);
			remove_at(order, index_of(order, item), &nr);
			item->is_in = false;
			continue;
		}
		if (item->is_in) {
			(at_tail ? list_move_tail : list_move)(&item->node, &head);
			remove_at(order, index_of(order, item), &nr);
		} else {
			(at_tail ? list_add_tail : list_add)(&item->node, &head);
		}
		insert_at(order, at_tail ? nr : 0, &nr, item);
		item->is_in = true;
		check_list(&head, order, nr);
	}
}

static void list_holds_what_was_added_in_order(void **state)
{
	machine_run(0, list_thread, NULL);
}

static void splice_thread(void *arg)
{
	struct item items[4] = {};
	struct item *order[4] = {&items[0], &items[1], &items[2], &items[3]};
	LIST_HEAD(a);
	LIST_HEAD(b);

	list_add_tail(&items[2].node, &b);
	list_add_tail(&items[3].node, &b);
	list_add_tail(&items[0].node, &a);
	list_add_tail(&items[1].node, &a);
	list_splice_tail_init(&b, &a);
	check_list(&a, order, 4);
	assert_true(list_empty(&b));
	list_splice_init(&a, &b);
	check_list(&b, order, 4);
	list_splice_init(&a, &b);
	check_list(&b, order, 4);
}

static void splice_moves_all_in_order(void **state)
{
	machine_run(0, splice_thread, NULL);
}

/* --- trees --- */

static bool item_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct item, rb)->key < rb_entry(b, struct item, rb)->key;
}

/* Black nodes on every way down; asserts the rules. */
static u32 black_height(const struct rb_node *node)
{
	u32 left, right;

	if (!node)
		return 1;
	if (node->kapi_is_red) {
		assert_false(node->rb_left && node->rb_left->kapi_is_red);
		assert_false(node->rb_right && node->rb_right->kapi_is_red);
	}
	assert_true(!node->rb_left || node->rb_left->kapi_parent == node);
	assert_true(!node->rb_right || node->rb_right->kapi_parent == node);
	left = black_height(node->rb_left);
	right = black_height(node->rb_right);
	assert_int_equal(left, right);
	return left + !node->kapi_is_red;
}

static void check_tree(struct rb_root *root, const struct item *items)
{
	struct rb_node *node = rb_first(root), *last = NULL;

	black_height(root->rb_node);
	assert_false(root->rb_node && root->rb_node->kapi_is_red);
	for (u32 i = 0; i < NR_ITEMS; i++) {
		if (!items[i].is_in)
			continue;
		assert_ptr_equal(node, &items[i].rb);
		assert_ptr_equal(rb_prev(node), last);
		last = node;
		node = rb_next(node);
	}
	assert_null(node);
	assert_ptr_equal(rb_last(root), last);
}

static void check_postorder(struct rb_root *root, const struct item *items)
{
	struct item *item, *next;
	u32 nr = 0, expected = 0;

	rbtree_postorder_for_each_entry_safe (item, next, root, rb) {
		/* Children come before their parent, so it may be freed. */
		if (rb_parent(&item->rb))
			assert_true(rb_entry(rb_parent(&item->rb), struct item, rb)->is_in);
		nr++;
	}
	for (u32 i = 0; i < NR_ITEMS; i++)
		expected += items[i].is_in;
	assert_int_equal(nr, expected);
}

static void tree_thread(void *arg)
{
	static struct item items[NR_ITEMS];
	struct rb_root root = RB_ROOT;
	struct sim_rng rng;

	memset(items, 0, sizeof(items));
	sim_rng_init(&rng, 1, "tree");
	for (u32 i = 0; i < NR_ITEMS; i++)
		items[i].key = i;
	for (u32 step = 0; step < 4000; step++) {
		struct item *item = &items[sim_rng_below(&rng, NR_ITEMS)];

		if (item->is_in)
			rb_erase(&item->rb, &root);
		else
			rb_add(&item->rb, &root, item_less);
		item->is_in = !item->is_in;
		check_tree(&root, items);
	}
	check_postorder(&root, items);
}

static void tree_is_ordered_and_balanced(void **state)
{
	machine_run(0, tree_thread, NULL);
}

/* --- arrays --- */

#define NR_MODEL 600

/* Indices that need every height up to the highest. */
static unsigned long spread(u32 i)
{
	if (i < 200)
		return i;
	if (i < 400)
		return (unsigned long)(i - 200) * 4097;
	return (unsigned long)(i - 400 + 1) << 55 | i;
}

static void check_array(struct xarray *xa, void *const *model)
{
	unsigned long index, expected_nr = 0, nr = 0, last = 0;
	void *entry;

	for (u32 i = 0; i < NR_MODEL; i++) {
		assert_ptr_equal(xa_load(xa, spread(i)), model[i]);
		expected_nr += model[i] != NULL && (i < 200 || i >= 400 || spread(i) >= 200);
	}
	xa_for_each (xa, index, entry) {
		assert_true(!nr || index > last);
		assert_ptr_equal(entry, xa_load(xa, index));
		last = index;
		nr++;
	}
	assert_int_equal(nr, expected_nr);
	assert_int_equal(xa_empty(xa), nr == 0);
}

/* spread(200) is spread(0): one place in the array. */
static void set_model(void **model, u32 i, void *entry)
{
	model[i] = entry;
	for (u32 j = 0; j < NR_MODEL; j++) {
		if (spread(j) == spread(i))
			model[j] = entry;
	}
}

static void array_thread(void *arg)
{
	static void *model[NR_MODEL];
	struct xarray xa;
	struct sim_rng rng;

	memset(model, 0, sizeof(model));
	xa_init(&xa);
	sim_rng_init(&rng, 1, "array");
	for (u32 step = 0; step < 3000; step++) {
		u32 i = sim_rng_below(&rng, NR_MODEL);
		void *entry = sim_rng_below(&rng, 3) ? xa_mk_value(step) : NULL;

		if (entry)
			assert_ptr_equal(xa_store(&xa, spread(i), entry, GFP_KERNEL), model[i]);
		else
			assert_ptr_equal(xa_erase(&xa, spread(i)), model[i]);
		set_model(model, i, entry);
		if (step % 50 == 0)
			check_array(&xa, model);
	}
	for (u32 i = 0; i < NR_MODEL; i++) {
		xa_erase(&xa, spread(i));
		set_model(model, i, NULL);
	}
	check_array(&xa, model);
	rcu_barrier();
	assert_int_equal(kapi_slab_objects(), 0);
}

static void array_holds_what_was_stored(void **state)
{
	machine_run(0, array_thread, NULL);
}

static void alloc_thread(void *arg)
{
	struct xarray xa;
	struct sim_rng rng;
	bool used[300] = {};
	u32 id;

	xa_init_flags(&xa, XA_FLAGS_ALLOC1);
	sim_rng_init(&rng, 1, "alloc");
	for (u32 step = 0; step < 3000; step++) {
		u32 lowest = 1, victim = sim_rng_below(&rng, 300);
		int err;

		while (lowest < 256 && used[lowest])
			lowest++;
		err = xa_alloc(&xa, &id, xa_mk_value(step), XA_LIMIT(0, 255), GFP_KERNEL);
		assert_int_equal(err, lowest == 256 ? -EBUSY : 0);
		if (!err) {
			assert_int_equal(id, lowest);
			used[id] = true;
		}
		if (sim_rng_below(&rng, 3) == 0 && used[victim]) {
			assert_non_null(xa_erase(&xa, victim));
			used[victim] = false;
		}
	}
	xa_destroy(&xa);
	rcu_barrier();
	assert_int_equal(kapi_slab_objects(), 0);
}

static void array_allocates_the_lowest_free_index(void **state)
{
	machine_run(0, alloc_thread, NULL);
}

static void insert_thread(void *arg)
{
	struct xarray xa;

	xa_init(&xa);
	assert_int_equal(xa_insert(&xa, 7, xa_mk_value(1), GFP_KERNEL), 0);
	assert_int_equal(xa_insert(&xa, 7, xa_mk_value(2), GFP_KERNEL), -EBUSY);
	assert_ptr_equal(xa_load(&xa, 7), xa_mk_value(1));
	assert_ptr_equal(xa_cmpxchg(&xa, 7, xa_mk_value(9), NULL, GFP_KERNEL), xa_mk_value(1));
	assert_ptr_equal(xa_cmpxchg(&xa, 7, xa_mk_value(1), NULL, GFP_KERNEL), xa_mk_value(1));
	assert_null(xa_load(&xa, 7));
	kapi_fail_nth(1);
	assert_int_equal(xa_err(xa_store(&xa, 1UL << 40, xa_mk_value(1), GFP_KERNEL)), -ENOMEM);
	assert_true(xa_empty(&xa));
}

static void array_inserts_once_and_fails_whole(void **state)
{
	machine_run(0, insert_thread, NULL);
}

/* --- costs --- */

static u64 search_ps(u32 nr)
{
	struct item *items = kcalloc(nr, sizeof(*items), GFP_KERNEL), *item;
	LIST_HEAD(head);
	u64 start_ps;

	for (u32 i = 0; i < nr; i++)
		list_add_tail(&items[i].node, &head);
	items[nr - 1].key = 1;
	start_ps = machine_now_ps();
	list_for_each_entry (item, &head, node) {
		if (item->key)
			break;
	}
	start_ps = machine_now_ps() - start_ps;
	kfree(items);
	return start_ps;
}

static void search_thread(void *arg)
{
	/* The head and each node, all in this CPU's cache. */
	assert_int_equal(search_ps(1), 2 * TEST_HIT_PS);
	assert_int_equal(search_ps(10), 11 * TEST_HIT_PS);
	assert_int_equal(search_ps(1000), 1001 * TEST_HIT_PS);
}

static void search_cost_grows_with_the_list(void **state)
{
	machine_run(0, search_thread, NULL);
}

static struct item shared_item;

static void touch_from(void *arg)
{
	u64 start_ps = machine_now_ps();

	rb_entry(&shared_item.rb, struct item, rb);
	*(u64 *)arg = machine_now_ps() - start_ps;
}

static u64 touch_cost_ps(int cpu)
{
	u64 cost_ps;

	machine_run(cpu, touch_from, &cost_ps);
	return cost_ps;
}

static void node_costs_what_moving_its_line_costs(void **state)
{
	memset(&shared_item, 0, sizeof(shared_item));
	assert_int_equal(touch_cost_ps(0), TEST_MEMORY_PS);
	assert_int_equal(touch_cost_ps(0), TEST_HIT_PS);
	assert_int_equal(touch_cost_ps(1), TEST_CLUSTER_PS);
	assert_int_equal(touch_cost_ps(3), TEST_SOCKET_PS);
	assert_int_equal(touch_cost_ps(4), TEST_REMOTE_PS);
	assert_int_equal(touch_cost_ps(4), TEST_HIT_PS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(list_holds_what_was_added_in_order),
		TEST_ON_MACHINE(splice_moves_all_in_order),
		TEST_ON_MACHINE(tree_is_ordered_and_balanced),
		TEST_ON_MACHINE(array_holds_what_was_stored),
		TEST_ON_MACHINE(array_allocates_the_lowest_free_index),
		TEST_ON_MACHINE(array_inserts_once_and_fails_whole),
		TEST_ON_MACHINE(search_cost_grows_with_the_list),
		TEST_ON_MACHINE(node_costs_what_moving_its_line_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
