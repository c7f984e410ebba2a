// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a translation through stage 1, stage 2 or both ends as
 * walk_reference.c says: same address, or same event with stage, class, IPA and
 * fetch address; and afterwards memory holds what hardware is to have written
 * there. With caches cold, warm, off, and after a descriptor of either stage was
 * changed and invalidated by a command whose scope is just wide enough; of the
 * functional model, and through a port, where the event is a record. Swept over
 * random tables (walk_laying.h), configurations and accesses: granules, all first
 * levels and concatenated tables, addresses up to 52 bits, output sizes, access
 * flags and dirty state with and without hardware updates, permissions, protected
 * table walks, CDs behind stage 2, accesses that bypass stage 1, VMIDs, EL2, contiguous
 * groups. Translation requests, of full and split-stage ATS, are granted what the
 * reference says, and what is translated by them is translated by stage 2.
 *
 *	sweep-smmuv3-two-stage [-n TRANSLATIONS] [-m MINIMUM] [-s SEED]	14000000, 1000, 1
 *
 * Prints how many ended in each cell of (stage, granule, level, outcome). Exit
 * status 1 if one differs from the reference, if a reachable cell has less than
 * MINIMUM, or if less than 40 % succeed.
 */
#include <getopt.h>
#include <stdio.h>

#include "tests/models/walk_laying.h"

#define ACCESSES_A_ROUND 100
#define ACCESSES_A_CHANGE 5

static struct rig rig;
static struct port *port, *other_port; /* of the same stream */
static struct sim_rng rng, e0pd_rng;
static struct laying lay = {.rig = &rig, .rng = &rng, .e0pd_rng = &e0pd_rng};

/* --- cells --- */

/* Which stage ended it; of two stages, what stage 2 was asked for. */
enum place { STAGE1, STAGE1_EL2, STAGE2, NESTED1, NESTED2, NESTED_WALK, NESTED_CD, NR_PLACES };

enum outcome {
	OK,
	SETS_AF,
	SETS_DIRTY,
	EABT,
	TRANSLATION,
	ADDR_SIZE,
	ACCESS,
	PERMISSION,
	PERMISSION_WRITE,
	NR_OUTCOMES
};

static const char *const place_names[NR_PLACES] = {
	"stage 1 alone",   "stage 1 of EL2",	   "stage 2 alone", "nested, stage 1",
	"nested, stage 2", "nested, stage 1 walk", "nested, CD",
};
static const char *const outcome_names[NR_OUTCOMES] = {
	"translated",  "AF set",	"made dirty",
	"F_WALK_EABT", "F_TRANSLATION", "F_ADDR_SIZE",
	"F_ACCESS",    "F_PERMISSION",	"F_PERMISSION of the update",
};
static const u64 granules[3] = {4096, 16384, 65536};

#define NR_LEVELS 6 /* -1 to 3, and none */

static u64 cells[NR_PLACES][3][NR_LEVELS][NR_OUTCOMES];
static u64 nr_done, nr_good, nr_cd_aborts, nr_differ;
static u64 nr_requests, nr_granted; /* of translation requests */
static u64 nr_flights;		    /* accesses that were under way together */

static void count(enum place place, u64 granule, int level, enum outcome outcome)
{
	u32 g = granule == 65536 ? 2 : granule == 16384;

	cells[place][g][level + 1][outcome]++;
}

static enum outcome outcome_of(const struct ref_answer *answer)
{
	switch (answer->event) {
	case 0:
		return OK;
	case 0x0b:
		return EABT;
	case 0x10:
		return TRANSLATION;
	case 0x11:
		return ADDR_SIZE;
	case 0x12:
		return ACCESS;
	default:
		return answer->is_write ? PERMISSION_WRITE : PERMISSION;
	}
}

static enum place place_of(const struct ref_stream *stream, u32 stage, u32 class)
{
	if (!stream->stage2)
		return stream->stage1->is_el2 ? STAGE1_EL2 : STAGE1;
	if (class == REF_CLASS_CD)
		return NESTED_CD;
	if (!stream->stage1)
		return STAGE2;
	if (stage == 1)
		return NESTED1;
	return class == REF_CLASS_TT ? NESTED_WALK : NESTED2;
}

