// SPDX-License-Identifier: GPL-2.0-only
/* The reference of walk_reference.h: slow, plain, and of one piece with nothing. */
#include "tests/models/walk_reference.h"

#include <string.h>

#include "sim/sim.h"

#define F_CD_FETCH 0x09
#define F_WALK_EABT 0x0b
#define F_TRANSLATION 0x10
#define F_ADDR_SIZE 0x11
#define F_ACCESS 0x12
#define F_PERMISSION 0x13

/* One access under way. */
struct run {
	const struct mem *mem;
	const struct ref_stream *stream;
	struct ref_answer *answer;
	struct ref_grant *grant; /* of a translation request */
};

/* Who walks, and for whom: stage 1, or stage 2 for a reason. */
struct walker {
	u32 stage;
	u32 class;
	u64 input; /* of stage 2: the IPA */
	u64 out_bits;
	const struct ref_tables *tables;
};

/* What table descriptors on the way take away. */
struct limits {
	bool readonly, no_el0, uxn, pxn;
};

/* A block or page, and how it was reached. */
struct leaf {
	u64 desc;
	u64 table_address, pa; /* of the descriptor: as stage 1 names it, and in memory */
	u64 first_input, output;
	u64 granule_bytes;
	int level;
	struct limits limits;
};

static bool bit(u64 word, u32 nr)
{
	return word / (1ULL << nr) % 2;
}

static u64 with_bit(u64 word, u32 nr)
{
	return bit(word, nr) ? word : word + (1ULL << nr);
}

static u64 without_bit(u64 word, u32 nr)
{
	return bit(word, nr) ? word - (1ULL << nr) : word;
}

u64 ref_bytes_per_entry(u64 granule_bytes, int level)
{
	u64 bytes = granule_bytes;

	for (int l = 3; l > level; l--)
		bytes *= granule_bytes / 8;
	return bytes;
}

int ref_first_level(u64 granule_bytes, u64 region_bytes)
{
	int level = 3;

	while (ref_bytes_per_entry(granule_bytes, level) < region_bytes / (granule_bytes / 8))
		level--;
	return level;
}

u64 ref_table_bytes(const struct ref_tables *tables)
{
	return tables->region_bytes /
	       ref_bytes_per_entry(tables->granule_bytes, tables->first_level) * 8;
}

bool ref_is_leaf_level(const struct ref_tables *tables, u64 oas_bits, int level)
{
	switch (level) {
	case 3: /* pages */
	case 2: /* 2 MiB, 32 MiB, 512 MiB */
		return true;
	case 1: /* 1 GiB; 64 GiB and 4 TiB only where there are addresses for them */
		return tables->granule_bytes == 4096 ||
		       (tables->granule_bytes == 16384 && tables->has_ds) ||
		       (tables->granule_bytes == 65536 && oas_bits == 52);
	case 0: /* 512 GiB */
		return tables->granule_bytes == 4096 && tables->has_ds;
	default:
		return false;
	}
}

/* --- memory, and what was written into it meanwhile --- */

/* Little-endian, byte by byte; false: one of them cannot be read. */
static bool read_word(const struct run *run, u64 pa, u64 *word)
{
	u64 weight = 1;

	*word = 0;
	for (u32 i = 0; i < 8; i++, weight *= 256) {
		u8 byte;

		if (mem_read(run->mem, pa + i, &byte, 1))
			return false;
		*word += byte * weight;
	}
	for (u32 i = 0; i < run->answer->nr_updates; i++) {
		if (run->answer->updates[i].pa == pa)
			*word = run->answer->updates[i].value;
	}
	return true;
}

static void update(struct run *run, const struct walker *walker, const struct leaf *leaf, u64 value)
{
	if (value == leaf->desc)
		return;
	sim_assert(run->answer->nr_updates < REF_MAX_UPDATES);
	run->answer->updates[run->answer->nr_updates++] = (struct ref_update){
		.pa = leaf->pa,
		.value = value,
		.stage = walker->stage,
		.class = walker->class,
		.granule_bytes = leaf->granule_bytes,
		.level = leaf->level,
		.is_dirty = bit(value, 7) != bit(leaf->desc, 7),
	};
}

/* --- one stage --- */

