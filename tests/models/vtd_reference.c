// SPDX-License-Identifier: GPL-2.0-only
/* The reference of vtd_reference.h: slow, plain, and of one piece with nothing. */
#include "tests/models/vtd_reference.h"

static bool bit(u64 word, u32 nr)
{
	return word / (1ULL << nr) % 2;
}

u64 vref_bytes_per_entry(u32 level)
{
	u64 bytes = 4096;

	while (level-- > 1)
		bytes *= 512;
	return bytes;
}

/* --- memory, with what this translation has written --- */

static struct vref_word *known(struct vref_answer *a, u64 pa)
{
	for (u32 i = 0; i < a->nr_words; i++) {
		if (a->words[i].pa == pa)
			return &a->words[i];
	}
	return NULL;
}

/* Little-endian, byte by byte; false: one of them cannot be read. */
static bool read_word(const struct mem *mem, struct vref_answer *a, u64 pa, u64 *word)
{
	const struct vref_word *before = known(a, pa);
	u64 weight = 1;

	*word = 0;
	if (before) {
		*word = before->value;
		return true;
	}
	for (u32 i = 0; i < 8; i++, weight *= 256) {
		u8 byte;

		if (mem_read(mem, pa + i, &byte, 1))
			return false;
		*word += byte * weight;
	}
	a->words[a->nr_words++] = (struct vref_word){pa, *word};
	return true;
}

static void set_bit(struct vref_answer *a, u64 pa, u32 nr)
{
	struct vref_word *word = known(a, pa);

	if (!bit(word->value, nr))
		word->value += 1ULL << nr;
}

/* --- entries --- */

/* What is walked, on behalf of what, and what is found. */
struct walk {
	const struct mem *mem;
	const struct vref_context *context;
	struct vref_answer *answer;
	bool is_write;
};

struct leaf {
	u64 start; /* output address of the page's first byte */
	u64 bytes;
	u64 slot; /* where the entry is */
	u32 level;
	bool readable, writable; /* second stage */
	bool for_users, rw;	 /* first stage */
	bool is_table_writable;
};

static u64 address_in(u64 entry)
{
	return entry % (1ULL << 52) / 4096 * 4096;
}

static u64 slot_of(u64 table, u64 address, u32 level)
{
	return table + address / vref_bytes_per_entry(level) % 512 * 8;
}

static u32 ended(struct vref_answer *a, bool is_second, u32 level, u32 reason)
{
	a->is_second = is_second;
	a->level = level;
	return reason;
}

/* --- second stage --- */

static bool ss_has_reserved(const struct vref_context *c, u64 entry, u32 level, bool is_leaf)
{
	if (bit(entry, 62) || address_in(entry) >= c->haw_bytes)
		return true;
	if (level > 3 && bit(entry, 7))
		return true;
	if (bit(entry, 11) && !(is_leaf && c->sc))
		return true;
	return is_leaf && address_in(entry) % vref_bytes_per_entry(level);
}

/* Return: fault reason. */
static u32 ss_walk(const struct walk *walk, u64 address, struct leaf *leaf)
{
	const struct vref_context *c = walk->context;
	struct vref_answer *a = walk->answer;
	bool is_write = walk->is_write;
	u64 table = c->ss_root;
	bool r = true, w = true;

	for (u32 level = c->ss_levels;; level--) {
		u64 slot = slot_of(table, address, level);
		u64 entry;
		bool is_leaf;

		if (!read_word(walk->mem, a, slot, &entry)) {
			if (c->is_legacy)
				return ended(a, true, level, level == c->ss_levels ? 0x03 : 0x07);
			return ended(a, true, level, level == c->ss_levels ? 0x7b : 0x78);
		}
		is_leaf = level == 1 || bit(entry, 7);
		if (entry % 4 == 0)
			return ended(a, true, level, !c->is_legacy ? 0x79 : is_write ? 5 : 6);
		if (ss_has_reserved(c, entry, level, is_leaf))
			return ended(a, true, level, c->is_legacy ? 0x0c : 0x7a);
		r = r && bit(entry, 0);
		w = w && bit(entry, 1);
		if (is_leaf) {
			*leaf = (struct leaf){.start = address_in(entry),
					      .bytes = vref_bytes_per_entry(level),
					      .slot = slot,
					      .level = level,
					      .readable = r,
					      .writable = w};
			if (!r && !w)
				return ended(a, true, level,
					     !c->is_legacy ? 0x79
					     : is_write	   ? 5
							   : 6);
			return ended(a, true, level, 0);
		}
		if (c->ssade && !bit(entry, 8)) {
			if (!c->pwsnp)
				return ended(a, true, level, 0x7c);
			set_bit(a, slot, 8);
		}
		table = address_in(entry);
	}
}

