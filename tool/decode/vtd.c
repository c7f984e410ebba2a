// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault reasons, invalidation descriptors, page requests and entries of VT-d (6.5.2,
 * 7.1.3, 7.4.1.1, 9, 11.4.7). Where they are and what they are called is
 * models/vtd/regs.h; here is what Linux does with them (drivers/iommu/intel of 6.12: dmar.c,
 * prq.c), and which rules of docs/vtd-rules.md the model goes by.
 */
#include "tool/decode/vtd.h"

#include <string.h>

#include "models/common/bits.h"
#include "models/vtd/regs.h"

#define NR(table) ((u32)(sizeof(table) / sizeof((table)[0])))

/* --- fault reasons --- */

static const struct {
	const char *name;
	u32 reason;
	const char *says;
} conditions[] = {
#define CONDITION(name, reason, qualified, completion, says) {#name, reason, says},
	VTD_FAULTS(CONDITION)
#undef CONDITION
};

/* LGN_1_1 is LGN.1.1 in the specification's table; interrupts have fault reasons only. */
static void condition_name(char name[16], const char *condition, u32 reason)
{
	if (!strncmp(condition, "IR_", 3))
		snprintf(name, 16, "%xh", reason);
	else
		snprintf(name, 16, "%s", condition);
	for (char *at = name; *at; at++) {
		if (*at == '_')
			*at = '.';
	}
}

void decode_vtd_reason(struct decode_item *item, u32 reason)
{
	size_t used = 0;

	item->unit = "VT-d";
	item->kind = "fault";
	snprintf(item->section, sizeof(item->section), "VT-d 7.1.3");
	item->linux_does =
		"logs it with the tables' entries, and clears F; nobody else is told, the access was "
		"aborted";
	item->model = "raises each condition of the table, rules FLT of 7.2 record it";
	for (u32 i = 0; i < NR(conditions); i++) {
		char name[16];

		if (conditions[i].reason != reason)
			continue;
		condition_name(name, conditions[i].name, reason);
		if (used < sizeof(item->name))
			used += (size_t)snprintf(item->name + used, sizeof(item->name) - used,
						 "%s%s", used ? ", " : "", name);
		decode_note(item, "%s: %s", name, conditions[i].says);
	}
	if (used)
		return;
	snprintf(item->name, sizeof(item->name), "fault reason 0x%x, which there is not", reason);
	item->model = "never raises it";
}

static const struct decode_field fault_status_fields[] = {
	FIELD(0, FSTS_, PFO), FIELD(0, FSTS_, PPF), FIELD(0, FSTS_, IQE),
	FIELD(0, FSTS_, ICE), FIELD(0, FSTS_, ITE), FIELD(0, FSTS_, FRI),
};

void decode_vtd_fault_status(struct decode_item *item)
{
	item->unit = "VT-d";
	item->kind = "fault status";
	snprintf(item->name, sizeof(item->name), "FSTS");
	snprintf(item->section, sizeof(item->section), "VT-d 11.4.7.1");
	decode_fields(item, fault_status_fields, NR(fault_status_fields));
	if (item->words[0] & FSTS_PFO)
		decode_note(item, "the recording registers overflowed: faults after that are lost");
	item->linux_does =
		"with PPF reads the recording registers from FRI on, then clears PFO and PPF";
	item->model = "FLT-2, FLT-3, IQ-11, ATS: who sets which bit";
}

/* --- invalidation descriptors --- */

static const char *const cc_values[] = {"reserved", "global", "domain", "device", NULL};
static const char *const iotlb_values[] = {"reserved", "global", "domain", "page", NULL};
static const char *const pc_values[] = {"domain", "PASID", "reserved", "global", NULL};
static const char *const piotlb_values[] = {"reserved", "reserved", "PASID", "page", NULL};
static const char *const rc_values[] = {"Success", "Invalid Request", NULL};