static void count_answer(const struct ref_stream *stream, const struct ref_answer *a)
{
	enum outcome outcome = outcome_of(a);

	for (u32 i = 0; i < a->nr_updates; i++) {
		const struct ref_update *u = &a->updates[i];

		count(place_of(stream, u->stage, u->class), u->granule_bytes, u->level,
		      u->is_dirty ? SETS_DIRTY : SETS_AF);
	}
	nr_good += !a->event;
	if (a->event == 0x09) {
		nr_cd_aborts++;
		return;
	}
	if (!a->event && stream->stage1)
		count(place_of(stream, 1, REF_CLASS_IN), a->granule_bytes[0], a->level[0], OK);
	if (!a->event && stream->stage2)
		count(place_of(stream, 2, REF_CLASS_IN), a->granule_bytes[1], a->level[1], OK);
	if (!a->event)
		return;
	if (a->is_stage2)
		count(place_of(stream, 2, a->class), a->granule_bytes[1], a->level[1], outcome);
	else if (stream->stage1)
		count(place_of(stream, 1, REF_CLASS_IN), a->granule_bytes[0], a->level[0], outcome);
	else /* beyond what stage 1 lets pass that it does not translate */
		count(STAGE2, stream->stage2->tables.granule_bytes, REF_NO_LEVEL, outcome);
}

static bool has_level(u64 granule, int level)
{
	return level >= (granule == 4096 ? -1 : granule == 16384 ? 0 : 1) && level < 4;
}

static bool is_reachable(enum place place, u64 granule, int level, enum outcome outcome)
{
	const struct ref_tables tables = {.granule_bytes = granule, .has_ds = true};
	bool is_walk = place == NESTED_WALK || place == NESTED_CD;

	if (level == REF_NO_LEVEL)
		return outcome == TRANSLATION || (place == STAGE2 && outcome == ADDR_SIZE);
	if (!has_level(granule, level))
		return false;
	switch (outcome) {
	case EABT:
	case TRANSLATION:
	case ADDR_SIZE:
		return true;
	case PERMISSION_WRITE:
		return place == NESTED_WALK && ref_is_leaf_level(&tables, 52, level);
	case SETS_DIRTY:
		return place != NESTED_CD && ref_is_leaf_level(&tables, 52, level);
	case OK:
		return !is_walk && ref_is_leaf_level(&tables, 52, level);
	default:
		return ref_is_leaf_level(&tables, 52, level);
	}
}

/* Return: does the cell have @minimum if it can be reached, else nothing? */
/* How often an outcome came up, at a place, with a granule, at a level. */
struct cell {
	enum place place;
	u32 g;
	int level;
	enum outcome outcome;
};

static bool print_cell(const struct cell *c, u64 minimum)
{
	enum place place = c->place;
	u32 g = c->g;
	int level = c->level;
	enum outcome outcome = c->outcome;
	u64 nr = cells[place][g][level + 1][outcome];
	bool is_cell = is_reachable(place, granules[g], level, outcome), is_short;
	static const char *const level_names[NR_LEVELS] = {"-1", "0", "1", "2", "3", "-"};

	if (!is_cell && !nr)
		return true;
	is_short = !is_cell || nr < minimum;
	printf("%-21s %2lluK      %-6s %-26s %10llu%s\n", place_names[place], granules[g] / 1024,
	       level_names[level + 1], outcome_names[outcome], nr, is_short ? "  !" : "");
	return !is_short;
}

static bool print_cells(u64 minimum)
{
	bool is_good = true;

	printf("%-21s %-8s %-6s %-26s %10s\n", "stage", "granule", "level", "outcome", "count");
	for (u32 place = 0; place < NR_PLACES; place++) {
		for (u32 i = 0; i < 3 * NR_LEVELS * NR_OUTCOMES; i++) {
			u32 g = i / NR_OUTCOMES / NR_LEVELS;
			int level = (int)(i / NR_OUTCOMES % NR_LEVELS) - 1;

			is_good &= print_cell(
				&(const struct cell){place, g, level, i % NR_OUTCOMES}, minimum);
		}
	}
	return is_good;
}

