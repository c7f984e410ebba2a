// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event and page request records, commands, STEs and CDs of SMMUv3 (IHI 0070 4, 5, 7.3,
 * 8). Where they are and what they are called is models/smmuv3/regs.h; here is which record
 * has which, what Linux does with it, and which rules of docs/smmuv3-rules.md the model
 * goes by. Linux: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c of 6.12; what it prints of an event
 * is arm_smmu_dump_event() of 6.15.
 */
#include "tool/decode/smmuv3.h"

#include <string.h>

#include "models/common/bits.h"
#include "models/smmuv3/regs.h"

#define NR(table) ((u32)(sizeof(table) / sizeof((table)[0])))

/* --- event records --- */

/* Which fields an event has beside its number and its stream. */
#define HAS_STALL (1U << 0)    /* STAG, Stall */
#define HAS_SYNDROME (1U << 1) /* PnU, InD, RnW, S2, CLASS, TTRnW */
#define HAS_ADDRESS (1U << 2)
#define HAS_IPA (1U << 3)
#define HAS_FETCH (1U << 4)
#define HAS_TREQ (1U << 5)
#define HAS_RNW (1U << 6)
#define HAS_NO_SSV (1U << 7) /* SubstreamID is always valid */
#define OF_TRANSLATION (HAS_STALL | HAS_SYNDROME | HAS_ADDRESS | HAS_IPA)

#define LINUX_UNHANDLED                                                                            \
	"logs the record; nobody else is told, and the SMMU has ended the transaction already"
#define LINUX_CONFIG                                                                               \
	"logs the record; the driver's tables are not what the SMMU can use, which points at the " \
	"driver, or at a device that sends a StreamID or SubstreamID that nobody attached"
#define LINUX_FAULT                                                                                         \
	"with Stall 1, of a device that it knows, reports it as a page fault (iommu_report_device_fault), " \
	"whose answer is CMD_RESUME with the STAG, Abort where nobody handles it; all others it logs"
#define LINUX_NOTHING "knows no such event, logs the words"

struct event_row {
	u32 id;
	const char *name, *section;
	u32 has;
	bool is_known_to_linux; /* by name */
	const char *linux_does, *model;
};