/* Accessed, and dirty if wanted, of the page at @leaf. */
static u32 ss_flags(const struct vref_context *c, struct vref_answer *a, const struct leaf *leaf,
		    bool is_dirty)
{
	u64 entry = known(a, leaf->slot)->value;

	if (!c->ssade || (bit(entry, 8) && (bit(entry, 9) || !is_dirty)))
		return 0;
	if (!c->pwsnp)
		return 0x7c;
	set_bit(a, leaf->slot, 8);
	if (is_dirty)
		set_bit(a, leaf->slot, 9);
	return 0;
}

/* --- first stage --- */

static bool fs_has_reserved(const struct vref_context *c, u64 entry, u32 level, bool is_leaf)
{
	if (address_in(entry) >= c->haw_bytes || (level > 3 && bit(entry, 7)))
		return true;
	/* Bit 12 of a large page is an attribute. */
	return is_leaf && level > 1 && address_in(entry) % vref_bytes_per_entry(level) / 8192 != 0;
}

/* Input addresses that the second stage has. */
static u64 ss_bytes(const struct vref_context *c)
{
	u64 bytes = vref_bytes_per_entry(c->ss_levels) * 512;

	return bytes < c->mgaw_bytes ? bytes : c->mgaw_bytes;
}

/* A first-stage table, and where it really is. */
struct table {
	u64 guest, host;
	bool is_root, is_writable;
};

static u32 find_table(const struct walk *walk, struct table *table)
{
	const struct vref_context *c = walk->context;
	struct leaf leaf;
	u32 reason;

	table->host = table->guest;
	table->is_writable = true;
	if (c->stage != VREF_NESTED)
		return 0;
	reason = ss_walk(walk, table->guest, &leaf);
	if (reason)
		return reason;
	table->is_writable = leaf.writable;
	table->host = leaf.start + table->guest % leaf.bytes;
	if (!leaf.readable)
		return table->is_root ? 0x75 : 0x76;
	if (c->ssade && !leaf.writable)
		return 0x77;
	return ss_flags(c, walk->answer, &leaf, true);
}

static u32 fs_set(const struct walk *walk, u64 slot, bool is_writable, bool is_dirty)
{
	const struct vref_context *c = walk->context;
	struct vref_answer *a = walk->answer;
	u64 entry = known(a, slot)->value;

	if (bit(entry, 5) && (bit(entry, 10) || !c->eafe) && (bit(entry, 6) || !is_dirty))
		return 0;
	if (!c->pwsnp)
		return 0x90;
	if (!is_writable)
		return 0x77;
	set_bit(a, slot, 5);
	if (c->eafe)
		set_bit(a, slot, 10);
	if (is_dirty)
		set_bit(a, slot, 6);
	return 0;
}

static u32 fs_walk(const struct walk *walk, u64 address, struct leaf *leaf)
{
	const struct vref_context *c = walk->context;
	struct vref_answer *a = walk->answer;
	struct table table = {.guest = c->fs_root};
	bool us = true, rw = true;

	for (u32 level = c->fs_levels;; level--) {
		u64 slot, entry;
		bool is_leaf;
		u32 reason;

		table.is_root = level == c->fs_levels;
		reason = find_table(walk, &table);
		if (reason)
			return reason;
		slot = slot_of(table.host, address, level);
		if (!read_word(walk->mem, a, slot, &entry))
			return ended(a, false, level, table.is_root ? 0x73 : 0x70);
		is_leaf = level == 1 || (level <= 3 && bit(entry, 7));
		if (!bit(entry, 0))
			return ended(a, false, level, 0x71);
		if (fs_has_reserved(c, entry, level, is_leaf))
			return ended(a, false, level, 0x72);
		if (c->stage == VREF_NESTED && address_in(entry) >= ss_bytes(c))
			return ended(a, false, level, 0x74);
		rw = rw && bit(entry, 1);
		us = us && bit(entry, 2);
		if (is_leaf) {
			*leaf = (struct leaf){
				.start = address_in(entry) / vref_bytes_per_entry(level) *
					 vref_bytes_per_entry(level),
				.bytes = vref_bytes_per_entry(level),
				.slot = slot,
				.level = level,
				.rw = rw,
				.for_users = us,
				.is_table_writable = table.is_writable,
			};
			return ended(a, false, level, 0);
		}
		reason = fs_set(walk, slot, table.is_writable, false);
		if (reason)
			return ended(a, false, level, reason);
		table.guest = address_in(entry);
	}
}

