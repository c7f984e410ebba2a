// SPDX-License-Identifier: GPL-2.0-only
/* A record as text: see rows.h. */
#include "tool/trace/rows.h"

#include <string.h>

#define PS_PER_US 1000000ULL

static const struct {
	u32 flag;
	const char *name;
} flags[] = {
	{TRACE_READ, "read"},	    {TRACE_WRITE, "write"},
	{TRACE_EXECUTE, "execute"}, {TRACE_PRIVILEGED, "privileged"},
	{TRACE_LAST, "last"},
};

const char *trace_flags_text(char text[64], const struct trace_event *event)
{
	size_t used = 0;

	text[0] = 0;
	for (u32 i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (event->flags & flags[i].flag)
			used += (size_t)snprintf(text + used, 64 - used, "%s%s", used ? " " : "",
						 flags[i].name);
	}
	if (!used)
		snprintf(text, 64, "%s", event->kind == TRACE_ACCESS ? "read" : "-");
	return text;
}

static const char *pasid_text(char text[16], u32 pasid)
{
	if (pasid == TRACE_PASID_BOUND)
		return "bound";
	if (pasid == TRACE_PASID_NONE)
		return "-";
	snprintf(text, 16, "%u", pasid);
	return text;
}

static const char *device_text(char text[16], const struct trace_event *event)
{
	if (event->device == TRACE_DEVICE_ALL)
		return "all";
	snprintf(text, 16, "%u", event->device);
	return text;
}

void trace_row_head(FILE *out)
{
	fprintf(out, "%18s  %-10s %6s  %-18s %10s  %6s  %5s  %s\n", "time, ns", "kind", "device",
		"address", "bytes", "PASID", "group", "flags");
}

void trace_row_print(FILE *out, const struct trace_event *event)
{
	char device[16], pasid[16], group[16] = "-", text[64];

	if (event->flags & TRACE_HAS_GROUP)
		snprintf(group, sizeof(group), "%u", event->group);
	fprintf(out, "%14llu.%03llu  %-10s %6s  0x%016llx %10llu  %6s  %5s  %s\n",
		event->time_ps / 1000, event->time_ps % 1000, trace_kind_name(event->kind),
		device_text(device, event), event->address, event->bytes,
		pasid_text(pasid, event->pasid), group, trace_flags_text(text, event));
}

/* --- CSV --- */

void trace_csv_head(FILE *out)
{
	fputs("time_ps,op,device,address,bytes,pasid,process,group,flags\n", out);
}

/* A name is quoted, as it may have a comma in it. */
static void csv_name(FILE *out, const char *name, u32 number)
{
	if (!name) {
		fprintf(out, "%u", number);
		return;
	}
	putc('"', out);
	for (; *name; name++) {
		if (*name == '"')
			putc('"', out);
		putc(*name, out);
	}
	putc('"', out);
}

void trace_csv_print(FILE *out, const struct trace_event *event, const struct trace_reader *names)
{
	char pasid[16], text[64];

	fprintf(out, "%llu,%s,", event->time_ps, trace_kind_name(event->kind));
	if (event->device == TRACE_DEVICE_ALL)
		fputs("all", out);
	else
		csv_name(out, trace_reader_name(names, TRACE_NAME_DEVICE, event->device),
			 event->device);
	fprintf(out, ",0x%llx,%llu,%s,", event->address, event->bytes,
		pasid_text(pasid, event->pasid));
	if (event->process == TRACE_PROCESS_NONE)
		putc('-', out);
	else
		csv_name(out, trace_reader_name(names, TRACE_NAME_PROCESS, event->process),
			 event->process);
	if (event->flags & TRACE_HAS_GROUP)
		fprintf(out, ",%u,", event->group);
	else
		fputs(",-,", out);
	fprintf(out, "%s\n", trace_flags_text(text, event));
}

/* --- ftrace --- */

static const char *direction(const struct trace_event *event)
{
	u32 both = TRACE_READ | TRACE_WRITE;

	return (event->flags & both) == both ? "BIDIRECTIONAL"
	       : event->flags & TRACE_WRITE  ? "FROM_DEVICE"
					     : "TO_DEVICE";
}

bool trace_ftrace_print(FILE *out, const struct trace_event *event,
			const struct trace_reader *names)
{
	const char *name = trace_reader_name(names, TRACE_NAME_DEVICE, event->device);
	const char *process = trace_reader_name(names, TRACE_NAME_PROCESS, event->process);
	char device[32];

	if (event->kind != TRACE_MAP && event->kind != TRACE_UNMAP && event->kind != TRACE_ATTACH &&
	    event->kind != TRACE_DETACH)
		return false;
	snprintf(device, sizeof(device), "%u", event->device);
	/* who has no device of its own is of the IOMMU's events, else of the DMA API's */
	fprintf(out, "%16.40s-0       [000] ..... %5llu.%06llu: ", process ? process : "<...>",
		event->time_ps / PS_PER_US / 1000000, event->time_ps / PS_PER_US % 1000000);
	if (event->kind == TRACE_ATTACH || event->kind == TRACE_DETACH)
		fprintf(out, "%s: IOMMU: device=%s\n",
			event->kind == TRACE_ATTACH ? "attach_device_to_domain"
						    : "detach_device_from_domain",
			name ? name : device);
	else if (event->device == TRACE_DEVICE_ALL && event->kind == TRACE_MAP)
		fprintf(out, "map: IOMMU: iova=0x%016llx - 0x%016llx paddr=0x%016llx size=%llu\n",
			event->address, event->address + event->bytes, 0ULL, event->bytes);
	else if (event->device == TRACE_DEVICE_ALL)
		fprintf(out,
			"unmap: IOMMU: iova=0x%016llx - 0x%016llx size=%llu unmapped_size=%llu\n",
			event->address, event->address + event->bytes, event->bytes, event->bytes);
	else if (event->kind == TRACE_MAP)
		fprintf(out, "dma_map_page: %s dir=%s dma_addr=%llx size=%llu phys_addr=0 attrs=\n",
			name ? name : device, direction(event), event->address, event->bytes);
	else
		fprintf(out,
			"dma_unmap_page: %s dir=BIDIRECTIONAL dma_addr=%llx size=%llu attrs=\n",
			name ? name : device, event->address, event->bytes);
	return true;
}