static const struct event_row events[] = {
	{EVT_ID_UUT, "F_UUT", "7.3.2", HAS_RNW | HAS_ADDRESS, false, LINUX_NOTHING,
	 "never raises it: ports speak reads, writes and ATS only"},
	{EVT_ID_BAD_STREAMID_CONFIG, "C_BAD_STREAMID", "7.3.3", 0, true, LINUX_CONFIG,
	 "STRTAB-1, -6, -8: beyond the table; STRTAB-3: recorded with CR2.RECINVSID only"},
	{EVT_ID_STE_FETCH_FAULT, "F_STE_FETCH", "7.3.4", HAS_FETCH, true, LINUX_CONFIG,
	 "STRTAB-12: a read of the stream table was aborted"},
	{EVT_ID_BAD_STE_CONFIG, "C_BAD_STE", "7.3.5", 0, true, LINUX_CONFIG,
	 "STE-1 and what follows it: the STE is ILLEGAL"},
	{EVT_ID_BAD_ATS_TREQ, "F_BAD_ATS_TREQ", "7.3.6", HAS_TREQ | HAS_ADDRESS, false,
	 LINUX_UNHANDLED,
	 "ATS-5, ATS-18: a translation request that is refused; ATS-19: its fields"},
	{EVT_ID_STREAM_DISABLED_FAULT, "F_STREAM_DISABLED", "7.3.7", 0, true, LINUX_CONFIG,
	 "SSID-4, SSID-6: S1DSS does not allow it; SSID-7: no substream is named"},
	{EVT_ID_TRANSL_FORBIDDEN, "F_TRANSL_FORBIDDEN", "7.3.8", HAS_RNW | HAS_ADDRESS, false,
	 LINUX_UNHANDLED,
	 "ATS-7 and what follows it: a translated transaction that is not allowed"},
	{EVT_ID_BAD_SUBSTREAMID_CONFIG, "C_BAD_SUBSTREAMID", "7.3.9", HAS_NO_SSV, true,
	 LINUX_CONFIG, "SSID-1, -2, -3: a SubstreamID that the stream cannot have"},
	{EVT_ID_CD_FETCH_FAULT, "F_CD_FETCH", "7.3.10", HAS_FETCH, true, LINUX_CONFIG,
	 "L1CD-5: a read of a context descriptor was aborted"},
	{EVT_ID_BAD_CD_CONFIG, "C_BAD_CD", "7.3.11", 0, true, LINUX_CONFIG,
	 "CD-1 and what follows it: the CD is ILLEGAL"},
	{EVT_ID_WALK_EABT, "F_WALK_EABT", "7.3.12", HAS_SYNDROME | HAS_ADDRESS | HAS_FETCH, false,
	 LINUX_UNHANDLED, "XLATE-12, HTTU-14, S2-8, S2-9: an access to a descriptor was aborted"},
	{EVT_ID_TRANSLATION_FAULT, "F_TRANSLATION", "7.3.13", OF_TRANSLATION, true, LINUX_FAULT,
	 "XLATE-1, -4, -5, -6, S2-3: no valid descriptor for the address; EVT-1: its fields"},
	{EVT_ID_ADDR_SIZE_FAULT, "F_ADDR_SIZE", "7.3.14", OF_TRANSLATION, true, LINUX_FAULT,
	 "XLATE-7, -8, S2-1, S2-4: an output beyond its size"},
	{EVT_ID_ACCESS_FAULT, "F_ACCESS", "7.3.15", OF_TRANSLATION, true, LINUX_FAULT,
	 "XLATE-9: the access flag is 0, and nothing sets it"},
	{EVT_ID_PERMISSION_FAULT, "F_PERMISSION", "7.3.16", OF_TRANSLATION, true, LINUX_FAULT,
	 "XLATE-10, S2-10: the descriptors forbid the access"},
	{EVT_ID_TLB_CONFLICT, "F_TLB_CONFLICT", "7.3.17", HAS_SYNDROME | HAS_ADDRESS, false,
	 LINUX_NOTHING, "never raises it: a lookup takes the first entry that it finds"},
	{EVT_ID_CFG_CONFLICT, "F_CFG_CONFLICT", "7.3.18", 0, false, LINUX_NOTHING,
	 "never raises it: each STE is cached by itself"},
	{EVT_ID_PAGE_REQUEST, "E_PAGE_REQUEST", "7.3.19", HAS_ADDRESS, false, LINUX_NOTHING,
	 "never raises it: a hint that no device here gives"},
	{EVT_ID_VMS_FETCH, "F_VMS_FETCH", "7.3.20", HAS_FETCH, true, LINUX_CONFIG,
	 "never raises it: there is no VMS (IDR3.MPAM is 0)"},
};

static const char *const class_values[] = {"CD", "TTD", "IN", "reserved", NULL};
static const char *const rnw_values[] = {"write", "read", NULL};
static const char *const ind_values[] = {"data", "instruction", NULL};
static const char *const pnu_values[] = {"unprivileged", "privileged", NULL};
static const char *const s2_values[] = {"stage 1", "stage 2", NULL};
static const char *const stall_values[] = {"terminated", "stalled", NULL};
static const char *const ttrnw_values[] = {"written", "read", NULL};

static const struct decode_field event_stream[] = {
	FIELD_AS(0, EVTQ_0_SID, "StreamID"),
};
static const struct decode_field event_substream[] = {
	FIELD(0, EVTQ_0_, SSV),
	FIELD_AS(0, EVTQ_0_SSID, "SubstreamID"),
};
static const struct decode_field event_stall[] = {
	FIELD_VALUES_AS(1, EVTQ_1_STALL, "Stall", stall_values),
	FIELD(1, EVTQ_1_, STAG),
};
static const struct decode_field event_syndrome[] = {
	FIELD_VALUES(1, EVTQ_1_, PnU, pnu_values),     FIELD_VALUES(1, EVTQ_1_, InD, ind_values),
	FIELD_VALUES(1, EVTQ_1_, RnW, rnw_values),     FIELD_VALUES(1, EVTQ_1_, S2, s2_values),
	FIELD_VALUES(1, EVTQ_1_, CLASS, class_values),
};
static const struct decode_field event_ttrnw[] = {
	FIELD_VALUES(1, EVTQ_1_, TTRnW, ttrnw_values),
};
static const struct decode_field event_rnw[] = {FIELD_VALUES(1, EVTQ_1_, RnW, rnw_values)};
static const struct decode_field event_treq[] = {
	FIELD_AS(1, EVTQ_1_TREQ_R, "R"),       FIELD_AS(1, EVTQ_1_TREQ_W, "W"),
	FIELD_AS(1, EVTQ_1_TREQ_X, "X"),       FIELD_AS(1, EVTQ_1_TREQ_PRIV, "Priv"),
	FIELD_AS(1, EVTQ_1_TREQ_SPAN, "Span"),
};
static const struct decode_field event_address[] = {FIELD_ADDRESS(2, EVTQ_2_ADDR, "InputAddr")};
static const struct decode_field event_ipa[] = {FIELD_ADDRESS(3, EVTQ_3_IPA, "IPA")};
static const struct decode_field event_fetch[] = {
	FIELD_ADDRESS(3, EVTQ_3_FETCH_ADDR, "FetchAddr"),
};

