// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts that never wrap: one that would overflow, come back from
 * zero or drop below it warns and saturates, and its object is leaked.
 */
#include <linux/refcount.h>

#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/overflow.h>

#include "sim/point.h"

/* Whose call it is: kref_get() and its like are inline there. */
#define CALLER __builtin_return_address(0)

static void saturate(refcount_t *r, const char *why)
{
	atomic_set(&r->refs, REFCOUNT_SATURATED);
	WARN(true, "refcount_t: %s", why);
}

static bool is_bad(int value)
{
	return value < 0;
}

void refcount_set(refcount_t *r, int n)
{
	sim_reference(r, 0, n, CALLER);
	atomic_set(&r->refs, n);
}

unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

static int sum_of(int a, int b)
{
	int sum;

	__builtin_add_overflow(a, b, &sum);
	return sum;
}

static bool adds_badly(int old, int i)
{
	int sum;

	return is_bad(old) || check_add_overflow(old, i, &sum);
}

static bool add_not_zero(int i, refcount_t *r, const void *caller)
{
	int old = atomic_read(&r->refs);

	do {
		if (!old)
			return false;
	} while (!atomic_try_cmpxchg(&r->refs, &old, sum_of(old, i)));
	sim_reference(r, i, sum_of(old, i), caller);
	if (adds_badly(old, i))
		saturate(r, "saturated; leaking memory");
	return true;
}

bool refcount_add_not_zero(int i, refcount_t *r)
{
	return add_not_zero(i, r, CALLER);
}

bool refcount_inc_not_zero(refcount_t *r)
{
	return add_not_zero(1, r, CALLER);
}

static void add(int i, refcount_t *r, const void *caller)
{
	int old = atomic_fetch_add(i, &r->refs);

	sim_reference(r, i, sum_of(old, i), caller);
	if (!old)
		saturate(r, "addition on 0; use-after-free");
	else if (adds_badly(old, i))
		saturate(r, "saturated; leaking memory");
}

void refcount_add(int i, refcount_t *r)
{
	add(i, r, CALLER);
}

void refcount_inc(refcount_t *r)
{
	add(1, r, CALLER);
}

static bool sub_and_test(int i, refcount_t *r, const void *caller)
{
	int left = atomic_sub_return(i, &r->refs);

	sim_reference(r, -i, left, caller);
	if (is_bad(left))
		saturate(r, "underflow; use-after-free");
	return left == 0;
}

bool refcount_sub_and_test(int i, refcount_t *r)
{
	return sub_and_test(i, r, CALLER);
}

bool refcount_dec_and_test(refcount_t *r)
{
	return sub_and_test(1, r, CALLER);
}

void refcount_dec(refcount_t *r)
{
	int left = atomic_dec_return(&r->refs);

	sim_reference(r, -1, left, CALLER);
	if (left <= 0)
		saturate(r, "decrement hit 0; leaking memory");
}

/* Return: there is another, or it is saturated. */
static bool dec_not_one(refcount_t *r, const void *caller)
{
	int old = atomic_read(&r->refs);

	do {
		if (is_bad(old))
			return true;
		if (old == 1)
			return false;
	} while (!atomic_try_cmpxchg(&r->refs, &old, sum_of(old, -1)));
	sim_reference(r, -1, sum_of(old, -1), caller);
	if (!old)
		saturate(r, "underflow; use-after-free");
	return true;
}

bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (dec_not_one(r, CALLER))
		return false;
	mutex_lock(lock);
	if (sub_and_test(1, r, CALLER))
		return true;
	mutex_unlock(lock);
	return false;
}