static const struct decode_field cc_fields[] = {
	FIELD_VALUES(0, INVDESC_0_, G, cc_values),
	FIELD(0, INVDESC_0_, DID),
	FIELD(0, INVDESC_0_, SID),
	FIELD(0, INVDESC_CC_0_, FM),
};
static const struct decode_field iotlb_fields[] = {
	FIELD_VALUES(0, INVDESC_0_, G, iotlb_values),
	FIELD(0, INVDESC_0_, DID),
	FIELD(0, INVDESC_IOTLB_0_, DW),
	FIELD(0, INVDESC_IOTLB_0_, DR),
	FIELD(1, INVDESC_1_, AM),
	FIELD(1, INVDESC_1_, IH),
	FIELD_ADDRESS(1, INVDESC_1_ADDR, "ADDR"),
};
static const struct decode_field devtlb_fields[] = {
	FIELD(0, INVDESC_0_, SID),
	FIELD_AS(0, INVDESC_DEVTLB_0_MIP, "MaxInvsPend"),
	FIELD(1, INVDESC_DEVTLB_1_, S),
	FIELD_ADDRESS(1, INVDESC_1_ADDR, "ADDR"),
};
static const struct decode_field iec_fields[] = {
	FIELD(0, INVDESC_IEC_0_, G),
	FIELD(0, INVDESC_IEC_0_, IM),
	FIELD(0, INVDESC_IEC_0_, IIDX),
};
static const struct decode_field wait_fields[] = {
	FIELD(0, INVDESC_WAIT_0_, IF),
	FIELD(0, INVDESC_WAIT_0_, SW),
	FIELD(0, INVDESC_WAIT_0_, FN),
	FIELD(0, INVDESC_WAIT_0_, PD),
	FIELD_AS(0, INVDESC_WAIT_0_DATA, "StatusData"),
	FIELD_ADDRESS(1, INVDESC_WAIT_1_ADDR, "StatusAddress"),
};
static const struct decode_field piotlb_fields[] = {
	FIELD_VALUES(0, INVDESC_0_, G, piotlb_values),
	FIELD(0, INVDESC_0_, DID),
	FIELD(0, INVDESC_0_, PASID),
	FIELD(1, INVDESC_1_, AM),
	FIELD(1, INVDESC_1_, IH),
	FIELD_ADDRESS(1, INVDESC_1_ADDR, "ADDR"),
};
static const struct decode_field pc_fields[] = {
	FIELD_VALUES(0, INVDESC_0_, G, pc_values),
	FIELD(0, INVDESC_0_, DID),
	FIELD(0, INVDESC_0_, PASID),
};
static const struct decode_field pdevtlb_fields[] = {
	FIELD(0, INVDESC_PDEVTLB_0_, SID),
	FIELD(0, INVDESC_0_, PASID),
	FIELD_AS(0, INVDESC_PDEVTLB_0_MIP, "MaxInvsPend"),
	FIELD_AS(1, INVDESC_PDEVTLB_1_GI, "G"),
	FIELD(1, INVDESC_PDEVTLB_1_, S),
	FIELD_ADDRESS(1, INVDESC_1_ADDR, "ADDR"),
};
static const struct decode_field pgrp_fields[] = {
	FIELD(0, INVDESC_PGRP_0_, RID),
	FIELD(0, INVDESC_PGRP_0_, PP),
	FIELD(0, INVDESC_0_, PASID),
	FIELD(0, INVDESC_PGRP_0_, PDP),
	FIELD_VALUES(0, INVDESC_PGRP_0_, RC, rc_values),
	FIELD(1, INVDESC_PGRP_1_, LPIG),
	FIELD(1, INVDESC_PGRP_1_, PRGI),
};

#define FIELDS(table) table, NR(table)