/* Return: false, for it is over. */
static bool fault(struct run *run, const struct walker *walker, u32 event)
{
	run->answer->event = event;
	run->answer->is_stage2 = walker->stage == 2;
	run->answer->class = walker->class;
	run->answer->ipa = walker->input;
	return false;
}

/* @address: an IPA, becomes the PA */
static bool translate_stage2(struct run *run, u64 *address, u32 class,
			     const struct ref_access *access);

/* The descriptor at @address, which is an IPA where stage 2 is below stage 1. */
static bool fetch(struct run *run, const struct walker *walker, u64 address, struct leaf *leaf)
{
	const struct ref_access data_read = {.is_privileged = true};

	leaf->table_address = leaf->pa = address;
	if (walker->stage == 1 && run->stream->stage2 &&
	    !translate_stage2(run, &leaf->pa, REF_CLASS_TT, &data_read))
		return false;
	if (read_word(run, leaf->pa, &leaf->desc))
		return true;
	fault(run, walker, F_WALK_EABT);
	if (walker->stage == 1)
		run->answer->class = REF_CLASS_TT;
	run->answer->fetch = leaf->pa;
	return false;
}

/* The address in a descriptor, of a table or of a page. */
static u64 address_in(const struct run *run, const struct ref_tables *tables, u64 desc)
{
	u64 address = desc % (1ULL << 48) / tables->granule_bytes * tables->granule_bytes;

	if (tables->granule_bytes == 65536) {
		if (run->stream->oas_bits == 52)
			address += desc / 4096 % 16 * (1ULL << 48);
	} else if (tables->has_ds) {
		address += desc / (1ULL << 48) % 4 * (1ULL << 48);
		address += desc / 256 % 4 * (1ULL << 50);
	}
	return address;
}

static void add_limits(u64 desc, struct limits *limits)
{
	limits->readonly |= bit(desc, 62);
	limits->no_el0 |= bit(desc, 61);
	limits->uxn |= bit(desc, 60);
	limits->pxn |= bit(desc, 59);
}

static u64 first_table(const struct ref_tables *tables, u64 out_bits)
{
	u64 align = ref_table_bytes(tables);

	if (out_bits == 52 && align < 64)
		align = 64;
	return tables->root / align * align;
}

/* Down to the block or page of @offset, counted from where the region begins. */
static bool find_leaf(struct run *run, const struct walker *walker, u64 offset, struct leaf *leaf)
{
	const struct ref_tables *tables = walker->tables;
	u64 table = first_table(tables, walker->out_bits);
	u64 entries = ref_table_bytes(tables) / 8;

	leaf->granule_bytes = tables->granule_bytes;
	for (leaf->level = tables->first_level;; leaf->level++) {
		u64 each = ref_bytes_per_entry(tables->granule_bytes, leaf->level);
		u64 i = 0, address;

		run->answer->level[walker->stage - 1] = leaf->level;
		/* the last entry that does not begin behind the address */
		for (u64 step = entries; step; step /= 2) {
			while (i + step < entries &&
			       leaf->first_input + (i + step) * each <= offset)
				i += step;
		}
		leaf->first_input += i * each;
		if (!fetch(run, walker, table + 8 * i, leaf))
			return false;
		address = address_in(run, tables, leaf->desc);
		if (bit(leaf->desc, 0) && bit(leaf->desc, 1) && leaf->level < 3) {
			if (address >> walker->out_bits)
				return fault(run, walker, F_ADDR_SIZE);
			add_limits(leaf->desc, &leaf->limits);
			table = address;
			entries = tables->granule_bytes / 8;
			continue;
		}
		if (!bit(leaf->desc, 0) || bit(leaf->desc, 1) != (leaf->level == 3) ||
		    !ref_is_leaf_level(tables, run->stream->oas_bits, leaf->level))
			return fault(run, walker, F_TRANSLATION);
		leaf->output = address / each * each;
		if (leaf->output >> walker->out_bits)
			return fault(run, walker, F_ADDR_SIZE);
		return true;
	}
}

/* --- stage 2 --- */

/* Not so with FWB, where the stage 1 type may count: a walk's own is never Device. */
static bool is_device(const struct ref_stage2 *s2, u64 desc)
{
	if (s2->fwb)
		return !bit(desc, 4);
	return !bit(desc, 5) && !bit(desc, 4);
}

