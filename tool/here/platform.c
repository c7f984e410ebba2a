// SPDX-License-Identifier: GPL-2.0-only
/*
 * This machine as a platform file: section cpu has what was measured, everything
 * else is another platform's, said line by line. That platform's file is gone
 * through as text, which keeps its values as they are written there.
 */
#include "tool/here/here.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define FIRST_LINE "# SPDX-License-Identifier: GPL-2.0-only\n"
#define SECOND_LINE "# This machine, written by iopfsim calibrate:"

/* --- one measured value --- */

struct value {
	const char *key;
	struct host_spread spread; /* as measured */
	double ns;		   /* what it comes to */
	const char *what;
};

static void write_value(FILE *out, const struct here *here, const struct value *value)
{
	fprintf(out,
		"  %s: %.2fns  # measured here%s: %s, median of %u: %.2f ns, quartiles %.2f to %.2f\n",
		value->key, value->ns, here_is_sure(here, &value->spread) ? "" : ", not sure",
		value->what, value->spread.nr, value->spread.median, value->spread.low,
		value->spread.high);
}

static bool has_key(const char *const *keys, const char *key, size_t length)
{
	for (; *keys; keys++) {
		if (strlen(*keys) == length && !strncmp(*keys, key, length))
			return true;
	}
	return false;
}

/* --- section cpu --- */

static const struct {
	const char *key;
	enum host_level level;
	const char *what;
} line_keys[] = {
	{"line_cluster", HOST_LEVEL_CACHE, "CPUs that share a last level cache"},
	{"line_node", HOST_LEVEL_NODE, "CPUs of a NUMA node"},
	{"line_socket", HOST_LEVEL_SOCKET, "CPUs of a socket"},
	{"line_remote", HOST_LEVEL_SYSTEM, "CPUs of two sockets"},
};

#define NR_LINE_KEYS (sizeof(line_keys) / sizeof(line_keys[0]))

static const char *const topology_keys[] = {
	"cpus",	      "smt_cpus", "cluster_cpus", "node_cpus",	 "socket_cpus",
	"cache_cpus", "line_hit", "atomic",	  "line_memory", "line_retention_per_mille",
	NULL};

static void write_topology(FILE *out, const struct here *here)
{
	const u32 *cpus = here->level_cpus;
	const char *how = here->is_regular ? "as the kernel says (sysfs)"
					   : "groups here are uneven: all CPUs are one";

	fprintf(out, "  cpus: %u  # that iopfsim was allowed to run on\n", here->machine.nr_cpus);
	fprintf(out, "  smt_cpus: %u  # %s\n", cpus[HOST_LEVEL_CORE], how);
	fprintf(out, "  cluster_cpus: %u  # CPUs that share a last level cache: %s\n",
		cpus[HOST_LEVEL_CACHE], how);
	fprintf(out, "  node_cpus: %u  # %s\n", cpus[HOST_LEVEL_NODE], how);
	fprintf(out, "  socket_cpus: %u  # %s\n", cpus[HOST_LEVEL_SOCKET], how);
	fprintf(out, "  cache_cpus: %u  # %s\n",
		here->is_regular ? cpus[HOST_LEVEL_CACHE] : cpus[HOST_LEVEL_SYSTEM], how);
}

static void write_lines(FILE *out, const struct here *here)
{
	double atomic_ns = here->atomic.median - here->hit.median;

	for (size_t i = 0; i < NR_LINE_KEYS; i++) {
		const struct host_spread *spread = &here->lines[line_keys[i].level];

		if (spread->nr)
			write_value(out, here,
				    &(struct value){line_keys[i].key, *spread,
						    spread->median > atomic_ns
							    ? spread->median - atomic_ns
							    : 0,
						    line_keys[i].what});
	}
}

static void write_cpu(FILE *out, const struct here *here)
{
	double atomic_ns = here->atomic.median - here->hit.median;

	write_topology(out, here);
	fputs("  # A line is moved by cmpxchg; the atomic itself is taken off.\n", out);
	write_value(
		out, here,
		&(struct value){"line_hit", here->hit, here->hit.median, "a read of an own line"});
	write_lines(out, here);
	write_value(out, here,
		    &(struct value){"line_memory", here->memory, here->memory.median,
				    "reads of memory in random order"});
	write_value(out, here,
		    &(struct value){"atomic", here->atomic, atomic_ns > 0 ? atomic_ns : 0,
				    "fetch_add on an own line, of which line_hit is taken off"});
	fprintf(out,
		"  line_retention_per_mille: %llu  # fitted here%s: fetch_add by two CPUs with pauses of 7, 14, 28 ns, "
		"median of %u: %.2f ns, quartiles %.2f to %.2f\n",
		here->retention_per_mille, here_is_sure(here, &here->add) ? "" : ", not sure",
		here->add.nr, here->add.median, here->add.low, here->add.high);
}

