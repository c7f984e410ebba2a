/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share. Of the host's memory, but for what says otherwise. */
#ifndef SYSTEM_DRIVE_INTERNAL_H
#define SYSTEM_DRIVE_INTERNAL_H

#include "linux/world/linux.h"
#include "sim/lock.h"
#include "system/drive/drive.h"
#include "system/machine/internal.h"

#define DRIVE_MAX_DEVICES 8
#define DRIVE_MAX_PROCESSES 8
#define DRIVE_MAX_DOMAINS 8
#define DRIVE_MAX_THREADS 16
#define DRIVE_MAX_SETTINGS 32
#define DRIVE_MAX_PAGES 65536
#define DRIVE_MAX_BLOCK (1 << 22)
#define DRIVE_MAX_REQUESTS 4096

#define DRIVE_PAGE_BYTES 4096ULL
#define DRIVE_FIRST_ADDRESS 0x100000000ULL /* of page 0 */

/* --- a file --- */

enum drive_argument {
	DRIVE_DEVICE,
	DRIVE_PROCESS,
	DRIVE_DOMAIN,
	DRIVE_IOMMU,
	DRIVE_PAGE,
	DRIVE_PAGES,
	DRIVE_PERM,
	DRIVE_WRITE,
	DRIVE_PASID,
	DRIVE_HANDLER,
	DRIVE_KEEPS,
	DRIVE_TWICE,
	DRIVE_BLOCK,
	DRIVE_COMMANDS,
	DRIVE_TIMES,
	DRIVE_FROM,
	DRIVE_TO,
	DRIVE_BY,
	DRIVE_TIME,
	DRIVE_ENDS,
	DRIVE_GROUP,
	DRIVE_LAST,
	DRIVE_EXECUTE,
	DRIVE_PRIVILEGED,
	DRIVE_INVALIDATIONS,
	DRIVE_IN,
	DRIVE_STEPS,
	DRIVE_NR_ARGUMENTS,
};

enum drive_kind {
	DRIVE_NUMBER,
	DRIVE_FLAG,
	DRIVE_RIGHTS, /* bits 0 and 1: read, write */
	DRIVE_PS,     /* or "swept" */
	DRIVE_WORDS,  /* bits of drive_ends */
	DRIVE_NAME,   /* number of a thread */
	DRIVE_LIST,   /* of steps */
};

#define DRIVE_SWEPT (~0ULL)

/* How an access may end: bits. */
enum drive_ending { DRIVE_ENDS_DONE, DRIVE_ENDS_ABORTED, DRIVE_ENDS_STALE, DRIVE_NR_ENDS };
extern const char *const drive_ends[];

struct drive_key {
	const char *name;
	enum drive_argument argument;
	enum drive_kind kind;
	u64 max, fallback; /* what it is if it is left out */
	bool is_wanted;	   /* it must not be left out */
};

#define DRIVE_MAX_KEYS 14 /* the last is none */

struct drive_step;
struct drive_thread;

struct drive_verb {
	const char *name;
	/* Return: 0, -errno. Context: sim thread; sleeps. NULL: drive.c does it. */
	int (*take)(struct drive *drive, struct drive_thread *self, const struct drive_step *step);
	struct drive_key keys[DRIVE_MAX_KEYS];
};

extern const struct drive_verb drive_verbs[]; /* one without a name ends them */

struct drive_step {
	const struct drive_verb *verb;
	const struct text_node *node; /* what stands in the file, for the transcript */
	u64 arguments[DRIVE_NR_ARGUMENTS];
	u32 given; /* bits */
	struct drive_step *body;
	u32 nr_body;
};

static inline bool drive_is_given(const struct drive_step *step, enum drive_argument argument)
{
	return step->given >> argument & 1;
}

/* --- what is said --- */

struct drive_said {
	char *text; /* NULL: nothing yet */
	size_t used, size;
};