/* --- accesses --- */

static struct ref_stream stream_of(bool has_substream)
{
	struct ref_stream stream = {.oas_bits = lay.options.oas_bits};

	if (lay.has_stage2)
		stream.stage2 = &lay.s2;
	if (!lay.has_stage1 || (lay.has_substreams && !has_substream))
		return stream;
	stream.stage1 = &lay.s1;
	if (lay.has_substreams) {
		stream.fetches[stream.nr_fetches++] = lay.context + 8 * (LAY_SSID / 64);
		stream.fetches[stream.nr_fetches++] = lay.cd_table + 64 * (LAY_SSID % 64);
	} else {
		stream.fetches[stream.nr_fetches++] = lay.context;
	}
	return stream;
}

static bool is_as_written(const struct ref_answer *want)
{
	bool is_same = true;

	for (u32 i = 0; i < want->nr_updates; i++) {
		const struct ref_update *last = &want->updates[i];

		for (u32 j = i + 1; j < want->nr_updates; j++)
			last = want->updates[j].pa == last->pa ? &want->updates[j] : last;
		is_same &= rig_get(&rig, last->pa) == last->value;
	}
	return is_same;
}

/* Updates are counted where they happen, so that none can be elsewhere. */
static bool has_updated(const struct smmu_stats *before, const struct ref_answer *want)
{
	struct smmu_stats now;
	u64 nr[2] = {0};

	smmu_stats(rig.smmu, &now);
	for (u32 i = 0; i < want->nr_updates; i++)
		nr[want->updates[i].stage - 1]++;
	return now.updates[0] - before->updates[0] == nr[0] &&
	       now.updates[1] - before->updates[1] == nr[1] && is_as_written(want);
}

static bool is_same_event(const struct smmu_outcome *got, const struct ref_answer *want)
{
	if (got->event != want->event || got->fetch_address != want->fetch)
		return false;
	if (!want->event || want->event == 0x09)
		return true;
	if (got->is_stage2 != want->is_stage2 || got->fault_class != want->class)
		return false;
	if (want->event == 0x0b || !want->is_stage2)
		return true;
	if (want->event == 0x13 && want->class == REF_CLASS_TT && got->is_tt_read == want->is_write)
		return false;
	return got->ipa / 4096 == want->ipa / 4096;
}

static void report(const struct port_access *a, const struct smmu_outcome *got,
		   const struct ref_answer *want)
{
	if (nr_differ++ >= 20)
		return;
	printf("translation %llu: iova %llx w%u p%u i%u ssid %u: event %x s%d class %u ipa %llx "
	       "fetch %llx pa %llx, expected %x s%d class %u ipa %llx fetch %llx pa %llx at levels "
	       "%d of %llu, %d of %llu; updates",
	       nr_done, a->iova, a->is_write, a->is_privileged, a->is_instruction, a->has_pasid,
	       got->event, 1 + got->is_stage2, got->fault_class, got->ipa, got->fetch_address,
	       a->pa, want->event, 1 + want->is_stage2, want->class, want->ipa, want->fetch,
	       want->pa, want->level[0], want->granule_bytes[0], want->level[1],
	       want->granule_bytes[1]);
	for (u32 i = 0; i < want->nr_updates; i++)
		printf(" %llx:%llx (%llx)", want->updates[i].pa, want->updates[i].value,
		       rig_get(&rig, want->updates[i].pa));
	printf("\n");
}

static struct smmu_outcome outcome_of_record(const u64 event[4])
{
	struct smmu_outcome got = {
		.event = event[0] & 0xff,
		.is_stage2 = event[1] >> 39 & 1,
		.fault_class = event[1] >> 40 & 3,
		.is_tt_read = event[1] >> 44 & 1,
	};

