// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator messages: what UADK's hisi_sec_test does; replay.h says which addresses.
 * Left out: what the CPU does between messages, completion interrupts, queue
 * descriptors beyond the extra pages.
 */
#include "system/replay/generator.h"

struct messages {
	struct generator common;
	/* constant */
	u64 message_bytes, nr_messages, nr_pairs, nr_extra, extra_base;
	u64 message, pair, offset;
	u64 extra, extra_end; /* next extra page, first one after this message's */
	u64 in;		      /* in buffer of the current pair; out lies behind it */
	u64 turn_bytes;	      /* of the write that is due; 0: a read is */
	u64 think_ps;	      /* behind a message */
	bool has_ended;	      /* with the record that was handed out last */
};

/* Extra pages that come before the buffers of the current message end here. */
static u64 extra_end(const struct messages *gen)
{
	return (gen->message + 1) * gen->nr_extra / gen->nr_messages;
}

static void message_advance(struct messages *gen)
{
	gen->offset = 0;
	gen->message++;
	if (++gen->pair == gen->nr_pairs)
		gen->pair = 0;
	gen->in = gen->common.base + gen->pair * 2 * gen->message_bytes;
	if (gen->message < gen->nr_messages)
		gen->extra_end = extra_end(gen);
}

static enum dev_next messages_next(struct dev_source *source, struct dev_record *record)
{
	struct messages *gen = (struct messages *)source;
	u64 bytes = gen->turn_bytes;

	gen->has_ended = false;
	if (bytes) {
		gen_fill(&gen->common, record, gen->in + gen->message_bytes + gen->offset, bytes);
		record->is_write = true;
		gen->turn_bytes = 0;
		gen->offset += bytes;
		if (gen->offset == gen->message_bytes) {
			message_advance(gen);
			gen->has_ended = true;
		}
		return DEV_NEXT_RECORD;
	}
	if (gen->message == gen->nr_messages)
		return DEV_NEXT_END;
	if (gen->extra != gen->extra_end) {
		gen_fill(&gen->common, record, gen->extra_base + gen->extra++ * GEN_PAGE_BYTES,
			 gen->common.access_bytes);
		return DEV_NEXT_RECORD;
	}
	bytes = gen_smaller(gen->common.access_bytes,
			    GEN_PAGE_BYTES - gen->offset % GEN_PAGE_BYTES);
	bytes = gen_smaller(bytes, gen->message_bytes - gen->offset);
	gen_fill(&gen->common, record, gen->in + gen->offset, bytes);
	gen->turn_bytes = bytes;
	return DEV_NEXT_RECORD;
}

/* Bytes from a device's base to the first extra page. */
static u64 extra_offset(const struct sys_config *config)
{
	return gen_page_up(config->workload.buffer_pairs * 2 * config->workload.message_bytes);
}

/* A thought follows the last write of a message. */
static u64 messages_think(struct dev_source *source)
{
	const struct messages *gen = (const struct messages *)source;

	return gen->has_ended ? gen->think_ps : 0;
}

static int messages_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct messages *gen = (struct messages *)common;

	gen->think_ps = config->workload.think_ps;
	common->source.think_ps = gen->think_ps ? messages_think : NULL;

	gen->message_bytes = config->workload.message_bytes;
	gen->nr_messages = config->workload.nr_messages;
	gen->nr_pairs = config->workload.buffer_pairs;
	gen->nr_extra = config->workload.extra_pages;
	gen->extra_base = common->base + extra_offset(config);
	common->access_bytes = gen_smaller(common->access_bytes, GEN_PAGE_BYTES);
	gen->extra_end = extra_end(gen);
	gen->in = common->base;
	common->source.next = messages_next;
	return 0;
}

static int messages_check(const struct sys_config *config, struct gen_complaint complaint)
{
	u64 nr_pairs = gen_smaller(config->workload.buffer_pairs, config->workload.nr_messages);
	struct gen_range buffers = {.bytes = nr_pairs * 2 * config->workload.message_bytes};
	struct gen_range extra = {.offset = extra_offset(config),
				  .bytes = config->workload.extra_pages * GEN_PAGE_BYTES};
	int err = 0;

	for (u32 d = 0; d < config->machine.nr_devices && !err; d++) {
		buffers.device = extra.device = d;
		err = gen_range_check(config, buffers, complaint);
		if (!err && extra.bytes)
			err = gen_range_check(config, extra, complaint);
	}
	return err;
}

static u64 messages_records(const struct sys_config *config)
{
	u64 access_bytes = gen_smaller(config->workload.access_bytes, GEN_PAGE_BYTES);
	u64 bytes = config->workload.message_bytes;
	u64 total = bytes / GEN_PAGE_BYTES * gen_divide_up(GEN_PAGE_BYTES, access_bytes) +
		    gen_divide_up(bytes % GEN_PAGE_BYTES, access_bytes);

	if (__builtin_mul_overflow(total, 2 * config->workload.nr_messages, &total) ||
	    __builtin_add_overflow(total, config->workload.extra_pages, &total))
		return 0;
	return total;
}

/*
 * A message counts once, though it is read and written, and pages beside the
 * messages do not count: the published figures count so.
 */
/*
 * Each message is read and written. One of which an access was aborted has not been moved;
 * which ones these are is not known, so each aborted access counts as a message that was not.
 */
static u64 messages_work_bytes(const struct sys_config *config, u64 moved_bytes, bool has_ended)
{
	u64 message_bytes = config->workload.message_bytes;
	u64 nr = config->workload.nr_messages * config->machine.nr_devices;
	u64 all = 2 * nr * message_bytes, nr_aborted;

	if (!has_ended)
		return moved_bytes / 2;
	if (moved_bytes >= all)
		return nr * message_bytes;
	nr_aborted = (all - moved_bytes + config->workload.access_bytes - 1) /
		     config->workload.access_bytes;
	return nr_aborted < nr ? (nr - nr_aborted) * message_bytes : 0;
}

const struct generator_ops gen_messages = {
	.bytes = sizeof(struct messages),
	.init = messages_init,
	.check = messages_check,
	.records = messages_records,
	.accesses = messages_records,
	.work_bytes = messages_work_bytes,
};
