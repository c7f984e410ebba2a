// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generators of accesses: messages (what UADK's hisi_sec_test does), sequential
 * and random; replay.h says which addresses at which times. Left out: what the
 * CPU does between messages, completion interrupts, queue descriptors beyond
 * the extra pages.
 */
#include "system/replay/generator.h"

#include <errno.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/rng.h"
#include "system/replay/trace.h"

#define PAGE_BYTES ((u64)DEV_DMA_PAGE_BYTES)

struct generator {
	struct dev_source source; /* first: next() finds the generator by it */
	/* constant */
	u64 base;
	u64 access_bytes;
	u32 pasid;
	bool has_pasid;
	/* messages */
	u64 message_bytes, nr_messages, nr_pairs, nr_extra, extra_base;
	u64 message, pair, offset;
	u64 extra, extra_end; /* next extra page, first one after this message's */
	u64 in;		      /* in buffer of the current pair; out lies behind it */
	u64 turn_bytes;	      /* of the write that is due; 0: a read is */
	/* sequential, random */
	struct sim_rng rng, time_rng;
	u64 footprint_bytes, nr_starts;
	u64 left, at_ps, interval_ps;
	u64 write_percent;
	bool is_poisson;
};

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

static u64 page_up(u64 value)
{
	return (value + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

static void record_fill(const struct generator *gen, struct dev_record *record, u64 iova, u64 bytes,
			bool is_write)
{
	record->iova = iova;
	record->len_bytes = bytes;
	record->pasid = gen->pasid;
	record->has_pasid = gen->has_pasid;
	record->is_write = is_write;
	record->not_before_ps = gen->at_ps;
}

/* Extra pages that come before the buffers of the current message end here. */
static u64 extra_end(const struct generator *gen)
{
	return (gen->message + 1) * gen->nr_extra / gen->nr_messages;
}

static void message_advance(struct generator *gen)
{
	gen->offset = 0;
	gen->message++;
	if (++gen->pair == gen->nr_pairs)
		gen->pair = 0;
	gen->in = gen->base + gen->pair * 2 * gen->message_bytes;
	if (gen->message < gen->nr_messages)
		gen->extra_end = extra_end(gen);
}

static enum dev_next messages_next(struct dev_source *source, struct dev_record *record)
{
	struct generator *gen = (struct generator *)source;
	u64 bytes = gen->turn_bytes;

	if (bytes) {
		record_fill(gen, record, gen->in + gen->message_bytes + gen->offset, bytes, true);
		gen->turn_bytes = 0;
		gen->offset += bytes;
		if (gen->offset == gen->message_bytes)
			message_advance(gen);
		return DEV_NEXT_RECORD;
	}
	if (gen->message == gen->nr_messages)
		return DEV_NEXT_END;
	if (gen->extra != gen->extra_end) {
		record_fill(gen, record, gen->extra_base + gen->extra++ * PAGE_BYTES,
			    gen->access_bytes, false);
		return DEV_NEXT_RECORD;
	}
	bytes = smaller(gen->access_bytes, PAGE_BYTES - gen->offset % PAGE_BYTES);
	bytes = smaller(bytes, gen->message_bytes - gen->offset);
	record_fill(gen, record, gen->in + gen->offset, bytes, false);
	gen->turn_bytes = bytes;
	return DEV_NEXT_RECORD;
}

/* What sequential and random share: direction and time. */
static void paced_fill(struct generator *gen, struct dev_record *record, u64 offset, u64 bytes)
{
	bool is_write = sim_rng_below(&gen->rng, 100) < gen->write_percent;

	record_fill(gen, record, gen->base + offset, bytes, is_write);
	gen->left--;
	if (!gen->interval_ps)
		return;
	gen->at_ps += gen->is_poisson ? sim_rng_exp_ps(&gen->time_rng, gen->interval_ps)
				      : gen->interval_ps;
	gen->at_ps = smaller(gen->at_ps, SYS_TRACE_MAX_PS - 1);
}

static enum dev_next sequential_next(struct dev_source *source, struct dev_record *record)
{
	struct generator *gen = (struct generator *)source;
	u64 bytes = gen->access_bytes;

	if (!gen->left)
		return DEV_NEXT_END;
	if (bytes <= PAGE_BYTES) {
		bytes = smaller(bytes, PAGE_BYTES - gen->offset % PAGE_BYTES);
		bytes = smaller(bytes, gen->footprint_bytes - gen->offset);
	} else if (bytes > gen->footprint_bytes - gen->offset) {
		gen->offset = 0;
	}
	paced_fill(gen, record, gen->offset, bytes);
	gen->offset += bytes <= PAGE_BYTES ? bytes : page_up(bytes);
	if (gen->offset >= gen->footprint_bytes)
		gen->offset = 0;
	return DEV_NEXT_RECORD;
}

static enum dev_next random_next(struct dev_source *source, struct dev_record *record)
{
	struct generator *gen = (struct generator *)source;

	if (!gen->left)
		return DEV_NEXT_END;
	paced_fill(gen, record, sim_rng_below(&gen->rng, gen->nr_starts) * PAGE_BYTES,
		   gen->access_bytes);
	return DEV_NEXT_RECORD;
}

static u64 device_base(const struct sys_config *config, u32 device)
{
	return config->mappings[0].iova + device * config->workload.device_stride_bytes;
}

/* Bytes from a device's base to the first extra page. */
static u64 extra_offset(const struct sys_config *config)
{
	return page_up(config->workload.buffer_pairs * 2 * config->workload.message_bytes);
}

static void messages_init(struct generator *gen, const struct sys_config *config)
{
	gen->message_bytes = config->workload.message_bytes;
	gen->nr_messages = config->workload.nr_messages;
	gen->nr_pairs = config->workload.buffer_pairs;
	gen->nr_extra = config->workload.extra_pages;
	gen->extra_base = gen->base + extra_offset(config);
	gen->access_bytes = smaller(gen->access_bytes, PAGE_BYTES);
	gen->extra_end = extra_end(gen);
	gen->in = gen->base;
	gen->source.next = messages_next;
}

static void paced_init(struct generator *gen, const struct sys_config *config, u32 device)
{
	bool is_random = config->generator == SYS_GEN_RANDOM;
	char name[32];

	snprintf(name, sizeof(name), "device%u", device);
	sim_rng_init(&gen->rng, config->seed, name);
	snprintf(name, sizeof(name), "device%u.time", device);
	sim_rng_init(&gen->time_rng, config->seed, name);
	gen->footprint_bytes = config->workload.footprint_bytes;
	gen->nr_starts = (gen->footprint_bytes - gen->access_bytes) / PAGE_BYTES + 1;
	gen->left = config->workload.nr_accesses;
	gen->interval_ps = config->workload.interval_ps;
	gen->is_poisson = config->workload.poisson;
	gen->write_percent = config->workload.write_percent;
	if (gen->interval_ps && gen->is_poisson)
		gen->at_ps = sim_rng_exp_ps(&gen->time_rng, gen->interval_ps);
	gen->source.next = is_random ? random_next : sequential_next;
}

struct dev_source *generator_create(const struct sys_config *config, u32 device, u32 pasid)
{
	struct generator *gen = sim_alloc(sizeof(*gen));

	if (!gen)
		return NULL;
	gen->base = device_base(config, device);
	gen->access_bytes = config->workload.access_bytes;
	gen->has_pasid = config->mode == SYS_HANDLER_SVA;
	gen->pasid = gen->has_pasid ? pasid : 0;
	if (config->generator == SYS_GEN_MESSAGES)
		messages_init(gen, config);
	else
		paced_init(gen, config, device);
	return &gen->source;
}

/* First byte of [first, last] that no mapping covers; Return: is there one? */
static bool find_unmapped(const struct sys_config *config, u64 first, u64 last, u64 *unmapped)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];

		if (first < mapping->iova)
			break;
		if (first - mapping->iova >= mapping->bytes)
			continue;
		if (last - mapping->iova < mapping->bytes)
			return false;
		first = mapping->iova + mapping->bytes;
	}
	*unmapped = first;
	return true;
}

