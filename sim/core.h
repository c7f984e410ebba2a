/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one machine as sim/ itself sees it; not for other rooms. All of
 * it lies in the arena and is rewound with it.
 */
#ifndef SIM_CORE_H
#define SIM_CORE_H

#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/event.h"
#include "sim/fiber.h"
#include "sim/holds.h"
#include "sim/poll.h"
#include "sim/rng.h"
#include "sim/sched.h"
#include "sim/topology.h"
#include "sim/wakeup.h"

/* Time above sequence number in one key: one comparison orders two events. */
struct heap_entry {
	unsigned __int128 key;
	struct sim_event *event;
};

/* Children of i are 4i - 8 ... 4i - 5: groups of four share two cache lines. */
#define HEAP_ROOT 3

struct topology {
	u32 span_cpus[SIM_NR_LEVELS];
	u64 transfer_ps[5];
	u32 place[SIM_MAX_CPUS];
};

struct sim_core {
	u64 now_ps;
	struct heap_entry *heap; /* entries HEAP_ROOT ... heap_end - 1 */
	u32 heap_end;
	u32 heap_cap;
	u64 until_ps; /* limit of the sim_run() under way */
	u64 next_seq;
	u64 nr_dispatched;
	u64 nr_switches;
	struct sim_thread *current; /* whose code runs; NULL on the main stack */
	bool is_running, is_stop_asked;
	u64 trace_hash;
	u64 seed;
	struct sim_rng line_rng; /* whom the arbiters of cache lines pick */
	struct sim_dists *dists; /* of costs that vary; NULL: all are constants */

	struct sim_cpu_params params;
	struct sim_sched_params sched;
	struct sim_wakeup_stats *wakeups; /* by enum sim_wakeup */
	struct topology topology;
	struct cpu *cpus;
	u64 idle_cpus[SIM_MAX_CPUS / 64];
	u32 nr_movable; /* threads that wait on run queues and may move to another CPU */
	u32 nr_threads; /* numbers given out */
	struct sim_thread *threads;

	struct sim_lock_class *classes_first, *classes_last;
	struct sim_defects *defects;
};

/* The machine, NULL without one. Its address is the same for every machine. */
extern struct sim_core *sim_core;

/** sim_core_assert_outside() - no event or fiber is under way. */
void sim_core_assert_outside(void);

static inline u64 core_next_event_ps(const struct sim_core *core)
{
	if (core->heap_end == HEAP_ROOT)
		return SIM_TIME_NEVER;
	return (u64)(core->heap[HEAP_ROOT].key >> 64);
}

/* sim_try_advance() without the checks on the caller. */
static inline bool core_try_advance(struct sim_core *core, u64 to_ps)
{
	if (to_ps >= core_next_event_ps(core) || to_ps > core->until_ps || core->is_stop_asked)
		return false;
	core->now_ps = to_ps;
	return true;
}

/** sim_core_init() - lay an empty machine into a fresh arena; 0 or -ENOMEM. */
int sim_events_init(struct sim_core *core);

enum thread_state {
	THREAD_NEW,
	THREAD_RUNNABLE, /* on a run queue */
	THREAD_RUNNING,	 /* cpu->current, or a CPU's IRQ context */
	THREAD_PARKED,
	THREAD_DEAD,
};

/* Why a spinning thread spins no longer. */
enum spin_result {
	SPIN_RELEASED,	/* what it polls was written */
	SPIN_OWNER_OFF, /* the owner left its CPU */
	SPIN_RESCHED,	/* its CPU is wanted */
	SPIN_LIMIT,	/* too long */
};

/* As many as lockdep follows per task. */
#define MAX_READ_HOLDS (SIM_EXPLORES ? 1 : 48)

struct acquisition;

/* A thread that spins: among those that poll a word, and perhaps those that watch an owner. */
struct sim_poller {
	struct sim_thread *thread;
	struct sim_word *word;
	struct sim_poller *next, *prev;
	struct sim_poller *watch_next, **watch_link;
	struct sim_poller *other; /* polls a second word for the same thread */
};

