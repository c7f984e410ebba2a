// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of ftrace and of perf script: events iommu:*, dma:*, intel_iommu:prq_report and
 * qi_submit of Linux 5.10 and later.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "models/common/bits.h"
#include "models/vtd/regs.h"
#include "tool/import/internal.h"

#define NAME_BYTES 96

/* A line in parts. */
struct entry {
	struct import_time time;
	char process[NAME_BYTES];
	char event[40];
	const char *body;
	u32 lane;
};

/* "  comm-123    [003] ....." or "comm  123 [004]": the name, without the number. */
static void process_of(const char *text, const char *bracket, char process[NAME_BYTES])
{
	const char *end = bracket;

	while (text < end && *text == ' ')
		text++;
	while (end > text && end[-1] == ' ')
		end--;
	while (end > text && isdigit((unsigned char)end[-1]))
		end--;
	while (end > text && (end[-1] == '-' || end[-1] == ' '))
		end--;
	snprintf(process, NAME_BYTES, "%.*s", (int)(end - text), text);
}

/* The first "SECONDS.FRACTION:" behind the CPU. */
static const char *time_of(const char *at, struct import_time *time)
{
	while (*at) {
		const char *end;

		at += strspn(at, " \t");
		end = import_seconds(at, time);
		if (end && *end == ':' && memchr(at, '.', (size_t)(end - at)))
			return end + 1;
		at += strcspn(at, " \t");
	}
	return NULL;
}

/* "map:", "iommu:map:": what is before the last colon. */
static const char *event_of(const char *at, char event[40])
{
	size_t length;
	const char *colon;

	at += strspn(at, " \t");
	length = strcspn(at, " \t");
	if (length < 2 || at[length - 1] != ':')
		return NULL;
	colon = memchr(at, ':', length - 1);
	snprintf(event, 40, "%.*s", (int)(colon ? at + length - 2 - colon : (long)length - 1),
		 colon ? colon + 1 : at);
	return at + length + strspn(at + length, " ");
}

/* "[003] d.h1.": what interrupts what on a CPU is another lane of it. perf says only the CPU. */
static u32 lane_of(const char *bracket)
{
	static const char *const contexts[] = {"sS", "hHzZ"};
	u32 lane = (u32)strtoul(bracket + 1, NULL, 10) * 3;
	const char *flags = strchr(bracket, ']') + 1;

	flags += strspn(flags, " ");
	if (strcspn(flags, " ") < 4)
		return lane;
	for (u32 i = 0; i < 2; i++) {
		if (strchr(contexts[i], flags[2]))
			return lane + 1 + i;
	}
	return lane;
}

static bool split(const char *text, struct entry *entry)
{
	const char *bracket = text, *at;

	while ((bracket = strchr(bracket, '[')) && !isdigit((unsigned char)bracket[1]))
		bracket++;
	at = bracket ? strchr(bracket, ']') : NULL;
	if (!at)
		return false;
	at = time_of(at + 1, &entry->time);
	at = at ? event_of(at, entry->event) : NULL;
	if (!at)
		return false;
	entry->body = at;
	entry->lane = lane_of(bracket);
	process_of(text, bracket, entry->process);
	return true;
}

/* --- iommu:* --- */

static enum import_line take_iommu(struct import *import, const struct entry *entry, bool is_map)
{
	struct trace_event event = import_event(is_map ? TRACE_MAP : TRACE_UNMAP);
	enum import_expected expected;

	if (!import_hex(entry->body, "iova=", &event.address) ||
	    !import_dec(entry->body, is_map ? " size=" : "unmapped_size=", &event.bytes))
		return import_wrong(import, "an event %s without iova and size", entry->event);
	if (!is_map && !event.bytes)
		return IMPORT_PASSED;
	if (!import_range(import, event.address, event.bytes))
		return IMPORT_WRONG;
	event.flags = is_map ? TRACE_READ | TRACE_WRITE : 0;
	event.process = import_process(import, entry->process);
	expected = is_map ? IMPORT_UNEXPECTED : import_was_expected(import, entry->lane, &event);
	if (expected == IMPORT_SAID)
		return IMPORT_USED;
	if (expected == IMPORT_ADDRESSED) {
		import->nr_bypass--;
		import_mapping(import, entry->time, event, event.device);
		return IMPORT_USED;
	}
	import_hold(import, &(struct import_held){entry->time, entry->lane, event});
	if (!import->has_dma)
		import_held_end(import);
	return IMPORT_USED;
}