static const struct event_row *event_find(u32 id)
{
	for (u32 i = 0; i < NR(events); i++) {
		if (events[i].id == id)
			return &events[i];
	}
	return NULL;
}

int decode_smmu_event_id(const char *name)
{
	for (u32 i = 0; i < NR(events); i++) {
		if (!strcmp(events[i].name, name))
			return (int)events[i].id;
	}
	return -1;
}

static void event_add_fields(struct decode_item *item, u32 has)
{
	/* Other events have no TTRnW (7.3.16). */
	bool is_tt = FIELD_GET(EVTQ_0_ID, item->words[0]) == EVT_ID_PERMISSION_FAULT &&
		     FIELD_GET(EVTQ_1_CLASS, item->words[1]) == EVTQ_1_CLASS_TT;

	decode_fields(item, event_stream, NR(event_stream));
	decode_fields(item, event_substream, NR(event_substream));
	if (has & HAS_STALL)
		decode_fields(item, event_stall, NR(event_stall));
	if (has & HAS_SYNDROME)
		decode_fields(item, event_syndrome, NR(event_syndrome));
	if (has & HAS_SYNDROME && is_tt)
		decode_fields(item, event_ttrnw, NR(event_ttrnw));
	if (has & HAS_RNW)
		decode_fields(item, event_rnw, NR(event_rnw));
	if (has & HAS_TREQ)
		decode_fields(item, event_treq, NR(event_treq));
	if (has & HAS_ADDRESS)
		decode_fields(item, event_address, NR(event_address));
	if (has & HAS_IPA && item->words[1] & EVTQ_1_S2)
		decode_fields(item, event_ipa, NR(event_ipa));
	if (has & HAS_FETCH)
		decode_fields(item, event_fetch, NR(event_fetch));
}

void decode_smmu_event_prints(struct decode_item *item, const char *client)
{
	static const char *const classes[] = {"CD fetch", "Stage 1 translation table fetch",
					      "Input address caused fault", "Reserved"};
	const struct event_row *row = event_find((u32)FIELD_GET(EVTQ_0_ID, item->words[0]));
	const u64 *word = item->words;
	/* Linux does not look at CLASS in other events. */
	bool is_tt = FIELD_GET(EVTQ_0_ID, word[0]) == EVT_ID_PERMISSION_FAULT &&
		     FIELD_GET(EVTQ_1_CLASS, word[1]) == EVTQ_1_CLASS_TT;
	u64 class = FIELD_GET(EVTQ_1_CLASS, word[1]);
	char *first = item->prints[0], *second = item->prints[1];
	const size_t bytes = sizeof(item->prints[0]);
	int used = snprintf(first, bytes, "event: %s client: %.100s sid: 0x%llx ssid: 0x%llx",
			    row && row->is_known_to_linux ? row->name : "UNKNOWN",
			    client ? client : "?", FIELD_GET(EVTQ_0_SID, word[0]),
			    word[0] & EVTQ_0_SSV ? FIELD_GET(EVTQ_0_SSID, word[0]) : 0ULL);

	second[0] = 0;
	if (!row || !row->is_known_to_linux)
		return;
	if (row->has & HAS_FETCH)
		snprintf(first + used, bytes - (size_t)used, " fetch_addr: 0x%llx",
			 word[3] & EVTQ_3_FETCH_ADDR);
	if (row->has != OF_TRANSLATION)
		return;
	snprintf(first + used, bytes - (size_t)used, " iova: 0x%llx ipa: 0x%llx", word[2],
		 word[3] & EVTQ_3_IPA);
	snprintf(second, bytes, "%s %s %s %s \"%s\"%s%s stag: 0x%llx",
		 word[1] & EVTQ_1_PnU ? "priv" : "unpriv", word[1] & EVTQ_1_InD ? "inst" : "data",
		 word[1] & EVTQ_1_RnW ? "read" : "write", word[1] & EVTQ_1_S2 ? "s2" : "s1",
		 classes[class],
		 !is_tt			  ? ""
		 : word[1] & EVTQ_1_TTRnW ? " ttd_read"
					  : " ttd_write",
		 word[1] & EVTQ_1_STALL ? " stall" : "", FIELD_GET(EVTQ_1_STAG, word[1]));
}