	if (got.event == 0x0b || got.event == 0x09)
		got.fetch_address = event[3];
	else
		got.ipa = event[3];
	return got;
}

/* What the one record says, if there is one. */
static struct smmu_outcome take_record(void)
{
	u64 event[4];

	return rig_event(&rig, event) ? outcome_of_record(event) : (struct smmu_outcome){0};
}

/* By the functional model alone, or as a device does, whose event is a record. */
static enum port_status translate(struct port_access *a, struct smmu_outcome *got)
{
	enum port_status status;

	if (lay_chance(&lay, 60))
		return smmu_translate_explain(rig.smmu, LAY_SID, a, got);
	status = port->ops->translate(port, a);
	*got = take_record();
	return rig_nr_events(&rig) ? PORT_PENDING : status;
}

static void check(const struct ref_access *access, bool has_substream)
{
	struct port_access a = {
		.iova = access->iova,
		.is_write = access->is_write,
		.is_privileged = access->is_privileged,
		.is_instruction = access->is_instruction,
		.has_pasid = has_substream,
		.pasid = has_substream ? LAY_SSID : 0,
	};
	struct ref_stream stream = stream_of(has_substream);
	struct smmu_stats before;
	struct smmu_outcome got;
	struct ref_answer want;
	enum port_status status;

	ref_translate(rig.mem, &stream, access, &want);
	smmu_stats(rig.smmu, &before);
	status = translate(&a, &got);
	nr_done++;
	count_answer(&stream, &want);
	if (!is_same_event(&got, &want) || (status == PORT_DONE) != !want.event ||
	    (!want.event && a.pa != want.pa) || !has_updated(&before, &want))
		report(&a, &got, &want);
}

/* --- translation requests --- */

static bool is_as_granted(const struct port_translation *t, const struct ref_grant *grant,
			  const struct ref_answer *want)
{
	bool is_abort = want->event == 0x09 || want->event == 0x0b;
	/* With NW a page that is dirty may be granted for writing, or may not (13.7). */
	bool is_writable = grant->is_writable && (t->access.is_write || t->is_writable);

	if (t->completion != (is_abort ? PORT_COMPLETION_ABORTED : PORT_COMPLETION_SUCCESS) ||
	    t->is_readable != grant->is_readable || t->is_writable != is_writable ||
	    t->is_executable != grant->is_executable)
		return false;
	if (!grant->is_readable && !is_writable)
		return true;
	/* a contiguous group is translated alike, too */
	return t->access.pa == want->pa &&
	       (lay.options.has_groups || 1ULL << t->lg2 == grant->bytes);
}

static void report_request(const struct port_translation *t, const struct ref_grant *grant,
			   const struct ref_answer *want)
{
	if (nr_differ++ >= 20)
		return;
	printf("request %llu: iova %llx w%u p%u i%u ssid %u split %u: completion %d r%u w%u x%u pa "
	       "%llx lg2 %u, expected event %x r%u w%u x%u pa %llx bytes %llx at levels %d, %d\n	       ",
	       nr_requests, t->access.iova, t->access.is_write, t->access.is_privileged,
	       t->access.is_instruction, t->access.has_pasid, lay.has_split_ats, (int)t->completion,
	       t->is_readable, t->is_writable, t->is_executable, t->access.pa, t->lg2, want->event,
	       grant->is_readable, grant->is_writable, grant->is_executable, want->pa, grant->bytes,
	       want->level[0], want->level[1]);
}

/* The endpoint uses an IPA that it was told: stage 2 alone, with a record of what fails. */
static void check_translated(u64 ipa, bool is_write)
{
	const struct ref_access access = {.iova = ipa, .is_write = is_write};
	const struct ref_stream stream = {.stage2 = &lay.s2, .oas_bits = lay.options.oas_bits};
	struct port_access a = {.iova = ipa, .is_write = is_write};
	struct smmu_stats before;
	struct smmu_outcome got;
	struct ref_answer want;
	enum port_status status;

	ref_translate(rig.mem, &stream, &access, &want);
	smmu_stats(rig.smmu, &before);
	status = port->ops->translated(port, &a);
	got = take_record();
	if (!is_same_event(&got, &want) || (status == PORT_DONE) != !want.event ||
	    (!want.event && a.pa != want.pa) || !has_updated(&before, &want))
		report(&a, &got, &want);
}

