/* SPDX-License-Identifier: GPL-2.0-only */
/* What the readers of formats share. A reader is given lines, and emits records. */
#ifndef TOOL_IMPORT_INTERNAL_H
#define TOOL_IMPORT_INTERNAL_H

#include "tool/import/import.h"

#define IMPORT_LINE_BYTES (1U << 16)
#define IMPORT_MAX_COLUMNS 32
#define IMPORT_MAX_HELD 64

struct import_names;

/* As files have it: beyond 213 days a u64 of picoseconds is too short. */
struct import_time {
	bool is_known;
	u64 seconds, ps;
};

/* An event of iommu:* or dma:* that waits for the other that goes with it. */
struct import_held {
	struct import_time time;
	u32 lane; /* a CPU's tasks, soft interrupts or interrupts */
	struct trace_event event;
};

struct import {
	const struct import_attr *attr;
	const struct import_policy *policy;
	struct import_result *result;
	struct import_names *names;
	char *message; /* what is wrong with a line */
	bool is_wrong;
	int err;  /* no memory */
	u64 line; /* number, from 1 */
	/* time */
	bool has_origin;
	struct import_time origin;
	u64 last_ps;
	u64 nr_disordered, nr_without_time;
	/* what formats keep */
	u32 column_of[IMPORT_MAX_COLUMNS], nr_columns; /* csv */
	u32 version;				       /* fio */
	struct import_held held[IMPORT_MAX_HELD];      /* ftrace */
	u32 nr_held;
	struct import_held expected[IMPORT_MAX_HELD]; /* calls that iommu:unmap is to follow */
	u32 nr_expected;
	bool has_dma; /* ftrace */
	u64 nr_truncated, nr_unaddressed, nr_unknown_direction, nr_other_actions, nr_bypass,
		nr_without_bus;
};

enum import_line {
	IMPORT_OTHER, /* not of this format */
	IMPORT_USED,
	IMPORT_PASSED, /* of this format, but nothing to replay */
	IMPORT_WRONG,  /* import_wrong() was called */
};

struct import_format {
	const char *name, *about;
	void (*begin)(struct import *import, const char *look); /* the file's beginning; or NULL */
	bool (*is_line)(const char *text); /* may it be a line of this format that is used? */
	enum import_line (*line)(struct import *import, const char *text);
	void (*end)(struct import *import); /* says what the file could not tell; or NULL */
};

extern const struct import_format import_ftrace, import_qemu, import_blkparse, import_fio,
	import_msr, import_tencent, import_lackey, import_nvme, import_csv;

/* --- emit.c --- */

/** import_emit() - one record at @time; its time_ps is set here. Accesses are of up to 2^32-1
 * bytes. */
void import_emit(struct import *import, struct import_time time, struct trace_event event);

/** import_event() - of @kind, by nobody. */
struct trace_event import_event(enum trace_kind kind);

/** import_mapping() - a map or unmap and, as the policy has it, the access that goes with it. */
void import_mapping(struct import *import, struct import_time time, struct trace_event event,
		    u32 accessing);

/** import_note() - a sentence for the user. */
void import_note(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** import_wrong() - this line says something that cannot be. Return: IMPORT_WRONG. */
enum import_line import_wrong(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* --- ftrace_pairs.c --- */

/** import_hold() - @held waits for a call of dma:*. If too many do, the first is everybody's. */
void import_hold(struct import *import, const struct import_held *held);

/**
 * import_held_said() - @call of dma:* says better what is held of its addresses and lane
 * Return: was anything?
 */
bool import_held_said(struct import *import, u32 lane, const struct trace_event *call);

/**
 * import_held_rest() - what is still held of @call's kind and lane is its device's: emitted
 * Return: how many.
 */
u32 import_held_rest(struct import *import, u32 lane, const struct trace_event *call);

/** import_held_end() - what is still held is everybody's: emitted. */
void import_held_end(struct import *import);

/**
 * import_expect() - an iommu:unmap in @lane may follow @call, which has no addresses if bytes is 0
 * If too many are expected, the first no longer is.
 */
void import_expect(struct import *import, u32 lane, const struct trace_event *call);

enum import_expected {
	IMPORT_UNEXPECTED,
	IMPORT_SAID,	  /* by the call, which was emitted */
	IMPORT_ADDRESSED, /* the call had no addresses; @unmap is of its device now */
};

/** import_was_expected() - is @unmap in @lane what follows a call? */
enum import_expected import_was_expected(struct import *import, u32 lane,
					 struct trace_event *unmap);

/* --- names.c --- */

struct import_names *import_names_create(void);
void import_names_destroy(struct import_names *names);

/** import_device() / _process() - number of a name; the first one is 0. */
u32 import_device(struct import *import, const char *name);
u32 import_process(struct import *import, const char *name);

/** import_default_device() - what --device says, else @name. */
u32 import_default_device(struct import *import, const char *name);

/* --- parse.c --- */

/** import_hex() - the number behind @key; also with 0x. Return: is there one, of 64 bits? */
bool import_hex(const char *text, const char *key, u64 *value);

/** import_dec() - the same, decimal. */
bool import_dec(const char *text, const char *key, u64 *value);

/** import_word() - what follows @key up to a blank, a comma or the end. */
bool import_word(const char *text, const char *key, char *word, size_t bytes);

/** import_seconds() - "814.100210" at @text. Return: what follows it; NULL: it is none. */
const char *import_seconds(const char *text, struct import_time *time);

/** import_u64() - the number at @text, of base 10 or 16. Return: what follows it; NULL. */
const char *import_u64(const char *text, int base, u64 *value);

/** import_range() - does [address, address + bytes) make sense? Else import_wrong(). */
bool import_range(struct import *import, u64 address, u64 bytes);

#endif
