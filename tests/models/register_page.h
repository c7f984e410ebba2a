/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reference pages of registers, made from a model's register table and from units with one
 * feature or another. The program of a page writes it (-w), or is the test that the page is what
 * it would write.
 *
 * What a feature changes is not listed anywhere: two units, with and without it, are asked
 * for their reset values and for the bits that they let software write.
 */
#ifndef TESTS_MODELS_REGISTER_PAGE_H
#define TESTS_MODELS_REGISTER_PAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/common/reg.h"
#include "sim/param.h"

#define PAGE_BYTES 65536
#define PAGE_MAX_REGS 128
#define PAGE_MAX_PARAMS 256

/* What a unit shows of its registers. */
struct shown {
	u64 reset[PAGE_MAX_REGS];
	u64 writable[PAGE_MAX_REGS];
};

/* Parameters are u64 each, whatever the model. */
struct page_params {
	u64 value[PAGE_MAX_PARAMS];
};

struct page_model {
	const char *path;
	void (*make)(void);
	const struct reg_row *rows;
	u32 nr_rows;
	u32 offset_digits;
	u64 reset_of_features; /* that a row has */
	const char *(*guard_text)(u32 guard);
	const struct sim_param *features;
	const size_t *nr_features;
	const char *last; /* feature that excludes others; NULL: there is none */
	void (*defaults)(struct page_params *params);
	/* From the defaults to the newest unit that may have @feature, whatever others it has. */
	void (*renew)(struct page_params *params, const struct sim_param *feature);
	const char *(*check)(const struct page_params *params);
	void (*show)(const struct page_params *params, struct shown *shown);
};

static char page[PAGE_BYTES], found[PAGE_BYTES];
static size_t page_bytes;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	page_bytes += vsnprintf(page + page_bytes, PAGE_BYTES - page_bytes, format, args);
	va_end(args);
	assert_true(page_bytes < PAGE_BYTES);
}

static void say_bits(u64 bits)
{
	const char *comma = "";

	while (bits) {
		u32 low = __builtin_ctzll(bits);
		u64 above = ~(bits >> low);
		u32 nr = above ? (u32)__builtin_ctzll(above) : 64;

		if (nr == 1)
			say("%s%u", comma, low);
		else
			say("%s%u:%u", comma, low + nr - 1, low);
		bits &= ~((nr < 64 ? (1ULL << nr) - 1 : ~0ULL) << low);
		comma = ", ";
	}
}

static void say_table_head(void)
{
	say("| offset | register | bits | reset | writable | while | section |\n"
	    "| --- | --- | --- | --- | --- | --- | --- |\n");
}

static void say_row(const struct page_model *model, const struct reg_row *row, u64 reset)
{
	say("| 0x%0*x | %s | %u | 0x%llx%s | ", model->offset_digits, row->offset, row->name,
	    8 * row->bytes, reset, row->reset == model->reset_of_features ? " (features)" : "");
	say_bits(row->write_mask);
	if (row->w1c_mask) {
		say("%s1 clears ", row->write_mask ? ", " : "");
		say_bits(row->w1c_mask);
	}
	if (!row->write_mask && !row->w1c_mask)
		say("none");
	say(" | %s | %s |\n", model->guard_text(row->guard), row->section);
}

static void say_table(const struct page_model *model, const struct shown *shown)
{
	say_table_head();
	for (u32 i = 0; i < model->nr_rows; i++)
		say_row(model, &model->rows[i], shown->reset[i]);
}

/* --- what features change --- */

static u64 *value_of(struct page_params *params, const struct sim_param *feature)
{
	return (u64 *)((char *)params + feature->offset);
}

/* Do @params fit each other with @feature being @is_on? */
static bool fits(const struct page_model *model, const struct page_params *params,
		 const struct sim_param *feature, bool is_on)
{
	struct page_params other = *params;

	*value_of(&other, feature) = is_on;
	return !model->check(&other);
}

/* Switch @more on, if that goes with and without @feature, or goes without what it needs still. */
static bool switch_on(const struct page_model *model, struct page_params *params,
		      const struct sim_param *feature, const struct sim_param *more)
{
	bool fitted = fits(model, params, feature, true);

	*value_of(params, more) = 1;
	if (fits(model, params, feature, false) && (!fitted || fits(model, params, feature, true)))
		return true;
	*value_of(params, more) = 0;
	return false;
}

/* All features at once that go with and without @feature. */
static void all_features(const struct page_model *model, struct page_params *params,
			 const struct sim_param *feature)
{
	bool is_last = false, has_changed;

	do {
		has_changed = false;
		for (size_t i = 0; i < *model->nr_features; i++) {
			const struct sim_param *more = &model->features[i];

			if (more->unit != SIM_UNIT_BOOL || more == feature ||
			    *value_of(params, more) ||
			    (model->last && !strcmp(more->key, model->last) && !is_last))
				continue;
			has_changed |= switch_on(model, params, feature, more);
		}
		is_last = !has_changed && !is_last;
	} while (has_changed || is_last);
}

static void say_change(const struct page_model *model, const char *key, const struct shown *with,
		       const struct shown *without)
{
	for (u32 i = 0; i < model->nr_rows; i++) {
		u64 reset = with->reset[i] ^ without->reset[i];
		u64 writable = with->writable[i] ^ without->writable[i];

		if (!reset && !writable)
			continue;
		say("| `%s` | %s | ", key, model->rows[i].name);
		say_bits(reset);
		say(" | ");
		say_bits(writable);
		say(" |\n");
	}
}

static void say_feature(const struct page_model *model, const struct sim_param *feature)
{
	struct page_params params = {0};
	struct shown with, without;

	model->defaults(&params);
	for (size_t i = 0; i < *model->nr_features; i++) {
		if (model->features[i].unit == SIM_UNIT_BOOL)
			*value_of(&params, &model->features[i]) = 0;
	}
	model->renew(&params, feature);
	*value_of(&params, feature) = 0;
	all_features(model, &params, feature);
	assert_null(model->check(&params));
	model->show(&params, &without);
	*value_of(&params, feature) = 1;
	assert_null(model->check(&params));
	model->show(&params, &with);
	say_change(model, feature->key, &with, &without);
}

static void say_features(const struct page_model *model)
{
	say("| feature | register | value after reset | writable |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < *model->nr_features; i++) {
		if (model->features[i].unit == SIM_UNIT_BOOL)
			say_feature(model, &model->features[i]);
	}
}

/* --- the page in docs --- */

static void page_check(const struct page_model *model)
{
	FILE *file = fopen(model->path, "r");
	size_t bytes;

	assert_non_null(file);
	bytes = fread(found, 1, PAGE_BYTES - 1, file);
	fclose(file);
	model->make();
	if (bytes != page_bytes || memcmp(page, found, bytes) != 0)
		fail_msg("%s is not what the table says; run this program with -w", model->path);
}

/* Return: exit status. */
static int page_write(const struct page_model *model)
{
	char name[256];
	FILE *file;

	snprintf(name, sizeof(name), "%s.new", model->path);
	file = fopen(name, "w");
	model->make();
	if (!file || fwrite(page, 1, page_bytes, file) != page_bytes || fclose(file) ||
	    rename(name, model->path)) {
		perror(model->path);
		return 1;
	}
	return 0;
}

#endif
