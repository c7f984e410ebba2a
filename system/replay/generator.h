/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generators of replay.h: each device's records by rule, in no memory. Each is a
 * file gen_NAME.c, which offers one set of operations for every name that it bears in
 * the list (system/config/generators.h); generator.c is what they have in common.
 */
#ifndef SYSTEM_REPLAY_GENERATOR_H
#define SYSTEM_REPLAY_GENERATOR_H

#include "models/device/dma.h"
#include "system/config/config.h"

#define GEN_PAGE_BYTES ((u64)DEV_DMA_PAGE_BYTES)

/* What every generator begins with; its own state lies behind it. */
struct generator {
	struct dev_source source; /* first: next() finds the generator by it */
	u64 base;		  /* the device's first IOVA */
	u64 access_bytes;
	u64 at_ps; /* when the next record is due */
	u32 pasid;
	bool has_pasid;
};

/* One line for what is wrong with a configuration. */
struct gen_complaint {
	char *text;
	size_t bytes;
};

struct generator_ops {
	size_t bytes; /* of struct generator and what is behind it */

	/* Set source.next and the own state; the rest is set and zero. 0 or -ENOMEM. */
	int (*init)(struct generator *gen, const struct sys_config *config, u32 device);

	/* Do its parameters make sense, and does it stay within the mappings? 0 or -EINVAL. */
	int (*check)(const struct sys_config *config, struct gen_complaint complaint);

	/* Records, and accesses as a device counts them, of one device; 0: more than a u64. */
	u64 (*records)(const struct sys_config *config);
	u64 (*accesses)(const struct sys_config *config);

	/* NULL, or what counts of @moved_bytes as work; @has_ended: of all devices. */
	u64 (*work_bytes)(const struct sys_config *config, u64 moved_bytes, bool has_ended);
};

#define GENERATOR_OPS(ID, symbol, name, about) extern const struct generator_ops gen_##symbol;
SYS_GENERATORS(GENERATOR_OPS)
#undef GENERATOR_OPS

/* --- for generators (generator.c) --- */

static inline u64 gen_smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 gen_page_up(u64 value)
{
	return (value + GEN_PAGE_BYTES - 1) & ~(GEN_PAGE_BYTES - 1);
}

static inline u64 gen_divide_up(u64 dividend, u64 divisor)
{
	return (dividend + divisor - 1) / divisor;
}

static inline void gen_fill(const struct generator *gen, struct dev_record *record, u64 iova,
			    u64 bytes)
{
	record->iova = iova;
	record->len_bytes = bytes;
	record->pasid = gen->pasid;
	record->has_pasid = gen->has_pasid;
	record->is_write = false;
	record->not_before_ps = gen->at_ps;
}

/** gen_complain() - what is wrong, in one line. Return: -EINVAL. */
int gen_complain(struct gen_complaint complaint, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes that device number @device uses, from its base on. */
struct gen_range {
	u32 device;
	u64 offset, bytes;
};

/** gen_range_check() - is every byte of @range in a mapping? 0 or -EINVAL. */
int gen_range_check(const struct sys_config *config, struct gen_range range,
		    struct gen_complaint complaint);

/* --- for replay.c and trace_writer.c (generators.c) --- */

/**
 * generator_create() - source of one device, in the arena
 * @config: checked by replay_check(); its generator is not SYS_GEN_TRACE
 *
 * Return: the source, sim_free() it; NULL without memory.
 */
struct dev_source *generator_create(const struct sys_config *config, u32 device, u32 pasid);

/** generator_check() - replay_check() for generators. Return: 0 or -EINVAL. */
int generator_check(const struct sys_config *config, struct gen_complaint complaint);

/** generator_records() - records of all devices; 0: more than a u64 counts. */
u64 generator_records(const struct sys_config *config);

/** generator_accesses() - replay_total_accesses() for generators. */
u64 generator_accesses(const struct sys_config *config);

/** generator_work_bytes() - replay_work_bytes() for generators. */
u64 generator_work_bytes(const struct sys_config *config, u64 moved_bytes, bool has_ended);

#endif
