// SPDX-License-Identifier: GPL-2.0-only
/* Which format a file has, and the pass over its lines: see import.h. */
#include "tool/import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/import/internal.h"

/* By so many lines from its beginning a file is known. */
#define LOOK_BYTES (256U << 10)
#define TICK_LINES 1024

/* Of two that fit alike the first; csv takes what others know better. */
static const struct import_format *const formats[] = {
	&import_ftrace, &import_nvme,	 &import_qemu,	 &import_blkparse, &import_fio,
	&import_msr,	&import_tencent, &import_lackey, &import_csv,
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

const char *import_formats(void)
{
	static char text[256];
	size_t used = 0;

	for (u32 i = 0; i < NR_FORMATS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? ", " : "",
					 formats[i]->name);
	return text;
}

/* --- policies --- */

static int parse_word(const char *option, const char *text, const char *const *words, char *message)
{
	size_t used;

	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return i;
	}
	used = (size_t)snprintf(message, TEXT_MESSAGE_MAX, "--%s: '%.60s', expected", option, text);
	for (u32 i = 0; words[i]; i++)
		used += (size_t)snprintf(message + used, TEXT_MESSAGE_MAX - used, " %s%s", words[i],
					 words[i + 1] ? "," : "");
	return -1;
}

struct number {
	const char *option, *text;
	enum sim_unit unit;
	u64 *value;
	u64 min;
};

static bool parse_number(const struct number *number, char *message)
{
	char why[TEXT_MESSAGE_MAX];

	if (!number->text)
		return true;
	if (wl_parse_number(number->text, number->unit, number->value, why)) {
		snprintf(message, TEXT_MESSAGE_MAX, "--%s: %.300s", number->option, why);
		return false;
	}
	if (*number->value >= number->min)
		return true;
	snprintf(message, TEXT_MESSAGE_MAX, "--%s: %.60s, expected more", number->option,
		 number->text);
	return false;
}

int import_policy_parse(struct import_policy *policy, const struct tool_trace_options *options,
			char *message)
{
	static const char *const accesses[] = {"map", "unmap", "none", NULL};
	static const char *const times[] = {"rebase", "keep", "none", NULL};
	const struct number numbers[] = {
		{"gap", options->gap, SIM_UNIT_PS, &policy->gap_ps, 0},
		{"sector", options->sector, SIM_UNIT_BYTES, &policy->sector_bytes, 1},
		{"base", options->base, SIM_UNIT_BYTES, &policy->base, 0},
		{"length", options->length, SIM_UNIT_BYTES, &policy->length_bytes, 1},
	};
	int access = options->access ? parse_word("access", options->access, accesses, message) : 0;
	int time = options->time && access >= 0 ? parse_word("time", options->time, times, message)
						: 0;

	if (access < 0 || time < 0)
		return -EINVAL;
	*policy = (struct import_policy){
		.gap_ps = 1000000,
		.sector_bytes = 512,
		.length_bytes = 64,
		.device = options->device,
		.columns = options->columns,
	};
	policy->access = access;
	policy->time = time;
	for (u32 i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!parse_number(&numbers[i], message))
			return -EINVAL;
	}
	return 0;
}

/* --- lines --- */

struct lines {
	FILE *in;
	char *look; /* what was read to know the format, and is read again from here */
	size_t nr_look, at;
	u64 nr_bytes;
	char *text; /* IMPORT_LINE_BYTES */
	bool is_whole, is_long;
};

static int byte_next(struct lines *lines)
{
	if (lines->at < lines->nr_look)
		return (unsigned char)lines->look[lines->at++];
	return getc_unlocked(lines->in);
}

/* Without its end; what is beyond the buffer is passed over. */
static bool line_next(struct lines *lines)
{
	size_t length = 0;
	int c = byte_next(lines);

	if (c == EOF)
		return false;
	lines->is_long = false;
	for (; c != EOF && c != '\n'; c = byte_next(lines)) {
		lines->nr_bytes++;
		if (length + 1 < IMPORT_LINE_BYTES)
			lines->text[length++] = (char)c;
		else
			lines->is_long = true;
	}
	lines->nr_bytes++;
	lines->is_whole = c == '\n';
	if (length && lines->text[length - 1] == '\r')
		length--;
	lines->text[length] = 0;
	return true;
}