static bool may_execute_stage2(const struct ref_stage2 *s2, u64 desc, bool is_privileged)
{
	if (!s2->has_xnx || !bit(desc, 53))
		return !bit(desc, 54);
	return is_privileged ? bit(desc, 54) : !bit(desc, 54);
}

static bool is_permitted_stage2(const struct ref_stage2 *s2, u64 desc, u32 class,
				const struct ref_access *a)
{
	bool is_clean = s2->ha && s2->hd && bit(desc, 51);

	if (class != REF_CLASS_IN && s2->ptw && is_device(s2, desc))
		return false;
	if (a->is_write)
		return bit(desc, 7) || is_clean;
	return a->is_instruction ? may_execute_stage2(s2, desc, a->is_privileged) : bit(desc, 6);
}

static struct walker stage2_walker(const struct run *run, u64 ipa, u32 class)
{
	return (struct walker){2, class, ipa, run->stream->stage2->out_bits,
			       &run->stream->stage2->tables};
}

static bool find_leaf_stage2(struct run *run, const struct walker *walker, struct leaf *leaf)
{
	const struct ref_stage2 *s2 = run->stream->stage2;

	run->answer->granule_bytes[1] = s2->tables.granule_bytes;
	run->answer->level[1] = REF_NO_LEVEL;
	if (walker->input >= s2->tables.region_bytes)
		return fault(run, walker, F_TRANSLATION);
	if (!find_leaf(run, walker, walker->input, leaf))
		return false;
	if (!bit(leaf->desc, 10) && !s2->ha && !s2->affd)
		return fault(run, walker, F_ACCESS);
	return true;
}

static void update_stage2(struct run *run, const struct walker *walker, const struct leaf *leaf,
			  bool is_write)
{
	u64 desc = run->stream->stage2->ha ? with_bit(leaf->desc, 10) : leaf->desc;

	if (is_write)
		desc = with_bit(desc, 7);
	update(run, walker, leaf, desc);
}

static bool translate_stage2(struct run *run, u64 *address, u32 class,
			     const struct ref_access *access)
{
	const struct walker walker = stage2_walker(run, *address, class);
	struct leaf leaf = {0};

	if (!find_leaf_stage2(run, &walker, &leaf))
		return false;
	if (!is_permitted_stage2(run->stream->stage2, leaf.desc, class, access))
		return fault(run, &walker, F_PERMISSION);
	update_stage2(run, &walker, &leaf, access->is_write);
	*address += leaf.output - leaf.first_input;
	return true;
}

/* --- stage 1 --- */

static bool is_permitted_stage1(const struct ref_stage1 *s1, const struct leaf *leaf,
				const struct ref_access *a)
{
	const struct limits *above = &leaf->limits;
	bool is_clean = s1->ha && s1->hd && bit(leaf->desc, 51);
	bool writable = (!bit(leaf->desc, 7) || is_clean) && !above->readonly;
	bool user = bit(leaf->desc, 6) && !above->no_el0;
	bool uxn = bit(leaf->desc, 54) || above->uxn;
	bool pxn = bit(leaf->desc, 53) || above->pxn;

	if (s1->is_el2)
		return a->is_instruction ? !uxn && !(s1->wxn && writable)
					 : !a->is_write || writable;
	if (!a->is_privileged) {
		if (a->is_instruction)
			return !uxn && !(s1->wxn && user && writable);
		return user && (!a->is_write || writable);
	}
	if (a->is_instruction)
		return !pxn && !(user && writable) && !(s1->wxn && writable);
	return !(s1->pan && user) && (!a->is_write || writable);
}

/* A new value of stage 1's descriptor, which stage 2 must let it write. */
static bool write_stage1(struct run *run, const struct walker *walker, const struct leaf *leaf,
			 u64 desc)
{
	const struct ref_access data_write = {.is_write = true, .is_privileged = true};
	u64 address = leaf->table_address;

	if (desc == leaf->desc)
		return true;
	if (run->stream->stage2 && !translate_stage2(run, &address, REF_CLASS_TT, &data_write)) {
		run->answer->is_write = true;
		return false;
	}
	update(run, walker, leaf, desc);
	return true;
}

static struct walker stage1_walker(const struct run *run)
{
	return (struct walker){1, REF_CLASS_IN, 0, run->stream->stage1->out_bits, NULL};
}

