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
	X(RANDOM, random, "random", "accesses at pages drawn from a range")                        \
	X(ZIPF, zipf, "zipf", "the same, some pages far more often than others: Zipf's law")       \
	X(POINTER_CHASE, pointer_chase, "pointer-chase",                                           \
	  "each access begins when the one before has ended: a list through all pages")            \
	X(POST_COPY, post_copy, "post-copy",                                                       \
	  "a guest after its migration: pages that nobody has touched, most of them at first")     \
	X(RINGS, rings, "rings", "a NIC: rings of descriptors, a buffer for each packet")          \
	X(NVME, nvme, "nvme", "an NVMe controller: submission queues, data, completion queues")

#define SYS_GENERATOR_PARAMS(X)                                                                    \
	SYS_MESSAGES_PARAMS(X)                                                                     \
	SYS_PACED_PARAMS(X)                                                                        \
	SYS_THINK_PARAMS(X)                                                                        \
	SYS_ZIPF_PARAMS(X) SYS_POST_COPY_PARAMS(X) SYS_QUEUES_PARAMS(X) SYS_RINGS_PARAMS(X)

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

/* Of all but messages: how many, where, and when. */
#define SYS_PACED_PARAMS(X)                                                                        \
	X(nr_accesses, "accesses", COUNT, 100000, 1, 1ULL << 48,                                   \
	  "accesses a device; rings: packets, nvme: commands", "")                                 \
	X(write_percent, "write_percent", COUNT, 50, 0, 100,                                       \
	  "share of writes; rings: of packets that come in, nvme: of commands that read the disk", \
	  "")                                                                                      \
	X(interval_ps, "interval", PS, 0, 0, SIM_TIME_NEVER >> 8,                                  \
	  "mean time between accesses of a device, 0: as fast as it takes them", "")               \
	X(poisson, "poisson", BOOL, 0, 0, 1,                                                       \
	  "exponential rather than constant intervals, pauses, times to think", "")                \
	X(burst, "burst", COUNT, 0, 0, 1ULL << 32,                                                 \
	  "accesses of a burst, with a pause in place of an interval behind it, 0: no bursts", "") \
	X(pause_ps, "pause", PS, 0, 0, SIM_TIME_NEVER >> 8, "between two bursts", "")              \
	X(drop_after_ps, "drop_after", PS, 0, 0, SIM_TIME_NEVER >> 8,                              \
	  "an access that could not be issued so long after it was due is dropped, 0: it waits",   \
	  "")                                                                                      \
	X(footprint_bytes, "footprint", BYTES, 1 << 20, 4096, 1ULL << 47,                          \
	  "bytes that one device touches; nvme: of data", "")

/* Of all of them. */
#define SYS_THINK_PARAMS(X)                                                                        \
	X(think_ps, "think", PS, 0, 0, SIM_TIME_NEVER >> 8,                                        \
	  "from the end of an access (messages, nvme: the last of one) to the next in its place: " \
	  "device.outstanding_accesses users who wait for their answer and then think",            \
	  "")

#define SYS_ZIPF_PARAMS(X)                                                                         \
	X(zipf_per_mille, "zipf_per_mille", COUNT, 990, 0, 2000,                                   \
	  "exponent of Zipf's law, in 1/1000", "0.99: YCSB")

#define SYS_POST_COPY_PARAMS(X)                                                                    \
	X(half_life_ps, "half_life", PS, 1000000000000ULL, 1000, SIM_TIME_NEVER >> 8,              \
	  "in which half of the pages that were never touched are", "")

#define SYS_QUEUES_PARAMS(X)                                                                       \
	X(nr_queues, "queues", COUNT, 1, 1, 64, "rings, or pairs of queues, of a device", "")      \
	X(queue_entries, "queue_entries", COUNT, 512, 8, 65536,                                    \
	  "entries of each; rings: a multiple of 8", "")

#define SYS_RINGS_PARAMS(X)                                                                        \
	X(buffer_bytes, "buffer", BYTES, 2048, 64, 1 << 20,                                        \
	  "room for a packet: a part of a page, or whole pages", "Linux: 2 KiB, half a page")

#endif
