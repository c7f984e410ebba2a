// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace info and validate: what a trace has, and whether it is whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/human.h"
#include "tool/common/json_writer.h"
#include "tool/trace/trace.h"

struct info {
	u32 version, nr_devices;
	struct trace_name *names;
	u32 nr_names;
	u64 nr_of[TRACE_NR_KINDS];
	u64 nr_writes, nr_with_group;
	u64 bytes, first_ps, last_ps, first_address, last_address;
	bool has_begun, has_address;
};

static int info_begin(void *opaque, const struct trace_reader *reader)
{
	struct info *info = opaque;
	const struct trace_name *names;

	info->version = trace_reader_version(reader);
	info->nr_names = trace_reader_names(reader, &names);
	info->names = calloc(info->nr_names + 1, sizeof(*names));
	if (!info->names)
		return tool_complain(TOOL_FAILED, "iopfsim trace: out of memory");
	if (info->nr_names)
		memcpy(info->names, names, info->nr_names * sizeof(*names));
	return TOOL_OK;
}

static void count_address(struct info *info, const struct trace_event *event)
{
	u64 last = event->address + (event->bytes - 1);

	if (!info->has_address || event->address < info->first_address)
		info->first_address = event->address;
	if (!info->has_address || last > info->last_address)
		info->last_address = last;
	info->has_address = true;
}

static int info_event(void *opaque, const struct trace_event *event)
{
	struct info *info = opaque;

	info->nr_of[event->kind]++;
	if (!info->has_begun)
		info->first_ps = event->time_ps;
	info->has_begun = true;
	info->last_ps = event->time_ps;
	if (event->device != TRACE_DEVICE_ALL && event->device >= info->nr_devices)
		info->nr_devices = event->device + 1;
	if (event->bytes)
		count_address(info, event);
	if (event->kind != TRACE_ACCESS)
		return 0;
	info->bytes += event->bytes;
	info->nr_writes += event->flags & TRACE_WRITE;
	info->nr_with_group += !!(event->flags & TRACE_HAS_GROUP);
	return 0;
}

static void print_info(const struct info *info, const struct trace_pass *pass)
{
	char first[HUMAN_BYTES], last[HUMAN_BYTES], bytes[HUMAN_BYTES];

	printf("%s: version %u, %llu records", pass->path, info->version, pass->nr_records);
	if (info->version == 2)
		printf(" in %u frame%s", pass->nr_frames, pass->nr_frames == 1 ? "" : "s");
	printf(", %u device%s\n", info->nr_devices, info->nr_devices == 1 ? "" : "s");
	if (info->has_begun)
		printf("  time        %s to %s\n", human_time(first, info->first_ps),
		       human_time(last, info->last_ps));
	if (info->has_address)
		printf("  addresses   0x%llx to 0x%llx\n", info->first_address, info->last_address);
	for (u32 i = 0; i < TRACE_NR_KINDS; i++) {
		if (!info->nr_of[i])
			continue;
		printf("  %-11s %llu", trace_kind_name(i), info->nr_of[i]);
		if (i == TRACE_ACCESS)
			printf(", %llu of them writes, %s in all", info->nr_writes,
			       human_size(bytes, info->bytes));
		if (i == TRACE_ACCESS && info->nr_with_group)
			printf(", %llu with a group index", info->nr_with_group);
		printf("\n");
	}
	for (u32 i = 0; i < info->nr_names; i++)
		printf("  %-7s %-3u %s\n", trace_name_kind_name(info->names[i].kind),
		       info->names[i].number, info->names[i].text);
}

static void write_info(const struct info *info, const struct trace_pass *pass)
{
	struct json_writer json;

	jw_init(&json, stdout, 0);
	jw_open_object(&json, NULL);
	jw_u64(&json, "version", info->version);
	jw_u64(&json, "records", pass->nr_records);
	jw_u64(&json, "frames", pass->nr_frames);
	jw_u64(&json, "devices", info->nr_devices);
	jw_ns(&json, "first_ns", info->first_ps);
	jw_ns(&json, "last_ns", info->last_ps);
	jw_open_object(&json, "kinds");
	for (u32 i = 0; i < TRACE_NR_KINDS; i++)
		jw_u64(&json, trace_kind_name(i), info->nr_of[i]);
	jw_close_object(&json);
	jw_u64(&json, "writes", info->nr_writes);
	jw_u64(&json, "bytes", info->bytes);
	jw_open_array(&json, "names");
	for (u32 i = 0; i < info->nr_names; i++) {
		jw_open_object(&json, NULL);
		jw_string(&json, "kind", trace_name_kind_name(info->names[i].kind));
		jw_u64(&json, "number", info->names[i].number);
		jw_string(&json, "name", info->names[i].text);
		jw_close_object(&json);
	}
	jw_close_array(&json);
	jw_close_object(&json);
	putchar('\n');
}

int trace_info(const struct tool_options *options)
{
	struct info info = {0};
	struct trace_pass pass = {
		.path = options->args[1],
		.what = "reading",
		.is_quiet = options->is_quiet,
		.begin = info_begin,
		.event = info_event,
		.opaque = &info,
	};
	int code = trace_pass(&pass);

	if (!code && options->is_json)
		write_info(&info, &pass);
	else if (!code)
		print_info(&info, &pass);
	free(info.names);
	return code;
}

int trace_validate(const struct tool_options *options)
{
	struct trace_pass pass = {
		.path = options->args[1],
		.what = "reading",
		.is_quiet = options->is_quiet,
	};
	int code = trace_pass(&pass);

	if (code)
		return code;
	if (options->is_json)
		printf("{\"records\": %llu, \"valid\": true}\n", pass.nr_records);
	else if (!options->is_quiet)
		printf("%s: %llu records, whole and valid\n", pass.path, pass.nr_records);
	return TOOL_OK;
}
