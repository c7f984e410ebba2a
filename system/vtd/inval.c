// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation of the unit's caches and of endpoints' device-TLBs, as Linux's qi_flush_*()
 * do it: each is submitted and waited for by itself. The unit's comes before the
 * endpoints', or an endpoint could fetch from the unit what it has just forgotten
 * (VT-d 6.5.2.5).
 */
#include <linux/bitfield.h>

#include "models/vtd/regs.h"
#include "system/vtd/driver.h"

static void submit_one(struct sys_vtd *vtd, u64 word0, u64 word1)
{
	const u64 desc[1][2] = {{word0, word1}};

	sys_vtd_submit(vtd, desc, 1, false);
}

/* After the root table: everything, in the order of 6.5.2.12. */
void sys_vtd_flush_context(struct sys_vtd *vtd)
{
	submit_one(vtd, INVDESC_TYPE_CC | FIELD_PREP(INVDESC_0_G, (u64)INVAL_GLOBAL), 0);
	submit_one(vtd, INVDESC_TYPE_PC | FIELD_PREP(INVDESC_0_G, (u64)INVDESC_PC_G_GLOBAL), 0);
	submit_one(vtd, INVDESC_TYPE_IOTLB | FIELD_PREP(INVDESC_0_G, (u64)INVAL_GLOBAL), 0);
}

static u64 drains(const struct sys_vtd *vtd)
{
	return (vtd->cap & CAP_DRD ? INVDESC_IOTLB_0_DR : 0) |
	       (vtd->cap & CAP_DWD ? INVDESC_IOTLB_0_DW : 0);
}

void sys_vtd_flush_domain(struct sys_vtd *vtd, u32 did)
{
	submit_one(vtd,
		   INVDESC_TYPE_IOTLB | FIELD_PREP(INVDESC_0_G, (u64)INVAL_DOMAIN) | drains(vtd) |
			   FIELD_PREP(INVDESC_0_DID, (u64)did),
		   0);
}

void sys_vtd_flush_pages(struct sys_vtd *vtd, u32 did, struct sys_range range)
{
	u32 lg2 = sys_range_pages_lg2(range);

	if (!(vtd->cap & CAP_PSI) || lg2 > FIELD_GET(CAP_MAMV, vtd->cap)) {
		sys_vtd_flush_domain(vtd, did);
		return;
	}
	submit_one(vtd,
		   INVDESC_TYPE_IOTLB | FIELD_PREP(INVDESC_0_G, (u64)INVAL_PAGE) | drains(vtd) |
			   FIELD_PREP(INVDESC_0_DID, (u64)did),
		   sys_range_base(range) | lg2);
}

static u64 pasid_word0(u32 did, u32 pasid, u64 granularity)
{
	return INVDESC_TYPE_PIOTLB | FIELD_PREP(INVDESC_0_G, granularity) |
	       FIELD_PREP(INVDESC_0_DID, (u64)did) | FIELD_PREP(INVDESC_0_PASID, (u64)pasid);
}

void sys_vtd_flush_pasid(struct sys_vtd *vtd, u32 did, u32 pasid)
{
	submit_one(vtd, pasid_word0(did, pasid, INVDESC_PIOTLB_G_PASID), 0);
}

/* @word0: without a granularity. Beyond what the unit takes, all of the PASID. */
static void pages_desc(const struct sys_vtd *vtd, u64 word0, struct sys_range range, u64 desc[2])
{
	u32 lg2 = sys_range_pages_lg2(range);
	bool is_whole = lg2 > FIELD_GET(CAP_MAMV, vtd->cap);

	desc[0] = word0 | FIELD_PREP(INVDESC_0_G, is_whole ? (u64)INVDESC_PIOTLB_G_PASID
							   : (u64)INVDESC_PIOTLB_G_PAGE);
	desc[1] = is_whole ? 0 : sys_range_base(range) | lg2;
}

void sys_vtd_flush_pasid_pages(struct sys_vtd *vtd, u32 did, u32 pasid, struct sys_range range)
{
	u64 desc[1][2];

	pages_desc(vtd, pasid_word0(did, pasid, 0), range, desc[0]);
	sys_vtd_submit(vtd, desc, 1, false);
}

/* PCIe ATS: with S, the lowest 0 above bit 11 says how large the region is. */
static u64 region(struct sys_range range, u64 size_bit)
{
	u32 lg2 = sys_range_pages_lg2(range);

	if (!lg2)
		return sys_range_base(range);
	if (lg2 + SYS_PAGE_LG2 >= 64)
		return (~0ULL >> 1 & ~(SYS_PAGE_BYTES - 1)) | size_bit;
	return sys_range_base(range) |
	       (((SYS_PAGE_BYTES << (lg2 - 1)) - 1) & ~(SYS_PAGE_BYTES - 1)) | size_bit;
}

static void devtlb_desc(const struct sys_vtd_master *master, u32 pasid, struct sys_range range,
			u64 desc[2])
{
	/* The invalidations that it handles at a time are not limited: MIP is 0. */
	if (pasid == SYS_VTD_RID_PASID) {
		desc[0] = INVDESC_TYPE_DEVTLB | FIELD_PREP(INVDESC_0_SID, (u64)master->sid);
		desc[1] = region(range, INVDESC_DEVTLB_1_S);
		return;
	}
	desc[0] = INVDESC_TYPE_PDEVTLB | FIELD_PREP(INVDESC_PDEVTLB_0_SID, (u64)master->sid) |
		  FIELD_PREP(INVDESC_0_PASID, (u64)pasid);
	desc[1] = region(range, INVDESC_PDEVTLB_1_S);
}

void sys_vtd_flush_devtlb(const struct sys_vtd_master *master, u32 pasid, struct sys_range range)
{
	u64 desc[1][2];

	if (!READ_ONCE(master->is_ats_enabled))
		return;
	devtlb_desc(master, pasid, range, desc[0]);
	sys_vtd_submit(master->vtd, desc, 1, false);
}

void sys_vtd_flush_pasid_range(const struct sys_vtd_master *master, u32 did, u32 pasid,
			       struct sys_range range)
{
	u64 descs[2][2];
	u32 nr = 1;

	if (!master->vtd->iommu.config->vtd_driver.batched_inval) {
		sys_vtd_flush_pasid_pages(master->vtd, did, pasid, range);
		sys_vtd_flush_devtlb(master, pasid, range);
		return;
	}
	pages_desc(master->vtd, pasid_word0(did, pasid, 0), range, descs[0]);
	if (READ_ONCE(master->is_ats_enabled))
		devtlb_desc(master, pasid, range, descs[nr++]);
	sys_vtd_submit(master->vtd, descs, nr, false);
}

/* 7.7; Linux: intel_svm_drain_prq() */
void sys_vtd_flush_drain(const struct sys_vtd_master *master, u32 did, u32 pasid)
{
	u64 descs[2][2] = {{pasid_word0(did, pasid, INVDESC_PIOTLB_G_PASID)}};
	u32 nr = 1;

	if (READ_ONCE(master->is_ats_enabled))
		devtlb_desc(master, pasid, SYS_RANGE_ALL, descs[nr++]);
	sys_vtd_submit(master->vtd, descs, nr, master->vtd->ecap & ECAP_PDS);
}
