/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cache line that CPUs poll: each write to it takes their copies away, and
 * they read it again. A poller costs the simulator nothing while it finds
 * nothing new: it is told when to look.
 */
#ifndef SIM_POLL_H
#define SIM_POLL_H

#include "sim/line.h"

struct sim_poller; /* on the polling thread's stack */

struct sim_word {
	struct sim_line line;
#if !SIM_EXPLORES
	struct sim_poller *first, *last; /* who polls it, who came first first */
#endif
};

/** sim_word_init() - a word in a line that no CPU holds, polled by nobody. */
void sim_word_init(struct sim_word *word);

/**
 * sim_word_wait() - spin until the line is written, whoever does
 * The caller has read it and found nothing for it; it reads it again afterwards.
 * Context: in a thread or interrupt that has settled.
 *
 * sim_word_wake() - it has just been written: who spins looks again. Context: anywhere.
 */
void sim_word_wait(struct sim_word *word);
void sim_word_wake(struct sim_word *word);

#endif
