/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that iopfsim runs on, measured: real threads on real CPUs, by the
 * host's clock. It is the only room with either that a result of iopfsim comes
 * from, and what it says is never input of a simulated run by itself: a platform
 * file is written, or a table that says that it was measured.
 *
 * Everything is measured in bursts of milliseconds, each followed by as long a
 * pause: threads bound to CPUs, real-time (SCHED_FIFO) where that is allowed, so
 * that other programs on the machine do not run in between. A hypervisor still
 * may. So a burst is repeated, and the median stands with its quartiles.
 *
 * Real-time threads of two measurements would keep each other off the CPUs. So there is one at
 * a time (host_claim()), each burst has an end even if threads of it never come to run, so has
 * the whole, and a thread that gets lost all the same ends the process (RLIMIT_RTTIME).
 */
#ifndef TOOL_HOST_H
#define TOOL_HOST_H

#include "sim/types.h"

#define HOST_MAX_CPUS 64
#define HOST_REPEATS 9
#define HOST_SPAN_S 300 /* after which nothing is measured any more; it takes ten seconds */

/* How near two CPUs are; each level includes those before it. */
enum host_level {
	HOST_LEVEL_CORE,  /* hardware threads of a core */
	HOST_LEVEL_CACHE, /* share a last level cache */
	HOST_LEVEL_NODE,  /* NUMA node */
	HOST_LEVEL_SOCKET,
	HOST_LEVEL_SYSTEM,
	HOST_NR_LEVELS,
};

extern const char *const host_level_names[HOST_NR_LEVELS];

struct host_machine {
	char model[128]; /* of /proc/cpuinfo, or "unknown" */
	char name[65];	 /* of the host */
	u32 nr_cpus;	 /* that we may run on, at most HOST_MAX_CPUS */
	int cpus[HOST_MAX_CPUS];
	int ids[HOST_NR_LEVELS][HOST_MAX_CPUS]; /* CPUs of a group of a level have the same */
	bool is_realtime;			/* bursts are SCHED_FIFO */
	double until_ns;			/* of the host's clock: no burst begins later */
	bool (*is_stopped)(void);		/* asked before each burst; NULL: never */
};

/* That nobody else measures. */
struct host_claim {
	int fd;	     /* -1: none, or there is nothing to lock */
	long holder; /* process that has it; 0: cannot be seen from here */
};

/**
 * host_claim() - measure alone, until host_unclaim() or the end of the process
 *
 * Return: 0; -EBUSY: another process measures, @claim->holder.
 */
int host_claim(struct host_claim *claim);
void host_unclaim(struct host_claim *claim);

/** host_end_with_parent() - from now on SIGTERM comes when the parent is gone. */
void host_end_with_parent(void);

/**
 * host_machine_find() - CPUs, topology, and whether bursts are real-time
 *
 * Context: from here on the calling thread is real-time itself, one priority above its
 * bursts, if it may be: it must be able to end them. host_machine_leave() undoes that, for good or
 * while something is computed, host_machine_enter() does it again. Bursts may be had for
 * HOST_SPAN_S. Return: 0, or -errno of what the system refused.
 */
int host_machine_find(struct host_machine *machine);
void host_machine_enter(struct host_machine *machine);
void host_machine_leave(const struct host_machine *machine);

/** host_level_of() - the nearest level at which @machine's CPUs number @a and @b are together. */
enum host_level host_level_of(const struct host_machine *machine, u32 a, u32 b);

/* Of some repetitions. */
struct host_spread {
	double median, low, high; /* low and high: quartiles */
	u32 nr;
};

/** host_spread() - sorts @values. */
struct host_spread host_spread(double *values, u32 nr);

/* One thread of a burst. */
struct host_thread {
	u32 index;
	struct host_burst *burst;
	u64 nr_done; /* written by the thread as it ends */
};

struct host_burst {
	const struct host_machine *machine;
	u32 nr_threads;
	u32 first, step; /* thread i runs on the machine's CPU number first + i * step */
	u32 us;		 /* how long; 0: until all threads have come to their end */
	/* Called once per thread, together; with @us until host_is_over(). */
	void (*work)(struct host_thread *thread);
	/* Called before each try: what threads that were called off have left is in there. NULL:
	 * nothing. */
	void (*prepare)(const struct host_burst *burst);
	void *opaque;
	/* what came of it */
	double elapsed_ns;
	u64 nr_done; /* of all threads */
};

/**
 * host_burst() - let the threads run, then pause
 *
 * Threads that do not all come to run, or real-time ones that do not come to their end, are
 * called off, and it is tried again: their CPUs were somebody else's.
 *
 * Return: 0; -EINTR: stopped; -ETIME: the machine's time is over; -errno: no thread.
 */
int host_burst(struct host_burst *burst);

/** host_is_over() - shall a thread end: the burst's time is over, or it is called off? */
bool host_is_over(void);

/** host_sleep_us() - at least so long. */
void host_sleep_us(u32 us);

/** host_relax() - what a loop that polls does between two looks. */
static inline void host_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/** host_loop() - @nr iterations that do nothing; host_loop_ns() has measured one. */
void host_loop(u32 nr);

/*
 * Each is one sample in nanoseconds, 0 or -errno. The host's CPUs are slower at times, and so
 * are its lines: a sample is worth something beside another that was taken at the same time.
 */
int host_loop_ns(const struct host_machine *machine, double *ns);   /* an iteration */
int host_hit_ns(const struct host_machine *machine, double *ns);    /* reading a line one has */
int host_atomic_ns(const struct host_machine *machine, double *ns); /* fetch_add on such a line */
int host_memory_ns(const struct host_machine *machine, double *ns); /* a line that nobody has */

/**
 * host_transfer_ns() - a line that two CPUs take from each other by cmpxchg, once
 * @a, @b: two of the machine's CPUs, by number
 */
int host_transfer_ns(const struct host_machine *machine, u32 a, u32 b, double *ns);

#endif