struct sim_thread {
	struct sim_fiber fiber;
	u64 debt_ps;
	struct cpu *cpu; /* where it runs, or ran last */
	u32 preempt_count, irq_count;
	enum thread_state state; /* by sim_thread_set_state() */
	unsigned char *on_cpu;	 /* is it on a CPU? NULL: nobody asks */
	enum sim_class class;
	bool is_parked; /* from going to sleep until sim_park() returns */
	bool is_wake_pending;
	bool is_spinning, is_spin_breakable;
	bool is_stalled; /* an access of its waits for a cache line */
	bool is_in_user;
	bool is_load;
	bool is_giving_way; /* its code is where it lets another have the CPU */
	enum spin_result spin_result;
	s32 bound_cpu;
	u32 first_cpu, end_cpu;		 /* CPUs that it may run on */
	void (*sleep_fn)(bool is_going); /* NULL: nobody is told */
	u32 nr_refs;			 /* one for being alive */
	u64 slice_left_ps;
	struct sim_thread_stats stats;
	u64 worked_ps;	   /* on a CPU, neither spinning nor stalled; never reset */
	u64 work_begun_ps; /* worked_ps at sim_work_begin() */
	bool has_work_begun;
	s32 nice;
	u64 vruntime_ps;	       /* fair.c; of the CPU below */
	struct cpu *fair_cpu;	       /* NULL: it has not been on one */
	struct sim_thread *queue_next; /* run queue */
	struct sim_thread *wake_next;  /* to be woken; itself at the end */
	struct sim_poller *watchers;   /* who spins while this one runs */
	struct sim_poller *polling;    /* what it spins on; NULL: nothing, or sim_spin() */
	void (*fn)(void *arg);
	void *arg;
	void *private;
	u32 number;
	char name[SIM_THREAD_NAME_BYTES];
	struct sim_thread *all_next, **all_link;
	struct sim_hold holds[SIM_MAX_HOLDS]; /* oldest first; what is beyond is not known */
	u32 nr_holds;
	const struct acquisition *waits_for; /* a lock; NULL: none */
	u32 nr_read_holds;
	struct {
		const void *sem;
		u64 acquired_ps;
	} read_holds[MAX_READ_HOLDS];
};

static inline void sim_thread_set_state(struct sim_thread *thread, enum thread_state state)
{
	thread->state = state;
	if (thread->on_cpu)
		*thread->on_cpu = state == THREAD_RUNNING;
}

struct run_queue {
	struct sim_thread *first, *last;
};

/* A place in the queue of a spinlock. */
struct mcs_node {
	struct cpu *cpu;
	struct mcs_node *next;
	bool is_locked; /* the head of the queue */
};

/* Contexts that can spin on top of each other: thread, interrupt. */
#define MCS_NODES 2

/* So many times for which it was idle a CPU remembers. */
#define IDLE_TIMES 8

/* A place in the queue of those who spin for a sleeping lock. */
struct osq_node {
	struct sim_word word;
	struct osq_node *next, *prev;
	bool is_locked; /* holds the queue */
};

struct cpu {
	struct sim_event run_event; /* debt has passed, or: look again what to run */
	struct sim_event slice_event;
	struct sim_event ipi_event; /* another CPU wants this one to make room */
	struct sim_event tick_event;
	struct sim_irq tick_irq, resched_irq;
	struct sim_thread *burning; /* whose debt passes until burn_end_ps */
	u64 burn_end_ps;
	struct sim_thread *current;
	struct sim_thread *irq_thread;
	bool is_in_irq; /* irq_thread runs on top of current */
	bool is_in_softirq;
	bool is_in_load_irq; /* what it does belongs to the background load */
	bool is_resched_wanted;
	bool is_waking; /* was idle, takes up work at ready_ps */
	bool is_idling; /* nothing to run, no interrupt, and nobody was woken */
	u32 id;
	u64 ready_ps;
	u64 slice_start_ps;
	u64 fair_since_ps;   /* until when virtual runtimes are known */
	u64 min_vruntime_ps; /* never goes back */
	struct sim_thread *next_buddy;
	struct sim_irq *irq_first, *irq_last; /* pending */
	u64 softirq_ps;			      /* left to do */
	struct run_queue queues[SIM_CLASS_IRQ];
	u64 accounted_ps;
	u64 idle_exit_ps; /* of the interrupt under way, not accounted yet */
	struct sim_cpu_stats stats;
	u64 idle_since_ps;
	u64 idle_ns[IDLE_TIMES];  /* the last ones, in a ring */
	u32 nr_idle;		  /* times so far; wraps */
	u64 idle_mean_ns;	  /* moving */
	struct sim_word mcs_word; /* the nodes fill one line */
	struct mcs_node mcs[MCS_NODES];
	u32 nr_mcs;
	struct osq_node osq;
};

/* cpu.c */
void sim_cpu_account(struct cpu *cpu);
/* sim_work_begin() of another. */
void sim_work_mark(struct sim_thread *thread);
void sim_cpu_kick(struct cpu *cpu);
/* Its thread waited without burning, and has debt now. */
void sim_cpu_go_on(struct cpu *cpu, struct sim_thread *thread);
void sim_cpu_enqueue(struct cpu *cpu, struct sim_thread *thread);
void sim_cpu_leave(struct cpu *cpu);
bool sim_cpu_is_idle(const struct cpu *cpu);
struct cpu *sim_cpu_place(const struct sim_thread *thread);
/* The next timer tick, in step with all CPUs. */
void sim_cpu_schedule_tick(struct cpu *cpu);
/* Is the slice of the current thread over? */
void sim_cpu_tick(struct cpu *cpu);
void run_queue_push(struct run_queue *queue, struct sim_thread *thread);

