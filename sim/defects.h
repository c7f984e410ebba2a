/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel code did wrong in a run that went on: counted, and said in lines that name the
 * culprit. Whoever finds it out calls sim_defect(): locks, allocators, drivers, the machine.
 */
#ifndef SIM_DEFECTS_H
#define SIM_DEFECTS_H

#include "sim/stat.h"
#include "sim/types.h"

#define SIM_DEFECT_STATS(X)                                                                        \
	X(unawaited_answers, "defects.unawaited_answers", COUNT, SUM,                              \
	  "answers that no fault waits for")                                                       \
	X(double_answers, "defects.double_answers", COUNT, SUM, "faults answered once more")       \
	X(late_answers, "defects.late_answers", COUNT, SUM,                                        \
	  "answers to faults that have ended without")                                             \
	X(missing_answers, "defects.missing_answers", COUNT, SUM, "faults that nobody answered")   \
	X(endless_faults, "defects.endless_faults", COUNT, SUM,                                    \
	  "pages answered with success again and again that still fault")                          \
	X(unchecked_accesses, "defects.unchecked_accesses", COUNT, SUM,                            \
	  "page faults taken for an access that the area does not allow")                          \
	X(kept_locks, "defects.kept_locks", COUNT, SUM, "locks held where a thread's work ended")  \
	X(lock_orders, "defects.lock_orders", COUNT, SUM,                                          \
	  "orders in which locks are taken that can deadlock")                                     \
	X(atomic_sleeps, "defects.atomic_sleeps", COUNT, SUM,                                      \
	  "calls that may sleep where one must not")                                               \
	X(deadlocks, "defects.deadlocks", COUNT, SUM,                                              \
	  "circles of threads each of which waits for a lock that the next has")                   \
	X(stuck_threads, "defects.stuck_threads", COUNT, SUM,                                      \
	  "threads that waited for a lock when nothing was left to happen")                        \
	X(double_frees, "defects.double_frees", COUNT, SUM, "objects freed once more")             \
	X(freed_uses, "defects.freed_uses", COUNT, SUM,                                            \
	  "objects written to after they were freed")                                              \
	X(warnings, "defects.warnings", COUNT, SUM, "WARN() of kernel code")                       \
	X(pinned_pages, "defects.pinned_pages", COUNT, SUM, "pages pinned after all was let go")   \
	X(present_pages, "defects.present_pages", COUNT, SUM,                                      \
	  "pages of the process after it ended")                                                   \
	X(mm_references, "defects.mm_references", COUNT, SUM,                                      \
	  "references to the address space after it ended")                                        \
	X(leaked_objects, "defects.leaked_objects", COUNT, SUM,                                    \
	  "objects allocated and not freed when all was let go")

struct sim_defect_stats {
	SIM_DEFECT_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table sim_defect_stat_table;

#define SIM_DEFECT_LINES 64
#define SIM_DEFECT_LINES_A_KIND 4
#define SIM_DEFECT_BYTES 1000 /* lines of a table, some */

struct sim_defects {
	struct sim_defect_stats counts;
	u32 nr_lines; /* the first ones of each kind */
	char lines[SIM_DEFECT_LINES][SIM_DEFECT_BYTES];
};

/** sim_defects() - of this machine; NULL without one. */
struct sim_defects *sim_defects(void);
/** sim_nr_defects() - of all kinds. */
u64 sim_nr_defects(const struct sim_defects *defects);

/**
 * sim_defect() - one more
 * @count: in sim_defects()->counts
 * Context: anywhere; takes no time.
 */
void __attribute__((__format__(printf, 2, 3))) sim_defect(u64 *count, const char *format, ...);

#endif
