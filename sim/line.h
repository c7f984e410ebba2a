/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cache line with an owner: the part of a coherence protocol that costs time.
 * Exclusive on one CPU, or shared by a set. Reading or taking it costs what
 * moving it costs.
 *
 * Words: a request is an access that needs the line moved; it is granted when
 * the line may begin to move; the copies of others leave, it arrives, and the
 * access is done. The line is occupied from the grant on until the next request
 * may be granted. Who asks meanwhile waits at the line's arbiter.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "sim/cpu.h"

struct line_request; /* on the stack of the thread that waits */

#if SIM_EXPLORES
/* An address of its own: what is done there are points, and nothing moves. */
struct sim_line {
	u64 place;
};
#else
struct sim_line {
	u64 free_ps;  /* occupied until then; not before leave_ps */
	u64 leave_ps; /* is_leaving: until then whoever has a copy still hits */
	u64 ready_ps; /* the last access that was granted, or the owner's atomic, is done */
	u64 sharers[SIM_MAX_CPUS / 64];
	s16 owner; /* CPU that wrote last; -1: memory */
	s16 heir;  /* is_leaving: the next owner; -1: the owner keeps a copy to read */
	bool is_exclusive;
	bool is_leaving;
	u16 nr_waiting;
	struct line_request *first, *last; /* at the arbiter, oldest first */
	u64 *waited_ps; /* where the times from asking to the grant are added up, or NULL */
};
#endif

/**
 * sim_line_snoop() - a device reads the line
 * Who has changed it keeps a copy. The device does not wait at the arbiter; a line that is just
 * moving stays as it is.
 *
 * Context: anywhere; takes no time.
 * Return: the CPU that has changed it; -1: none.
 */
int sim_line_snoop(struct sim_line *line);

/** sim_line_init() - a line that no CPU holds. One of zeros is none either. */
void sim_line_init(struct sim_line *line);

/** sim_line_count_waits() - add the times from asking to the grant up in *@waited_ps. */
static inline void sim_line_count_waits(struct sim_line *line, u64 *waited_ps)
{
#if !SIM_EXPLORES
	line->waited_ps = waited_ps;
#endif
}

/**
 * sim_line_read() / sim_line_write() / sim_line_atomic() - touch a line
 * Charges the cost for the running thread's CPU and settles: on return the
 * access has just happened. Waits at the arbiter while the line is occupied.
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
 * point of an interaction (nodes of a list under a lock). It cannot wait at the
 * arbiter, so it is granted when the line is free next, before those who do.
 *
 * Context: anywhere; takes no time yet.
 */
void sim_line_charge_read(struct sim_line *line);
void sim_line_charge_write(struct sim_line *line);

/**
 * sim_line_charge_new() - the CPU has written memory that was just allocated
 * What @line says is not read; nobody else may know of it yet.
 *
 * Context: anywhere; takes no time yet.
 */
void sim_line_charge_new(struct sim_line *line);

/**
 * sim_line_atomic_shared() - as sim_line_atomic(), for lines that are often this CPU's
 * alone: then nobody else is to be met there, and the cost is debt.
 */
void sim_line_atomic_shared(struct sim_line *line);

#endif
