// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block traces: which sectors, when; not where in memory. A read of the disk is a write of
 * memory by its device. The IOVA is --base and the place on the disk.
 */
#include <ctype.h>
#include <string.h>

#include "tool/import/internal.h"

#define NAME_BYTES 96
#define PS_PER_US 1000000ULL
#define US_PER_S 1000000ULL
#define FILETIME_PER_S 10000000ULL

struct transfer {
	struct import_time time;
	const char *device;
	u64 offset, bytes; /* on the disk */
	bool is_write;	   /* to the disk */
};

static enum import_line emit(struct import *import, const struct transfer *transfer)
{
	struct trace_event event = import_event(TRACE_ACCESS);

	if (__builtin_add_overflow(import->policy->base, transfer->offset, &event.address))
		return import_wrong(import, "offset %llu is beyond the last address",
				    transfer->offset);
	event.bytes = transfer->bytes;
	if (!import_range(import, event.address, event.bytes))
		return IMPORT_WRONG;
	event.device = import_default_device(import, transfer->device);
	event.flags = transfer->is_write ? 0 : TRACE_WRITE;
	import_emit(import, transfer->time, event);
	return IMPORT_USED;
}

static bool sectors(struct import *import, struct transfer *transfer, u64 first, u64 nr)
{
	u64 bytes = import->policy->sector_bytes;

	if (!__builtin_mul_overflow(first, bytes, &transfer->offset) &&
	    !__builtin_mul_overflow(nr, bytes, &transfer->bytes))
		return true;
	import_wrong(import, "sector %llu + %llu is beyond the last address", first, nr);
	return false;
}

static void block_end(struct import *import)
{
	import_note(import,
		    "it says where on the disk, not where in memory: the IOVA is 0x%llx and "
		    "that (--base)",
		    import->policy->base);
	if (import->nr_other_actions)
		import_note(import,
			    "%llu lines are of another moment of the same transfers, or move "
			    "nothing",
			    import->nr_other_actions);
}

/* --- blkparse: "8,0 3 1 0.000000000 697 D W 223490 + 8 [demo]" --- */

struct blkparse {
	char device[24], action[8], rwbs[12];
	struct import_time time;
	u64 sector, nr_sectors;
	bool has_sectors;
};

/* Fields are far apart; strtok would write. */
static const char *field(const char *at, char *text, size_t bytes)
{
	size_t length;

	at += strspn(at, " \t");
	length = strcspn(at, " \t");
	if (!length || length >= bytes)
		return NULL;
	memcpy(text, at, length);
	text[length] = 0;
	return at + length;
}

static bool blkparse_split(const char *at, struct blkparse *got)
{
	char cpu[12], sequence[24], time[32], pid[16], plus[4];
	u64 unused;

	memset(got, 0, sizeof(*got));
	at = field(at, got->device, sizeof(got->device));
	if (!at || !strchr(got->device, ',') || !isdigit((unsigned char)got->device[0]))
		return false;
	at = field(at, cpu, sizeof(cpu));
	at = at ? field(at, sequence, sizeof(sequence)) : NULL;
	at = at ? field(at, time, sizeof(time)) : NULL;
	at = at ? field(at, pid, sizeof(pid)) : NULL;
	at = at ? field(at, got->action, sizeof(got->action)) : NULL;
	if (!at || !strchr(time, '.') || !import_seconds(time, &got->time) ||
	    !import_u64(sequence, 10, &unused) || !import_u64(pid, 10, &unused))
		return false;
	at = field(at, got->rwbs, sizeof(got->rwbs));
	if (!at)
		return true;
	at = import_u64(at + strspn(at, " "), 10, &got->sector);
	at = at ? field(at, plus, sizeof(plus)) : NULL;
	got->has_sectors = at && plus[0] == '+' &&
			   import_u64(at + strspn(at, " "), 10, &got->nr_sectors);
	return true;
}

static enum import_line blkparse_line(struct import *import, const char *text)
{
	struct blkparse got;
	struct transfer transfer;

