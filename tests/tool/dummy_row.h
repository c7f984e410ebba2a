/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result as somebody would add it: its row, and who counts it. Included in front of
 * system/result/rows.c and result.c, and in the test program of the command that these make, in
 * nothing else (test_rows.py).
 */
#define SYS_TEST_STATS(X)                                                                          \
	X(dummy, "dummy.lock_classes", COUNT, SUM, "classes of locks that there are")

#define SYS_TEST_COUNT(limits) (limits)->dummy = result->nr_locks;