/* Did write_cpu() write it? */
static bool is_measured(const struct here *here, const char *key, size_t length)
{
	if (has_key(topology_keys, key, length))
		return true;
	for (size_t i = 0; i < NR_LINE_KEYS; i++) {
		if (strlen(line_keys[i].key) == length && !strncmp(line_keys[i].key, key, length))
			return here->lines[line_keys[i].level].nr != 0;
	}
	return false;
}

/* --- everything else --- */

struct copy {
	FILE *out;
	const struct here *here;
	const char *name;
	bool is_in_cpu, has_cpu, is_in_sources;
};

/* Up to the comment and the blanks before it. */
static size_t content_length(const char *line, size_t length)
{
	const char *hash = memchr(line, '#', length);

	if (hash)
		length = hash - line;
	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	return length;
}

/* Where the values that write_cpu() wrote are from. */
static void write_measured(FILE *out, const struct here *here)
{
	fputs("  measured: [  # here\n    ", out);
	for (size_t i = 0; topology_keys[i]; i++)
		fprintf(out, "cpu.%s, ", topology_keys[i]);
	for (size_t i = 0; i < NR_LINE_KEYS; i++) {
		if (here->lines[line_keys[i].level].nr)
			fprintf(out, "cpu.%s, ", line_keys[i].key);
	}
	fputs("\n  ]\n", out);
}

/* Names of keys, a comma behind each: those that were measured are from nowhere else. */
static void copy_names(const struct copy *copy, const char *text, size_t length)
{
	const char *end = text + length;

	fputs("    ", copy->out);
	while (text < end) {
		size_t skip = strspn(text, " ,"), name = strcspn(text + skip, ", \n#");
		bool is_of_cpu = !strncmp(text + skip, "cpu.", 4);

		if (text + skip + name > end)
			break;
		if (name && !(is_of_cpu && is_measured(copy->here, text + skip + 4, name - 4)))
			fprintf(copy->out, "%.*s, ", (int)name, text + skip);
		text += skip + name;
	}
	fputc('\n', copy->out);
}

static void copy_line(struct copy *copy, const char *line, size_t length)
{
	size_t indent = 0, key;

	length = content_length(line, length);
	while (indent < length && line[indent] == ' ')
		indent++;
	if (indent == length)
		return;
	for (key = indent; key < length && line[key] != ':'; key++)
		;
	if (!indent) {
		copy->is_in_cpu = length == 4 && !strncmp(line, "cpu:", 4);
		copy->is_in_sources = length == 8 && !strncmp(line, "sources:", 8);
	}
	if (copy->is_in_sources && indent == 4) {
		copy_names(copy, line + indent, length - indent);
		return;
	}
	if (indent && copy->is_in_cpu && is_measured(copy->here, line + indent, key - indent))
		return;
	fprintf(copy->out, "%s%.*s", indent ? "" : "\n", (int)length, line);
	if (key + 1 < length)
		fprintf(copy->out, "  # as %s", copy->name);
	fputc('\n', copy->out);
	if (!indent && copy->is_in_sources)
		write_measured(copy->out, copy->here);
	if (!indent && copy->is_in_cpu) {
		copy->has_cpu = true;
		write_cpu(copy->out, copy->here);
	}
}

static void write_head(FILE *out, const struct here *here, const char *name)
{
	const struct host_machine *machine = &here->machine;

	fprintf(out, FIRST_LINE SECOND_LINE " %s, %s, %u CPUs.\n", machine->name, machine->model,
		machine->nr_cpus);
	fprintf(out,
		"# In bursts of milliseconds, %s\n"
		"# \"not sure\" is what repetitions do not agree on: quartiles further apart than a "
		"fifth%s.\n"
		"#\n"
		"#   measured here  on this machine, with its spread\n"
		"#   fitted here    chosen so that a figure measured here comes out\n"
		"#   as %s  that platform's figure (iopfsim list platforms), not measured\n",
		machine->is_realtime
			? "real-time (SCHED_FIFO)."
			: "NOT real-time, which was not allowed: whatever else ran is in it.",
		machine->is_realtime ? "" : ", or all of it where bursts are not real-time", name);
}

int here_write_platform(FILE *out, const struct here *here, const char *text, const char *name)
{
	struct copy copy = {.out = out, .here = here, .name = name};

	write_head(out, here, name);
	while (*text) {
		size_t length = strcspn(text, "\n");

		copy_line(&copy, text, length);
		text += length + (text[length] == '\n');
	}
	return copy.has_cpu ? 0 : -EINVAL;
}

bool here_is_platform(const char *path)
{
	char head[sizeof(FIRST_LINE SECOND_LINE)] = "";
	FILE *in = fopen(path, "re");
	size_t nr = in ? fread(head, 1, sizeof(head) - 1, in) : 0;

	if (in)
		fclose(in);
	return nr == sizeof(head) - 1 && !strcmp(head, FIRST_LINE SECOND_LINE);
}
