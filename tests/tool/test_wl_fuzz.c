// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged workload files. Claim: whatever bytes a file has, wl_load() either
 * takes it or says one line; under the sanitizers nothing else happens. Tried
 * are every truncation of a good file, every flip of one bit, and random
 * replacements, doublings and removals.
 */
#include <errno.h>

#include "sim/rng.h"
#include "tests/tool/wl_support.h"

#define MAX_BYTES 4096
#define RANDOM_ROUNDS 2000

struct fuzz {
	char *folder;
	char path[128];
	unsigned char good[MAX_BYTES];
	size_t bytes;
	u32 nr_taken, nr_refused;
};

static struct wl_workload workload;

static void try(struct fuzz *fuzz, const void *text, size_t bytes)
{
	char message[TEXT_MESSAGE_MAX];
	int err;

	support_write(fuzz->folder, "w.yaml", text, bytes);
	err = wl_load(&workload, &(struct wl_request){.path = fuzz->path}, message);
	if (!err) {
		fuzz->nr_taken++;
		wl_free(&workload);
		return;
	}
	assert_int_equal(err, -EINVAL);
	assert_true(message[0]);
	for (const char *c = message; *c; c++)
		assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
	fuzz->nr_refused++;
}

static int setup(void **state)
{
	static struct fuzz fuzz;
	FILE *in = fopen("tests/data/small.yaml", "r");

	assert_non_null(in);
	fuzz.bytes = fread(fuzz.good, 1, sizeof(fuzz.good), in);
	fclose(in);
	fuzz.folder = support_folder();
	snprintf(fuzz.path, sizeof(fuzz.path), "%s/w.yaml", fuzz.folder);
	*state = &fuzz;
	return 0;
}

static int teardown(void **state)
{
	struct fuzz *fuzz = *state;

	support_remove(fuzz->folder);
	return 0;
}

static void every_truncation(void **state)
{
	struct fuzz *fuzz = *state;

	for (size_t bytes = 0; bytes <= fuzz->bytes; bytes++)
		try(fuzz, fuzz->good, bytes);
	assert_true(fuzz->nr_taken > 1 && fuzz->nr_refused > 100);
}

static void every_flip_of_one_bit(void **state)
{
	struct fuzz *fuzz = *state;
	unsigned char text[MAX_BYTES];

	for (size_t i = 0; i < fuzz->bytes * 8; i++) {
		memcpy(text, fuzz->good, fuzz->bytes);
		text[i / 8] ^= (unsigned char)(1 << i % 8);
		try(fuzz, text, fuzz->bytes);
	}
}

static size_t damage(struct sim_rng *rng, unsigned char *text, size_t bytes)
{
	static const char spice[] = "&*!?|>%@`{}[]:,-#'\"\\\n\t \0xf\xff\x80~<";
	size_t at = sim_rng_below(rng, bytes), length = sim_rng_below(rng, 40);

	if (length > bytes - at)
		length = bytes - at;
	switch (sim_rng_below(rng, 3)) {
	case 0:
		text[at] = (unsigned char)spice[sim_rng_below(rng, sizeof(spice))];
		return bytes;
	case 1:
		memmove(text + at, text + at + length, bytes - at - length);
		return bytes - length;
	default:
		if (bytes + length > MAX_BYTES)
			return bytes;
		memmove(text + at + length, text + at, bytes - at);
		return bytes + length;
	}
}

static void random_damage(void **state)
{
	struct fuzz *fuzz = *state;
	unsigned char text[MAX_BYTES];
	struct sim_rng rng;
	size_t bytes;

	sim_rng_init(&rng, 1, "fuzz");
	for (u32 i = 0; i < RANDOM_ROUNDS; i++) {
		memcpy(text, fuzz->good, fuzz->bytes);
		bytes = fuzz->bytes;
		for (u64 n = 1 + sim_rng_below(&rng, 6); n && bytes; n--)
			bytes = damage(&rng, text, bytes);
		try(fuzz, text, bytes);
	}
	assert_true(fuzz->nr_taken > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(every_flip_of_one_bit),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
