// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache lines without a clock: an access is a point. Of a lock's and a wait queue's line, of an
 * atomic's, whatever reads it reads, whatever else is a read-modify-write. What only costs is
 * nothing.
 */
#include "sim/schedule/internal.h"

#include <string.h>

void sim_line_init(struct sim_line *line)
{
	memset(line, 0, sizeof(*line));
}

void sim_line_read(struct sim_line *line)
{
	sim_point(SIM_POINT_LOAD, line, sizeof(long));
}

void sim_line_write(struct sim_line *line)
{
	sim_point(SIM_POINT_ATOMIC, line, sizeof(long));
}

void sim_line_atomic(struct sim_line *line)
{
	sim_point(SIM_POINT_ATOMIC, line, sizeof(long));
}

void sim_line_atomic_shared(struct sim_line *line)
{
	sim_point(SIM_POINT_ATOMIC, line, sizeof(long));
}

void sim_line_charge_read(struct sim_line *line)
{
	sim_point(SIM_POINT_LOAD, line, sizeof(long));
}

void sim_line_charge_write(struct sim_line *line)
{
	sim_point(SIM_POINT_STORE, line, sizeof(long));
}

void sim_line_charge_new(struct sim_line *line)
{
	sim_point(SIM_POINT_STORE, line, sizeof(long));
}

void sim_word_init(struct sim_word *word)
{
	memset(word, 0, sizeof(*word));
}

/* Polled again: the others first. */
void sim_word_wait(struct sim_word *word)
{
	sim_point(SIM_POINT_YIELD, NULL, 0);
}

void sim_word_wake(struct sim_word *word)
{
}