/* Nothing forbids it to leave the CPU. */
static inline bool thread_may_switch(const struct sim_thread *thread)
{
	return !thread->preempt_count && !thread->irq_count;
}

/* Where it is now, others may have the CPU (sim/sched.h). */
static inline bool thread_is_preemptible(const struct sim_thread *thread)
{
	return thread_may_switch(thread) && (sim_core->sched.preempt == SIM_PREEMPT_FULL ||
					     thread->is_in_user || thread->is_giving_way);
}

static inline bool cpu_has_waiting_above(const struct cpu *cpu, enum sim_class class)
{
	return class < SIM_CLASS_RT && cpu->queues[SIM_CLASS_RT].first;
}

static inline bool cpu_has_deliverable_irq(const struct cpu *cpu)
{
	return cpu->irq_first && !cpu->is_in_irq && (!cpu->current || !cpu->current->irq_count);
}

/* Must @thread, which runs on @cpu, stop here? */
static inline bool cpu_is_wanted(const struct cpu *cpu, const struct sim_thread *thread)
{
	if (!cpu->is_resched_wanted && !cpu->irq_first)
		return false;
	if (cpu->is_in_irq)
		return false;
	return cpu_has_deliverable_irq(cpu) ||
	       (cpu->is_resched_wanted && thread_is_preemptible(thread));
}

/* thread.c */
struct sim_thread *sim_thread_make(const struct sim_thread_attr *attr, void (*fn)(void *arg),
				   void *arg);
void sim_thread_reap(struct sim_thread *thread);
void sim_thread_get(struct sim_thread *thread);
void sim_thread_put(struct sim_thread *thread);
/* Make it runnable at once, charging nobody. */
void sim_thread_wake_now(struct sim_thread *thread);
/* Spin until sim_thread_spin_end(); the caller has settled. */
void sim_thread_spin(struct sim_thread *self, bool is_breakable);
void sim_thread_spin_end(struct sim_thread *thread, enum spin_result result, u64 cost_ps);
/*
 * An instruction of the running thread takes until sim_thread_stall_end(), and
 * @cost_ps more; the caller has settled. Counts as running, unlike a spin.
 */
void sim_thread_stall(struct sim_thread *self);
void sim_thread_stall_end(struct sim_thread *thread, u64 cost_ps);
bool sim_thread_is_on_cpu(const struct sim_thread *thread);
/* schedule() of one with preemption off, once, who has found its CPU wanted. */
void sim_thread_give_way(void);

/*
 * Threads to wake once whoever wakes them has let go of what they wait for: it
 * may be gone when the first of them runs. Holds a reference on each.
 */
struct wake_list {
	struct sim_thread *first, *last;
};

void sim_wake_list_add(struct wake_list *list, struct sim_thread *thread);
void sim_wake_list_wake(struct wake_list *list);

/* idle.c */
void sim_idle_init(struct cpu *cpu);
void sim_idle_begin(struct cpu *cpu); /* does nothing on one that idles */
/* What it was in, and how long it takes to leave that. */
enum sim_wakeup sim_idle_end(struct cpu *cpu, u64 *exit_ps);

/* wakeup.c */
int sim_wakeups_init(void);
/* A thread is woken on @cpu: how long until it may run there? Ends idling. */
u64 sim_wakeup_idle_ps(struct cpu *cpu);
/* The same of a CPU with a thread, until it knows that it @makes_room. */
u64 sim_wakeup_busy_ps(const struct cpu *cpu, bool makes_room);

/* fair.c: normal threads, if virtual runtime orders them */
static inline bool fair_is_on(const struct sim_thread *thread)
{
	return sim_core->sched.wakeup_preemption && thread->class == SIM_CLASS_NORMAL;
}

void sim_fair_update(struct cpu *cpu);
void sim_fair_migrate(struct sim_thread *thread, struct cpu *to);
u64 sim_fair_slice_ps(const struct cpu *cpu);
bool sim_fair_is_over(struct cpu *cpu);
void sim_fair_place(struct cpu *cpu, struct sim_thread *thread);
void sim_fair_insert(struct run_queue *queue, struct sim_thread *thread);
void sim_fair_remove(struct cpu *cpu, struct sim_thread *thread);
void sim_fair_yield(struct cpu *cpu, struct sim_thread *thread);
bool sim_fair_preempts(struct cpu *cpu, struct sim_thread *thread);
struct sim_thread *sim_fair_pick(struct cpu *cpu);

/* irq.c */
void sim_irq_signal(struct sim_irq *irq); /* sim_irq_raise() by one that has settled */
void sim_irq_start(struct cpu *cpu);
void sim_irq_main(void *arg);

/* line.c */
enum line_access { LINE_READ, LINE_WRITE, LINE_ATOMIC };
struct sim_line;
u64 sim_line_move(struct sim_line *line, u32 cpu, u64 from_ps, enum line_access access);

/* topology.c: -EINVAL if a level does not divide the next. */
int sim_topology_init(const struct sim_cpu_params *params);

#endif