void decode_smmu_event_printed(u32 id, u64 *masks)
{
	const struct event_row *row = event_find(id);

	memset(masks, 0, EVTQ_ENT_DWORDS * sizeof(*masks));
	masks[0] = EVTQ_0_ID | EVTQ_0_SID | EVTQ_0_SSID;
	if (row && row->has == OF_TRANSLATION) {
		masks[1] = EVTQ_1_PnU | EVTQ_1_InD | EVTQ_1_RnW | EVTQ_1_S2 | EVTQ_1_CLASS |
			   EVTQ_1_STALL | EVTQ_1_STAG;
		masks[2] = EVTQ_2_ADDR;
		masks[3] = EVTQ_3_IPA;
	} else if (row && row->is_known_to_linux && row->has & HAS_FETCH) {
		masks[3] = EVTQ_3_FETCH_ADDR;
	}
}

void decode_smmu_event(struct decode_item *item)
{
	u32 id = (u32)FIELD_GET(EVTQ_0_ID, item->words[0]);
	const struct event_row *row = event_find(id);

	item->unit = "SMMUv3";
	item->kind = "event";
	item->nr_fields = 0;
	decode_smmu_event_prints(item, NULL);
	if (!row) {
		bool is_impdef = id >= EVT_ID_IMPDEF_FIRST && id <= EVT_ID_IMPDEF_LAST;

		snprintf(item->name, sizeof(item->name),
			 is_impdef ? "IMPDEF_EVENTn 0x%02x" : "0x%02x, which is reserved", id);
		snprintf(item->section, sizeof(item->section), "IHI 0070 7.3");
		item->linux_does = LINUX_NOTHING;
		item->model = "never raises it";
		decode_fields(item, event_stream, NR(event_stream));
		return;
	}
	snprintf(item->name, sizeof(item->name), "%s 0x%02x", row->name, id);
	snprintf(item->section, sizeof(item->section), "IHI 0070 %s", row->section);
	item->linux_does = row->linux_does;
	item->model = row->model;
	event_add_fields(item, row->has);
}

/* --- commands --- */

static const char *const sync_values[] = {"SIG_NONE", "SIG_IRQ", "SIG_SEV", NULL};
static const char *const resp_values[] = {"terminate", "retry", "terminate with abort", "retry",
					  NULL};
static const char *const pri_values[] = {"Failure", "Invalid", "Success", NULL};
static const char *const tg_values[] = {"no range", "4 KiB", "16 KiB", "64 KiB", NULL};