static u32 fs_permission(const struct vref_context *c, const struct vref_access *access,
			 const struct leaf *leaf)
{
	bool writes = access->is_write;

	if (!access->is_privileged && !leaf->for_users)
		return 0x81;
	if (writes && !leaf->rw && (!access->is_privileged || c->wpe))
		return 0x85;
	return 0;
}

static u32 ss_permission(const struct vref_context *c, const struct vref_access *access,
			 const struct leaf *leaf)
{
	if (access->is_write)
		return leaf->writable ? 0 : c->is_legacy ? 0x05 : 0x85;
	if (leaf->readable || (access->is_zero_length && leaf->writable && c->zlr))
		return 0;
	return c->is_legacy ? 0x06 : 0x86;
}

/* --- the whole --- */

static u32 check_interrupts(const struct vref_context *c, u64 pa)
{
	if (pa < 0xfee00000 || pa > 0xfeefffff)
		return 0;
	return c->is_legacy ? 0x0e : 0x87;
}

static u32 second_only(const struct walk *walk, const struct vref_access *access)
{
	const struct vref_context *c = walk->context;
	struct vref_answer *a = walk->answer;
	struct leaf leaf;
	u32 reason;

	if (access->iova >= ss_bytes(c))
		return ended(a, true, 0, c->is_legacy ? 0x04 : 0x84);
	reason = ss_walk(walk, access->iova, &leaf);
	if (!reason)
		reason = ss_permission(c, access, &leaf);
	if (reason)
		return reason;
	a->pa = leaf.start + access->iova % leaf.bytes;
	reason = check_interrupts(c, a->pa);
	return reason ? reason : ss_flags(c, a, &leaf, access->is_write);
}

/* Sign extension: all bits from the highest that translates are alike. */
static bool is_canonical(u64 address, u32 levels)
{
	u64 half = vref_bytes_per_entry(levels) * 256;

	return address < half || address >= 0 - half;
}

static u32 with_first(const struct walk *walk, const struct vref_access *access)
{
	const struct vref_context *c = walk->context;
	struct vref_answer *a = walk->answer;
	struct leaf fs = {0}, ss = {0};
	u32 reason;

	if (!is_canonical(access->iova, c->fs_levels))
		return ended(a, false, 0, 0x80);
	reason = fs_walk(walk, access->iova, &fs);
	if (!reason)
		reason = fs_permission(c, access, &fs);
	if (reason)
		return reason;
	a->pa = fs.start + access->iova % fs.bytes;
	if (c->stage == VREF_NESTED) {
		u64 guest = a->pa;

		reason = ss_walk(walk, guest, &ss);
		if (!reason)
			reason = ss_permission(c, access, &ss);
		if (reason)
			return reason;
		a->pa = ss.start + guest % ss.bytes;
	}
	reason = check_interrupts(c, a->pa);
	if (reason)
		return reason;
	reason = fs_set(walk, fs.slot, fs.is_table_writable, access->is_write);
	if (reason)
		return ended(a, false, fs.level, reason);
	if (c->stage == VREF_NESTED)
		reason = ss_flags(c, a, &ss, access->is_write);
	return reason;
}

void vref_translate(const struct mem *mem, const struct vref_context *context,
		    const struct vref_access *access, struct vref_answer *answer)
{
	const struct walk walk = {mem, context, answer, access->is_write};

	*answer = (struct vref_answer){0};
	if (access->is_privileged && !context->sre)
		answer->reason = 0x5d;
	else if (context->stage == VREF_SECOND)
		answer->reason = second_only(&walk, access);
	else
		answer->reason = with_first(&walk, access);
	if (answer->reason)
		answer->pa = 0;
}