static void check_request(const struct ref_access *access, bool has_substream)
{
	struct ref_access a = *access;
	struct port_translation t = {0};
	struct ref_stream stream = stream_of(has_substream);
	struct smmu_stats before;
	struct ref_answer want;
	struct ref_grant grant;

	/* Privilege and execution are asked for with a PASID. */
	a.is_privileged &= has_substream;
	a.is_instruction &= has_substream;
	ref_request(&(const struct ref_request){rig.mem, &stream, a, lay.has_split_ats}, &want,
		    &grant);
	if (grant.is_open)
		return;
	t.access = (struct port_access){
		.iova = a.iova,
		.is_write = a.is_write,
		.is_privileged = access->is_privileged,
		.is_instruction = access->is_instruction,
		.has_pasid = has_substream,
		.pasid = has_substream ? LAY_SSID : 0,
	};
	smmu_stats(rig.smmu, &before);
	assert_int_equal(port->ops->translation_request(port, &t), PORT_DONE);
	nr_requests++;
	nr_granted += grant.is_readable || grant.is_writable;
	if (!is_as_granted(&t, &grant, &want) || !has_updated(&before, &want) ||
	    rig_nr_events(&rig))
		report_request(&t, &grant, &want);
	else if (lay.has_split_ats && (t.is_readable || t.is_writable))
		check_translated(t.access.pa, lay_chance(&lay, 50));
}

/* --- what is asked for --- */

static u64 random_iova(const struct lay_path *path)
{
	const struct ref_tables *tables = lay_tables(&lay, path->space);
	u64 offset = path->input % tables->region_bytes, span = path->span_bytes;

	if (lay_chance(&lay, 50))
		span = 4096;
	offset = offset / span * span + lay_pick(&lay, span);
	if (lay_chance(&lay, 3))
		offset += lay_pick(&lay, 3) * path->span_bytes;
	if (lay_chance(&lay, 1))
		offset = lay_pick(&lay, tables->region_bytes);
	if (lay_chance(&lay, 1))
		offset = sim_rng_u64(&rng) >> lay_pick(&lay, 24);
	if (path->space == LAY_STAGE2)
		return offset;
	offset %= tables->region_bytes;
	if (path->space == LAY_HIGH)
		offset -= tables->region_bytes;
	return lay_chance(&lay, 1) ? offset ^ lay_pick(&lay, 256) << 56 : offset;
}

static struct ref_access random_access(bool *has_substream)
{
	const struct lay_path *path = &lay.paths[lay_pick(&lay, LAY_MAX_PATHS)];

	*has_substream = lay.has_substreams && path->space != LAY_STAGE2;
	return (struct ref_access){
		.iova = random_iova(path),
		.is_write = lay_chance(&lay, 45),
		.is_privileged = lay_chance(&lay, 30),
		.is_instruction = lay_chance(&lay, 15),
	};
}

static void access_once(void)
{
	bool has_substream;
	const struct ref_access access = random_access(&has_substream);

	if (lay_chance(&lay, 7))
		check_request(&access, has_substream);
	check(&access, has_substream);
}

/* --- several at once, with the clock on --- */

#define NR_FLIGHTS 8

/*
 * What an access comes to does not depend on what others of the same moment make of
 * their descriptors: that sets access flags and makes clean pages dirty.
 */
struct flight {
	struct rig_access access; /* first */
	struct ref_access asked;
	struct ref_stream stream;
	struct ref_answer want;
	enum port_status status;
};

