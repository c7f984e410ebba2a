// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading faults.csv again (tool/output/faults.c writes it). Columns are found by their names.
 * What stands there was a user's to change, so each cell is checked.
 */
#define _GNU_SOURCE
#include "tool/explain/faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/time.h"
#include "system/text/text.h"

#define LINE_BYTES 1024
#define MAX_COLUMNS 64
#define MAX_FAULTS (1u << 24)
#define MAX_NS (~0ULL / SIM_PS_PER_NS / 4)

/* Of a fault, before its stages. */
#define COLUMNS(X)                                                                                 \
	X(number)                                                                                  \
	X(device)                                                                                  \
	X(iommu)                                                                                   \
	X(pasid)                                                                                   \
	X(tag)                                                                                     \
	X(iova)                                                                                    \
	X(access)                                                                                  \
	X(outcome)                                                                                 \
	X(kept)                                                                                    \
	X(began_ns)                                                                                \
	X(latency_ns)

#define COLUMN_ID(name) COLUMN_##name,
#define COLUMN_NAME(name) #name,
enum { COLUMNS(COLUMN_ID) NR_COLUMNS };
static const char *const column_names[NR_COLUMNS] = {COLUMNS(COLUMN_NAME)};

struct reader {
	u32 column[NR_COLUMNS], stage[SYS_NR_STAGES]; /* where each stands */
	char *cells[MAX_COLUMNS];		      /* of the line */
	u32 nr_cells;
	size_t room;
};

/* What is in quotes may have commas. */
static char *cell_next(char **line)
{
	char *cell = *line, *end = cell[0] == '"' ? strchr(cell + 1, '"') : cell;

	while (end && cell[0] == '"' && end[1] == '"')
		end = strchr(end + 2, '"');
	*line = end ? strchr(end, ',') : NULL;
	if (*line)
		*(*line)++ = 0;
	return cell;
}

static u32 split(struct reader *reader, char *line)
{
	reader->nr_cells = 0;
	line[strcspn(line, "\r\n")] = 0;
	while (line && reader->nr_cells < MAX_COLUMNS)
		reader->cells[reader->nr_cells++] = cell_next(&line);
	return line ? 0 : reader->nr_cells;
}

static bool find_column(const struct reader *reader, const char *name, u32 *at)
{
	for (*at = 0; *at < reader->nr_cells; (*at)++) {
		if (!strcmp(reader->cells[*at], name))
			return true;
	}
	return false;
}

static bool read_header(struct reader *reader, char *line)
{
	char name[64];

	if (!split(reader, line))
		return false;
	for (u32 i = 0; i < NR_COLUMNS; i++) {
		if (!find_column(reader, column_names[i], &reader->column[i]))
			return false;
	}
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		snprintf(name, sizeof(name), "%s_ns", sys_stage_names[i]);
		if (!find_column(reader, name, &reader->stage[i]))
			return false;
	}
	return true;
}

static bool read_number(const char *text, u64 max, u64 *value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && !*end && *value <= max;
}

static bool read_u32(const char *text, u32 *value)
{
	u64 number;

	if (!read_number(text, ~0U, &number))
		return false;
	*value = (u32)number;
	return true;
}

/* "1234.567": up to three decimals. */
static bool read_ns(const char *text, u64 *ps)
{
	char whole[32], decimals[4] = "000";
	size_t length = strcspn(text, ".");
	const char *behind = text[length] ? text + length + 1 : "";
	u64 ns;

	if (length >= sizeof(whole) || strlen(behind) > 3 ||
	    strspn(behind, "0123456789") != strlen(behind))
		return false;
	snprintf(whole, sizeof(whole), "%.*s", (int)length, text);
	memcpy(decimals, behind, strlen(behind));
	if (!read_number(whole, MAX_NS, &ns))
		return false;
	*ps = ns * SIM_PS_PER_NS + strtoul(decimals, NULL, 10);
	return true;
}

