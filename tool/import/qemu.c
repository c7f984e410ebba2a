// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's trace log of its own IOMMUs, 7.2 and newer: smmuv3_* and vtd_*. With -msg timestamp or
 * its own prefix ("PID@SECONDS:") it has times, else not.
 */
#include <string.h>

#include "tool/import/internal.h"

/* "5418@1795924860.046202:" before an event */
static struct import_time time_of(const char *text, const char *event)
{
	struct import_time time = {0};
	const char *at = strchr(text, '@'), *end;

	end = at && at < event ? import_seconds(at + 1, &time) : NULL;
	if (!end || *end != ':')
		time.is_known = false;
	return time;
}

static enum import_line emit(struct import *import, const char *text, const char *event,
			     const struct trace_event *record)
{
	if (!import_range(import, record->address, record->bytes))
		return IMPORT_WRONG;
	import_emit(import, time_of(text, event), *record);
	return IMPORT_USED;
}

/* A line is one translation, of a page: the access goes no further. */
static enum import_line emit_access(struct import *import, const char *text, const char *event,
				    struct trace_event *access)
{
	u64 left = 4096 - access->address % 4096;

	access->bytes = import->policy->length_bytes < left ? import->policy->length_bytes : left;
	return emit(import, text, event, access);
}

/* As Linux calls it, and so its traces. */
static u32 requester(struct import *import, u64 sid)
{
	char name[32];

	snprintf(name, sizeof(name), "0000:%02llx:%02llx.%llx", sid >> 8 & 0xff, sid >> 3 & 0x1f,
		 sid & 7);
	return import_device(import, name);
}

/* StreamIDs of QEMU's machines are requester IDs. Failures name the memory region only: its devfn.
 */
static bool smmu_device(struct import *import, const char *event, u32 *device)
{
	u64 sid;

	if (!import_hex(event, "sid=", &sid)) {
		if (!import_dec(event, "smmuv3-iommu-memory-region-", &sid))
			return false;
		import->nr_without_bus++;
	}
	*device = requester(import, sid);
	return true;
}

static enum import_line take_smmu(struct import *import, const char *text, const char *event)
{
	struct trace_event access = import_event(TRACE_ACCESS);
	bool is_abort = strstr(event, "is_write=");
	u64 is_write = 0;

	if ((!import_hex(event, "iova=", &access.address) &&
	     !import_hex(event, "iova:", &access.address)) ||
	    !smmu_device(import, event, &access.device))
		return import_wrong(import, "a translation without device and iova");
	if (is_abort)
		import_dec(event, "is_write=", &is_write);
	else
		import->nr_unknown_direction++;
	access.flags = is_write ? TRACE_WRITE : 0;
	return emit_access(import, text, event, &access);
}

static enum import_line take_smmu_inval(struct import *import, const char *text, const char *event)
{
	struct trace_event inval = import_event(TRACE_INVALIDATE);
	u64 nr_pages = 1;

	if (!import_hex(event, "addr=", &inval.address))
		return IMPORT_PASSED;
	import_hex(event, "num_pages=", &nr_pages);
	if (!nr_pages || nr_pages > 1ULL << 40)
		return import_wrong(import, "an invalidation of 0x%llx pages", nr_pages);
	inval.bytes = nr_pages << 12;
	return emit(import, text, event, &inval);
}

/* "00:03.00": bus, device, function. */
static bool vtd_device(struct import *import, const char *event, u32 *device)
{
	const char *at = strstr(event, " dev ");
	u64 bus, slot, function;

	at = at ? import_u64(at + 5, 16, &bus) : NULL;
	at = at && *at == ':' ? import_u64(at + 1, 16, &slot) : NULL;
	at = at && *at == '.' ? import_u64(at + 1, 16, &function) : NULL;
	if (!at || bus > 0xff || slot > 0x1f || function > 7)
		return false;
	*device = requester(import, bus << 8 | slot << 3 | function);
	return true;
}

/* "dev 00:03.00 iova 0x10000 -> gpa ..." */
static enum import_line take_vtd_translate(struct import *import, const char *text,
					   const char *event)
{
	struct trace_event access = import_event(TRACE_ACCESS);

	if (!import_hex(event, " iova ", &access.address) ||
	    !vtd_device(import, event, &access.device))
		return import_wrong(import, "a translation without device and iova");
	import->nr_unknown_direction++;
	return emit_access(import, text, event, &access);
}

static enum import_line take_vtd_fault(struct import *import, const char *text, const char *event)
{
	struct trace_event access = import_event(TRACE_ACCESS);
	u64 sid, is_write;

	if (!import_hex(event, " sid ", &sid) || !import_hex(event, " addr ", &access.address) ||
	    !import_dec(event, " write ", &is_write))
		return import_wrong(import, "a fault without requester and address");
	access.device = requester(import, sid);
	access.flags = is_write ? TRACE_WRITE : 0;
	return emit_access(import, text, event, &access);
}

static enum import_line take_vtd_inval(struct import *import, const char *text, const char *event)
{
	struct trace_event inval = import_event(TRACE_INVALIDATE);
	u64 pages_lg2;

	if (!import_hex(event, " addr ", &inval.address) ||
	    !import_hex(event, " mask ", &pages_lg2) || pages_lg2 > 40)
		return import_wrong(import, "an invalidation without address and mask");
	inval.bytes = 4096ULL << pages_lg2;
	inval.address &= ~(inval.bytes - 1);
	return emit(import, text, event, &inval);
}

static const struct {
	const char *event;
	enum import_line (*take)(struct import *import, const char *text, const char *event);
} events[] = {
	{"smmuv3_translate_success ", take_smmu},      {"smmuv3_translate_abort ", take_smmu},
	{"smmuv3_translate_bypass ", take_smmu},       {"smmuv3_translate_disable ", take_smmu},
	{"smmuv3_range_inval ", take_smmu_inval},      {"smmuv3_s1_range_inval ", take_smmu_inval},
	{"vtd_dmar_translate ", take_vtd_translate},   {"vtd_dmar_fault ", take_vtd_fault},
	{"vtd_inv_desc_iotlb_pages ", take_vtd_inval},
};

static const char failed[] = " translation failed for iova=";

static enum import_line qemu_line(struct import *import, const char *text)
{
	for (u32 i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const char *event = strstr(text, events[i].event);

		if (event)
			return events[i].take(import, text, event);
	}
	if (strstr(text, failed) && strstr(text, "smmuv3-iommu-memory-region-"))
		return take_smmu(import, text, strstr(text, "smmuv3-iommu-memory-region-"));
	if (strstr(text, "smmuv3_") || strstr(text, "vtd_") || strstr(text, "smmu_"))
		return IMPORT_PASSED;
	return IMPORT_OTHER;
}

static bool qemu_is_line(const char *text)
{
	for (u32 i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strstr(text, events[i].event))
			return true;
	}
	return strstr(text, failed);
}

static void qemu_end(struct import *import)
{
	import_note(import, "the log has no length of an access: %llu bytes (--length)",
		    import->policy->length_bytes);
	if (import->nr_unknown_direction)
		import_note(import,
			    "of %llu translations it does not say whether they read or write: "
			    "they read",
			    import->nr_unknown_direction);
	if (import->nr_without_bus)
		import_note(import,
			    "%llu failed translations name no bus: their devices are on bus 0",
			    import->nr_without_bus);
	import_note(import, "it does not say what was mapped");
}

const struct import_format import_qemu = {
	.name = "qemu",
	.about = "QEMU's log of trace events smmuv3_* and vtd_*",
	.is_line = qemu_is_line,
	.line = qemu_line,
	.end = qemu_end,
};
