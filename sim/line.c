// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache lines: what access costs by who holds the line and how far away, and who
 * is next when several want it.
 *
 * A write waits for the farthest of the copies it invalidates, a read fetches
 * from the nearest. Holding the only copy is enough to write it at hit cost
 * (the E state), whether or not it is dirty.
 *
 * A request for a line that is not occupied is granted at once: it costs
 * arithmetic, no event. Else it waits at the arbiter, which picks one of those
 * who wait when the line is free: the oldest for a share of the picks
 * (line_fair_per_mille), else one at random. With it go all who wait to read, if
 * it reads. Three things happen in the time L that a transfer takes from its
 * grant on, at shares of it that a platform states:
 *
 *	0                 retention                            L
 *	|---- copies hit ----|------------ in flight -----------| atomic |
 *	|------------------------ occupancy ------------| next grant
 *
 * Whoever has a copy goes on hitting until it leaves. Nothing leaves before it
 * has arrived and the access for which it moved is done.
 *
 * Left out: capacity (no line is ever evicted), contention between different
 * lines, write-back. An access that waits may be interrupted, and then happens
 * after the interrupt though the line came before.
 */
#include "sim/line.h"
#include "sim/core.h"
#include "sim/sim.h"
#include <string.h>

struct line_request {
	struct line_request *next;
	struct sim_line *line;
	struct sim_thread *thread;
	u32 cpu;
	enum line_access access;
	u64 from_ps;
	struct sim_event event; /* the first's is due when the line is free */
};

static struct line_request *request_of_event(struct sim_event *event)
{
	return (struct line_request *)((u8 *)event - offsetof(struct line_request, event));
}

static struct line_request *request_of_link(struct line_request **link)
{
	return (struct line_request *)((u8 *)link - offsetof(struct line_request, next));
}

void sim_line_init(struct sim_line *line)
{
	memset(line, 0, sizeof(*line));
	line->owner = -1;
}

static u64 later(u64 a_ps, u64 b_ps)
{
	return a_ps > b_ps ? a_ps : b_ps;
}

/* --- who has copies --- */

static bool is_sharer(const struct sim_line *line, u32 cpu)
{
	return line->sharers[cpu / 64] >> cpu % 64 & 1;
}

/* Cost of the nearest (or farthest) other copy; line_memory_ps if there is none. */
static u64 other_copy_ps(const struct sim_line *line, u32 cpu, bool is_farthest)
{
	u64 best_ps = 0;
	bool has_copy = false;
	u32 word;

	if (line->is_exclusive && line->owner != (s16)cpu)
		return sim_cpu_transfer_ps(line->owner, cpu);
	for (word = 0; word < SIM_MAX_CPUS / 64; word++) {
		u64 left = line->sharers[word];

		for (; left; left &= left - 1) {
			u32 other = word * 64 + __builtin_ctzll(left);
			u64 ps = sim_cpu_transfer_ps(other, cpu);

			if (other == cpu)
				continue;
			if (!has_copy || (is_farthest ? ps > best_ps : ps < best_ps))
				best_ps = ps;
			has_copy = true;
		}
	}
	return has_copy ? best_ps : sim_core->params.line_memory_ps;
}

static bool is_only_sharer(const struct sim_line *line, u32 cpu)
{
	u64 others = 0;
	u32 word;

	if (line->is_exclusive)
		return line->owner == (s16)cpu;
	for (word = 0; word < SIM_MAX_CPUS / 64; word++)
		others |= line->sharers[word] & ~(cpu / 64 == word ? 1ULL << cpu % 64 : 0);
	return is_sharer(line, cpu) && !others;
}

static bool has_copies(const struct sim_line *line)
{
	return line->sharers[0] | line->sharers[1] | line->sharers[2] | line->sharers[3];
}

_Static_assert(SIM_MAX_CPUS == 4 * 64, "has_copies() looks at all words");

static void take_copies(struct sim_line *line)
{
	line->is_leaving = false;
	if (line->heir < 0) {
		line->is_exclusive = false;
		return;
	}
	memset(line->sharers, 0, sizeof(line->sharers));
	line->sharers[line->heir / 64] = 1ULL << line->heir % 64;
	line->owner = line->heir;
	line->is_exclusive = true;
}

/* At @at_ps: have the copies left that were to leave? */
static inline void let_go(struct sim_line *line, u64 at_ps)
{
	if (line->is_leaving && line->leave_ps <= at_ps)
		take_copies(line);
}

int sim_line_snoop(struct sim_line *line)
{
	int cpu;

	let_go(line, sim_core->now_ps);
	cpu = line->is_exclusive ? line->owner : -1;
	if (!line->is_leaving)
		line->is_exclusive = false;
	return cpu;
}

/* --- hits --- */

static u64 hit_cost_ps(enum line_access access)
{
	const struct sim_cpu_params *params = &sim_core->params;

	return params->line_hit_ps + (access == LINE_ATOMIC ? params->atomic_ps : 0);
}

/* The usual case: nobody else is near. */
static inline bool is_own(const struct sim_line *line, u32 cpu)
{
	return line->is_exclusive && line->owner == (s16)cpu && !line->is_leaving;
}