	if (!blkparse_split(text, &got))
		return IMPORT_OTHER;
	if (strcmp(got.action, "D") != 0 || strpbrk(got.rwbs, "DF") || !got.nr_sectors) {
		import->nr_other_actions++;
		return IMPORT_PASSED;
	}
	if (!got.has_sectors)
		return import_wrong(import, "an issue (D) without sectors");
	transfer = (struct transfer){
		.time = got.time, .device = got.device, .is_write = strchr(got.rwbs, 'W')};
	return sectors(import, &transfer, got.sector, got.nr_sectors) ? emit(import, &transfer)
								      : IMPORT_WRONG;
}

static bool blkparse_is_line(const char *text)
{
	struct blkparse got;

	return blkparse_split(text, &got);
}

const struct import_format import_blkparse = {
	.name = "blkparse",
	.about = "blkparse: what was issued to a driver (D)",
	.is_line = blkparse_is_line,
	.line = blkparse_line,
	.end = block_end,
};

/* --- MSR Cambridge: time in 100 ns, host, disk, Read or Write, offset, size, response --- */

/* Commas between fields. Return: how many; each is cut out into @text. */
static u32 columns(const char *text, char (*fields)[NAME_BYTES], u32 max)
{
	u32 nr = 0;

	while (nr < max) {
		size_t length = strcspn(text, ",");

		if (length >= NAME_BYTES)
			return 0;
		memcpy(fields[nr], text, length);
		fields[nr++][length] = 0;
		if (!text[length])
			return nr;
		text += length + 1;
	}
	return 0;
}

static bool is_number(const char *text, u64 *value)
{
	const char *end = import_u64(text, 10, value);

	return end && !*end;
}

static enum import_line msr_line(struct import *import, const char *text)
{
	char fields[8][NAME_BYTES], device[2 * NAME_BYTES];
	struct transfer transfer = {.device = device};
	u64 time;

	if (columns(text, fields, 8) != 7 || !is_number(fields[0], &time) ||
	    (strcmp(fields[3], "Read") != 0 && strcmp(fields[3], "Write") != 0))
		return IMPORT_OTHER;
	if (!is_number(fields[4], &transfer.offset) || !is_number(fields[5], &transfer.bytes))
		return import_wrong(import, "expected an offset and a size in columns 5 and 6");
	if (!transfer.bytes)
		return IMPORT_PASSED;
	snprintf(device, sizeof(device), "%s.%s", fields[1], fields[2]);
	transfer.time = (struct import_time){true, time / FILETIME_PER_S,
					     time % FILETIME_PER_S * (PS_PER_US / 10)};
	transfer.is_write = fields[3][0] == 'W';
	return emit(import, &transfer);
}

static bool msr_is_line(const char *text)
{
	char fields[8][NAME_BYTES];
	u64 time;

	return columns(text, fields, 8) == 7 && is_number(fields[0], &time) &&
	       (!strcmp(fields[3], "Read") || !strcmp(fields[3], "Write"));
}

const struct import_format import_msr = {
	.name = "msr",
	.about = "block CSV of MSR Cambridge",
	.is_line = msr_is_line,
	.line = msr_line,
	.end = block_end,
};

/* --- Tencent: seconds, sector, sectors, 0 read or 1 write, volume --- */

static bool tencent_split(const char *text, u64 *values)
{
	char fields[6][NAME_BYTES];

	if (columns(text, fields, 6) != 5)
		return false;
	for (u32 i = 0; i < 5; i++) {
		if (!is_number(fields[i], &values[i]))
			return false;
	}
	return values[3] <= 1;
}

static enum import_line tencent_line(struct import *import, const char *text)
{
	struct transfer transfer;
	char device[32];
	u64 values[5];

	if (!tencent_split(text, values))
		return IMPORT_OTHER;
	if (!values[2])
		return IMPORT_PASSED;
	snprintf(device, sizeof(device), "volume %llu", values[4]);
	transfer = (struct transfer){
		.time = {true, values[0], 0}, .device = device, .is_write = values[3]};
	return sectors(import, &transfer, values[1], values[2]) ? emit(import, &transfer)
								: IMPORT_WRONG;
}

static bool tencent_is_line(const char *text)
{
	u64 values[5];

	return tencent_split(text, values);
}

const struct import_format import_tencent = {
	.name = "tencent",
	.about = "block CSV of Tencent",
	.is_line = tencent_is_line,
	.line = tencent_line,
	.end = block_end,
};

