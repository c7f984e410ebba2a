// SPDX-License-Identifier: GPL-2.0-only
/* Looking numbers up, see number.h. */
#include "tool/compare/number.h"

#include <stdlib.h>
#include <string.h>

#define RATE "rate"

const struct compare_headline compare_headlines[] = {
	{RATE, "steady.faults_per_s", "faults/s", 1, 0},
	{"throughput", "throughput_bytes_per_s", "MB/s", 1e6, 1},
	{"mean", "faults.latency_ns.mean", "us", 1e3, 3},
	{"p50", "faults.latency_ns.p50", "us", 1e3, 3},
	{"p99", "faults.latency_ns.p99", "us", 1e3, 3},
	{"p99.9", "faults.latency_ns.p999", "us", 1e3, 3},
	{"max", "faults.latency_ns.max", "us", 1e3, 3},
	{"faults", "faults.completed", "", 1, 0},
	{"works", "items_per_s", "works/s", 1, 0},
	{"maps and unmaps", "map_unmap_per_s_per_cpu", "/s and CPU", 1, 0},
	{"seconds to pin", "seconds", "s", 1, 3},
	{"wake-ups", "wake_latency_ns.mean", "us", 1e3, 3},
	{"simulated time", "simulated_time_ns", "ms", 1e6, 3},
	{"waits for locks", "run.lock_wait_ns", "ms", 1e6, 3},
	{"waits for lines", "run.line_wait_ns", "ms", 1e6, 3},
};
const u32 compare_nr_headlines = sizeof(compare_headlines) / sizeof(compare_headlines[0]);

static const json_t *member(const json_t *value, const char *key, size_t length)
{
	char name[256], *end;
	unsigned long index;

	if (length >= sizeof(name))
		return NULL;
	memcpy(name, key, length);
	name[length] = 0;
	if (!json_is_array(value))
		return json_object_get(value, name);
	index = strtoul(name, &end, 10);
	return length && !*end ? json_array_get(value, index) : NULL;
}

/* A key may have dots itself (a queue's name): the shortest one that leads on. */
const json_t *compare_find(const json_t *result, const char *path)
{
	const char *dot = path;

	while ((dot = strchr(dot, '.'))) {
		const json_t *inner = member(result, path, (size_t)(dot - path));
		const json_t *found = inner ? compare_find(inner, dot + 1) : NULL;

		if (found)
			return found;
		dot++;
	}
	return member(result, path, strlen(path));
}

bool compare_number_at(const json_t *result, const char *path, double *value)
{
	const json_t *found = compare_find(result, path);

	*value = json_number_value(found);
	return json_is_number(found);
}

static const struct compare_headline *find_headline(const char *name)
{
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		if (!strcmp(compare_headlines[i].name, name))
			return &compare_headlines[i];
	}
	return NULL;
}

bool compare_number(const json_t *result, const char *name, double *value)
{
	const struct compare_headline *headline = find_headline(name);

	if (!compare_number_at(result, headline ? headline->path : name, value))
		return false;
	/* without a steady window there is no rate */
	return !headline || *value != 0 || strcmp(name, RATE) != 0;
}

bool compare_is_name(const json_t *result, const char *name)
{
	const json_t *found;

	if (find_headline(name))
		return true;
	found = compare_find(result, name);
	return json_is_number(found) || json_is_null(found);
}
