// SPDX-License-Identifier: GPL-2.0-only
/* See replay.h. */
#include "explore/replay.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

u64 replay_program(void)
{
	FILE *file = fopen("/proc/self/exe", "rb");
	u64 hash = 0xcbf29ce484222325ULL;
	unsigned char bytes[65536];
	size_t got;

	if (!file)
		return 0;
	while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		for (size_t i = 0; i < got; i++)
			hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	}
	fclose(file);
	return hash;
}

/* A field that says some of these, by bit. */
struct names {
	const char *key;
	const char *const *names;
	u32 nr;
};

static const struct names kinds = {"without-points", strategy_point_names, NR_STRATEGY_POINTS};
static const struct names findings = {"without", finding_names, NR_FINDINGS};

/* "KEY NAME, NAME", or none. */
static void write_names(FILE *file, const struct names *names, u64 set)
{
	const char *between = " ";

	fputs(names->key, file);
	for (u32 i = 0; i < names->nr; i++) {
		if (!(set >> i & 1))
			continue;
		fprintf(file, "%s%s", between, names->names[i]);
		between = ", ";
	}
	fputs(set ? "\n" : " none\n", file);
}

static void write_to(const struct replay *replay, FILE *file)
{
	fprintf(file, "iopfsim schedule 3\nprogram %016llx\nsource %s\n", replay->program,
		replay->source);
	fprintf(file, "scenario %s\ndesign %s\ndispatch %s\n", replay->scenario, replay->design,
		replay->dispatch);
	fprintf(file, "timeouts %u\n", replay->max_timeouts);
	write_names(file, &kinds, replay->kinds_off);
	write_names(file, &findings, replay->findings_off);
	fprintf(file, "finding %s\nsteps %016llx\nchoices %u\n", finding_names[replay->finding],
		replay->steps, replay->choices.nr);
	for (u32 i = 0; i < replay->choices.nr; i++)
		fprintf(file, "%u%c", replay->choices.at[i].place,
			i % 32 == 31 || i + 1 == replay->choices.nr ? '\n' : ' ');
}

int replay_write(const struct replay *replay, const char *path)
{
	char temporary[4096];
	FILE *file;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.new", path) >= sizeof(temporary))
		return -ENAMETOOLONG;
	file = fopen(temporary, "w");
	if (!file)
		return -errno;
	write_to(replay, file);
	if (ferror(file) | fclose(file) || rename(temporary, path)) {
		int err = errno ? -errno : -EIO;

		unlink(temporary);
		return err;
	}
	return 0;
}

/* --- reading: whatever it is --- */

struct reader {
	FILE *file;
	const char *path;
	char *message;
	u32 line;
};

static int __attribute__((__format__(printf, 2, 3)))
complain(const struct reader *reader, const char *format, ...)
{
	int used = snprintf(reader->message, REPLAY_MESSAGE, "%.100s:%u: ", reader->path,
			    reader->line);
	va_list args;

	va_start(args, format);
	vsnprintf(reader->message + used, REPLAY_MESSAGE - (size_t)used, format, args);
	va_end(args);
	return -EINVAL;
}

/* "key value" into @value. */
static int read_field(struct reader *reader, const char *key, char *value, size_t bytes)
{
	char line[320];
	size_t length = strlen(key);

	reader->line++;
	if (!fgets(line, sizeof(line), reader->file) || !strchr(line, '\n'))
		return complain(reader, "expected '%s' and its value", key);
	line[strcspn(line, "\n")] = 0;
	if (strncmp(line, key, length) || line[length] != ' ' || strlen(line + length + 1) >= bytes)
		return complain(reader, "expected '%s' and its value", key);
	snprintf(value, bytes, "%s", line + length + 1);
	return 0;
}

static int read_number(struct reader *reader, const char *text, int base, u64 *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, base);
	if (errno || end == text || *end || text[0] == '-')
		return complain(reader, "'%.20s' is no number", text);
	return 0;
}

static int read_finding(struct reader *reader, struct replay *replay)
{
	char name[32] = "";
	int err = read_field(reader, "finding", name, sizeof(name));

	if (err)
		return err;
	for (u32 i = 0; i < NR_FINDINGS; i++) {
		if (!strcmp(finding_names[i], name)) {
			replay->finding = i;
			return 0;
		}
	}
	return complain(reader, "no finding is called '%.20s'", name);
}