/* A zero byte would end a line early: such a file is no text. */
static const struct import_format *detect(struct lines *lines)
{
	u32 nr_of[NR_FORMATS] = {0}, best = 0;
	char *at = lines->look;

	if (memchr(at, 0, lines->nr_look))
		return NULL;
	while (at < lines->look + lines->nr_look) {
		char *end = memchr(at, '\n', (size_t)(lines->look + lines->nr_look - at));
		char last;

		if (!end)
			end = lines->look + lines->nr_look;
		last = *end;
		*end = 0;
		for (u32 i = 0; i < NR_FORMATS; i++)
			nr_of[i] += formats[i]->is_line(at);
		*end = last;
		at = end + 1;
	}
	for (u32 i = 1; i < NR_FORMATS; i++) {
		if (nr_of[i] > nr_of[best])
			best = i;
	}
	return nr_of[best] ? formats[best] : NULL;
}

static const struct import_format *by_name(const char *name)
{
	for (u32 i = 0; i < NR_FORMATS; i++) {
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	}
	return NULL;
}

static const struct import_format *choose(const struct import_attr *attr, struct lines *lines,
					  char *message)
{
	const struct import_format *format;

	if (attr->format) {
		format = by_name(attr->format);
		if (!format)
			snprintf(message, TEXT_MESSAGE_MAX, "--format: '%.60s', expected one of %s",
				 attr->format, import_formats());
		return format;
	}
	format = attr->policy.columns ? &import_csv : detect(lines);
	if (!format)
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.600s: no line of it can be used, expected one of %s (docs/files.md)",
			 attr->name, import_formats());
	return format;
}

/* --- the pass --- */

static bool go_on(const struct import *import, const struct lines *lines)
{
	const struct import_attr *attr = import->attr;

	return import->line % TICK_LINES || !attr->tick ||
	       attr->tick(attr->opaque, lines->nr_bytes, attr->nr_bytes);
}

static int take_lines(struct import *import, const struct import_format *format,
		      struct lines *lines)
{
	struct import_result *result = import->result;

	while (line_next(lines)) {
		enum import_line kind;

		import->line++;
		result->nr_lines++;
		kind = lines->is_long ? IMPORT_OTHER : format->line(import, lines->text);
		result->nr_used += kind == IMPORT_USED;
		/* a log that was cut ends somewhere */
		if (import->is_wrong && !lines->is_whole && result->nr_used) {
			import_note(import, "the last line is cut, and left out");
			break;
		}
		if (import->is_wrong)
			return -EINVAL;
		if (import->err || trace_writer_err(import->attr->out))
			return import->err ? import->err : trace_writer_err(import->attr->out);
		if (!go_on(import, lines))
			return -EINTR;
	}
	return ferror(lines->in) ? -EIO : 0;
}

static void end(struct import *import, const struct import_format *format)
{
	if (format->end)
		format->end(import);
	if (import->nr_without_time)
		import_note(import,
			    "%llu records have no time: each is %llu ns after the one before "
			    "(--gap)",
			    import->nr_without_time, import->policy->gap_ps / 1000);
	if (import->nr_disordered)
		import_note(import,
			    "%llu records were before the one in front of them: they have its "
			    "time",
			    import->nr_disordered);
}

static int run(struct import *import, struct lines *lines)
{
	const struct import_attr *attr = import->attr;
	const struct import_format *format;
	int err;

	lines->nr_look = fread(lines->look, 1, LOOK_BYTES, lines->in);
	format = choose(attr, lines, import->message);
	if (!format)
		return -EINVAL;
	import->result->format = format->name;
	lines->look[lines->nr_look] = 0;
	if (format->begin)
		format->begin(import, lines->look);
	err = take_lines(import, format, lines);
	if (err)
		return err;
	if (!import->result->nr_records) {
		snprintf(import->message, TEXT_MESSAGE_MAX,
			 "%.600s: no line of it can be used as %s (docs/files.md)", attr->name,
			 format->name);
		return -EINVAL;
	}
	end(import, format);
	return 0;
}

int import_run(const struct import_attr *attr, struct import_result *result, char *message)
{
	struct import import = {
		.attr = attr,
		.policy = &attr->policy,
		.result = result,
		.message = message,
		.names = import_names_create(),
	};
	struct lines lines = {
		.in = attr->in,
		.look = malloc(LOOK_BYTES + 1),
		.text = malloc(IMPORT_LINE_BYTES),
	};
	int err = -ENOMEM;

	memset(result, 0, sizeof(*result));
	if (import.names && lines.look && lines.text)
		err = run(&import, &lines);
	import_names_destroy(import.names);
	free(lines.look);
	free(lines.text);
	return err;
}