static enum import_line take_domain(struct import *import, const struct entry *entry, bool attach)
{
	struct trace_event event = import_event(attach ? TRACE_ATTACH : TRACE_DETACH);
	char device[NAME_BYTES];

	if (!import_word(entry->body, "device=", device, sizeof(device)))
		return import_wrong(import, "an event %s without a device", entry->event);
	event.device = import_device(import, device);
	import_emit(import, entry->time, event);
	return IMPORT_USED;
}

/* IOMMU_FAULT_WRITE is bit 0. */
static enum import_line take_page_fault(struct import *import, const struct entry *entry)
{
	struct trace_event event = import_event(TRACE_ACCESS);
	const char *at = strstr(entry->body, "IOMMU:");
	char device[NAME_BYTES];
	u64 flags;

	at = at ? strchr(at, ' ') : NULL;
	if (!at || !import_word(at, " ", device, sizeof(device)) ||
	    !import_hex(entry->body, "iova=", &event.address) ||
	    !import_hex(entry->body, "flags=", &flags))
		return import_wrong(import, "an event io_page_fault without device and iova");
	event.bytes = 1;
	event.flags = flags & 1 ? TRACE_WRITE : 0;
	event.device = import_device(import, device);
	import_emit(import, entry->time, event);
	return IMPORT_USED;
}

/* --- dma:* --- */

static u32 direction_of(const char *body)
{
	if (strstr(body, "dir=FROM_DEVICE"))
		return TRACE_WRITE;
	if (strstr(body, "dir=TO_DEVICE"))
		return TRACE_READ;
	return TRACE_READ | TRACE_WRITE;
}

static struct trace_event dma_event(struct import *import, const struct entry *entry, bool is_map)
{
	struct trace_event event = import_event(is_map ? TRACE_MAP : TRACE_UNMAP);
	char device[NAME_BYTES];
	size_t length = strcspn(entry->body, " ");

	snprintf(device, sizeof(device), "%.*s", (int)(length < 90 ? length : 90), entry->body);
	event.device = import_device(import, device);
	event.process = import_process(import, entry->process);
	event.flags = is_map ? (u8)direction_of(entry->body) : 0;
	return event;
}

static enum import_line take_dma(struct import *import, const struct entry *entry, bool is_map)
{
	struct trace_event event = dma_event(import, entry, is_map);

	if (!import_hex(entry->body, "dma_addr=", &event.address) ||
	    !import_dec(entry->body, " size=", &event.bytes))
		return import_wrong(import, "an event %s without dma_addr and size", entry->event);
	/* ~0: mapping failed */
	if (event.address == ~0ULL || !event.bytes)
		return IMPORT_PASSED;
	if (!import_range(import, event.address, event.bytes))
		return IMPORT_WRONG;
	/* dma_free says it before it does it */
	if (!import_held_said(import, entry->lane, &event) && !is_map)
		import_expect(import, entry->lane, &event);
	import_held_rest(import, entry->lane, &event);
	import_mapping(import, entry->time, event, event.device);
	return IMPORT_USED;
}

/* The next number of a list {a,b,c}; NULL at its end. */
static const char *list_next(const char *at, int base, u64 *value)
{
	at = at ? import_u64(at, base, value) : NULL;
	return at && *at == ',' ? at + 1 : at;
}

static enum import_line take_dma_sg(struct import *import, const struct entry *entry)
{
	const char *addresses = strstr(entry->body, "dma_addrs={");
	const char *sizes = strstr(entry->body, " sizes={");
	struct trace_event event = dma_event(import, entry, true);
	u32 nr = 0;