static int range_check(const struct sys_config *config, u32 device, u64 offset, u64 bytes,
		       char *message, size_t message_bytes)
{
	u64 base, first, last, unmapped;

	if (__builtin_mul_overflow((u64)device, config->workload.device_stride_bytes, &base) ||
	    __builtin_add_overflow(base, config->mappings[0].iova, &base) ||
	    __builtin_add_overflow(base, offset, &first) ||
	    __builtin_add_overflow(first, bytes - 1, &last)) {
		snprintf(message, message_bytes,
			 "workload: the accesses of device %u go beyond the last address", device);
		return -EINVAL;
	}
	if (!find_unmapped(config, first, last, &unmapped))
		return 0;
	snprintf(message, message_bytes,
		 "workload: device %u uses 0x%llx to 0x%llx, but 0x%llx is in no mapping", device,
		 first, last, unmapped);
	return -EINVAL;
}

static int messages_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	u64 nr_pairs = smaller(config->workload.buffer_pairs, config->workload.nr_messages);
	int err = 0;

	for (u32 d = 0; d < config->machine.nr_devices && !err; d++) {
		err = range_check(config, d, 0, nr_pairs * 2 * config->workload.message_bytes,
				  message, message_bytes);
		if (!err && config->workload.extra_pages)
			err = range_check(config, d, extra_offset(config),
					  config->workload.extra_pages * PAGE_BYTES, message,
					  message_bytes);
	}
	return err;
}