static const struct {
	u32 type;
	const char *name, *section;
	const struct decode_field *fields;
	u32 nr_fields;
	const char *linux_does, *model;
} descriptors[] = {
	{INVDESC_TYPE_CC, "context-cache invalidate", "6.5.2.1", FIELDS(cc_fields),
	 "sends it when a context-entry has changed", "TLB-8, TLB-9"},
	{INVDESC_TYPE_IOTLB, "IOTLB invalidate", "6.5.2.3", FIELDS(iotlb_fields),
	 "sends it when second-stage tables have changed", "TLB-1, -3, -4, -7"},
	{INVDESC_TYPE_DEVTLB, "device-TLB invalidate", "6.5.2.5", FIELDS(devtlb_fields),
	 "sends it to endpoints with ATS after the IOTLB's", "rules ATS of 6.5.2.5"},
	{INVDESC_TYPE_IEC, "interrupt entry cache invalidate", "6.5.2.8", FIELDS(iec_fields),
	 "sends it when an IRTE has changed", "rules INTR of 6.5.2.8"},
	{INVDESC_TYPE_WAIT, "invalidation wait", "6.5.2.9", FIELDS(wait_fields),
	 "ends a batch with it, and polls the status", "IQ-1, IQ-8, IQ-13, TLB-15, -18"},
	{INVDESC_TYPE_PIOTLB, "PASID-based IOTLB invalidate", "6.5.2.4", FIELDS(piotlb_fields),
	 "sends it when first-stage tables have changed", "TLB-2, -5, -6"},
	{INVDESC_TYPE_PC, "PASID-cache invalidate", "6.5.2.2", FIELDS(pc_fields),
	 "sends it when a PASID table entry has changed", "TLB-10"},
	{INVDESC_TYPE_PDEVTLB, "PASID-based device-TLB invalidate", "6.5.2.6",
	 FIELDS(pdevtlb_fields), "sends it to endpoints with ATS and PASID",
	 "rules ATS of 6.5.2.6"},
	{INVDESC_TYPE_PGRP_RESP, "page group response", "7.6.1", FIELDS(pgrp_fields),
	 "sends it when the last request of a group was handled", "PRQ-23"},
};

void decode_vtd_descriptor(struct decode_item *item)
{
	u64 type = FIELD_GET(INVDESC_0_TYPE, item->words[0]) |
		   FIELD_GET(INVDESC_0_TYPE_HIGH, item->words[0]) << 4;

	item->unit = "VT-d";
	item->kind = "descriptor";
	for (u32 i = 0; i < NR(descriptors); i++) {
		if (descriptors[i].type != type)
			continue;
		snprintf(item->name, sizeof(item->name), "%s 0x%llx", descriptors[i].name, type);
		snprintf(item->section, sizeof(item->section), "VT-d %s", descriptors[i].section);
		decode_fields(item, descriptors[i].fields, descriptors[i].nr_fields);
		item->linux_does = descriptors[i].linux_does;
		item->model = descriptors[i].model;
		return;
	}
	snprintf(item->name, sizeof(item->name), "type 0x%llx, which there is not", type);
	snprintf(item->section, sizeof(item->section), "VT-d 6.5.2.11");
	item->model = "IQ-4: stops the queue, IQE with IQEI 3";
}

/* --- page requests --- */

static const struct decode_field page_request_fields[] = {
	FIELD(0, PAGE_REQ_0_, TYPE), FIELD(0, PAGE_REQ_0_, RID),
	FIELD(0, PAGE_REQ_0_, PP),   FIELD(0, PAGE_REQ_0_, PASID),
	FIELD(0, PAGE_REQ_0_, PDP),  FIELD(0, PAGE_REQ_0_, EXR),
	FIELD(0, PAGE_REQ_0_, PMR),  FIELD(1, PAGE_REQ_1_, RDR),
	FIELD(1, PAGE_REQ_1_, WRR),  FIELD(1, PAGE_REQ_1_, LPIG),
	FIELD(1, PAGE_REQ_1_, PRGI), FIELD_ADDRESS(1, PAGE_REQ_1_ADDR, "ADDR"),
};

