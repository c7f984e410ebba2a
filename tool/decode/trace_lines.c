// SPDX-License-Identifier: GPL-2.0-only
/* Faults, requests and commands in traces: ftrace's and perf's events of Linux, QEMU's. */
#include <string.h>

#include "models/common/bits.h"
#include "models/vtd/regs.h"
#include "tool/decode/line.h"
#include "tool/decode/smmuv3.h"
#include "tool/decode/vtd.h"

/* rid, page number, "rw--l" for read, write, execute, privileged, last: the words again. */
static bool take_prq(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "prq_report: ");
	u64 rid, page, pasid, index;
	struct decode_item item;
	const char *flags;

	if (!at || !decode_hex(at, "rid=", &rid) || !decode_hex(at, " addr=", &page) ||
	    !decode_hex(at, " pasid=", &pasid) || !decode_hex(at, " index=", &index))
		return false;
	flags = strchr(strstr(at, " addr=") + 1, ' ');
	if (!flags || strlen(flags) < 6)
		return false;
	flags++;
	decode_begin(&item, line);
	item.words[0] = FIELD_PREP(PAGE_REQ_0_TYPE, (u64)PAGE_REQ_TYPE) |
			FIELD_PREP(PAGE_REQ_0_RID, rid) | FIELD_PREP(PAGE_REQ_0_PASID, pasid) |
			(flags[2] == 'x' ? PAGE_REQ_0_EXR : 0) |
			(flags[3] == 'p' ? PAGE_REQ_0_PMR : 0) | PAGE_REQ_0_PP;
	item.words[1] = (flags[0] == 'r' ? PAGE_REQ_1_RDR : 0) |
			(flags[1] == 'w' ? PAGE_REQ_1_WRR : 0) |
			(flags[4] == 'l' ? PAGE_REQ_1_LPIG : 0) |
			FIELD_PREP(PAGE_REQ_1_PRGI, index) | FIELD_PREP(PAGE_REQ_1_ADDR, page);
	decode_word(at, "prq_report: ", item.source, sizeof(item.source));
	decode_vtd_page_request(&item);
	decode_note(&item, "Linux prints the page's number, and not PP");
	decode_emit(sink, &item);
	return true;
}

/* "qi_submit: NAME dmar1: w0 w1 w2 w3" */
static bool take_qi(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "qi_submit: ");
	const char *words = at ? strstr(at + strlen("qi_submit: "), ": ") : NULL;
	struct decode_item item;

	decode_begin(&item, line);
	if (!words)
		return false;
	item.nr_words = decode_words(words + 2, item.words, 4);
	if (item.nr_words < 2)
		return false;
	decode_vtd_descriptor(&item);
	decode_emit(sink, &item);
	return true;
}

/* Of drivers that report faults to the core: "IOMMU:DRIVER DEVICE iova=... flags=..." */
static bool take_page_fault(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "io_page_fault: ");
	struct decode_item item;
	u64 iova, flags;

	if (!at || !decode_hex(at, "iova=", &iova) || !decode_hex(at, "flags=", &flags))
		return false;
	decode_begin(&item, line);
	item.unit = "Linux";
	item.kind = "report_iommu_fault";
	at = strstr(at, "IOMMU:");
	if (at)
		sscanf(at, "IOMMU:%*s %95s", item.source);
	decode_add(&item, "iova", iova, NULL);
	decode_add(&item, "flags", flags,
		   flags & 1 ? "write, IOMMU_FAULT_WRITE" : "read, IOMMU_FAULT_READ");
	item.linux_does = "a driver told the core of a fault that ended in an abort";
	item.model = "of SMMUv3 and VT-d: an access that aborts";
	decode_emit(sink, &item);
	return true;
}

static bool take_qemu_event(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "smmuv3_record_event ");
	struct decode_item item;
	char name[64];
	u64 sid;
	int id;

	if (!at || !decode_word(at, "SMMU_EVT_", name, sizeof(name)) ||
	    !decode_hex(at, "sid=", &sid))
		return false;
	id = decode_smmu_event_id(name);
	if (id < 0)
		return false;
	decode_begin(&item, line);
	item.words[0] = (u64)id | sid << 32;
	decode_smmu_event(&item);
	item.nr_fields = 0;
	item.prints[0][0] = item.prints[1][0] = 0;
	decode_add(&item, "StreamID", sid, NULL);
	decode_note(&item, "QEMU's trace has no more of its fields");
	decode_emit(sink, &item);
	return true;
}

static bool take_qemu_command(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "smmuv3_cmdq_opcode ");
	struct decode_item item;
	char name[64];
	int op;

	if (!at || !decode_word(at, "SMMU_", name, sizeof(name)))
		return false;
	op = decode_smmu_opcode(name);
	if (op < 0)
		return false;
	decode_begin(&item, line);
	decode_smmu_command_name(&item, (u32)op);
	decode_emit(sink, &item);
	return true;
}

static bool take_qemu_fault(struct decode_sink *sink, const struct decode_line *line)
{
	const char *at = strstr(line->text, "vtd_dmar_fault ");
	unsigned int sid, reason, is_write;
	unsigned long long address;
	struct decode_item item;

	if (!at || sscanf(at, "vtd_dmar_fault sid 0x%x fault %u addr 0x%llx write %u", &sid,
			  &reason, &address, &is_write) != 4)
		return false;
	decode_begin(&item, line);
	decode_add(&item, "SID", sid, NULL);
	decode_add(&item, "T1", !is_write, is_write ? "write" : "read");
	decode_add(&item, "FI", address, NULL);
	decode_add(&item, "FR", reason, NULL);
	decode_vtd_reason(&item, reason);
	item.linux_does = NULL;
	decode_emit(sink, &item);
	return true;
}

bool decode_trace_line(struct decode_sink *sink, const struct decode_line *line)
{
	return take_prq(sink, line) || take_qi(sink, line) || take_page_fault(sink, line) ||
	       take_qemu_event(sink, line) || take_qemu_command(sink, line) ||
	       take_qemu_fault(sink, line);
}