	if (!addresses || !sizes)
		return import_wrong(import, "an event %s without dma_addrs and sizes",
				    entry->event);
	addresses += strlen("dma_addrs={");
	sizes += strlen(" sizes={");
	while ((addresses = list_next(addresses, 16, &event.address)) &&
	       (sizes = list_next(sizes, strncmp(sizes, "0x", 2) ? 10 : 16, &event.bytes))) {
		if (!import_range(import, event.address, event.bytes))
			return IMPORT_WRONG;
		import_held_said(import, entry->lane, &event);
		import_mapping(import, entry->time, event, event.device);
		nr++;
	}
	import_held_rest(import, entry->lane, &event);
	import->nr_truncated += !!strstr(entry->body, "TRUNCATED");
	return nr ? IMPORT_USED : import_wrong(import, "an event %s of no addresses", entry->event);
}

/* It names physical addresses only: those of the DMA are what iommu:unmap says. */
static enum import_line take_dma_unmap_sg(struct import *import, const struct entry *entry)
{
	struct trace_event event = dma_event(import, entry, false);

	if (import_held_rest(import, entry->lane, &event))
		return IMPORT_USED;
	import_expect(import, entry->lane, &event);
	import->nr_bypass++;
	return IMPORT_PASSED;
}

/* --- intel_iommu:* --- */

static enum import_line take_prq(struct import *import, const struct entry *entry)
{
	struct trace_event event = import_event(TRACE_ACCESS);
	const char *slash = strchr(entry->body, '/'), *flags;
	u64 page, pasid, index;
	char device[NAME_BYTES];

	if (!slash || !import_word(slash, "/", device, sizeof(device)) ||
	    !import_hex(entry->body, " addr=", &page) ||
	    !import_hex(entry->body, " pasid=", &pasid) ||
	    !import_hex(entry->body, " index=", &index))
		return import_wrong(import, "an event prq_report without address and PASID");
	flags = strchr(strstr(entry->body, " addr=") + 1, ' ');
	if (page > ~0ULL >> 12 || pasid > TRACE_MAX_PASID || index > TRACE_MAX_GROUP || !flags ||
	    strlen(flags) < 6)
		return import_wrong(import, "an event prq_report whose fields are too large");
	flags++;
	event.address = page << 12;
	event.bytes = 4096;
	event.device = import_device(import, device);
	event.pasid = (u32)pasid;
	event.group = (u16)index;
	event.flags = TRACE_HAS_GROUP | (flags[1] == 'w' ? TRACE_WRITE : 0) |
		      (flags[2] == 'x' ? TRACE_EXECUTE : 0) |
		      (flags[3] == 'p' ? TRACE_PRIVILEGED : 0) | (flags[4] == 'l' ? TRACE_LAST : 0);
	import_emit(import, entry->time, event);
	return IMPORT_USED;
}

/* Invalidations by page; others name no address. */
static enum import_line take_qi(struct import *import, const struct entry *entry)
{
	struct trace_event event = import_event(TRACE_INVALIDATE);
	const char *at = strstr(entry->body, ": ");
	u64 word[2], type, granularity, pages_lg2;

	at = at ? import_u64(at + 2, 16, &word[0]) : NULL;
	at = at ? import_u64(at + strspn(at, " "), 16, &word[1]) : NULL;
	if (!at)
		return import_wrong(import, "an event qi_submit without its words");
	type = FIELD_GET(INVDESC_0_TYPE, word[0]);
	granularity = FIELD_GET(INVDESC_0_G, word[0]);
	pages_lg2 = FIELD_GET(INVDESC_1_AM, word[1]);
	if (!(type == INVDESC_TYPE_IOTLB && granularity == INVAL_PAGE) &&
	    !(type == INVDESC_TYPE_PIOTLB && granularity == INVDESC_PIOTLB_G_PAGE)) {
		import->nr_other_actions++;
		return IMPORT_PASSED;
	}
	event.bytes = 4096ULL << (pages_lg2 < 40 ? pages_lg2 : 40);
	event.address = word[1] & INVDESC_1_ADDR & ~(event.bytes - 1);
	if (type == INVDESC_TYPE_PIOTLB)
		event.pasid = (u32)FIELD_GET(INVDESC_0_PASID, word[0]);
	import_emit(import, entry->time, event);
	return IMPORT_USED;
}

/* --- all --- */

static bool is_dma(const char *event, const char *what)
{
	return !strncmp(event, what, strlen(what));
}

static enum import_line take(struct import *import, const struct entry *entry)
{
	const char *event = entry->event;