void drive_say(struct drive_said *said, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** drive_said_text() - "" if nothing. */
const char *drive_said_text(const struct drive_said *said);

/* --- a run --- */

/* Takes a step beside the others. */
struct drive_thread {
	char name[32];
	struct drive *drive;
	const struct drive_step *step;
	int err;
	char outcome[96]; /* of the step, in place of the error's name; "" */
	bool is_running;
	struct sim_completion done; /* arena, as its line is */
};

struct drive_bond {
	struct linux_bond bond;
	u32 nr; /* times that it was taken; 0: it is over, and its PASID is of before */
};

/* A register of an IOMMU's, looked after: damage.c. */
struct drive_unit {
	struct linux_iommu behind; /* what was there */
	struct sys_machine *machine;
	u64 nr_damaged; /* commands that are still to be damaged */
};

struct drive_batch;

/* An access of a device's. */
struct drive_dma {
	struct port_access access; /* first */
	struct drive_batch *batch;
	/* of an endpoint */
	bool has_group, is_last;
	u16 group;
	u64 number; /* of its issue */
	struct drive_dma *next;
};

struct drive_counts {
	u64 accesses, done, aborted, stale;
};

struct drive {
	char *path;
	struct text_document document;
	char *message;
	const char *machine_name;
	struct wl_setting settings[DRIVE_MAX_SETTINGS];
	u32 nr_settings;
	const struct text_node *series; /* NULL: any */
	bool is_racy, is_late;
	u64 limit_ps;
	struct drive_step *steps;
	u32 nr_steps;

	/* of the run */
	struct sys_machine *machine;
	const struct linux_calls *calls;
	struct drive_thread script, threads[DRIVE_MAX_THREADS];
	u32 nr_threads;
	struct linux_process *processes[DRIVE_MAX_PROCESSES];
	struct linux_space *domains[DRIVE_MAX_DOMAINS];
	struct linux_space *attached[DRIVE_MAX_DEVICES];
	bool is_there[DRIVE_MAX_DEVICES];
	struct drive_bond bonds[DRIVE_MAX_DEVICES][DRIVE_MAX_PROCESSES];
	struct drive_unit *units;	  /* arena */
	struct drive_endpoint *endpoints; /* arena; one for each device */
	struct drive_counts counts;
	struct drive_said said, round, *at;
	u64 swept_ps;
	u64 nr_objects; /* at the last step `leaks` */
	u64 nr_taken;	/* steps: who takes none for long, hangs */
	bool is_heard;	/* the kernel: from when it is up */
	bool is_over;
};

/** drive_watch_units() - damage.c sees registers. 0 or -ENOMEM. */
int drive_watch_units(struct drive *drive);

/**
 * drive_watch_endpoints() - endpoint.c sees what is sent to endpoints
 * Return: 0 or -ENOMEM.
 */
int drive_watch_endpoints(struct drive *drive);

/** drive_endpoint_access() - of an endpoint: @dma is complete later. */
void drive_endpoint_access(struct drive *drive, u32 device, struct drive_dma *dma);

/** drive_choose_space() - by which address space @step has @access done */
void drive_choose_space(const struct drive *drive, const struct drive_step *step,
			struct port_access *access);

/** drive_add() - a device comes; it is none of the machine's: -ENODEV. As struct drive_verb says.
 */
int drive_add(struct drive *drive, u32 device, bool is_twice);

/** drive_say_step() - as it stands in the file. */
void drive_say_step(struct drive_said *said, const struct drive_step *step);

/** drive_say_counts() - what has been counted, at the end. */
void drive_say_counts(struct drive *drive);

/** drive_say_lines() - each line of @text, below another; @text is cut up. */
void drive_say_lines(struct drive *drive, char *text);

/** drive_say_round() - the rounds before are said when all are over; this one is over now. */
void drive_say_round(struct drive *drive);

/** drive_watch_host() - watch.c ends the program if the kernel loops while no time passes. */
void drive_watch_host(struct drive *drive, FILE *out);

/** drive_say_hang() - who waits for whom. */
void drive_say_hang(struct drive *drive);

/** drive_error_name() - "EBUSY" of -EBUSY. */
const char *drive_error_name(int err);

#endif
