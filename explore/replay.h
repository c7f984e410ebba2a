/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A schedule in a file, to be run again: which program, scenario and design, and who went on at
 * each decision. Text, a few hundred bytes:
 *
 *	iopfsim schedule 3
 *	program 0123456789abcdef
 *	source 0123456789ab
 *	scenario fault-and-detach
 *	design rfc-v3
 *	dispatch inline
 *	timeouts 1
 *	without-points load, store
 *	without none
 *	finding use after free
 *	steps 0123456789abcdef
 *	choices 42
 *	0 0 1 1 ...
 *
 * It is for the program whose hash it has, and for any other build of the same source: without
 * optimization, for gdb, or with AddressSanitizer. That it is the same schedule is not believed:
 * the hash of its steps (story.h) must come out again.
 */
#ifndef EXPLORE_REPLAY_H
#define EXPLORE_REPLAY_H

#include "explore/machine.h"
#include "explore/strategy.h"

struct replay {
	u64 program, steps;
	char source[128]; /* iopfsim --version */
	char scenario[64], design[32], dispatch[32];
	/* what the search was told: it changes which steps there are, and what is found first */
	u32 max_timeouts;
	u64 kinds_off, findings_off; /* bit n: enum sim_point_kind n, enum finding_kind n */
	enum finding_kind finding;
	struct choices choices;
};

/** replay_program() - a hash of this program; 0: it cannot be read. */
u64 replay_program(void);

/** replay_write() - 0 or -errno; nothing half-written. */
int replay_write(const struct replay *replay, const char *path);

#define REPLAY_MESSAGE 256
#define REPLAY_MAX_TIMEOUTS 1000U

/**
 * replay_read() - whatever @path holds
 * Return: 0; -EINVAL or another -errno: @message says what is wrong and where.
 */
int replay_read(struct replay *replay, const char *path, char message[REPLAY_MESSAGE]);

#endif
