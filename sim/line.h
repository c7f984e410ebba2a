/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cache line with an owner: the part of a coherence protocol that costs time.
 * Exclusive on one CPU, or shared by a set. Reading or taking it costs what
 * moving it costs; requests for a line in flight queue behind each other.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "sim/cpu.h"

struct sim_line {
	u64 busy_until_ps; /* in flight to the last requester until then */
	u64 sharers[SIM_MAX_CPUS / 64];
	s16 owner; /* CPU that wrote last; -1: memory */
	bool is_exclusive;
	u64 *waited_ps; /* where the waits for a line in flight are added up, or NULL */
};

/** sim_line_init() - a line that no CPU holds. */
void sim_line_init(struct sim_line *line);

/**
 * sim_line_read() / sim_line_write() / sim_line_atomic() - touch a line
 * Charges the cost for the running thread's CPU and settles: on return the
 * access has just happened.
 *
 * Context: anywhere; settles in a thread or interrupt, no-op outside.
 */
void sim_line_read(struct sim_line *line);
void sim_line_write(struct sim_line *line);
void sim_line_atomic(struct sim_line *line);

/**
 * sim_line_charge_read() / _write() - the same cost, as debt, without settling
 *
 * The line moves at once, as if the debt had passed; for lines that are not the
 * point of an interaction (nodes of a list under a lock).
 *
 * Context: anywhere; takes no time yet.
 */
void sim_line_charge_read(struct sim_line *line);
void sim_line_charge_write(struct sim_line *line);

/**
 * sim_line_atomic_shared() - as sim_line_atomic(), for lines that are often this CPU's
 * alone: then nobody else is to be met there, and the cost is debt.
 */
void sim_line_atomic_shared(struct sim_line *line);

#endif