static const struct decode_field prefetch_fields[] = {
	FIELD_AS(0, CMDQ_PREFETCH_0_SID, "StreamID"),
	FIELD(0, CMDQ_0_, SSV),
	FIELD_AS(0, CMDQ_PREFETCH_0_SSID, "SubstreamID"),
	FIELD_AS(1, CMDQ_PREFETCH_1_SIZE, "Size"),
	FIELD_AS(1, CMDQ_PREFETCH_1_STRIDE, "Stride"),
	FIELD_ADDRESS(1, CMDQ_PREFETCH_1_ADDR_MASK, "Addr"),
};
static const struct decode_field cfgi_ste_fields[] = {
	FIELD_AS(0, CMDQ_CFGI_0_SID, "StreamID"),
	FIELD_AS(1, CMDQ_CFGI_1_LEAF, "Leaf"),
};
static const struct decode_field cfgi_range_fields[] = {
	FIELD_AS(0, CMDQ_CFGI_0_SID, "StreamID"),
	FIELD_AS(1, CMDQ_CFGI_1_RANGE, "Range"),
};
static const struct decode_field cfgi_cd_fields[] = {
	FIELD_AS(0, CMDQ_CFGI_0_SID, "StreamID"),
	FIELD_AS(0, CMDQ_CFGI_0_SSID, "SubstreamID"),
	FIELD_AS(1, CMDQ_CFGI_1_LEAF, "Leaf"),
};
static const struct decode_field tlbi_id_fields[] = {
	FIELD(0, CMDQ_TLBI_0_, VMID),
	FIELD(0, CMDQ_TLBI_0_, ASID),
};
static const struct decode_field tlbi_va_fields[] = {
	FIELD(0, CMDQ_TLBI_0_, VMID),
	FIELD(0, CMDQ_TLBI_0_, ASID),
	FIELD(0, CMDQ_TLBI_0_, NUM),
	FIELD(0, CMDQ_TLBI_0_, SCALE),
	FIELD_AS(1, CMDQ_TLBI_1_LEAF, "Leaf"),
	FIELD(1, CMDQ_TLBI_1_, TTL),
	FIELD_VALUES(1, CMDQ_TLBI_1_, TG, tg_values),
	FIELD_ADDRESS(1, CMDQ_TLBI_1_VA_MASK, "Address"),
};
static const struct decode_field atc_fields[] = {
	FIELD_AS(0, CMDQ_ATC_0_SID, "StreamID"),
	FIELD(0, CMDQ_0_, SSV),
	FIELD_AS(0, CMDQ_ATC_0_SSID, "SubstreamID"),
	FIELD_AS(0, CMDQ_ATC_0_GLOBAL, "Global"),
	FIELD_AS(1, CMDQ_ATC_1_SIZE, "Size"),
	FIELD_ADDRESS(1, CMDQ_ATC_1_ADDR_MASK, "Address"),
};
static const struct decode_field pri_resp_fields[] = {
	FIELD_AS(0, CMDQ_PRI_0_SID, "StreamID"),
	FIELD(0, CMDQ_0_, SSV),
	FIELD_AS(0, CMDQ_PRI_0_SSID, "SubstreamID"),
	FIELD_AS(1, CMDQ_PRI_1_GRPID, "PRGIndex"),
	FIELD_VALUES_AS(1, CMDQ_PRI_1_RESP, "Resp", pri_values),
};
static const struct decode_field resume_fields[] = {
	FIELD_AS(0, CMDQ_RESUME_0_SID, "StreamID"),
	FIELD_AS(0, CMDQ_RESUME_0_AC, "Ac"),
	FIELD_AS(0, CMDQ_RESUME_0_AB, "Ab"),
	FIELD_VALUES_AS(0, CMDQ_RESUME_0_RESP, "response", resp_values),
	FIELD(1, CMDQ_RESUME_1_, STAG),
};
static const struct decode_field stall_term_fields[] = {
	FIELD_AS(0, CMDQ_STALL_TERM_0_SID, "StreamID"),
};
static const struct decode_field sync_fields[] = {
	FIELD_VALUES(0, CMDQ_SYNC_0_, CS, sync_values),
	FIELD_AS(0, CMDQ_SYNC_0_MSH, "MSH"),
	FIELD_AS(0, CMDQ_SYNC_0_MSIATTR, "MSIAttr"),
	FIELD_AS(0, CMDQ_SYNC_0_MSIDATA, "MSIData"),
	FIELD_ADDRESS(1, CMDQ_SYNC_1_MSIADDR_MASK, "MSIAddress"),
};

#define CFGI_SAYS                                                                                  \
	"sends it when it has changed an STE or a CD",                                             \
		"rules INV of 4.3: drops them from the configuration cache"
#define CFGI_NONE "sends none", "rules INV of 4.3: drops them from the configuration cache"
#define TLBI_RULES "rules INV of 4.4: drops what it names from TLBs and walk caches"
#define TLBI_NONE "sends none", TLBI_RULES
#define TLBI_RESET "sends it when it resets the SMMU", TLBI_RULES
#define TLBI_SAYS "sends it when it has unmapped or changed a table", TLBI_RULES

struct command_row {
	u32 op;
	const char *name, *section;
	const struct decode_field *fields;
	u32 nr_fields;
	const char *linux_does, *model;
};

#define FIELDS(table) table, NR(table)

