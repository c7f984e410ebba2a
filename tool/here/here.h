/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * This machine in the words of a platform file: what was measured of it, how
 * sure that is, and what it comes to as costs of simulated CPUs.
 */
#ifndef TOOL_HERE_H
#define TOOL_HERE_H

#include <stdio.h>

#include "sim/cpu.h"
#include "tool/host/host.h"

struct here {
	struct host_machine machine;
	struct host_claim claim;
	/*
	 * CPUs in a group of each level, from the nearest on. As simulated topology has it: each
	 * divides the next. A machine that is not so has but one level, of all pairs.
	 */
	u32 level_cpus[HOST_NR_LEVELS];
	bool is_regular;
	struct host_spread loop, hit, atomic, memory;
	struct host_spread lines[HOST_NR_LEVELS]; /* between CPUs of a level; nr 0: no such pair */
	struct host_spread add;			  /* fetch_add by two CPUs: struct here_add */
	u64 retention_per_mille;		  /* with which that comes out */
};

/**
 * here_measure() - all of it; takes a few seconds
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Waits, and says so on standard error, while another process measures. From here on this
 * process ends with its parent.
 *
 * Context: the process has no simulated machine; after it the calling thread is real-time, if
 * it may be, and nobody else measures: here_leave(), also if it failed.
 * Return: 0; -EDOM: there is one CPU, and nothing to measure between CPUs; -EINTR: stopped by a
 * signal; -ETIME: not done in time; -errno.
 */
int here_measure(struct here *here, char *message);
void here_leave(struct here *here);

/** here_complain() - why measuring came to @err, as one line of TEXT_MESSAGE_MAX bytes. */
void here_complain(int err, char *message);

/**
 * here_cpu() - simulated CPUs as those of this machine
 * @transfer_ns: what a line takes between the first two CPUs now; all distances are in proportion
 *
 * Costs of interrupts and wake-ups are none: for contention that never sleeps.
 */
struct sim_cpu_params here_cpu(const struct here *here, double transfer_ns);

/** here_transfer_ns() - what a line took between the first two CPUs when all was measured. */
double here_transfer_ns(const struct here *here);

/* fetch_add by two CPUs, with pauses of about 7, 14 and 28 ns. */
struct here_add {
	double ns;	/* of an operation, geometric mean over the pauses */
	double loop_ns; /* an iteration of the loop that a pause is */
};

/**
 * here_add() - one sample
 * here_retention() - the retention with which simulated CPUs come to @add, beside a line that
 * takes @transfer_ns
 *
 * Context, Return: as here_measure().
 */
int here_add(const struct here *here, struct here_add *add);
int here_retention(const struct here *here, double transfer_ns, const struct here_add *add,
		   u64 *per_mille);

/** here_is_sure() - did repetitions agree? Quartiles within a fifth, and nobody came in between. */
bool here_is_sure(const struct here *here, const struct host_spread *spread);

/** here_print() - what was measured, for people; here_write_json() - the same. */
void here_print(FILE *out, const struct here *here);
void here_write_json(FILE *out, const struct here *here);

/**
 * here_write_platform() - a platform file
 * @text: of the platform file @name, from which everything is that was not measured
 *
 * Return: 0; -EINVAL: @text has no section cpu.
 */
int here_write_platform(FILE *out, const struct here *here, const char *text, const char *name);

/** here_is_platform() - does the file at @path begin as what here_write_platform() writes? */
bool here_is_platform(const char *path);

#endif