/* --- fio iolog: version 2 "FILE read OFFSET LENGTH", version 3 with microseconds before it --- */

static enum import_line fio_header(struct import *import, const char *text)
{
	u64 version;

	if (!import_dec(text, "fio version ", &version) || version < 2 || version > 3)
		return import_wrong(import, "an iolog of a version that is neither 2 nor 3");
	import->version = (u32)version;
	return IMPORT_PASSED;
}

static enum import_line fio_line(struct import *import, const char *text)
{
	char file[TRACE_NAME_BYTES], action[16];
	struct transfer transfer = {.device = file};
	const char *at = text;
	u64 time_us = 0;

	if (!strncmp(text, "fio version ", 12))
		return fio_header(import, text);
	if (!import->version)
		return IMPORT_OTHER;
	if (import->version == 3)
		at = import_u64(at + strspn(at, " "), 10, &time_us);
	at = at ? field(at, file, sizeof(file)) : NULL;
	at = at ? field(at, action, sizeof(action)) : NULL;
	if (!at)
		return IMPORT_OTHER;
	if (strcmp(action, "read") != 0 && strcmp(action, "write") != 0) {
		import->nr_other_actions++;
		return IMPORT_PASSED;
	}
	at = import_u64(at + strspn(at, " "), 10, &transfer.offset);
	at = at ? import_u64(at + strspn(at, " "), 10, &transfer.bytes) : NULL;
	if (!at)
		return import_wrong(import, "expected an offset and a length behind %s", action);
	if (!transfer.bytes)
		return IMPORT_PASSED;
	if (import->version == 3)
		transfer.time = (struct import_time){true, time_us / US_PER_S,
						     time_us % US_PER_S * PS_PER_US};
	transfer.is_write = action[0] == 'w';
	return emit(import, &transfer);
}

static bool fio_is_line(const char *text)
{
	return !strncmp(text, "fio version ", 12) && strstr(text, "iolog");
}

const struct import_format import_fio = {
	.name = "fio",
	.about = "fio's iolog, versions 2 and 3",
	.is_line = fio_is_line,
	.line = fio_line,
	.end = block_end,
};

/* --- ftrace of nvme:nvme_setup_cmd: rates, and nothing of memory --- */

static enum import_line nvme_line(struct import *import, const char *text)
{
	const char *event = strstr(text, "nvme_setup_cmd: "), *at = text;
	struct transfer transfer = {0};
	char disk[NAME_BYTES];
	u64 slba, len;

	if (!event)
		return strstr(text, ": nvme_") ? IMPORT_PASSED : IMPORT_OTHER;
	if (!strstr(event, "nvme_cmd_read") && !strstr(event, "nvme_cmd_write")) {
		import->nr_other_actions++;
		return IMPORT_PASSED;
	}
	if (!import_word(event, "disk=", disk, sizeof(disk)) ||
	    !import_dec(event, "slba=", &slba) || !import_dec(event, " len=", &len) || len == ~0ULL)
		return import_wrong(import, "an nvme_setup_cmd without disk, slba and len");
	/* the time is the word before the event */
	for (const char *word = text; word < event; word = at) {
		word += strspn(word, " \t");
		at = word + strcspn(word, " \t");
		if (at[-1] == ':' && memchr(word, '.', (size_t)(at - word)) &&
		    import_seconds(word, &transfer.time))
			break;
	}
	transfer.device = disk;
	transfer.is_write = strstr(event, "nvme_cmd_write");
	return sectors(import, &transfer, slba, len + 1) ? emit(import, &transfer) : IMPORT_WRONG;
}

static bool nvme_is_line(const char *text)
{
	return strstr(text, "nvme_setup_cmd: ");
}

static void nvme_end(struct import *import)
{
	import_note(import,
		    "only how often and how much is real: commands name blocks, not where in "
		    "memory; blocks are of %llu bytes (--sector)",
		    import->policy->sector_bytes);
	block_end(import);
}

const struct import_format import_nvme = {
	.name = "nvme",
	.about = "ftrace of nvme:nvme_setup_cmd: rates only",
	.is_line = nvme_is_line,
	.line = nvme_line,
	.end = nvme_end,
};