static const struct command_row commands[] = {
	{CMDQ_OP_PREFETCH_CFG, "CMD_PREFETCH_CONFIG", "4.2.1", FIELDS(prefetch_fields),
	 "sends it when it has written an STE that will be used soon, but for HiSilicon's SMMUs that "
	 "do not know it",
	 "rules PRE of 4.2"},
	{CMDQ_OP_PREFETCH_ADDR, "CMD_PREFETCH_ADDR", "4.2.2", FIELDS(prefetch_fields), "sends none",
	 "rules PRE of 4.2"},
	{CMDQ_OP_CFGI_STE, "CMD_CFGI_STE", "4.3.1", FIELDS(cfgi_ste_fields), CFGI_SAYS},
	{CMDQ_OP_CFGI_ALL, "CMD_CFGI_STE_RANGE", "4.3.2", FIELDS(cfgi_range_fields),
	 "sends it with Range 31, CMD_CFGI_ALL, when it resets the SMMU",
	 "rules INV of 4.3: drops 2^(Range + 1) STEs"},
	{CMDQ_OP_CFGI_CD, "CMD_CFGI_CD", "4.3.3", FIELDS(cfgi_cd_fields), CFGI_SAYS},
	{CMDQ_OP_CFGI_CD_ALL, "CMD_CFGI_CD_ALL", "4.3.4", FIELDS(cfgi_ste_fields), CFGI_NONE},
	{CMDQ_OP_TLBI_NH_ALL, "CMD_TLBI_NH_ALL", "4.4.2", FIELDS(tlbi_id_fields), TLBI_NONE},
	{CMDQ_OP_TLBI_NH_ASID, "CMD_TLBI_NH_ASID", "4.4.2", FIELDS(tlbi_id_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_NH_VA, "CMD_TLBI_NH_VA", "4.4.2", FIELDS(tlbi_va_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_NH_VAA, "CMD_TLBI_NH_VAA", "4.4.2", FIELDS(tlbi_va_fields), TLBI_NONE},
	{CMDQ_OP_TLBI_EL2_ALL, "CMD_TLBI_EL2_ALL", "4.4.2", FIELDS(tlbi_id_fields), TLBI_RESET},
	{CMDQ_OP_TLBI_EL2_ASID, "CMD_TLBI_EL2_ASID", "4.4.2", FIELDS(tlbi_id_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_EL2_VA, "CMD_TLBI_EL2_VA", "4.4.2", FIELDS(tlbi_va_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_EL2_VAA, "CMD_TLBI_EL2_VAA", "4.4.2", FIELDS(tlbi_va_fields), TLBI_NONE},
	{CMDQ_OP_TLBI_S12_VMALL, "CMD_TLBI_S12_VMALL", "4.4.3", FIELDS(tlbi_id_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_S2_IPA, "CMD_TLBI_S2_IPA", "4.4.3", FIELDS(tlbi_va_fields), TLBI_SAYS},
	{CMDQ_OP_TLBI_NSNH_ALL, "CMD_TLBI_NSNH_ALL", "4.4.4", FIELDS(tlbi_id_fields), TLBI_RESET},
	{CMDQ_OP_ATC_INV, "CMD_ATC_INV", "4.5.1", FIELDS(atc_fields),
	 "sends it to endpoints with ATS when it has unmapped",
	 "ATS-9: it travels to the endpoint"},
	{CMDQ_OP_PRI_RESP, "CMD_PRI_RESP", "4.5.2", FIELDS(pri_resp_fields),
	 "sends it only to refuse: it has no PRI queue handler",
	 "PRI-18, -19, -20: its endpoint gets the answer of a group"},
	{CMDQ_OP_RESUME, "CMD_RESUME", "4.7.1", FIELDS(resume_fields),
	 "sends it as the answer to a stalled page fault",
	 "CMD-1, -2, -3: the access of the STAG goes on, or ends"},
	{CMDQ_OP_STALL_TERM, "CMD_STALL_TERM", "4.7.2", FIELDS(stall_term_fields), "sends none",
	 "CMD-4: all stalled accesses of the stream end"},
	{CMDQ_OP_CMD_SYNC, "CMD_SYNC", "4.7.3", FIELDS(sync_fields),
	 "ends a batch of commands with it, and waits for it",
	 "CMD-5 to CMD-8: waits for what was before it, then signals as CS says"},
};

static const struct command_row *command_find(u32 op)
{
	for (u32 i = 0; i < NR(commands); i++) {
		if (commands[i].op == op)
			return &commands[i];
	}
	return NULL;
}

int decode_smmu_opcode(const char *name)
{
	for (u32 i = 0; i < NR(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return (int)commands[i].op;
	}
	return -1;
}

bool decode_smmu_command_name(struct decode_item *item, u32 op)
{
	const struct command_row *row = command_find(op);

	item->unit = "SMMUv3";
	item->kind = "command";
	item->nr_fields = 0;
	if (!row) {
		snprintf(item->name, sizeof(item->name), "opcode 0x%02x, which there is not", op);
		snprintf(item->section, sizeof(item->section), "IHI 0070 4.1.1");
		item->linux_does = NULL;
		item->model = "stops the queue with CERROR_ILL, rules CMDQ of 7.1";
		return false;
	}
	snprintf(item->name, sizeof(item->name), "%s 0x%02x", row->name, op);
	snprintf(item->section, sizeof(item->section), "IHI 0070 %s", row->section);
	item->linux_does = row->linux_does;
	item->model = row->model;
	return true;
}

void decode_smmu_command(struct decode_item *item)
{
	u32 op = (u32)FIELD_GET(CMDQ_0_OP, item->words[0]);

	if (!decode_smmu_command_name(item, op))
		return;
	decode_fields(item, command_find(op)->fields, command_find(op)->nr_fields);
}

/* --- structures --- */

static const char *const cfg_values[] = {"abort",   "abort",   "abort",	      "abort", "bypass",
					 "stage 1", "stage 2", "both stages", NULL};
static const char *const s1fmt_values[] = {"linear", "2 levels, 4 KiB", "2 levels, 64 KiB", NULL};
static const char *const s1dss_values[] = {"terminate", "bypass", "substream 0", NULL};
static const char *const eats_values[] = {"no ATS", "ATS", "split-stage ATS", NULL};
static const char *const tg0_values[] = {"4 KiB", "64 KiB", "16 KiB", NULL};
static const char *const tg1_values[] = {"reserved", "16 KiB", "4 KiB", "64 KiB", NULL};
static const char *const size_values[] = {"32 bits", "36 bits", "40 bits", "42 bits",
					  "44 bits", "48 bits", "52 bits", NULL};

#define STE0(name) FIELD(0, STRTAB_STE_0_, name)
#define STE1(name) FIELD(1, STRTAB_STE_1_, name)
#define STE2(name) FIELD(2, STRTAB_STE_2_, name)

static const struct decode_field ste_head[] = {
	STE0(V),
	FIELD_VALUES_AS(0, STRTAB_STE_0_CFG, "Config", cfg_values),
};
static const struct decode_field ste_common[] = {
	STE1(CONT),    STE1(PPAR),
	STE1(MEV),     FIELD_VALUES(1, STRTAB_STE_1_, EATS, eats_values),
	STE1(STRW),    STE1(MEMATTR),
	STE1(MTCFG),   STE1(ALLOCCFG),
	STE1(SHCFG),   STE1(PRIVCFG),
	STE1(INSTCFG),
};
static const struct decode_field ste_stage1[] = {
	FIELD_VALUES(0, STRTAB_STE_0_, S1FMT, s1fmt_values),
	STE0(S1CDMAX),
	FIELD_ADDRESS(0, STRTAB_STE_0_S1CTXPTR_MASK, "S1ContextPtr"),
	FIELD_VALUES(1, STRTAB_STE_1_, S1DSS, s1dss_values),
	STE1(S1CIR),
	STE1(S1COR),
	STE1(S1CSH),
	STE1(S1STALLD),
};
static const struct decode_field ste_stage2[] = {
	STE1(S2FWB),
	STE2(S2VMID),
	STE2(S2T0SZ),
	STE2(S2SL0),
	STE2(S2IR0),
	STE2(S2OR0),
	STE2(S2SH0),
	FIELD_VALUES(2, STRTAB_STE_2_, S2TG, tg0_values),
	FIELD_VALUES(2, STRTAB_STE_2_, S2PS, size_values),
	STE2(S2AA64),
	STE2(S2ENDI),
	STE2(S2AFFD),
	STE2(S2PTW),
	STE2(S2HD),
	STE2(S2HA),
	STE2(S2S),
	STE2(S2R),
	FIELD(3, STRTAB_STE_3_, S2SL0_2),
	FIELD(3, STRTAB_STE_3_, S2DS),
	FIELD_ADDRESS(3, STRTAB_STE_3_S2TTB_MASK, "S2TTB"),
};

void decode_smmu_ste(struct decode_item *item)
{
	u64 config = FIELD_GET(STRTAB_STE_0_CFG, item->words[0]);

	item->unit = "SMMUv3";
	item->kind = "STE";
	item->nr_fields = 0;
	snprintf(item->name, sizeof(item->name), "stream table entry");
	snprintf(item->section, sizeof(item->section), "IHI 0070 5.2");
	decode_fields(item, ste_head, NR(ste_head));
	if (!(item->words[0] & STRTAB_STE_0_V)) {
		decode_note(item, "not valid: its stream gets C_BAD_STE");
	} else {
		decode_fields(item, ste_common, NR(ste_common));
		if ((config & STRTAB_STE_0_CFG_S1_TRANS) == STRTAB_STE_0_CFG_S1_TRANS)
			decode_fields(item, ste_stage1, NR(ste_stage1));
		if ((config & STRTAB_STE_0_CFG_S2_TRANS) == STRTAB_STE_0_CFG_S2_TRANS)
			decode_fields(item, ste_stage2, NR(ste_stage2));
	}
	item->linux_does = "writes one for each StreamID of a device that it attaches";
	item->model = "rules STE, SSID and S2 of 5.2";
}

#define CD0(name) FIELD(0, CTXDESC_CD_0_, name)
#define CD0_TCR(name) FIELD(0, CTXDESC_CD_0_TCR_, name)

static const struct decode_field cd_fields[] = {
	CD0(V),
	CD0(ASID),
	CD0_TCR(T0SZ),
	FIELD_VALUES(0, CTXDESC_CD_0_TCR_, TG0, tg0_values),
	CD0_TCR(IRGN0),
	CD0_TCR(ORGN0),
	CD0_TCR(SH0),
	CD0_TCR(EPD0),
	CD0(ENDI),
	CD0_TCR(T1SZ),
	FIELD_VALUES(0, CTXDESC_CD_0_TCR_, TG1, tg1_values),
	CD0_TCR(EPD1),
	FIELD_VALUES(0, CTXDESC_CD_0_TCR_, IPS, size_values),
	CD0(AFFD),
	CD0(WXN),
	CD0_TCR(TBI0),
	CD0_TCR(TBI1),
	CD0(PAN),
	CD0(AA64),
	CD0_TCR(HD),
	CD0_TCR(HA),
	CD0(S),
	CD0(R),
	CD0(A),
	CD0(ASET),
	FIELD(1, CTXDESC_CD_1_, HAD0),
	FIELD(1, CTXDESC_CD_1_, E0PD0),
	FIELD_ADDRESS(1, CTXDESC_CD_1_TTB0_MASK, "TTB0"),
	FIELD(2, CTXDESC_CD_2_, HAD1),
	FIELD(2, CTXDESC_CD_2_, E0PD1),
	FIELD(2, CTXDESC_CD_2_, DS),
	FIELD_ADDRESS(2, CTXDESC_CD_2_TTB1_MASK, "TTB1"),
	FIELD_ADDRESS(3, ~0ULL, "MAIR"),
};

void decode_smmu_cd(struct decode_item *item)
{
	item->unit = "SMMUv3";
	item->kind = "CD";
	item->nr_fields = 0;
	snprintf(item->name, sizeof(item->name), "context descriptor");
	snprintf(item->section, sizeof(item->section), "IHI 0070 5.4");
	decode_fields(item, cd_fields, NR(cd_fields));
	if (!(item->words[0] & CTXDESC_CD_0_V))
		decode_note(item, "not valid: accesses that use it get C_BAD_CD");
	item->linux_does = "writes one for each SubstreamID that a domain is attached to";
	item->model = "rules CD of 5.4, and of 5.5 for S, R and A";
}

static const struct decode_field page_request_fields[] = {
	FIELD_AS(0, PRIQ_0_SID, "StreamID"),	 FIELD_AS(0, PRIQ_0_SSID_V, "SSV"),
	FIELD_AS(0, PRIQ_0_SSID, "SubstreamID"), FIELD_AS(0, PRIQ_0_PERM_READ, "uR"),
	FIELD_AS(0, PRIQ_0_PERM_WRITE, "uW"),	 FIELD_AS(0, PRIQ_0_PERM_EXEC, "X"),
	FIELD_AS(0, PRIQ_0_PERM_PRIV, "Priv"),	 FIELD_AS(0, PRIQ_0_PRG_LAST, "Last"),
	FIELD_AS(1, PRIQ_1_PRG_IDX, "PRGIndex"), FIELD_ADDRESS(1, PRIQ_1_ADDR_MASK, "Page_address"),
};

void decode_smmu_page_request(struct decode_item *item)
{
	item->unit = "SMMUv3";
	item->kind = "page request";
	item->nr_fields = 0;
	snprintf(item->name, sizeof(item->name), "page request record");
	snprintf(item->section, sizeof(item->section), "IHI 0070 8.1");
	decode_fields(item, page_request_fields, NR(page_request_fields));
	item->linux_does = "logs it as unexpected, and answers Failure at Last: it has no PRI";
	item->model = "rules PRI of 8";
}