static inline u64 hit_own(struct sim_line *line, u64 from_ps, enum line_access access)
{
	u64 end_ps = later(from_ps, line->ready_ps) + hit_cost_ps(access);

	/* The line is held while it is read, changed and written. */
	if (access == LINE_ATOMIC)
		line->ready_ps = end_ps;
	return end_ps;
}

static bool is_hit(const struct sim_line *line, u32 cpu, u64 from_ps, enum line_access access)
{
	bool has_it = access == LINE_READ ? is_sharer(line, cpu) : is_only_sharer(line, cpu);

	return has_it && (!line->is_leaving || from_ps + hit_cost_ps(access) <= line->leave_ps);
}

/* The CPU has what it needs; Return: when the access has happened. */
static u64 hit(struct sim_line *line, u32 cpu, u64 from_ps, enum line_access access)
{
	if (line->is_leaving || (access == LINE_READ && !line->is_exclusive))
		return from_ps + hit_cost_ps(access);
	line->owner = cpu;
	line->is_exclusive = true;
	return hit_own(line, from_ps, access);
}

/* --- grants: the line is free, and no copy is leaving but for a reader --- */

static u64 retained_ps(u64 transfer_ps)
{
	return transfer_ps * sim_core->params.line_retention_per_mille / 1000;
}

static void occupy(struct sim_line *line, u64 at_ps, u64 end_ps)
{
	u64 share = sim_core->params.line_occupancy_per_mille;
	u64 free_ps = end_ps;

	if (share && share < 1000)
		free_ps = later(at_ps + (end_ps - at_ps) * share / 1000, line->leave_ps);
	line->free_ps = later(line->free_ps, free_ps);
}

static void leave_for(struct sim_line *line, s16 heir, u64 at_ps)
{
	line->heir = heir;
	line->is_leaving = true;
	let_go(line, at_ps);
}

/* From a CPU that may have changed it, or from memory. */
static u64 read_moved(struct sim_line *line, u32 cpu, u64 at_ps)
{
	u64 transfer_ps = other_copy_ps(line, cpu, false);
	u64 retain_ps = retained_ps(transfer_ps);
	u64 end_ps;

	/* Or it is leaving for another reader, granted at the same time. */
	if (!line->is_leaving)
		line->leave_ps = later(at_ps + retain_ps, line->ready_ps);
	end_ps = line->leave_ps + transfer_ps - retain_ps;
	occupy(line, at_ps, end_ps);
	if (line->is_exclusive)
		leave_for(line, -1, at_ps);
	return end_ps;
}

static u64 grant_read(struct sim_line *line, u32 cpu, u64 at_ps)
{
	bool is_moved = line->is_exclusive || !has_copies(line);
	u64 end_ps;

	if (is_moved)
		end_ps = read_moved(line, cpu, at_ps);
	else
		end_ps = later(at_ps + other_copy_ps(line, cpu, false), line->ready_ps);
	line->ready_ps = later(line->ready_ps, end_ps);
	line->sharers[cpu / 64] |= 1ULL << cpu % 64;
	return end_ps;
}

static u64 grant_write(struct sim_line *line, u32 cpu, u64 at_ps, enum line_access access)
{
	u64 transfer_ps = other_copy_ps(line, cpu, true);
	u64 retain_ps = retained_ps(transfer_ps);
	u64 end_ps;

	line->leave_ps = later(at_ps + retain_ps, line->ready_ps);
	end_ps = line->leave_ps + transfer_ps - retain_ps;
	if (access == LINE_ATOMIC)
		end_ps += sim_core->params.atomic_ps;
	line->ready_ps = end_ps;
	occupy(line, at_ps, end_ps);
	leave_for(line, cpu, at_ps);
	return end_ps;
}

/* Return: when the access has happened. */
static u64 grant(struct sim_line *line, u32 cpu, u64 at_ps, enum line_access access)
{
	if (access == LINE_READ)
		return grant_read(line, cpu, at_ps);
	return grant_write(line, cpu, at_ps, access);
}

static u64 hit_or_grant(struct sim_line *line, u32 cpu, u64 at_ps, enum line_access access)
{
	let_go(line, at_ps);
	if (is_hit(line, cpu, at_ps, access))
		return hit(line, cpu, at_ps, access);
	return grant(line, cpu, at_ps, access);
}

static void count_wait(struct sim_line *line, u64 wait_ps)
{
	if (line->waited_ps)
		*line->waited_ps += wait_ps;
}

/* --- the arbiter --- */

static struct line_request **pick(struct sim_line *line)
{
	u64 fair = sim_core->params.line_fair_per_mille;
	struct line_request **link = &line->first;
	u64 nth;

	if (line->nr_waiting == 1 || sim_rng_chance(&sim_core->line_rng, fair, 1000))
		return link;
	for (nth = sim_rng_below(&sim_core->line_rng, line->nr_waiting); nth; nth--)
		link = &(*link)->next;
	return link;
}