static void depart(struct flight *f)
{
	bool has_substream;
	u32 flags;

	f->asked = random_access(&has_substream);
	f->stream = stream_of(has_substream);
	ref_translate(rig.mem, &f->stream, &f->asked, &f->want);
	flags = (f->asked.is_write ? RIG_WRITE : 0) | (f->asked.is_privileged ? RIG_PRIV : 0) |
		(f->asked.is_instruction ? RIG_INSTR : 0);
	f->status = rig_issue(lay_chance(&lay, 50) ? port : other_port, &f->access, f->asked.iova,
			      flags | rig_pasid(has_substream ? LAY_SSID : RIG_NO_PASID));
}

/* Is there a record for @f among @nr of them? It is taken out. */
static bool has_record(const struct flight *f, u64 records[][4], u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		struct smmu_outcome got = outcome_of_record(records[i]);
		bool is_read = records[i][1] >> 35 & 1;
		bool has_address = got.event != 0x09;

		if (!is_same_event(&got, &f->want) ||
		    (has_address &&
		     (records[i][2] != f->asked.iova || is_read == f->asked.is_write)))
			continue;
		records[i][0] = 0;
		return true;
	}
	return !f->want.event;
}

/* Answered as expected, and nothing left to be written for it. */
static bool has_arrived(struct flight *f)
{
	bool is_done = (f->status == PORT_PENDING ? f->access.a.status : f->status) == PORT_DONE;
	struct ref_answer now;

	ref_translate(rig.mem, &f->stream, &f->asked, &now);
	return (f->status != PORT_PENDING || f->access.nr_completed == 1) &&
	       is_done == !f->want.event && (!is_done || f->access.a.pa == f->want.pa) &&
	       !now.nr_updates;
}

static void fly(void)
{
	static struct flight flights[NR_FLIGHTS];
	const struct smmu_outcome none = {0};
	u64 records[NR_FLIGHTS + 1][4];
	u32 nr = 0, nr_wanted = 0;

	for (u32 i = 0; i < NR_FLIGHTS; i++)
		depart(&flights[i]);
	rig_run(&rig);
	while (nr <= NR_FLIGHTS && rig_event(&rig, records[nr]))
		nr++;
	for (u32 i = 0; i < NR_FLIGHTS; i++) {
		struct flight *f = &flights[i];

		nr_flights++;
		nr_wanted += !!f->want.event;
		if (!has_arrived(f) || !has_record(f, records, nr))
			report(&f->access.a, &none, &f->want);
	}
	if (nr != nr_wanted)
		report(&flights[0].access.a, &none, &flights[0].want);
}

/* --- changes --- */

static bool is_table(u64 desc, int level)
{
	return level < 3 && desc % 4 == 3;
}

/* All of the VM, or of EL2; other VMs keep what they have. */
static void invalidate_vm(void)
{
	rig_cmd(&rig, lay.s1.is_el2 ? 0x20 : 0x28 | lay.vmid << 32, 0);
}

/* The same, or more. */
static void invalidate_much(void)
{
	if (!lay.s1.is_el2 && lay_chance(&lay, 20))
		rig_cmd(&rig, 0x30, 0);
	else
		invalidate_vm();
}

/* What of a command says range, granule, level: @nr descriptors of @each bytes from @address on. */
static void add_range(const struct lay_point *point, u64 each, bool is_leaf, u64 words[2])
{
	u64 granule = lay_tables(&lay, point->space)->granule_bytes;
	u64 nr = point->nr_grouped * (each / granule);
	u64 scale = 0;

	/* the 16 KiB granule has a level 1 only with addresses of 52 bits; level 0 has no number */
	if (is_leaf && point->level > 0 && lay_chance(&lay, 50) &&
	    (point->level > 1 || granule != 16384 || lay.options.has_ds))
		words[1] |= (u64)point->level << 8;
	words[1] |= (granule == 4096 ? 1ULL : granule == 16384 ? 2ULL : 3ULL) << 10;
	while (nr > 32) {
		nr /= 2;
		scale++;
	}
	/* of one page without a level there is no such command */
	if (nr == 1 && scale == 0 && !(words[1] & 0x300))
		nr = 2;
	words[0] |= (nr - 1) << 12 | scale << 20;
}