	if (!strcmp(event, "map") || !strcmp(event, "unmap"))
		return strstr(entry->body, "IOMMU:") ? take_iommu(import, entry, event[0] == 'm')
						     : IMPORT_OTHER;
	if (!strcmp(event, "attach_device_to_domain"))
		return take_domain(import, entry, true);
	if (!strcmp(event, "detach_device_from_domain"))
		return take_domain(import, entry, false);
	if (!strcmp(event, "add_device_to_group") || !strcmp(event, "remove_device_from_group"))
		return IMPORT_PASSED;
	if (!strcmp(event, "io_page_fault"))
		return take_page_fault(import, entry);
	if (!strcmp(event, "prq_report"))
		return take_prq(import, entry);
	if (!strcmp(event, "qi_submit"))
		return take_qi(import, entry);
	if (!strcmp(event, "dma_map_sg"))
		return take_dma_sg(import, entry);
	if (is_dma(event, "dma_unmap_sg"))
		return take_dma_unmap_sg(import, entry);
	if (is_dma(event, "dma_sync") || is_dma(event, "dma_map_sg_err"))
		return IMPORT_PASSED;
	if (is_dma(event, "dma_map_") || !strcmp(event, "dma_alloc") ||
	    !strcmp(event, "dma_alloc_pages"))
		return take_dma(import, entry, true);
	if (is_dma(event, "dma_unmap_") || !strcmp(event, "dma_free") ||
	    !strcmp(event, "dma_free_pages"))
		return take_dma(import, entry, false);
	return IMPORT_OTHER;
}

static bool says_dma(const char *event)
{
	return is_dma(event, "dma_map_") || is_dma(event, "dma_alloc");
}

static void ftrace_begin(struct import *import, const char *look)
{
	import->has_dma = strstr(look, " dma_map_") || strstr(look, " dma_alloc") ||
			  strstr(look, "dma:dma_map_") || strstr(look, "dma:dma_alloc");
}

static enum import_line ftrace_line(struct import *import, const char *text)
{
	struct entry entry;

	if (!split(text, &entry))
		return IMPORT_OTHER;
	import->has_dma |= says_dma(entry.event);
	return take(import, &entry);
}

static bool ftrace_is_line(const char *text)
{
	static const char *const events[] = {
		"map: IOMMU:",	"unmap: IOMMU:", "attach_device_to_domain: IOMMU:",
		"dma_map_",	"dma_unmap_",	 "detach_device_from_domain: IOMMU:",
		"dma_alloc",	"dma_free",	 "add_device_to_group: IOMMU:",
		"prq_report: ", "qi_submit: ",	 "io_page_fault: IOMMU:",
	};
	struct entry entry;

	for (u32 i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strstr(text, events[i]))
			return split(text, &entry);
	}
	return false;
}

static void ftrace_end(struct import *import)
{
	import_held_end(import);
	if (import->nr_unaddressed)
		import_note(import,
			    "iommu:map and unmap name no device and no direction: mappings "
			    "are everybody's, to read and write, and '%s' is who accesses "
			    "(--device)",
			    import->policy->device ? import->policy->device : "iommu");
	if (import->nr_truncated)
		import_note(import,
			    "%llu scatterlists were cut by the kernel: their rest is missing",
			    import->nr_truncated);
	if (import->nr_bypass)
		import_note(import, "%llu dma_unmap_sg name no DMA addresses: their mappings stay",
			    import->nr_bypass);
	if (import->nr_other_actions)
		import_note(import, "%llu descriptors name no page, and are left out",
			    import->nr_other_actions);
	if (import->result->nr_of[TRACE_MAP] + import->result->nr_of[TRACE_UNMAP] &&
	    import->policy->access != IMPORT_ACCESS_NONE)
		import_note(import,
			    "when a device accessed a mapping is not known: once, in full, %s "
			    "(--access)",
			    import->policy->access == IMPORT_ACCESS_MAP ? "when it is made"
									: "before it goes");
}

const struct import_format import_ftrace = {
	.name = "ftrace",
	.about = "ftrace or perf script of iommu:*, dma:*, intel_iommu:prq_report and qi_submit",
	.begin = ftrace_begin,
	.is_line = ftrace_is_line,
	.line = ftrace_line,
	.end = ftrace_end,
};