/* Stage 1's leaf for @access; @offset: where in it. */
static bool find_leaf_stage1(struct run *run, const struct ref_access *access, struct leaf *leaf,
			     u64 *offset)
{
	const struct ref_stage1 *s1 = run->stream->stage1;
	u64 iova = access->iova;
	bool is_high = bit(iova, 55);
	const struct ref_tables *tables = &s1->ranges[is_high];
	struct walker walker = stage1_walker(run);
	u64 region = tables->region_bytes, va = iova;

	walker.tables = tables;
	run->answer->granule_bytes[0] = tables->granule_bytes;
	if (s1->tbi[is_high])
		va = iova % (1ULL << 56) + (is_high ? 255ULL << 56 : 0);
	if (s1->epd[is_high] || (is_high ? va < 0 - region : va >= region))
		return fault(run, &walker, F_TRANSLATION);
	if (s1->e0pd[is_high] && !access->is_privileged)
		return fault(run, &walker, F_TRANSLATION);
	if (is_high)
		va -= 0 - region;
	if (!find_leaf(run, &walker, va, leaf))
		return false;
	*offset = va - leaf->first_input;
	if (s1->had[is_high])
		leaf->limits = (struct limits){0};
	if (!bit(leaf->desc, 10) && !s1->ha && !s1->affd)
		return fault(run, &walker, F_ACCESS);
	return true;
}

static bool translate_stage1(struct run *run, const struct ref_access *access, u64 *output)
{
	const struct ref_stage1 *s1 = run->stream->stage1;
	const struct walker walker = stage1_walker(run);
	struct leaf leaf = {0};
	u64 offset, desc;

	if (!find_leaf_stage1(run, access, &leaf, &offset))
		return false;
	if (!is_permitted_stage1(s1, &leaf, access))
		return fault(run, &walker, F_PERMISSION);
	desc = s1->ha ? with_bit(leaf.desc, 10) : leaf.desc;
	if (access->is_write)
		desc = without_bit(desc, 7);
	*output = leaf.output + offset;
	return write_stage1(run, &walker, &leaf, desc);
}

static bool bypass_stage1(struct run *run, const struct ref_access *access, u64 *output)
{
	const struct walker walker = {1, REF_CLASS_IN, 0, 0, NULL};

	if (access->iova >> run->stream->oas_bits)
		return fault(run, &walker, F_ADDR_SIZE);
	*output = access->iova;
	return true;
}

/* --- all of it --- */

static bool fetch_context(struct run *run)
{
	const struct ref_access data_read = {.is_privileged = true};

	for (u32 i = 0; i < run->stream->nr_fetches; i++) {
		u64 pa = run->stream->fetches[i], word;

		if (run->stream->stage2 && !translate_stage2(run, &pa, REF_CLASS_CD, &data_read))
			return false;
		if (!read_word(run, pa, &word)) {
			run->answer->event = F_CD_FETCH;
			run->answer->fetch = pa;
			return false;
		}
	}
	return true;
}

static struct run begin(const struct mem *mem, const struct ref_stream *stream,
			struct ref_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->level[0] = answer->level[1] = REF_NO_LEVEL;
	return (struct run){mem, stream, answer, NULL};
}

void ref_translate(const struct mem *mem, const struct ref_stream *stream,
		   const struct ref_access *access, struct ref_answer *answer)
{
	struct run run = begin(mem, stream, answer);
	struct ref_access a = *access;
	u64 ipa;

	a.is_instruction &= !a.is_write;
	if (!fetch_context(&run))
		return;
	if (!(stream->stage1 ? translate_stage1(&run, &a, &ipa) : bypass_stage1(&run, &a, &ipa)))
		return;
	if (stream->stage2 && !translate_stage2(&run, &ipa, REF_CLASS_IN, &a))
		return;
	answer->pa = ipa;
}

/* --- translation requests --- */

/* Of one stage: what it permits, and with a write that is only announced. */
struct rights {
	bool read, write, execute, is_clean;
};

static struct rights rights_stage1(const struct ref_stage1 *s1, const struct leaf *leaf,
				   bool is_privileged)
{
	const struct ref_access read = {.is_privileged = is_privileged};
	const struct ref_access write = {.is_privileged = is_privileged, .is_write = true};
	const struct ref_access fetch = {.is_privileged = is_privileged, .is_instruction = true};

	return (struct rights){
		.read = is_permitted_stage1(s1, leaf, &read),
		.write = is_permitted_stage1(s1, leaf, &write),
		.execute = is_permitted_stage1(s1, leaf, &fetch),
		.is_clean = bit(leaf->desc, 7),
	};
}