/* Those of a pending fault are empty from one on. */
static bool read_stages(const struct reader *reader, struct kept_fault *fault)
{
	u32 nr = 0;

	while (nr < SYS_NR_STAGES && reader->cells[reader->stage[nr]][0]) {
		if (!read_ns(reader->cells[reader->stage[nr]], &fault->stage_ps[nr]))
			return false;
		nr++;
	}
	fault->nr_stages = nr;
	return fault->is_pending || nr == SYS_NR_STAGES;
}

static bool read_fault(struct reader *reader, char *line, struct kept_fault *fault)
{
	const u32 nr = reader->nr_cells;
	const char *cells[NR_COLUMNS];

	*fault = (struct kept_fault){0};
	if (split(reader, line) != nr)
		return false;
	for (u32 i = 0; i < NR_COLUMNS; i++)
		cells[i] = reader->cells[reader->column[i]];
	fault->is_write = !strncmp(cells[COLUMN_access], "write", 5);
	fault->is_aborted = !strcmp(cells[COLUMN_outcome], "aborted");
	fault->is_pending = !strcmp(cells[COLUMN_outcome], "pending");
	fault->is_extra = !strcmp(cells[COLUMN_kept], "slowest");
	fault->has_pasid = cells[COLUMN_pasid][0];
	return read_number(cells[COLUMN_number], ~0ULL, &fault->number) &&
	       read_u32(cells[COLUMN_device], &fault->device) &&
	       read_u32(cells[COLUMN_iommu], &fault->iommu) &&
	       (!fault->has_pasid || read_u32(cells[COLUMN_pasid], &fault->pasid)) &&
	       read_u32(cells[COLUMN_tag], &fault->tag) &&
	       read_number(cells[COLUMN_iova], ~0ULL, &fault->iova) &&
	       read_ns(cells[COLUMN_began_ns], &fault->began_ps) &&
	       (fault->is_pending || read_ns(cells[COLUMN_latency_ns], &fault->latency_ps)) &&
	       read_stages(reader, fault);
}

/* Return: the place of one more, or NULL. */
static struct kept_fault *add(struct kept_faults *faults, size_t *room)
{
	struct kept_fault *grown;

	if (faults->nr == *room) {
		*room = *room ? 2 * *room : 1024;
		grown = reallocarray(faults->faults, *room, sizeof(*grown));
		if (!grown)
			return NULL;
		faults->faults = grown;
	}
	return &faults->faults[faults->nr++];
}

static int read_lines(FILE *in, struct kept_faults *faults, const char *path, char *message)
{
	struct reader reader = {0};
	char line[LINE_BYTES];
	struct kept_fault *fault;

	if (!fgets(line, sizeof(line), in) || !read_header(&reader, line)) {
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.600s: has not the columns that this iopfsim writes", path);
		return -EINVAL;
	}
	while (fgets(line, sizeof(line), in)) {
		bool is_whole = strchr(line, '\n');

		fault = faults->nr < MAX_FAULTS ? add(faults, &reader.room) : NULL;
		if (!fault) {
			snprintf(message, TEXT_MESSAGE_MAX, "%.600s: too many faults", path);
			return -ENOMEM;
		}
		if (!is_whole || !read_fault(&reader, line, fault)) {
			snprintf(message, TEXT_MESSAGE_MAX, "%.600s:%zu: is no fault", path,
				 faults->nr + 1);
			return -EINVAL;
		}
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct kept_fault *one = a, *other = b;

	return (one->number > other->number) - (one->number < other->number);
}

int faults_read(struct kept_faults *faults, const char *folder, char *message)
{
	char path[4200];
	struct stat st;
	FILE *in;
	int err;

	*faults = (struct kept_faults){0};
	snprintf(path, sizeof(path), "%.4000s/faults.csv", folder);
	in = !stat(path, &st) && S_ISREG(st.st_mode) ? fopen(path, "re") : NULL;
	if (!in) {
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.600s: is no folder of a run (it has no faults.csv)", folder);
		return -ENOENT;
	}
	err = read_lines(in, faults, path, message);
	fclose(in);
	if (faults->nr)
		qsort(faults->faults, faults->nr, sizeof(*faults->faults), by_number);
	return err;
}

void faults_free(struct kept_faults *faults)
{
	free(faults->faults);
	*faults = (struct kept_faults){0};
}
