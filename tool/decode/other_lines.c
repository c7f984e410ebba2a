// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of IOMMUs that are not modelled: what their lines say, and that. Linux:
 * drivers/iommu/amd/iommu.c and drivers/iommu/arm/arm-smmu/arm-smmu.c of 6.12.
 */
#include <string.h>

#include "tool/decode/line.h"

#define NOT_MODELLED "not modelled"

/* --- AMD-Vi (AMD 48882, 2.5) --- */

static const char *const amd_events[] = {
	"IO_PAGE_FAULT",	  "ILLEGAL_DEV_TABLE_ENTRY",
	"DEV_TAB_HARDWARE_ERROR", "PAGE_TAB_HARDWARE_ERROR",
	"ILLEGAL_COMMAND_ERROR",  "COMMAND_HARDWARE_ERROR",
	"IOTLB_INV_TIMEOUT",	  "INVALID_DEVICE_REQUEST",
	"INVALID_PPR_REQUEST",	  "RMP_HW_ERROR",
	"RMP_PAGE_FAULT",
};

/* Of IO_PAGE_FAULT (2.5.3), as Linux prints them: bits 59:48 of the event's first 64. */
static const char *const amd_flags[] = {"GN", "NX", "US", "I", "PR", "RW", "PE", "RZ", "TR"};

#define AMD_I (1U << 3)
#define AMD_PR (1U << 4)
#define AMD_RW (1U << 5)
#define AMD_PE (1U << 6)
#define AMD_TR (1U << 8)

/* RW means something of what was present and no translation request, PE of what was present. */
static void amd_page_fault(struct decode_item *item, u64 flags)
{
	const char *what = flags & AMD_I    ? "interrupt"
			   : flags & AMD_TR ? "translation request"
			   : flags & AMD_PR ? flags & AMD_RW ? "write" : "read"
					    : "read or write";

	for (u32 i = 0; i < sizeof(amd_flags) / sizeof(amd_flags[0]); i++)
		decode_add(item, amd_flags[i], flags >> i & 1, NULL);
	decode_note(item, "%s, page %s%s", what, flags & AMD_PR ? "present" : "not present",
		    flags & AMD_PR && flags & AMD_PE ? ", without the permission" : "");
}

static const char *const amd_keys[] = {"domain", "pasid", "vmg_tag",  "address",
				       "gpa",	 "spa",	  "flags_rmp"};

static const char *amd_linux_does(const char *event)
{
	if (!strcmp(event, "IO_PAGE_FAULT"))
		return "asks the handler of the domain (report_iommu_fault) first, but of interrupts, and logs "
		       "what that does not take; the access was aborted";
	if (!strcmp(event, "ILLEGAL_DEV_TABLE_ENTRY"))
		return "logs it with the device table entry";
	return !strcmp(event, "ILLEGAL_COMMAND_ERROR") ? "logs it with the command" : "logs it";
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
	for (u32 i = 0; i < sizeof(amd_keys) / sizeof(amd_keys[0]); i++) {
		char key[32];

		snprintf(key, sizeof(key), "%s=", amd_keys[i]);
		if (decode_hex(line->text, key, &value))
			decode_add(&item, amd_keys[i], value, NULL);
	}
	if (decode_hex(line->text, "flags=", &value)) {
		decode_add(&item, "flags", value, NULL);
		if (!strcmp(event, "IO_PAGE_FAULT"))
			amd_page_fault(&item, value);
	}
	item.linux_does = amd_linux_does(event);
	item.model = NOT_MODELLED ": there is no model of AMD-Vi";
	decode_emit(sink, &item);
	return true;
}

/* --- SMMUv1 and v2 (IHI 0062: FSR and FSYNR0 of a context bank) --- */

static const char *const fsr_bits[] = {NULL,	 "TF",	   "AFF", "PF", "EF",
				       "TLBMCF", "TLBLKF", "ASF", "UUT"};

static const char *const fsr_says[] = {
	NULL,
	"translation fault",
	"access flag fault",
	"permission fault",
	"external fault",
	"TLB match conflict fault",
	"TLB lock fault",
	"address size fault",
	"unsupported upstream transaction",
};
static const char *const formats[] = {"AArch32 short descriptors", "AArch32 long descriptors",
				      "AArch64", "reserved"};
static const struct {
	u32 bit;
	const char *name, *says;
} fsynr0_bits[] = {
	{5, "PNU", "privileged"},    {6, "IND", "instruction"},
	{8, "NSATTR", "non-secure"}, {10, "PTWF", "in the walk of the tables"},
	{11, "AFR", "asynchronous"},
};

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
			decode_add(&item, fsr_bits[i], 1, fsr_says[i]);
	}
	decode_add(&item, "FORMAT", fsr >> 9 & 3, formats[fsr >> 9 & 3]);
	if (fsr >> 30 & 1)
		decode_add(&item, "SS", 1, "the access is stalled");
	if (fsr >> 31 & 1)
		decode_add(&item, "MULTI", 1, "there were more, which are lost");
	if (decode_hex(driver, "iova=", &value))
		decode_add(&item, "FAR", value, NULL);
	if (decode_hex(driver, "fsynr=", &value)) {
		decode_add(&item, "FSYNR0", value, NULL);
		decode_add(&item, "PLVL", value & 3, NULL);
		decode_add(&item, "WNR", value >> 4 & 1, value >> 4 & 1 ? "write" : "read");
		for (u32 i = 0; i < sizeof(fsynr0_bits) / sizeof(fsynr0_bits[0]); i++) {
			if (value >> fsynr0_bits[i].bit & 1)
				decode_add(&item, fsynr0_bits[i].name, 1, fsynr0_bits[i].says);
		}
		decode_add(&item, "S1CBNDX", value >> 16 & 0xff, NULL);
	}
	if (decode_hex(driver, "cbfrsynra=", &value))
		decode_add(&item, "StreamID", value & 0xffff, NULL);
	if (decode_hex(driver, "cb=", &value))
		decode_add(&item, "context_bank", value, NULL);
	item.linux_does =
		"asks the handler of the domain (report_iommu_fault) first, logs what nobody handles, and "
		"clears FSR";
	item.model = NOT_MODELLED ": SMMUv3 has neither context banks nor FSR";
	decode_emit(sink, &item);
	return true;
}