static struct rights rights_stage2(const struct ref_stage2 *s2, const struct leaf *leaf,
				   bool is_privileged)
{
	const struct ref_access write = {.is_write = true};

	return (struct rights){
		.read = bit(leaf->desc, 6),
		.write = is_permitted_stage2(s2, leaf->desc, REF_CLASS_IN, &write),
		.execute = may_execute_stage2(s2, leaf->desc, is_privileged),
		.is_clean = !bit(leaf->desc, 7),
	};
}

/* 13.7.1, for a stream without overrides. Return: is anything granted? */
static bool grant_rights(const struct rights *rights, const struct ref_access *a,
			 struct ref_grant *grant)
{
	grant->is_readable = rights->read;
	grant->is_writable = rights->write && (a->is_write || !rights->is_clean);
	grant->is_executable = a->is_instruction && rights->read && rights->execute;
	return grant->is_readable || grant->is_writable;
}

static struct rights both_rights(const struct rights *a, const struct rights *b)
{
	return (struct rights){a->read && b->read, a->write && b->write, a->execute && b->execute,
			       a->is_clean || b->is_clean};
}

/* Return: is there more to ask? */
static bool request_stage1(struct run *run, const struct ref_access *a, struct rights *rights,
			   u64 *output)
{
	struct ref_grant *grant = run->grant;
	const struct ref_stage1 *s1 = run->stream->stage1;
	const struct walker walker = stage1_walker(run);
	struct leaf leaf = {0};
	u64 offset, desc;

	if (!find_leaf_stage1(run, a, &leaf, &offset))
		return false;
	*rights = rights_stage1(s1, &leaf, a->is_privileged);
	grant->bytes = ref_bytes_per_entry(leaf.granule_bytes, leaf.level);
	*output = leaf.output + offset;
	if (!grant_rights(rights, a, grant))
		return false;
	desc = s1->ha ? with_bit(leaf.desc, 10) : leaf.desc;
	if (a->is_write && rights->write)
		desc = without_bit(desc, 7);
	grant->is_open = bit(desc, 7) != bit(leaf.desc, 7);
	return write_stage1(run, &walker, &leaf, desc);
}

static bool request_stage2(struct run *run, u64 ipa, const struct ref_access *a,
			   const struct rights *s1_rights)
{
	struct ref_grant *grant = run->grant;
	const struct walker walker = stage2_walker(run, ipa, REF_CLASS_IN);
	struct rights rights;
	struct leaf leaf = {0};
	u64 bytes;

	if (!find_leaf_stage2(run, &walker, &leaf))
		return false;
	rights = rights_stage2(run->stream->stage2, &leaf, a->is_privileged);
	rights = both_rights(&rights, s1_rights);
	bytes = ref_bytes_per_entry(leaf.granule_bytes, leaf.level);
	grant->bytes = bytes < grant->bytes ? bytes : grant->bytes;
	run->answer->pa = leaf.output + (ipa - leaf.first_input);
	if (!grant_rights(&rights, a, grant))
		return false;
	grant->is_open &= !rights.write;
	update_stage2(run, &walker, &leaf, a->is_write && rights.write);
	return true;
}

void ref_request(const struct ref_request *request, struct ref_answer *answer,
		 struct ref_grant *grant)
{
	const struct ref_stream *stream = request->stream;
	const struct ref_access *access = &request->access;
	struct rights rights = {.read = true, .write = true, .execute = true};
	struct run run = begin(request->mem, stream, answer);
	bool is_granted;
	u64 ipa = 0;

	run.grant = grant;
	*grant = (struct ref_grant){.bytes = ~0ULL};
	is_granted = fetch_context(&run) &&
		     (stream->stage1 ? request_stage1(&run, access, &rights, &ipa)
				     : bypass_stage1(&run, access, &ipa)) &&
		     (!stream->stage2 || request_stage2(&run, ipa, access, &rights));
	if (!stream->stage2 || request->wants_ipa)
		answer->pa = ipa;
	if (!is_granted)
		*grant = (struct ref_grant){.is_open = grant->is_open};
}