static int paced_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	u64 length_ps;
	int err = 0;

	if (config->workload.access_bytes > config->workload.footprint_bytes) {
		snprintf(message, message_bytes,
			 "workload.access: %llu bytes are more than the footprint of %llu",
			 config->workload.access_bytes, config->workload.footprint_bytes);
		return -EINVAL;
	}
	if (__builtin_mul_overflow(config->workload.nr_accesses, config->workload.interval_ps,
				   &length_ps) ||
	    length_ps >= SYS_TRACE_MAX_PS) {
		snprintf(message, message_bytes,
			 "workload.interval: %llu accesses at this distance take more than 53 days",
			 config->workload.nr_accesses);
		return -EINVAL;
	}
	for (u32 d = 0; d < config->machine.nr_devices && !err; d++)
		err = range_check(config, d, 0, config->workload.footprint_bytes, message,
				  message_bytes);
	return err;
}

int generator_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	if (!config->nr_mappings) {
		snprintf(message, message_bytes, "mappings: at least one is needed");
		return -EINVAL;
	}
	if (config->workload.device_stride_bytes % PAGE_BYTES) {
		snprintf(message, message_bytes,
			 "workload.device_stride: %llu is not a multiple of the page, 4096",
			 config->workload.device_stride_bytes);
		return -EINVAL;
	}
	if (config->generator == SYS_GEN_MESSAGES)
		return messages_check(config, message, message_bytes);
	return paced_check(config, message, message_bytes);
}

static u64 divide_up(u64 dividend, u64 divisor)
{
	return (dividend + divisor - 1) / divisor;
}

u64 generator_records(const struct sys_config *config)
{
	u64 access_bytes = smaller(config->workload.access_bytes, PAGE_BYTES);
	u64 bytes = config->workload.message_bytes;
	u64 total = config->workload.nr_accesses;

	if (config->generator == SYS_GEN_MESSAGES) {
		total = bytes / PAGE_BYTES * divide_up(PAGE_BYTES, access_bytes) +
			divide_up(bytes % PAGE_BYTES, access_bytes);
		if (__builtin_mul_overflow(total, 2 * config->workload.nr_messages, &total) ||
		    __builtin_add_overflow(total, config->workload.extra_pages, &total))
			return 0;
	}
	return __builtin_mul_overflow(total, config->machine.nr_devices, &total) ? 0 : total;
}

u64 generator_accesses(const struct sys_config *config)
{
	u64 total = generator_records(config);

	if (config->generator == SYS_GEN_MESSAGES)
		return total;
	return __builtin_mul_overflow(total, divide_up(config->workload.access_bytes, PAGE_BYTES),
				      &total)
		       ? 0
		       : total;
}
