/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel code did wrong in a run that went on: counted, and said in lines that name the
 * culprit. Whoever finds it out calls kapi_defect(): locks, allocators, drivers, the machine.
 */
#ifndef KAPI_DEFECTS_H
#define KAPI_DEFECTS_H

#include "sim/stat.h"
#include "sim/types.h"

#define KAPI_DEFECT_STATS(X)                                                                       \
	X(unawaited_answers, "defects.unawaited_answers", COUNT, SUM,                              \
	  "answers that no fault waits for")                                                       \
	X(double_answers, "defects.double_answers", COUNT, SUM, "faults answered once more")       \
	X(late_answers, "defects.late_answers", COUNT, SUM,                                        \
	  "answers to faults that have ended without")                                             \
	X(missing_answers, "defects.missing_answers", COUNT, SUM, "faults that nobody answered")   \
	X(endless_faults, "defects.endless_faults", COUNT, SUM,                                    \
	  "pages answered with success again and again that still fault")                          \
	X(kept_locks, "defects.kept_locks", COUNT, SUM, "locks held where a thread's work ended")  \
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

struct kapi_defect_stats {
	KAPI_DEFECT_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table kapi_defect_stat_table;

#define KAPI_DEFECT_LINES 64
#define KAPI_DEFECT_LINES_A_KIND 4
#define KAPI_DEFECT_BYTES 320

struct kapi_defects {
	struct kapi_defect_stats counts;
	u32 nr_lines; /* the first ones of each kind */
	char lines[KAPI_DEFECT_LINES][KAPI_DEFECT_BYTES];
};

/** kapi_defects() - of this machine, since kapi_init(); NULL before. */
struct kapi_defects *kapi_defects(void);
/** kapi_nr_defects() - of all kinds. */
u64 kapi_nr_defects(const struct kapi_defects *defects);

/**
 * kapi_defect() - one more
 * @count: in kapi_defects()->counts
 * Context: anywhere; takes no time.
 */
void __attribute__((__format__(printf, 2, 3))) kapi_defect(u64 *count, const char *format, ...);

#endif
