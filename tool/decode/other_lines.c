// SPDX-License-Identifier: GPL-2.0-only
/* Faults of IOMMUs that are not modelled: what their lines say, and that. */
#include <string.h>

#include "tool/decode/line.h"

#define NOT_MODELLED "not modelled"

/* --- AMD-Vi (AMD 48882, 2.5) --- */

static const char *const amd_events[] = {
	"IO_PAGE_FAULT",	   "ILLEGAL_DEV_TABLE_ENTRY", "DEV_TAB_HARDWARE_ERROR",
	"PAGE_TAB_HARDWARE_ERROR", "ILLEGAL_COMMAND_ERROR",   "COMMAND_HARDWARE_ERROR",
	"IOTLB_INV_TIMEOUT",	   "INVALID_DEVICE_REQUEST",  "INVALID_PPR_REQUEST",
	"RMP_HARDWARE_ERROR",	   "RMP_PAGE_FAULT",
};

/* Flags of IO_PAGE_FAULT, as Linux prints them: bits 27:16 of the event's second word. */
static const char *const amd_flags[] = {"GN", "NX", "US", "I", "PR", "RW", "PE", "RZ", "TR"};

static void amd_page_fault(struct decode_item *item, u64 flags)
{
	for (u32 i = 0; i < sizeof(amd_flags) / sizeof(amd_flags[0]); i++)
		decode_add(item, amd_flags[i], flags >> i & 1, NULL);
	decode_note(item, "%s, page %s%s", flags & 0x20 ? "write" : "read",
		    flags & 0x10 ? "present" : "not present",
		    flags & 0x40 ? ", without the permission" : "");
}

bool decode_amd_line(struct decode_sink *sink, const struct decode_line *line)
{
	const char *event = NULL;
	struct decode_item item;
	char device[32];
	u64 value;

	for (u32 i = 0; i < sizeof(amd_events) / sizeof(amd_events[0]) && !event; i++) {
		if (strstr(line->text, amd_events[i]))
			event = amd_events[i];
	}
	if (!event)
		return false;
	decode_begin(&item, line);
	item.unit = "AMD-Vi";
	item.kind = "event";
	snprintf(item.name, sizeof(item.name), "%s", event);
	snprintf(item.section, sizeof(item.section), "AMD 48882 2.5");
	if (decode_word(line->text, "device=", device, sizeof(device)) ||
	    decode_word(line->text, "_pci ", device, sizeof(device)))
		snprintf(item.source, sizeof(item.source), "%s", device);
	if (decode_hex(line->text, "domain=", &value))
		decode_add(&item, "domain", value, NULL);
	if (decode_hex(line->text, "pasid=", &value))
		decode_add(&item, "pasid", value, NULL);
	if (decode_hex(line->text, "address=", &value))
		decode_add(&item, "address", value, NULL);
	if (decode_hex(line->text, "flags=", &value)) {
		decode_add(&item, "flags", value, NULL);
		if (!strcmp(event, "IO_PAGE_FAULT"))
			amd_page_fault(&item, value);
	}
	item.linux_does = "logs it";
	item.model = NOT_MODELLED ": there is no model of AMD-Vi";
	decode_emit(sink, &item);
	return true;
}

/* --- SMMUv1 and v2 (IHI 0062: FSR and FSYNR0 of a context bank) --- */

static const char *const fsr_bits[] = {NULL,	 "TF",	   "AFF", "PF", "EF",
				       "TLBMCF", "TLBLKF", "ASF", "UUT"};

bool decode_smmu2_line(struct decode_sink *sink, const struct decode_line *line)
{
	const char *driver = strstr(line->text, "arm-smmu ");
	struct decode_item item;
	u64 fsr, value;

	if (!driver || !decode_hex(driver, "fsr=", &fsr))
		return false;
	decode_begin(&item, line);
	item.unit = "SMMUv2";
	item.kind = "context fault";
	snprintf(item.section, sizeof(item.section), "IHI 0062, SMMU_CBn_FSR");
	decode_word(driver, "arm-smmu ", item.source, sizeof(item.source));
	for (size_t length = strlen(item.source); length && item.source[length - 1] == ':';
	     length--)
		item.source[length - 1] = 0;
	decode_add(&item, "FSR", fsr, NULL);
	for (u32 i = 1; i < sizeof(fsr_bits) / sizeof(fsr_bits[0]); i++) {
		if (fsr >> i & 1)
			decode_add(&item, fsr_bits[i], 1, i == 1 ? "translation fault" : NULL);
	}
	if (decode_hex(driver, "iova=", &value))
		decode_add(&item, "FAR", value, NULL);
	if (decode_hex(driver, "fsynr=", &value)) {
		decode_add(&item, "FSYNR0", value, NULL);
		decode_add(&item, "WNR", value >> 4 & 1, value >> 4 & 1 ? "write" : "read");
	}
	if (decode_hex(driver, "cbfrsynra=", &value))
		decode_add(&item, "StreamID", value & 0xffff, NULL);
	if (decode_hex(driver, "cb=", &value))
		decode_add(&item, "context_bank", value, NULL);
	item.linux_does = "logs it; the access was terminated, or stalls if SCTLR.CFCFG is set";
	item.model = NOT_MODELLED ": SMMUv3 has neither context banks nor FSR";
	decode_emit(sink, &item);
	return true;
}
