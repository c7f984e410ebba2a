/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of locking designs, in the order in which users see them. The core
 * makes its tables from it, and so does who lets a user choose. A row:
 *   symbol    pfh_design_SYMBOL or pfh_sva_design_SYMBOL, in design_SYMBOL.c
 *   name      handler.design
 *   dispatch  handler.dispatch with which study locks runs it
 *   about     one line for people
 */
#ifndef PFH_DESIGNS_H
#define PFH_DESIGNS_H

/* Of containers: DESIGN(symbol, name, dispatch, about). */
#define PFH_DESIGNS(DESIGN)                                                                        \
	DESIGN(rfc_v3, "rfc-v3", "event-thread",                                                   \
	       "as posted in April 2021, defects included: a global tree, locks held to the end")  \
	DESIGN(core_path, "core-path", "cpu-threads",                                              \
	       "from the device straight to its container, whose mutex is held to the end")        \
	DESIGN(range_lock, "range-lock", "cpu-threads",                                            \
	       "faults share the container and exclude each other where their pages overlap")      \
	DESIGN(rcu, "rcu", "cpu-threads",                                                          \
	       "a fault takes no lock: SRCU to look, one atomic bit to claim its page")

/* Of SVA: DESIGN(symbol, name, about). The first one is the default. */
#define PFH_SVA_DESIGNS(DESIGN)                                                                    \
	DESIGN(mmap_lock, "mmap-lock", "SVA: a fault holds mmap_lock for reading, as Linux 6.1")   \
	DESIGN(per_vma, "per-vma", "SVA: a fault locks the area of its address alone, as Linux 6.4")

#endif