void decode_vtd_page_request(struct decode_item *item)
{
	item->unit = "VT-d";
	item->kind = "page request";
	snprintf(item->name, sizeof(item->name), "page request descriptor");
	snprintf(item->section, sizeof(item->section), "VT-d 7.4.1.1");
	decode_fields(item, page_request_fields, NR(page_request_fields));
	if (FIELD_GET(PAGE_REQ_0_TYPE, item->words[0]) != PAGE_REQ_TYPE)
		decode_note(item, "TYPE is not that of a page request, %d", PAGE_REQ_TYPE);
	if (!(item->words[0] & PAGE_REQ_0_PP) && FIELD_GET(PAGE_REQ_0_PASID, item->words[0]))
		decode_note(item, "PP is 0: the PASID does not count");
	item->linux_does = "reports it as a page fault to the handler of the PASID, and answers "
			   "at LPIG with a page group response; Invalid Request without PASID, "
			   "with privilege, with EXR and RDR";
	item->model = "PRQ-1: its fields; PRQ-5, -13 to -17: who answers it";
}

/* --- entries --- */

static const char *const tt_values[] = {"untranslated requests only", "with device-TLB",
					"pass-through", NULL};
static const char *const aw_values[] = {"reserved", "39 bits, 3 levels", "48 bits, 4 levels",
					"57 bits, 5 levels", NULL};
static const char *const pgtt_values[] = {"reserved", "first stage",  "second stage",
					  "nested",   "pass-through", NULL};
static const struct decode_field context_fields[] = {
	FIELD(0, CTX_0_, P),
	FIELD(0, CTX_0_, FPD),
	FIELD_VALUES(0, CTX_0_, TT, tt_values),
	FIELD_ADDRESS(0, CTX_0_SSPTPTR, "SSPTPTR"),
	FIELD_VALUES(1, CTX_1_, AW, aw_values),
	FIELD(1, CTX_1_, DID),
};

void decode_vtd_context(struct decode_item *item)
{
	item->unit = "VT-d";
	item->kind = "context-entry";
	snprintf(item->name, sizeof(item->name), "of legacy mode");
	snprintf(item->section, sizeof(item->section), "VT-d 9.3");
	decode_fields(item, context_fields, NR(context_fields));
	item->linux_does = "writes one for each device that it attaches";
	item->model = "rules CTX of 9.3";
}

static const struct decode_field pasid_fields[] = {
	FIELD(0, PASID_0_, P),
	FIELD(0, PASID_0_, FPD),
	FIELD_VALUES(0, PASID_0_, AW, aw_values),
	FIELD_VALUES(0, PASID_0_, PGTT, pgtt_values),
	FIELD(0, PASID_0_, SSADE),
	FIELD_ADDRESS(0, PASID_0_SSPTPTR, "SSPTPTR"),
	FIELD(1, PASID_1_, DID),
	FIELD(1, PASID_1_, PWSNP),
	FIELD(1, PASID_1_, PGSNP),
	FIELD(2, PASID_2_, SRE),
	FIELD(2, PASID_2_, ERE),
	FIELD(2, PASID_2_, FSPM),
	FIELD(2, PASID_2_, WPE),
	FIELD(2, PASID_2_, NXE),
	FIELD(2, PASID_2_, SMEP),
	FIELD(2, PASID_2_, EAFE),
	FIELD_ADDRESS(2, PASID_2_FSPTPTR, "FSPTPTR"),
};

void decode_vtd_pasid_entry(struct decode_item *item)
{
	item->unit = "VT-d";
	item->kind = "PASID table entry";
	snprintf(item->name, sizeof(item->name), "of scalable mode");
	snprintf(item->section, sizeof(item->section), "VT-d 9.6");
	decode_fields(item, pasid_fields, NR(pasid_fields));
	item->linux_does = "writes one for each PASID of a device";
	item->model = "rules PASID of 9.6";
}