/* By address, alone or with what is around it. */
static void invalidate_address(const struct lay_point *point, u64 opcode, bool is_leaf)
{
	u64 each = ref_bytes_per_entry(lay_tables(&lay, point->space)->granule_bytes, point->level);
	u64 words[2] = {opcode | lay.vmid << 32, is_leaf};
	u64 input = point->input;

	if (point->nr_grouped > 1 || lay_chance(&lay, 50)) {
		input = input / (each * point->nr_grouped) * (each * point->nr_grouped);
		add_range(point, each, is_leaf, words);
	}
	if (opcode == 0x12)
		words[0] |= lay.asid << 48;
	words[1] |= input & ~0xfffULL;
	rig_cmd(&rig, words[0], words[1]);
}

static void invalidate_stage1(const struct lay_point *point, bool is_leaf)
{
	u64 n = lay_pick(&lay, 100);

	if (lay.s1.is_el2)
		invalidate_address(point, 0x22, is_leaf);
	else if (n < 45)
		invalidate_address(point, 0x12, is_leaf);
	else if (n < 80)
		invalidate_address(point, 0x13, is_leaf);
	else if (n < 90)
		rig_cmd(&rig, 0x10 | lay.vmid << 32, 0);
	else
		invalidate_much();
}

/* What stage 1 made of it may be cached with it, which only its own commands find. */
static void invalidate_stage2(const struct lay_point *point, bool is_leaf)
{
	if (lay_chance(&lay, 20)) {
		invalidate_much();
		return;
	}
	invalidate_address(point, 0x2a, is_leaf);
	if (lay.has_stage1)
		rig_cmd(&rig, 0x10 | lay.vmid << 32, 0);
}

/* What was read of a CD is remembered too, but only if reading it succeeded. */
static void invalidate_context(void)
{
	u64 n = lay_pick(&lay, 3);
	u64 stream = (u64)LAY_SID << 32;

	if (n == 0)
		rig_cmd(&rig, 0x05 | (lay.has_substreams ? LAY_SSID << 12 : 0) | stream, 0);
	else
		rig_cmd(&rig, (n == 1 ? 0x06 : 0x03) | stream, 1);
}

static const struct lay_point *random_point(void)
{
	bool is_context = lay_chance(&lay, 12);

	/* the few that lead to CDs more often */
	for (u32 i = 0; i < lay.nr_points && is_context; i++) {
		if (lay.points[i].is_context)
			return &lay.points[i];
	}
	return &lay.points[lay_pick(&lay, lay.nr_points)];
}

/* Another descriptor where a path ends, and the commands that say so. */
static void change_point(void)
{
	const struct lay_point *point = random_point();
	u64 old = lay_change(&lay, point, lay_random_want(&lay, point->is_context ? 95 : 86));
	bool is_leaf = !is_table(old, point->level);

	/* What is not valid is not cached. */
	if (!(old & 1) && lay_chance(&lay, 60))
		return;
	/* What is below a table may be cached for other addresses. */
	if (!is_leaf)
		invalidate_much();
	else if (point->space == LAY_STAGE2)
		invalidate_stage2(point, lay_chance(&lay, 70));
	else
		invalidate_stage1(point, lay_chance(&lay, 70));
	if (point->is_context)
		invalidate_context();
}

/* --- all of it --- */

static void no_caches(struct smmu_params *params)
{
	params->utlb_entries = params->tlb_entries = params->config_entries = 0;
	params->walk_lm1_entries = params->walk_l0_entries = params->walk_l1_entries = 0;
	params->walk_l2_entries = params->walk_l3_entries = 0;
	params->s2_walk_lm1_entries = params->s2_walk_l0_entries = params->s2_walk_l1_entries = 0;
	params->s2_walk_l2_entries = params->s2_walk_l3_entries = 0;
}

static struct port_endpoint endpoint; /* of translation requests, which nobody invalidates */