/* Off the queue; the access will have happened when the thread goes on. */
static void serve(struct sim_line *line, struct line_request **link)
{
	struct line_request *request = *link;
	u64 now_ps = sim_core->now_ps;
	u64 end_ps = hit_or_grant(line, request->cpu, now_ps, request->access);

	*link = request->next;
	if (line->last == request)
		line->last = link == &line->first ? NULL : request_of_link(link);
	line->nr_waiting--;
	sim_event_cancel(&request->event);
	count_wait(line, now_ps - request->from_ps);
	sim_thread_stall_end(request->thread, end_ps - now_ps);
}

static void serve_readers(struct sim_line *line)
{
	struct line_request **link = &line->first;

	while (*link) {
		if ((*link)->access == LINE_READ)
			serve(line, link);
		else
			link = &(*link)->next;
	}
}

static void arbitrate(struct sim_line *line)
{
	while (line->first && line->free_ps <= sim_core->now_ps) {
		struct line_request **link = pick(line);
		bool is_read = (*link)->access == LINE_READ;

		serve(line, link);
		if (is_read)
			serve_readers(line);
	}
	if (line->first && !sim_event_is_pending(&line->first->event))
		sim_event_schedule(&line->first->event, line->free_ps);
}

static void line_is_free(struct sim_event *event)
{
	arbitrate(request_of_event(event)->line);
}

static void wait_at_arbiter(struct sim_line *line, struct sim_thread *self, enum line_access access)
{
	struct line_request request = {
		.line = line,
		.thread = self,
		.cpu = self->cpu->id,
		.access = access,
		.from_ps = sim_core->now_ps,
	};

	sim_event_init(&request.event, line_is_free);
	if (line->last)
		line->last->next = &request;
	else
		line->first = &request;
	line->last = &request;
	line->nr_waiting++;
	if (line->nr_waiting == 1)
		sim_event_schedule(&request.event, line->free_ps);
	sim_thread_stall(self);
}

/* --- accesses --- */

/* CPU @cpu asks at @from_ps, without waiting for others; Return: when the access has happened. */
u64 sim_line_move(struct sim_line *line, u32 cpu, u64 from_ps, enum line_access access)
{
	u64 at_ps = later(from_ps, line->free_ps);

	if (is_own(line, cpu))
		return hit_own(line, from_ps, access);
	let_go(line, from_ps);
	if (is_hit(line, cpu, from_ps, access))
		return hit(line, cpu, from_ps, access);
	count_wait(line, at_ps - from_ps);
	return hit_or_grant(line, cpu, at_ps, access);
}

static void charge(struct sim_line *line, enum line_access access)
{
	struct sim_thread *self = sim_core->current;
	u64 from_ps;

	if (!self)
		return;
	from_ps = sim_core->now_ps + self->debt_ps;
	self->debt_ps += sim_line_move(line, self->cpu->id, from_ps, access) - from_ps;
}

/* Return: is it paid for by debt? If not it has happened. */
static bool ask(struct sim_line *line, struct sim_thread *self, enum line_access access)
{
	u64 now_ps = sim_core->now_ps;
	u32 cpu = self->cpu->id;

	let_go(line, now_ps);
	if (is_hit(line, cpu, now_ps, access)) {
		self->debt_ps = hit(line, cpu, now_ps, access) - now_ps;
	} else if (!line->first && line->free_ps <= now_ps) {
		self->debt_ps = grant(line, cpu, now_ps, access) - now_ps;
	} else {
		wait_at_arbiter(line, self, access);
		return false;
	}
	return true;
}

static void access_line(struct sim_line *line, enum line_access access)
{
	struct sim_thread *self = sim_core->current;
	u64 now_ps;
	u32 cpu;

	if (!self)
		return;
	sim_settle();
	now_ps = sim_core->now_ps;
	cpu = self->cpu->id;
	if (line->first)
		arbitrate(line);
	if (is_own(line, cpu))
		self->debt_ps = hit_own(line, now_ps, access) - now_ps;
	else if (!ask(line, self, access))
		return;
	sim_settle();
}

void sim_line_read(struct sim_line *line)
{
	access_line(line, LINE_READ);
}

void sim_line_write(struct sim_line *line)
{
	access_line(line, LINE_WRITE);
}

void sim_line_atomic(struct sim_line *line)
{
	access_line(line, LINE_ATOMIC);
}

void sim_line_atomic_shared(struct sim_line *line)
{
	struct sim_thread *self = sim_core->current;
	bool is_wanted = line->first || line->is_leaving;

	if (self && !is_wanted && is_only_sharer(line, self->cpu->id))
		charge(line, LINE_ATOMIC);
	else
		access_line(line, LINE_ATOMIC);
}

void sim_line_charge_read(struct sim_line *line)
{
	charge(line, LINE_READ);
}

void sim_line_charge_write(struct sim_line *line)
{
	charge(line, LINE_WRITE);
}

void sim_line_charge_new(struct sim_line *line)
{
	struct sim_thread *self = sim_core->current;

	sim_line_init(line);
	if (!self)
		return;
	self->debt_ps += sim_core->params.line_hit_ps;
	line->owner = self->cpu->id;
	line->sharers[self->cpu->id / 64] = 1ULL << self->cpu->id % 64;
	line->is_exclusive = true;
}
