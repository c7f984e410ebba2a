/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simulated CPUs and the threads they run.
 *
 * A thread is a fiber with a scheduling class. A CPU runs one thread; a thread
 * of a higher class preempts, hard interrupts are the highest class. Code on a
 * CPU costs time only where it says so:
 *
 *	sim_charge(ps)  adds to the running thread's debt: cheap, no switch;
 *	sim_settle()    lets the debt pass, other CPUs and devices go on meanwhile.
 *
 * Every interaction with the rest of the machine (lock, wake-up, MMIO, reading
 * memory that a device writes) settles first, so that what happens between two
 * interactions may be added up and what happens at one has the right time.
 *
 * Which CPUs are near each other: sim/topology.h.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include "sim/param.h"
#include "sim/point.h"
#include "sim/stat.h"
#include "sim/types.h"

/* Where schedules are explored each schedule copies the machine: no room for what nobody has. */
#define SIM_MAX_CPUS (SIM_EXPLORES ? 64 : 256)

/* Of each idle state, in the words of Linux's cpuidle. */
#define SIM_IDLE_STATE_PARAMS(X, n)                                                                \
	X(idle##n##_residency_ps, "idle" #n "_residency", PS, 0, 0, 1000000000000ULL,              \
	  "idle state " #n ": target residency, the idle time from which on it is worth entering", \
	  "")                                                                                      \
	X(idle##n##_entry_ps, "idle" #n "_entry", PS, 0, 0, 1000000000000ULL,                      \
	  "idle state " #n ": entry latency, which has to end before it can be left", "")          \
	X(idle##n##_exit_ps, "idle" #n "_exit", COST, 0, 0, 1000000000000ULL,                      \
	  "idle state " #n ": exit latency, before an interrupt or a woken thread", "")

/*
 * Costs are data: a platform file states each, with its source. There is no
 * default that anyone should trust.
 */
#define SIM_CPU_PARAMS(X)                                                                                              \
	X(nr_cpus, "cpus", COUNT, SIM_PARAM_REQUIRED, 1, SIM_MAX_CPUS, "simulated CPUs", "")                           \
	X(smt_cpus, "smt_cpus", COUNT, 1, 1, SIM_MAX_CPUS,                                                             \
	  "CPUs (hardware threads) that share a core and its cache lines", "")                                         \
	X(cluster_cpus, "cluster_cpus", COUNT, SIM_PARAM_REQUIRED, 1, SIM_MAX_CPUS,                                    \
	  "CPUs that share a cluster", "")                                                                             \
	X(node_cpus, "node_cpus", COUNT, 0, 0, SIM_MAX_CPUS,                                                           \
	  "CPUs that share a NUMA node; 0: those of a socket", "")                                                     \
	X(socket_cpus, "socket_cpus", COUNT, SIM_PARAM_REQUIRED, 1, SIM_MAX_CPUS,                                      \
	  "CPUs that share a socket", "")                                                                              \
	X(cache_cpus, "cache_cpus", COUNT, 0, 0, SIM_MAX_CPUS,                                                         \
	  "CPUs that share a last level cache, which workqueues ask for; 0: those of a node", "")                      \
	X(line_hit_ps, "line_hit", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                              \
	  "access to a cache line that this CPU holds", "")                                                            \
	X(line_cluster_ps, "line_cluster", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                      \
	  "moving a cache line within a cluster", "")                                                                  \
	X(line_node_ps, "line_node", PS, 0, 0, 1000000000,                                                             \
	  "moving a cache line between clusters of a NUMA node; 0: as line_socket", "")                                \
	X(line_socket_ps, "line_socket", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                        \
	  "moving a cache line between nodes of a socket", "")                                                         \
	X(line_remote_ps, "line_remote", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                        \
	  "moving a cache line between sockets", "")                                                                   \
	X(line_memory_ps, "line_memory", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                        \
	  "reading a cache line that no CPU holds", "")                                                                \
	X(atomic_ps, "atomic", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                                  \
	  "atomic read-modify-write on a line already held, beyond line_hit", "")                                      \
	X(line_fair_per_mille, "line_fair_per_mille", COUNT, 0, 0, 1000,                                               \
	  "requests for an occupied cache line that are granted in order, of 1000; the others "                        \
	  "at random",                                                                                                 \
	  "random order has sqrt(pi n / 2) attempts for each cmpxchg that succeeds, as was "                           \
	  "measured on a Kunpeng 920, linux-iommu a5c02a4c4")                                                          \
	X(line_retention_per_mille, "line_retention_per_mille", COUNT, 0, 0, 1000,                                     \
	  "share of a transfer for which the holders of a cache line still hit, of 1000", "")                          \
	X(line_occupancy_per_mille, "line_occupancy_per_mille", COUNT, 1000, 1, 1000,                                  \
	  "share of a transfer after which the next may be granted, of 1000; at least the "                            \
	  "retention",                                                                                                 \
	  "")                                                                                                          \
	X(irq_entry_ps, "irq_entry", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                                          \
	  "from the interrupt controller's signal to the first instruction of the handler", "")                        \
	X(irq_exit_ps, "irq_exit", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                                            \
	  "leaving a hard interrupt", "")                                                                              \
	X(wake_call_ps, "wake_call", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                                          \
	  "try_to_wake_up() on the waker's CPU", "")                                                                   \
	X(wakeup_ps, "wakeup", COST, SIM_PARAM_REQUIRED, 0, 100000000000ULL,                                           \
	  "from the wake-up call until a sleeping thread is runnable on its CPU (reschedule "                          \
	  "interrupt, idle exit)",                                                                                     \
	  "")                                                                                                          \
	X(ipi_ps, "ipi", COST, 0, 0, 1000000000,                                                                       \
	  "reschedule interrupt: from its sending until another CPU acts on it; beside wakeup "                        \
	  "where that CPU is in an idle state, or where it has to make room",                                          \
	  "")                                                                                                          \
	X(idle_poll_ps, "idle_poll", PS, 0, 0, 1000000000000ULL,                                                       \
	  "an idle CPU polls for so long before it enters an idle state: woken meanwhile it needs "                    \
	  "neither ipi nor an exit",                                                                                   \
	  "Linux: haltpoll in guests, state POLL elsewhere; a choice")                                                 \
	X(idle_mwait, "idle_mwait", BOOL, 0, 0, 1,                                                                     \
	  "an idle CPU watches TIF_NEED_RESCHED in each state, as by MWAIT: another CPU's wake-up needs no ipi there", \
	  "Linux: x86 sets TIF_POLLING_NRFLAG around MWAIT, Arm's WFI is left by an interrupt only")                   \
	X(nr_idle_states, "idle_states", COUNT, 0, 0, 3,                                                               \
	  "idle states that the governor chooses from; 0: idle is one, and costs nothing to leave",                    \
	  "")                                                                                                          \
	SIM_IDLE_STATE_PARAMS(X, 1)                                                                                    \
	SIM_IDLE_STATE_PARAMS(X, 2)                                                                                    \
	SIM_IDLE_STATE_PARAMS(X, 3)                                                                                    \
	X(switch_ps, "switch", COST, SIM_PARAM_REQUIRED, 0, 1000000000, "context switch", "")                          \
	X(slice_ps, "slice", PS, 3000000000ULL, 1000, 1000000000000ULL,                                                \
	  "time slice of normal threads that share a CPU",                                                             \
	  "sysctl_sched_base_slice_ns before scaling is 0.75 ms; 3 ms on 8 CPUs, Linux 6.1 "                           \
	  "kernel/sched/fair.c")

struct sim_cpu_params {
	SIM_CPU_PARAMS(SIM_PARAM_FIELD)
};

extern const struct sim_param sim_cpu_param_table[];
extern const size_t sim_cpu_param_count;

/**
 * sim_cpus_init() - bring the CPUs up, all idle
 * @params: copied; values within the ranges of the table
 * Context: once, after sim_init(), outside of threads.
 *
 * Return: 0; -EINVAL if smt_cpus does not divide cluster_cpus (or cache_cpus),
 * that node_cpus, or that socket_cpus, or if nr_cpus is 0 or above SIM_MAX_CPUS;
 * -ENOMEM if the arena has no room.
 */
int sim_cpus_init(const struct sim_cpu_params *params);

/** sim_cpu_params() - what sim_cpus_init() was given; valid as long as the machine. */
const struct sim_cpu_params *sim_cpu_params(void);

/* Scheduling classes, higher preempts lower. */
enum sim_class {
	SIM_CLASS_NORMAL, /* round robin by slice_ps */
	SIM_CLASS_RT,	  /* SCHED_FIFO, as Linux runs its interrupt threads */
	SIM_CLASS_IRQ,	  /* hard interrupts; internal */
};

struct sim_thread;

struct sim_thread_attr {
	const char *name; /* copied, truncated to 31 characters */
	enum sim_class class;
	int cpu;	    /* bound to this CPU, or -1: any */
	u32 nr_cpus;	    /* 0 or 1, or it may run on so many CPUs, cpu being the first */
	int nice;	    /* -20 to 19; of a normal one, with kernel.wakeup_preemption */
	bool is_load;	    /* background load: its time is counted as that */
	size_t stack_bytes; /* 0: the default of 32 KiB (more under sanitizers) */
};

/**
 * sim_thread_create() - make a thread; it does not run before sim_thread_wake()
 * @attr: class NORMAL or RT; CPU -1, or it and those that follow below nr_cpus
 * @fn: what it does; it ends when this returns, which must be with preemption
 *	and interrupts enabled
 * @arg: handed to @fn
 * Context: anywhere; takes no time. A thread that may run anywhere starts near
 * the CPU of its creator (CPU 0 outside of threads).
 *
 * Return: the thread, NULL without memory. Its memory is reused once it ended,
 * so keep no pointer to a thread that may end.
 */
struct sim_thread *sim_thread_create(const struct sim_thread_attr *attr, void (*fn)(void *arg),
				     void *arg);

/**
 * sim_thread_exit() - the running thread ends here, as if its function had returned
 * Context: in a thread, with preemption and interrupts enabled.
 */
_Noreturn void sim_thread_exit(void);

/**
 * sim_thread_bind() - it may run on CPU @cpu only, or with -1 on any
 * Holds from the next time on that it is woken: one that runs stays where it is until then.
 * Context: anywhere; takes no time.
 */
void sim_thread_bind(struct sim_thread *thread, int cpu);

/**
 * sim_thread_set_class() - NORMAL or RT from now on
 * Context: anywhere; takes no time. Not of a thread that waits for a CPU.
 */
void sim_thread_set_class(struct sim_thread *thread, enum sim_class class);

/**
 * sim_thread_show_on_cpu() - keep @on_cpu at 1 while it is on a CPU, and at 0 while it is not
 * @on_cpu: as long as the thread is; NULL: no longer
 * Context: anywhere; takes no time.
 */
void sim_thread_show_on_cpu(struct sim_thread *thread, unsigned char *on_cpu);

/**
 * sim_thread_watch_sleep() - have the running thread say when it goes to sleep and comes back
 * @fn: called with true before it parks, unless it was woken already, and with false
 *	after; NULL: nobody. May charge, settle and wake; must not spin or sleep
 * Context: in a thread.
 */
void sim_thread_watch_sleep(void (*fn)(bool is_going));

/**
 * sim_thread_move() - a thread that sleeps was last on CPU @cpu: it is placed near that when woken
 * Context: anywhere; takes no time. Does nothing to one that is not asleep.
 */
void sim_thread_move(struct sim_thread *thread, u32 cpu);

/**
 * sim_thread_last_cpu() - where it runs, or ran last. Context: anywhere.
 */
u32 sim_thread_last_cpu(const struct sim_thread *thread);

/**
 * sim_thread_self() - the running thread; NULL outside of threads (event callbacks)
 *
 * In a hard interrupt it is the CPU's interrupt context, a thread with number 0.
 */
struct sim_thread *sim_thread_self(void);

#define SIM_THREAD_NAME_BYTES 32

/**
 * sim_thread_name(), sim_thread_number() - who is it? Valid until it ends; the name is
 * SIM_THREAD_NAME_BYTES that may be copied.
 */
const char *sim_thread_name(const struct sim_thread *thread);
u32 sim_thread_number(const struct sim_thread *thread); /* 1, 2, ... in order of creation */

/** sim_thread_set_name() - who it is from now on; cut as above. Context: anywhere */
void sim_thread_set_name(struct sim_thread *thread, const char *name);

/** sim_thread_stack_end() - the address behind its stack, which grows down */
u64 sim_thread_stack_end(const struct sim_thread *thread);

/** sim_thread_find() - the thread of that number; NULL: it has ended, or never was. */
struct sim_thread *sim_thread_find(u32 number);

/* One word for the layer above (kapi keeps its task_struct here). */
void sim_thread_set_private(struct sim_thread *thread, void *private);
void *sim_thread_private(const struct sim_thread *thread);

/** sim_cpu_id() - CPU of the running thread. Context: in a thread or interrupt. */
u32 sim_cpu_id(void);

/** sim_charge() - add @ps to the running thread's debt. Context: anywhere; takes no time yet. */
void sim_charge(u64 ps);

/**
 * sim_settle() - let the running thread's debt pass
 * Context: in a thread or interrupt. Other events run; the thread may be
 * preempted and interrupted, even with no debt. Cheap (no switch) while nothing
 * else is due before the debt has passed.
 */
void sim_settle(void);

/**
 * sim_park() - sleep until sim_thread_wake()
 * A wake-up that came since the last sim_park() returned is not lost: then
 * sim_park() returns at once. Callers loop on their condition.
 * Context: in a thread, not with preemption or interrupts disabled.
 */
void sim_park(void);

/**
 * sim_thread_wake() - make a parked (or new) thread runnable
 * Charges wake_call_ps to the caller if it is a thread, and settles; the woken
 * one becomes runnable later on its last CPU if that is idle, else on an idle CPU
 * that it may use, else it queues on its last CPU. How much later: sim/wakeup.c.
 * Context: anywhere.
 */
void sim_thread_wake(struct sim_thread *thread);

/**
 * sim_spin() - poll: keep the CPU busy until sim_spin_end()
 * For code that polls memory: whoever writes there ends it, so that polling
 * costs no events. The caller has settled and found its condition false since.
 * Context: in a thread. A higher class preempts it unless preemption is off;
 * whoever was preempted polls on.
 */
void sim_spin(void);

/**
 * sim_spin_end() - a thread in sim_spin() goes on
 * @cost_ps: until it has seen the write (moving the line), charged to it
 * Context: anywhere. Does nothing if the thread does not spin.
 */
void sim_spin_end(struct sim_thread *thread, u64 cost_ps);

/**
 * sim_sleep_ps() - park for a time (a timer wakes; wakeup_ps is paid)
 * @ps: from the call on, after the debt has passed
 *
 * Another's wake-up neither cuts it short nor is lost: the next sim_park()
 * returns at once.
 * Context: as sim_park().
 */
void sim_sleep_ps(u64 ps);

/**
 * sim_yield() - to the back of the run queue of the same class
 * Returns at once if nobody of that class waits on this CPU.
 * Context: as sim_park().
 */
void sim_yield(void);

/**
 * sim_preempt_disable(), sim_irq_disable() - keep the CPU; both nest
 *
 * The outermost of each settles. What became due meanwhile happens in the
 * matching enable call.
 * Context: in a thread or interrupt.
 */
void sim_preempt_disable(void);
void sim_preempt_enable(void);
void sim_irq_disable(void); /* nests */
void sim_irq_enable(void);

/** sim_in_hardirq() - in an interrupt handler? False outside of threads. */
bool sim_in_hardirq(void);
bool sim_may_sleep(void);    /* in a thread, preemptible, interrupts on */
bool sim_irqs_are_off(void); /* by the running thread */

/* What forbids the running thread to sleep. */
struct sim_atomic {
	u32 preempt_count, irq_count;
};

/**
 * sim_atomic_set_aside(), sim_atomic_put_back() - it sleeps all the same, as Linux goes on when
 * one does that by mistake
 * Context: a thread, not an interrupt; time passes.
 */
struct sim_atomic sim_atomic_set_aside(void);
void sim_atomic_put_back(struct sim_atomic atomic);

/* A hard interrupt line, bound to a CPU. */
struct sim_irq {
	u32 number;
	u32 cpu;
	void (*handler)(struct sim_irq *irq); /* runs as SIM_CLASS_IRQ, may not sleep */
	bool is_pending;
	bool is_load; /* of the background load */
	u64 nr_raised, nr_taken;
	u64 ready_ps;	      /* internal: signalled plus irq_entry_ps */
	struct sim_irq *next; /* internal: pending ones of a CPU, oldest first */
};

/**
 * sim_irq_init() - prepare caller's memory
 * @number: for traces
 * @cpu: below nr_cpus
 * @handler: runs in the CPU's interrupt context, which has a stack as a thread
 *	does; may charge, settle, spin and wake, may not sleep
 */
void sim_irq_init(struct sim_irq *irq, u32 number, u32 cpu, void (*handler)(struct sim_irq *));

/**
 * sim_irq_raise() - signal the interrupt; one already pending stays one
 * The handler starts irq_entry_ps later (an idle CPU's idle state is left first),
 * or when interrupts are enabled again.
 * Raised while its handler runs, it is handled once more. The interrupted
 * thread's debt continues after the last pending handler and irq_exit_ps.
 * Context: anywhere; settles in a thread.
 */
void sim_irq_raise(struct sim_irq *irq);

/* Numbers of lines that every CPU has: of the scheduler's own, and of the load. */
#define SIM_IRQ_HRTIMER 0xfffffffcU
#define SIM_IRQ_LOAD 0xfffffffdU
#define SIM_IRQ_TICK 0xfffffffeU
#define SIM_IRQ_RESCHED 0xffffffffU

/** sim_irq_name() - of such a number; NULL of any other. */
const char *sim_irq_name(u64 number);

/**
 * sim_softirq_add() - the running hard interrupt leaves @ps to do behind it
 * Done on its CPU, before the interrupted thread goes on, with interrupts enabled:
 * further hard interrupts come first. Left out: ksoftirqd, which would take over
 * what lasts (2 ms, or ten rounds).
 * Context: in an interrupt handler.
 */
void sim_softirq_add(u64 ps);

#define SIM_CPU_STATS(X)                                                                           \
	X(idle_ps, "idle_ns", PS, SUM, "time with nothing to run, and leaving idle")               \
	X(irq_ps, "irq_ns", PS, SUM, "time in hard interrupts")                                    \
	X(rt_ps, "rt_ns", PS, SUM, "time in threads of the real-time class, event threads")        \
	X(normal_ps, "normal_ns", PS, SUM, "time in other threads")                                \
	X(spin_ps, "spin_ns", PS, SUM, "time that threads spun, waiting")                          \
	X(load_ps, "load_ns", PS, SUM,                                                             \
	  "time of the background load, its interrupts without entry and exit included")           \
	X(switches, "switches", COUNT, SUM, "context switches")                                    \
	X(preemptions, "preemptions", COUNT, SUM, "threads that had to make room for another")     \
	X(irqs, "irqs", COUNT, SUM, "hard interrupts taken")                                       \
	X(idle_too_deep, "idle_too_deep", COUNT, SUM,                                              \
	  "idle times that ended before the target residency of the state that the governor took") \
	X(idle_too_shallow, "idle_too_shallow", COUNT, SUM,                                        \
	  "idle times for which a deeper state would have been worth entering")

struct sim_cpu_stats {
	SIM_CPU_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table sim_cpu_stat_table;

/**
 * sim_cpu_stats() - how CPU @cpu spent its time until now
 *
 * The times add up to the time since sim_cpus_init(), or sim_cpu_stats_reset(). Debt that is
 * charged and not settled has not been spent. Switching and waking count as the thread's.
 */
void sim_cpu_stats(u32 cpu, struct sim_cpu_stats *stats);

#define SIM_THREAD_STATS(X)                                                                        \
	X(running_ps, "running_ns", PS, SUM, "time on a CPU")                                      \
	X(spinning_ps, "spinning_ns", PS, SUM, "of that, spinning")                                \
	X(lock_wait_ps, "lock_wait_ns", PS, SUM, "time in waits for locks, asleep or spinning")

struct sim_thread_stats {
	SIM_THREAD_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table sim_thread_stat_table;

/** sim_thread_stats() - how long @thread had a CPU until now, interrupts on top left out. */
void sim_thread_stats(const struct sim_thread *thread, struct sim_thread_stats *stats);

/**
 * sim_thread_worked_ps() - how long instructions of @thread have passed until now
 * Without its waits: asleep, for a CPU, spinning, for a cache line that others hold, and
 * while interrupts are on top of it. Only differences mean something; resetting statistics does
 * not change it. Context: anywhere.
 */
u64 sim_thread_worked_ps(const struct sim_thread *thread);

/**
 * sim_work_begin(), sim_work_end() - the running thread begins to work on something; leaves it
 * A hard interrupt begins with its entry, by itself. Who begins anew has left what was before.
 * Context: in a thread or interrupt; takes no time.
 */
void sim_work_begin(void);
void sim_work_end(void);

/** sim_work_ps() - how long it has worked on that (sim_thread_worked_ps()); 0 if on nothing. */
u64 sim_work_ps(void);

/** sim_cpu_stats_reset() - statistics of all CPUs and threads begin anew, now. */
void sim_cpu_stats_reset(void);

/** sim_switches() - fiber switches so far (for the bench). */
u64 sim_switches(void);

#endif
