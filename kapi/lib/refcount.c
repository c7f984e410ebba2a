// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts that never wrap: one that would overflow, come back from
 * zero or drop below it warns and saturates, and its object is leaked.
 */
#include <linux/refcount.h>

#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/overflow.h>

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
	atomic_set(&r->refs, n);
}

unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

bool refcount_add_not_zero(int i, refcount_t *r)
{
	int old = atomic_read(&r->refs), sum;

	if (!old)
		return false;
	if (is_bad(old) || check_add_overflow(old, i, &sum))
		saturate(r, "saturated; leaking memory");
	else
		atomic_add(i, &r->refs);
	return true;
}

bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

void refcount_add(int i, refcount_t *r)
{
	if (!refcount_add_not_zero(i, r))
		saturate(r, "addition on 0; use-after-free");
}

void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

bool refcount_sub_and_test(int i, refcount_t *r)
{
	int left = atomic_sub_return(i, &r->refs);

	if (is_bad(left))
		saturate(r, "underflow; use-after-free");
	return left == 0;
}

bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

void refcount_dec(refcount_t *r)
{
	if (atomic_dec_return(&r->refs) <= 0)
		saturate(r, "decrement hit 0; leaking memory");
}

bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_read(r) != 1) {
		refcount_dec(r);
		return false;
	}
	mutex_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	mutex_unlock(lock);
	return false;
}