static void begin(const struct lay_options *options, bool has_caches, bool is_clockless)
{
	lay.options = *options;
	rig_defaults(&rig);
	rig.mem_params.size_bytes = LAY_RAM_BYTES;
	rig.params.oas_bits = options->oas_bits;
	rig.params.ds = options->has_ds;
	rig.params.vax = options->has_vax;
	rig.params.xnx = options->has_xnx;
	rig.params.fwb = options->has_fwb;
	rig.params.hyp = options->has_hyp;
	rig.params.unchecked = 1; /* sets that no version has, too */
	rig.params.contiguous = options->has_groups;
	if (!has_caches)
		no_caches(&rig.params);
	rig.params.ats = 1;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, is_clockless);
	rig_enable(&rig);
	/* for split stage */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_ATSCHK);
	port = smmu_port_create(rig.smmu, LAY_SID);
	port->endpoint = &endpoint;
	other_port = smmu_port_create(rig.smmu, LAY_SID);
}

static void next_round(void)
{
	lay_round(&lay);
	rig_cmd(&rig, 0x03 | (u64)LAY_SID << 32, 1);
	invalidate_vm();
}

static void sweep(const struct lay_options *options, bool has_caches, u64 nr)
{
	begin(options, has_caches, true);
	for (u64 i = 0; i < nr; i++) {
		if (i % ACCESSES_A_ROUND == 0)
			next_round();
		else if (i % ACCESSES_A_CHANGE == 0 && lay.nr_points)
			change_point();
		access_once();
	}
	rig_stop(&rig);
}

static void sweep_flights(const struct lay_options *options, u64 nr)
{
	begin(options, true, false);
	for (u64 i = 0; i < nr; i += NR_FLIGHTS) {
		if (i % (ACCESSES_A_ROUND / NR_FLIGHTS * NR_FLIGHTS) == 0)
			next_round();
		else if (lay.nr_points)
			change_point();
		fly();
	}
	rig_stop(&rig);
}

int main(int argc, char **argv)
{
	static const struct lay_options all = {.oas_bits = 52,
					       .has_ds = true,
					       .has_vax = true,
					       .has_xnx = true,
					       .has_fwb = true,
					       .has_hyp = true,
					       .first_vmid = 0xff00};
	static const struct lay_options plain = {.oas_bits = 48, .has_xnx = true, .has_fwb = true};
	static const struct lay_options small = {.oas_bits = 44, .first_vmid = 1};
	static const struct lay_options large = {
		.oas_bits = 52, .has_vax = true, .has_xnx = true, .has_hyp = true};
	struct lay_options steep = all, groups = all, el2 = all;
	u64 nr = 14000000, minimum = 1000, seed = 1;
	bool is_good;
	int option;

	while ((option = getopt(argc, argv, "n:m:s:")) != -1) {
		if (option == 'n')
			nr = strtoull(optarg, NULL, 0);
		else if (option == 'm')
			minimum = strtoull(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			return 2;
	}
	sim_rng_init(&rng, seed, "two-stage sweep");
	sim_rng_init(&e0pd_rng, seed, "two-stage sweep, E0PD");
	steep.is_steep = groups.has_groups = el2.is_el2 = true;
	sweep(&all, true, nr * 15 / 100);
	sweep(&el2, true, nr * 7 / 100);
	sweep(&steep, true, nr * 40 / 100);
	sweep(&all, false, nr * 8 / 100);
	sweep(&large, true, nr * 7 / 100);
	sweep(&plain, true, nr * 7 / 100);
	sweep(&small, true, nr * 8 / 100);
	sweep(&groups, true, nr - nr * 92 / 100);
	sweep_flights(&all, nr * 2 / 100);
	is_good = print_cells(minimum);
	printf("%llu translations, %llu of them successful, %llu with the CD's fetch aborted, "
	       "%llu translation requests, %llu of them granted something, %llu accesses under way "
	       "together, %llu differ from the reference\n",
	       nr_done, nr_good, nr_cd_aborts, nr_requests, nr_granted, nr_flights, nr_differ);
	return !is_good || nr_differ || nr_good * 100 < nr_done * 40;
}