static int read_timeouts(struct reader *reader, struct replay *replay)
{
	char text[32] = "";
	u64 nr = 0;
	int err = read_field(reader, "timeouts", text, sizeof(text));

	if (!err)
		err = read_number(reader, text, 10, &nr);
	if (!err && nr > REPLAY_MAX_TIMEOUTS)
		err = complain(reader, "%llu time-outs, expected at most %u", nr,
			       REPLAY_MAX_TIMEOUTS);
	replay->max_timeouts = (u32)nr;
	return err;
}

static bool add_name(const char *word, const struct names *names, u64 *set)
{
	for (u32 i = 0; i < names->nr; i++) {
		if (strcmp(names->names[i], word) != 0 || *set >> i & 1)
			continue;
		*set |= 1ULL << i;
		return true;
	}
	return false;
}

/* Each at most once. */
static int read_names(struct reader *reader, const struct names *names, u64 *set)
{
	char text[300] = "", *word = text, *next;
	int err = read_field(reader, names->key, text, sizeof(text));

	if (err || !strcmp(text, "none"))
		return err;
	for (; word; word = next) {
		next = strstr(word, ", ");
		if (next) {
			*next = 0;
			next += 2;
		}
		if (!add_name(word, names, set))
			return complain(reader, "'%.40s' is none of what '%s' may be", word,
					names->key);
	}
	return 0;
}

static int read_options(struct reader *reader, struct replay *replay)
{
	int err = read_timeouts(reader, replay);

	if (!err)
		err = read_names(reader, &kinds, &replay->kinds_off);
	return err ? err : read_names(reader, &findings, &replay->findings_off);
}

static int read_choices(struct reader *reader, struct choices *choices)
{
	char text[32] = "";
	u64 nr = 0;
	int err = read_field(reader, "choices", text, sizeof(text));

	if (!err)
		err = read_number(reader, text, 10, &nr);
	if (err)
		return err;
	if (nr > MAX_CHOICES)
		return complain(reader, "%llu choices, expected at most %u", nr, MAX_CHOICES);
	for (u32 i = 0; i < nr; i++) {
		unsigned int place;

		reader->line += i % 32 == 0;
		if (fscanf(reader->file, "%3u", &place) != 1 || place >= SIM_SCHEDULE_THREADS)
			return complain(reader, "choice %u: expected a number below %u", i + 1,
					SIM_SCHEDULE_THREADS);
		choices->at[i].place = (u8)place;
	}
	choices->nr = (u32)nr;
	fgetc(reader->file);
	reader->line++;
	return fgetc(reader->file) == EOF ? 0 : complain(reader, "expected the end of the file");
}

static int read_all(struct reader *reader, struct replay *replay)
{
	char text[32] = "";
	int err = read_field(reader, "iopfsim schedule", text, sizeof(text));

	if (!err && strcmp(text, "3"))
		err = complain(reader, "version '%.10s', expected 3", text);
	if (!err)
		err = read_field(reader, "program", text, sizeof(text));
	if (!err)
		err = read_number(reader, text, 16, &replay->program);
	if (!err)
		err = read_field(reader, "source", replay->source, sizeof(replay->source));
	if (!err)
		err = read_field(reader, "scenario", replay->scenario, sizeof(replay->scenario));
	if (!err)
		err = read_field(reader, "design", replay->design, sizeof(replay->design));
	if (!err)
		err = read_field(reader, "dispatch", replay->dispatch, sizeof(replay->dispatch));
	if (!err)
		err = read_options(reader, replay);
	if (!err)
		err = read_finding(reader, replay);
	if (!err)
		err = read_field(reader, "steps", text, sizeof(text));
	if (!err)
		err = read_number(reader, text, 16, &replay->steps);
	return err ? err : read_choices(reader, &replay->choices);
}

int replay_read(struct replay *replay, const char *path, char message[REPLAY_MESSAGE])
{
	struct reader reader = {.file = fopen(path, "r"), .path = path, .message = message};
	int err;

	memset(replay, 0, sizeof(*replay));
	if (!reader.file) {
		err = -errno;
		snprintf(message, REPLAY_MESSAGE, "%.150s: %s", path, strerror(errno));
		return err;
	}
	err = read_all(&reader, replay);
	fclose(reader.file);
	return err;
}
