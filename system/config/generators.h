/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of generators. What one states here is all that is known of it outside of
 * its file, system/replay/gen_NAME.c: its name, a line of help, and the rows of its
 * parameters, which are keys of section `workload`. Generators may share a file and
 * parameters. A trace, which a run may have in place of a generator, is none.
 */
#ifndef SYSTEM_GENERATORS_H
#define SYSTEM_GENERATORS_H

/* X(ID, symbol, name, about): SYS_GEN_ID, the operations gen_symbol (system/replay/generator.h) */
#define SYS_GENERATORS(X)                                                                          \
	X(MESSAGES, messages, "messages",                                                          \
	  "an accelerator reads one buffer and writes another, message after message")             \
	X(SEQUENTIAL, sequential, "sequential",                                                    \
	  "one access after the other through a range, again and again")                           \
	X(RANDOM, random, "random", "accesses at pages drawn from a range")

#define SYS_GENERATOR_PARAMS(X) SYS_MESSAGES_PARAMS(X) SYS_PACED_PARAMS(X)

#define SYS_MESSAGES_PARAMS(X)                                                                     \
	X(message_bytes, "message", BYTES, 1 << 20, 1, 1ULL << 40,                                 \
	  "messages: bytes in, and the same out", "")                                              \
	X(nr_messages, "messages", COUNT, 100, 1, 1ULL << 40, "messages: how many", "")            \
	X(extra_pages, "extra_pages", COUNT, 0, 0, 1 << 20,                                        \
	  "messages: further pages read once each (queues, descriptors), behind the buffers, "     \
	  "spread evenly over the messages",                                                       \
	  "")                                                                                      \
	X(buffer_pairs, "buffer_pairs", COUNT, 2, 1, 1 << 20,                                      \
	  "messages: pairs of in and out buffer, used in turn", "")

#define SYS_PACED_PARAMS(X)                                                                          \
	X(nr_accesses, "accesses", COUNT, 100000, 1, 1ULL << 48,                                     \
	  "sequential, random: accesses a device", "")                                               \
	X(write_percent, "write_percent", COUNT, 50, 0, 100,                                         \
	  "sequential, random: share of writes", "")                                                 \
	X(interval_ps, "interval", PS, 0, 0, SIM_TIME_NEVER >> 8,                                    \
	  "sequential, random: mean time between accesses of a device, 0: as fast as it takes them", \
	  "")                                                                                        \
	X(poisson, "poisson", BOOL, 0, 0, 1,                                                         \
	  "sequential, random: exponential rather than constant intervals", "")                      \
	X(footprint_bytes, "footprint", BYTES, 1 << 20, 4096, 1ULL << 47,                            \
	  "sequential, random: bytes that one device touches", "")

#endif
