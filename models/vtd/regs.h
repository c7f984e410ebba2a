/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programming interface of Intel VT-d as bits (VT-d specification: chapter 11
 * registers, 9 structures, 6.5 descriptors, 7.4 page requests, 7.1.3 and 5.1.4
 * fault reasons). Names of fields are the specification's, offsets and register
 * names are spelled as in the kernel (DMAR_*_REG). A driver and this model both
 * include this header.
 *
 * Each register is one row. The table makes offsets, reset, access checks, names
 * and the sweep test; what a write does beyond storing is in registers.c. Fault
 * recording registers are an array behind it, their number is a feature.
 *
 * Sections are those of revision 4.1 where they differ from 5.1, whose text was
 * at hand. Not here, because it is absent (its capability bit is 0): advanced
 * fault logging, memory types and MTRRs, performance monitoring, enhanced and
 * virtual commands, and what came after revision 4.1.
 */
#ifndef MODELS_VTD_REGS_H
#define MODELS_VTD_REGS_H

#include "models/common/bits.h"
#include "models/common/reg.h"
#include "sim/types.h"

/* Registers, and behind them up to 256 fault recording registers. */
#define VTD_MMIO_BYTES 0x2000
#define VTD_IVA_OFFSET 0xf0
#define VTD_FRCD_OFFSET 0x220
#define VTD_FRCD_BYTES 16

/* When may software change a register? */
enum vtd_guard {
	VTD_GUARD_NONE,
	VTD_GUARD_READ_ONLY,
	VTD_GUARD_PRS, /* while protected memory regions are disabled (11.4.8) */
};

/*
 * X(name, offset, bytes, reset, write mask, write-1-to-clear mask, guard, section)
 *
 * A reset value of VTD_RESET_FEATURES comes from the features at creation. Where
 * the specification says undefined, this model resets to 0. What depends on a
 * feature that is off is RsvdZ (registers.c). Bits that only commands have are
 * not in a write mask: they are acted upon, not stored.
 */
#define VTD_RESET_FEATURES (~0ULL)

#define VTD_REGS(X)                                                                                \
	X(VER, 0x0, 4, VTD_RESET_FEATURES, 0, 0, READ_ONLY, "11.4.1")                              \
	X(CAP, 0x8, 8, VTD_RESET_FEATURES, 0, 0, READ_ONLY, "11.4.2")                              \
	X(ECAP, 0x10, 8, VTD_RESET_FEATURES, 0, 0, READ_ONLY, "11.4.3")                            \
	X(GCMD, 0x18, 4, 0, 0, 0, NONE, "11.4.4.1")                                                \
	X(GSTS, 0x1c, 4, 0, 0, 0, READ_ONLY, "11.4.4.2")                                           \
	X(RTADDR, 0x20, 8, 0, RTADDR_RTA | RTADDR_TTM, 0, NONE, "11.4.5")                          \
	X(CCMD, 0x28, 8, 0, CCMD_CIRG | CCMD_FM | CCMD_SID | CCMD_DID, 0, NONE, "11.4.6.1")        \
	X(FSTS, 0x34, 4, 0, 0, FSTS_ITE | FSTS_ICE | FSTS_IQE | FSTS_PFO, NONE, "11.4.7.1")        \
	X(FECTL, 0x38, 4, ECTL_IM, ECTL_IM, 0, NONE, "11.4.7.2")                                   \
	X(FEDATA, 0x3c, 4, 0, GENMASK_ULL(15, 0), 0, NONE, "11.4.7.3")                             \
	X(FEADDR, 0x40, 4, 0, GENMASK_ULL(31, 2), 0, NONE, "11.4.7.4")                             \
	X(FEUADDR, 0x44, 4, 0, GENMASK_ULL(31, 0), 0, NONE, "11.4.7.5")                            \
	X(PMEN, 0x64, 4, 0, PMEN_EPM, 0, NONE, "11.4.8.1")                                         \
	X(PLMBASE, 0x68, 4, 0, GENMASK_ULL(31, 21), 0, PRS, "11.4.8.2")                            \
	X(PLMLIMIT, 0x6c, 4, 0, GENMASK_ULL(31, 21), 0, PRS, "11.4.8.3")                           \
	X(PHMBASE, 0x70, 8, 0, GENMASK_ULL(63, 21), 0, PRS, "11.4.8.4")                            \
	X(PHMLIMIT, 0x78, 8, 0, GENMASK_ULL(63, 21), 0, PRS, "11.4.8.5")                           \
	X(IQH, 0x80, 8, 0, 0, 0, READ_ONLY, "11.4.9.1")                                            \
	X(IQT, 0x88, 8, 0, GENMASK_ULL(18, 4), 0, NONE, "11.4.9.2")                                \
	X(IQA, 0x90, 8, 0, Q_BASE_ADDR_MASK | IQA_DW | Q_BASE_SIZE, 0, NONE, "11.4.9.3")           \
	X(ICS, 0x9c, 4, 0, 0, ICS_IWC, NONE, "11.4.9.4")                                           \
	X(IECTL, 0xa0, 4, ECTL_IM, ECTL_IM, 0, NONE, "11.4.9.5")                                   \
	X(IEDATA, 0xa4, 4, 0, GENMASK_ULL(15, 0), 0, NONE, "11.4.9.6")                             \
	X(IEADDR, 0xa8, 4, 0, GENMASK_ULL(31, 2), 0, NONE, "11.4.9.7")                             \
	X(IEUADDR, 0xac, 4, 0, GENMASK_ULL(31, 0), 0, NONE, "11.4.9.8")                            \
	X(IQERCD, 0xb0, 8, 0, 0, 0, READ_ONLY, "11.4.9.9")                                         \
	X(IRTA, 0xb8, 8, 0, IRTA_IRTA | IRTA_EIME | IRTA_S, 0, NONE, "11.4.10")                    \
	X(PQH, 0xc0, 8, 0, GENMASK_ULL(18, 5), 0, NONE, "11.4.11.1")                               \
	X(PQT, 0xc8, 8, 0, GENMASK_ULL(18, 5), 0, NONE, "11.4.11.2")                               \
	X(PQA, 0xd0, 8, 0, Q_BASE_ADDR_MASK | Q_BASE_SIZE, 0, NONE, "11.4.11.3")                   \
	X(PRS, 0xdc, 4, 0, 0, PRS_PRO | PRS_PPR, NONE, "11.4.11.4")                                \
	X(PECTL, 0xe0, 4, ECTL_IM, ECTL_IM, 0, NONE, "11.4.11.5")                                  \
	X(PEDATA, 0xe4, 4, 0, GENMASK_ULL(15, 0), 0, NONE, "11.4.11.6")                            \
	X(PEADDR, 0xe8, 4, 0, GENMASK_ULL(31, 2), 0, NONE, "11.4.11.7")                            \
	X(PEUADDR, 0xec, 4, 0, GENMASK_ULL(31, 0), 0, NONE, "11.4.11.8")                           \
	X(IVA, VTD_IVA_OFFSET, 8, 0, IVA_ADDR | IVA_IH | IVA_AM, 0, NONE, "11.4.6.4")              \
	X(IOTLB, VTD_IVA_OFFSET + 8, 8, 0, IOTLB_IIRG | IOTLB_DR | IOTLB_DW | IOTLB_DID, 0, NONE,  \
	  "11.4.6.3")

/* Row numbers, and offsets: DMAR_GCMD_REG and so on. */
enum vtd_reg {
#define VTD_REG_NUMBER(name, offset, bytes, reset, wmask, w1c, guard, section) VTD_REG_##name,
	VTD_REGS(VTD_REG_NUMBER)
#undef VTD_REG_NUMBER
		VTD_NR_REGS
};

enum vtd_reg_offset {
#define VTD_REG_OFFSET(name, offset, bytes, reset, wmask, w1c, guard, section)                     \
	DMAR_##name##_REG = offset,
	VTD_REGS(VTD_REG_OFFSET)
#undef VTD_REG_OFFSET
};

extern const struct reg_row vtd_reg_table[VTD_NR_REGS];

#define VER_MIN GENMASK_ULL(3, 0)
#define VER_MAX GENMASK_ULL(7, 4)

#define CAP_ND GENMASK_ULL(2, 0)
#define CAP_RWBF BIT_ULL(4)
#define CAP_PLMR BIT_ULL(5)
#define CAP_PHMR BIT_ULL(6)
#define CAP_CM BIT_ULL(7)
#define CAP_SAGAW GENMASK_ULL(12, 8)
#define CAP_SAGAW_39 BIT_ULL(9)
#define CAP_SAGAW_48 BIT_ULL(10)
#define CAP_SAGAW_57 BIT_ULL(11)
#define CAP_MGAW GENMASK_ULL(21, 16)
#define CAP_ZLR BIT_ULL(22)
#define CAP_FRO GENMASK_ULL(33, 24)
#define CAP_SSLPS GENMASK_ULL(35, 34)
#define CAP_SSLPS_2M BIT_ULL(34)
#define CAP_SSLPS_1G BIT_ULL(35)
#define CAP_PSI BIT_ULL(39)
#define CAP_NFR GENMASK_ULL(47, 40)
#define CAP_MAMV GENMASK_ULL(53, 48)
#define CAP_DWD BIT_ULL(54)
#define CAP_DRD BIT_ULL(55)
#define CAP_FS1GP BIT_ULL(56)
#define CAP_PI BIT_ULL(59)
#define CAP_FS5LP BIT_ULL(60)
#define CAP_ESIRTPS BIT_ULL(62)
#define CAP_ESRTPS BIT_ULL(63)

#define ECAP_C BIT_ULL(0)
#define ECAP_QI BIT_ULL(1)
#define ECAP_DT BIT_ULL(2)
#define ECAP_IR BIT_ULL(3)
#define ECAP_EIM BIT_ULL(4)
#define ECAP_PT BIT_ULL(6)
#define ECAP_SC BIT_ULL(7)
#define ECAP_IRO GENMASK_ULL(17, 8)
#define ECAP_MHMV GENMASK_ULL(23, 20)
#define ECAP_NEST BIT_ULL(26)
#define ECAP_PRS BIT_ULL(29)
#define ECAP_ERS BIT_ULL(30)
#define ECAP_SRS BIT_ULL(31)
#define ECAP_NWFS BIT_ULL(33)
#define ECAP_EAFS BIT_ULL(34)
#define ECAP_PSS GENMASK_ULL(39, 35)
#define ECAP_PASID BIT_ULL(40)
#define ECAP_PDS BIT_ULL(42)
#define ECAP_SMTS BIT_ULL(43)
#define ECAP_SSADS BIT_ULL(45)
#define ECAP_SSTS BIT_ULL(46)
#define ECAP_FSTS BIT_ULL(47)
#define ECAP_SMPWCS BIT_ULL(48)
#define ECAP_RPS BIT_ULL(49)
#define ECAP_ADMS BIT_ULL(52)
#define ECAP_RPRIVS BIT_ULL(53)
#define ECAP_SMS BIT_ULL(58)

/* What a unit says of itself: each field of VER, CAP and ECAP that the model may show. */
#define VTD_ID_FIELDS(X)                                                                           \
	X(VER, MIN)                                                                                \
	X(VER, MAX)                                                                                \
	X(CAP, ND)                                                                                 \
	X(CAP, RWBF)                                                                               \
	X(CAP, PLMR)                                                                               \
	X(CAP, PHMR)                                                                               \
	X(CAP, CM)                                                                                 \
	X(CAP, SAGAW)                                                                              \
	X(CAP, MGAW)                                                                               \
	X(CAP, ZLR)                                                                                \
	X(CAP, FRO)                                                                                \
	X(CAP, SSLPS)                                                                              \
	X(CAP, PSI)                                                                                \
	X(CAP, NFR)                                                                                \
	X(CAP, MAMV)                                                                               \
	X(CAP, DWD)                                                                                \
	X(CAP, DRD)                                                                                \
	X(CAP, FS1GP)                                                                              \
	X(CAP, PI)                                                                                 \
	X(CAP, FS5LP)                                                                              \
	X(CAP, ESIRTPS)                                                                            \
	X(CAP, ESRTPS)                                                                             \
	X(ECAP, C)                                                                                 \
	X(ECAP, QI)                                                                                \
	X(ECAP, DT)                                                                                \
	X(ECAP, IR)                                                                                \
	X(ECAP, EIM)                                                                               \
	X(ECAP, PT)                                                                                \
	X(ECAP, SC)                                                                                \
	X(ECAP, IRO)                                                                               \
	X(ECAP, MHMV)                                                                              \
	X(ECAP, NEST)                                                                              \
	X(ECAP, PRS)                                                                               \
	X(ECAP, ERS)                                                                               \
	X(ECAP, SRS)                                                                               \
	X(ECAP, NWFS)                                                                              \
	X(ECAP, EAFS)                                                                              \
	X(ECAP, PSS)                                                                               \
	X(ECAP, PASID)                                                                             \
	X(ECAP, PDS)                                                                               \
	X(ECAP, SMTS)                                                                              \
	X(ECAP, SSADS)                                                                             \
	X(ECAP, SSTS)                                                                              \
	X(ECAP, FSTS)                                                                              \
	X(ECAP, SMPWCS)                                                                            \
	X(ECAP, RPS)                                                                               \
	X(ECAP, ADMS)                                                                              \
	X(ECAP, RPRIVS)                                                                            \
	X(ECAP, SMS)

/* GCMD; the status bit of GSTS has the same place */
#define GCMD_TE BIT_ULL(31)
#define GCMD_SRTP BIT_ULL(30)
#define GCMD_WBF BIT_ULL(27)
#define GCMD_QIE BIT_ULL(26)
#define GCMD_IRE BIT_ULL(25)
#define GCMD_SIRTP BIT_ULL(24)
#define GCMD_CFI BIT_ULL(23)
#define GSTS_TES GCMD_TE
#define GSTS_RTPS GCMD_SRTP
#define GSTS_WBFS GCMD_WBF
#define GSTS_QIES GCMD_QIE
#define GSTS_IRES GCMD_IRE
#define GSTS_IRTPS GCMD_SIRTP
#define GSTS_CFIS GCMD_CFI

#define RTADDR_RTA GENMASK_ULL(63, 12)
#define RTADDR_TTM GENMASK_ULL(11, 10)
#define RTADDR_TTM_LEGACY 0
#define RTADDR_TTM_SCALABLE 1
#define RTADDR_TTM_ABORT 3

#define CCMD_ICC BIT_ULL(63)
#define CCMD_CIRG GENMASK_ULL(62, 61)
#define CCMD_CAIG GENMASK_ULL(60, 59)
#define CCMD_FM GENMASK_ULL(33, 32)
#define CCMD_SID GENMASK_ULL(31, 16)
#define CCMD_DID GENMASK_ULL(15, 0)

#define IVA_ADDR GENMASK_ULL(63, 12)
#define IVA_IH BIT_ULL(6)
#define IVA_AM GENMASK_ULL(5, 0)
#define IOTLB_IVT BIT_ULL(63)
#define IOTLB_IIRG GENMASK_ULL(61, 60)
#define IOTLB_IAIG GENMASK_ULL(58, 57)
#define IOTLB_DR BIT_ULL(49)
#define IOTLB_DW BIT_ULL(48)
#define IOTLB_DID GENMASK_ULL(47, 32)

/* Granularities of CCMD, IOTLB and their descriptors */
#define INVAL_GLOBAL 1
#define INVAL_DOMAIN 2
#define INVAL_DEVICE 3 /* context-cache */
#define INVAL_PAGE 3   /* IOTLB */

#define FSTS_PFO BIT_ULL(0)
#define FSTS_PPF BIT_ULL(1)
#define FSTS_IQE BIT_ULL(4)
#define FSTS_ICE BIT_ULL(5)
#define FSTS_ITE BIT_ULL(6)
#define FSTS_FRI GENMASK_ULL(15, 8)

/* FECTL, IECTL, PECTL */
#define ECTL_IM BIT_ULL(31)
#define ECTL_IP BIT_ULL(30)

/* Fault recording registers, of two words */
#define FRCD_0_FI GENMASK_ULL(63, 12)
#define FRCD_0_INDEX GENMASK_ULL(63, 48) /* of an interrupt */
#define FRCD_1_SID GENMASK_ULL(15, 0)
#define FRCD_1_T2 BIT_ULL(28)
#define FRCD_1_PRIV BIT_ULL(29)
#define FRCD_1_EXE BIT_ULL(30)
#define FRCD_1_PP BIT_ULL(31)
#define FRCD_1_FR GENMASK_ULL(39, 32)
#define FRCD_1_PV GENMASK_ULL(59, 40)
#define FRCD_1_AT GENMASK_ULL(61, 60)
#define FRCD_1_T1 BIT_ULL(62)
#define FRCD_1_F BIT_ULL(63)

#define PMEN_EPM BIT_ULL(31)
#define PMEN_PRS BIT_ULL(0)

/* IQA, PQA: the queue has 2^SIZE pages */
#define Q_BASE_ADDR_MASK GENMASK_ULL(63, 12)
#define Q_BASE_SIZE GENMASK_ULL(2, 0)
#define IQA_DW BIT_ULL(11)
#define ICS_IWC BIT_ULL(0)

#define IQERCD_IQEI GENMASK_ULL(3, 0)
#define IQERCD_ITESID GENMASK_ULL(47, 32)
#define IQERCD_ICESID GENMASK_ULL(63, 48)
#define IQEI_TAIL_INVALID 1
#define IQEI_FETCH 2
#define IQEI_TYPE 3
#define IQEI_RESERVED 4
#define IQEI_WIDTH 5
#define IQEI_TAIL_UNALIGNED 6
#define IQEI_TTM 7

#define IRTA_IRTA GENMASK_ULL(63, 12)
#define IRTA_EIME BIT_ULL(11)
#define IRTA_S GENMASK_ULL(3, 0)

#define PRS_PPR BIT_ULL(0)
#define PRS_PRO BIT_ULL(1)

/* Root entries (9.1, 9.2); a scalable-mode one is two halves of this form */
#define ROOT_ENTRY_BYTES 16
#define ROOT_P BIT_ULL(0)
#define ROOT_CTP GENMASK_ULL(63, 12)

/* Context entries (9.3) */
#define CTX_ENTRY_BYTES 16
#define CTX_0_P BIT_ULL(0)
#define CTX_0_FPD BIT_ULL(1)
#define CTX_0_TT GENMASK_ULL(3, 2)
#define CTX_TT_UNTRANSLATED 0
#define CTX_TT_DEVICE_TLB 1
#define CTX_TT_PASS_THROUGH 2
#define CTX_0_SSPTPTR GENMASK_ULL(63, 12)
#define CTX_0_RSVD GENMASK_ULL(11, 4)
#define CTX_1_AW GENMASK_ULL(2, 0)
#define CTX_1_DID GENMASK_ULL(23, 8)
#define CTX_1_RSVD (GENMASK_ULL(63, 24) | BIT_ULL(7))

/* Scalable-mode context entries (9.4) */
#define SMCTX_ENTRY_BYTES 32
#define SMCTX_0_P BIT_ULL(0)
#define SMCTX_0_FPD BIT_ULL(1)
#define SMCTX_0_DTE BIT_ULL(2)
#define SMCTX_0_PASIDE BIT_ULL(3)
#define SMCTX_0_PRE BIT_ULL(4)
#define SMCTX_0_PDTS GENMASK_ULL(11, 9)
#define SMCTX_0_PASIDDIRPTR GENMASK_ULL(63, 12)
#define SMCTX_0_RSVD GENMASK_ULL(8, 5)
#define SMCTX_1_RID_PASID GENMASK_ULL(19, 0)
#define SMCTX_1_RID_PRIV BIT_ULL(20)
#define SMCTX_1_RSVD GENMASK_ULL(63, 21)

/* PASID directory entries (9.5), PASID table entries (9.6) */
#define PASIDDIR_P BIT_ULL(0)
#define PASIDDIR_FPD BIT_ULL(1)
#define PASIDDIR_SMPTBLPTR GENMASK_ULL(63, 12)
#define PASIDDIR_RSVD GENMASK_ULL(11, 2)

#define PASID_ENTRY_BYTES 64
#define PASID_0_P BIT_ULL(0)
#define PASID_0_FPD BIT_ULL(1)
#define PASID_0_AW GENMASK_ULL(4, 2)
#define PASID_0_PGTT GENMASK_ULL(8, 6)
#define PASID_PGTT_FIRST 1
#define PASID_PGTT_SECOND 2
#define PASID_PGTT_NESTED 3
#define PASID_PGTT_PASS_THROUGH 4
#define PASID_0_SSADE BIT_ULL(9)
#define PASID_0_SSPTPTR GENMASK_ULL(63, 12)
#define PASID_0_RSVD (BIT_ULL(5) | GENMASK_ULL(11, 10))
#define PASID_1_DID GENMASK_ULL(15, 0)
#define PASID_1_PWSNP BIT_ULL(23)
#define PASID_1_PGSNP BIT_ULL(24)
#define PASID_1_RSVD (GENMASK_ULL(22, 16) | GENMASK_ULL(63, 25))
#define PASID_2_SRE BIT_ULL(0)
#define PASID_2_ERE BIT_ULL(1)
#define PASID_2_FSPM GENMASK_ULL(3, 2)
#define PASID_FSPM_4_LEVEL 0
#define PASID_FSPM_5_LEVEL 1
#define PASID_2_WPE BIT_ULL(4)
#define PASID_2_NXE BIT_ULL(5)	/* revision 3 */
#define PASID_2_SMEP BIT_ULL(6) /* revision 3 */
#define PASID_2_EAFE BIT_ULL(7)
#define PASID_2_FSPTPTR GENMASK_ULL(63, 12)
#define PASID_2_RSVD GENMASK_ULL(11, 8)

/* AW, of context and PASID table entries: levels less 2 */
#define AW_39_BIT 1
#define AW_48_BIT 2
#define AW_57_BIT 3

/* First-stage paging entries (9.7) */
#define FSPTE_P BIT_ULL(0)
#define FSPTE_RW BIT_ULL(1)
#define FSPTE_US BIT_ULL(2)
#define FSPTE_A BIT_ULL(5)
#define FSPTE_D BIT_ULL(6)
#define FSPTE_EA BIT_ULL(10)
#define FSPTE_XD BIT_ULL(63)
/* Second-stage paging entries (9.8) */
#define SSPTE_R BIT_ULL(0)
#define SSPTE_W BIT_ULL(1)
#define SSPTE_A BIT_ULL(8)
#define SSPTE_D BIT_ULL(9)
#define SSPTE_SNP BIT_ULL(11)
#define SSPTE_TM BIT_ULL(62) /* reserved since transient mappings are gone */
/* Both */
#define PTE_PS BIT_ULL(7)
#define PTE_ADDR_MASK GENMASK_ULL(51, 12)

/* Interrupt remapping table entries (9.9, 9.10) */
#define IRTE_BYTES 16
#define IRTE_0_P BIT_ULL(0)
#define IRTE_0_FPD BIT_ULL(1)
#define IRTE_0_DM BIT_ULL(2)
#define IRTE_0_RH BIT_ULL(3)
#define IRTE_0_TM BIT_ULL(4)
#define IRTE_0_DLM GENMASK_ULL(7, 5)
#define IRTE_0_URG BIT_ULL(14)
#define IRTE_0_IM BIT_ULL(15)
#define IRTE_0_V GENMASK_ULL(23, 16)
#define IRTE_0_DST GENMASK_ULL(63, 32)
#define IRTE_0_DST_XAPIC GENMASK_ULL(47, 40)
#define IRTE_0_RSVD (GENMASK_ULL(14, 12) | GENMASK_ULL(31, 24))
#define IRTE_0_PDAL GENMASK_ULL(63, 38)
#define IRTE_0_POSTED_RSVD (GENMASK_ULL(7, 2) | GENMASK_ULL(13, 12) | GENMASK_ULL(37, 24))
#define IRTE_1_SID GENMASK_ULL(15, 0)
#define IRTE_1_SQ GENMASK_ULL(17, 16)
#define IRTE_1_SVT GENMASK_ULL(19, 18)
#define IRTE_SVT_NONE 0
#define IRTE_SVT_REQUESTER 1
#define IRTE_SVT_BUS 2
#define IRTE_1_RSVD GENMASK_ULL(63, 20)
#define IRTE_1_POSTED_RSVD GENMASK_ULL(31, 20)
#define IRTE_1_PDAH GENMASK_ULL(63, 32)

/* Posted interrupt descriptor (9.11): 256 bits of requests, then word 4 */
#define PID_4_ON BIT_ULL(0)
#define PID_4_SN BIT_ULL(1)
#define PID_4_NV GENMASK_ULL(23, 16)
#define PID_4_NDST GENMASK_ULL(63, 32)
#define PID_4_NDST_XAPIC GENMASK_ULL(47, 40)
#define PID_4_RSVD (GENMASK_ULL(15, 2) | GENMASK_ULL(31, 24))

/* Interrupt requests (5.1.2), as address and data */
#define INTR_RANGE 0xfee00000ULL
#define INTR_RANGE_LG2 20
#define INTR_ADDR_HANDLE GENMASK_ULL(19, 5)
#define INTR_ADDR_FORMAT BIT_ULL(4)
#define INTR_ADDR_SHV BIT_ULL(3)
#define INTR_ADDR_HANDLE15 BIT_ULL(2)
#define INTR_ADDR_DEST GENMASK_ULL(19, 12) /* compatibility format */
#define INTR_ADDR_RH BIT_ULL(3)
#define INTR_ADDR_DM BIT_ULL(2)
#define INTR_DATA_SUBHANDLE GENMASK_ULL(15, 0)
#define INTR_DATA_RSVD GENMASK_ULL(31, 16)
#define INTR_DATA_TRIGGER_LEVEL BIT_ULL(15)
#define INTR_DATA_ASSERT BIT_ULL(14)

/* Descriptors of the invalidation queue (6.5.2): of 2 words, or of 4 */
#define INVDESC_0_TYPE GENMASK_ULL(3, 0)
#define INVDESC_0_TYPE_HIGH GENMASK_ULL(11, 9)
#define INVDESC_TYPE_CC 1
#define INVDESC_TYPE_IOTLB 2
#define INVDESC_TYPE_DEVTLB 3
#define INVDESC_TYPE_IEC 4
#define INVDESC_TYPE_WAIT 5
#define INVDESC_TYPE_PIOTLB 6
#define INVDESC_TYPE_PC 7
#define INVDESC_TYPE_PDEVTLB 8
#define INVDESC_TYPE_PGRP_RESP 9
#define INVDESC_0_G GENMASK_ULL(5, 4)
#define INVDESC_0_DID GENMASK_ULL(31, 16)
#define INVDESC_0_SID GENMASK_ULL(47, 32) /* CC, DEVTLB */
#define INVDESC_CC_0_FM GENMASK_ULL(49, 48)
#define INVDESC_IOTLB_0_DW BIT_ULL(6)
#define INVDESC_IOTLB_0_DR BIT_ULL(7)
#define INVDESC_1_AM GENMASK_ULL(5, 0)
#define INVDESC_1_IH BIT_ULL(6)
#define INVDESC_1_ADDR GENMASK_ULL(63, 12)
#define INVDESC_0_PASID GENMASK_ULL(51, 32) /* PIOTLB, PC, PDEVTLB, PGRP_RESP */
#define INVDESC_PC_G_DOMAIN 0
#define INVDESC_PC_G_PASID 1
#define INVDESC_PC_G_GLOBAL 3
#define INVDESC_PIOTLB_G_PASID 2
#define INVDESC_PIOTLB_G_PAGE 3
#define INVDESC_DEVTLB_0_MIP GENMASK_ULL(20, 16)
#define INVDESC_DEVTLB_1_S BIT_ULL(0)
#define INVDESC_PDEVTLB_0_MIP GENMASK_ULL(8, 4)
#define INVDESC_PDEVTLB_0_SID GENMASK_ULL(31, 16)
#define INVDESC_PDEVTLB_1_GI BIT_ULL(0)
#define INVDESC_PDEVTLB_1_S BIT_ULL(11)
#define INVDESC_IEC_0_G BIT_ULL(4) /* set: by index */
#define INVDESC_IEC_0_IM GENMASK_ULL(31, 27)
#define INVDESC_IEC_0_IIDX GENMASK_ULL(47, 32)
#define INVDESC_WAIT_0_IF BIT_ULL(4)
#define INVDESC_WAIT_0_SW BIT_ULL(5)
#define INVDESC_WAIT_0_FN BIT_ULL(6)
#define INVDESC_WAIT_0_PD BIT_ULL(7)
#define INVDESC_WAIT_0_DATA GENMASK_ULL(63, 32)
#define INVDESC_WAIT_1_ADDR GENMASK_ULL(63, 2)
#define INVDESC_PGRP_0_PP BIT_ULL(4)
#define INVDESC_PGRP_0_PDP BIT_ULL(5) /* revision 3: private data in words 2 and 3 */
#define INVDESC_PGRP_0_RC GENMASK_ULL(15, 12)
#define INVDESC_PGRP_0_RID GENMASK_ULL(31, 16)
#define INVDESC_PGRP_1_LPIG BIT_ULL(2) /* revision 3; ignored since */
#define INVDESC_PGRP_1_PRGI GENMASK_ULL(11, 3)

/* Page request descriptors (7.4.1.1) */
#define PAGE_REQ_BYTES 32
#define PAGE_REQ_DWORDS 4
#define PAGE_REQ_0_TYPE GENMASK_ULL(7, 0)
#define PAGE_REQ_TYPE 1
#define PAGE_REQ_0_PP BIT_ULL(8)
#define PAGE_REQ_0_PDP BIT_ULL(9) /* revision 3: private data in words 2 and 3 */
#define PAGE_REQ_0_RID GENMASK_ULL(31, 16)
#define PAGE_REQ_0_PASID GENMASK_ULL(51, 32)
#define PAGE_REQ_0_EXR BIT_ULL(52)
#define PAGE_REQ_0_PMR BIT_ULL(53)
#define PAGE_REQ_1_RDR BIT_ULL(0)
#define PAGE_REQ_1_WRR BIT_ULL(1)
#define PAGE_REQ_1_LPIG BIT_ULL(2)
#define PAGE_REQ_1_PRGI GENMASK_ULL(11, 3)
#define PAGE_REQ_1_ADDR GENMASK_ULL(63, 12)

/*
 * Fault conditions (7.1.3, table of fault conditions, and 5.1.4.1):
 *
 * X(condition, fault reason, qualified, completion of a translation request, says)
 *
 * Qualified: not reported if an entry on the way had FPD set. Completion: UR,
 * CA; NONE is Success without permissions, and PERMS Success with those that
 * there are: neither is reported.
 */
#define VTD_FAULTS(X)                                                                              \
	X(LRT_1, 0x08, 0, CA, "access to a root-entry failed")                                     \
	X(LRT_2, 0x01, 0, UR, "root-entry not present")                                            \
	X(LRT_3, 0x0a, 0, CA, "reserved field in a root-entry")                                    \
	X(LCT_1, 0x09, 0, CA, "access to a context-entry failed")                                  \
	X(LCT_2, 0x02, 1, UR, "context-entry not present")                                         \
	X(LCT_3, 0x0b, 1, CA, "reserved field in a context-entry")                                 \
	X(LCT_4_1, 0x03, 1, CA, "context-entry: AW not supported")                                 \
	X(LCT_4_2, 0x03, 1, CA, "context-entry: TT not supported")                                 \
	X(LCT_4_3, 0x03, 1, CA, "context-entry: access through SSPTPTR failed")                    \
	X(LCT_5, 0x0d, 1, UR, "context-entry: TT blocks ATS")                                      \
	X(LSS_1, 0x07, 1, CA, "access to a second-stage entry failed")                             \
	X(LSS_2, 0x0c, 1, CA, "reserved field in a second-stage entry")                            \
	X(LGN_1_1, 0x04, 1, NONE, "input address beyond AW or MGAW")                               \
	X(LGN_1_2, 0x04, 1, UR, "translated address beyond HAW")                                   \
	X(LGN_1_3, 0x04, 1, UR, "pass-through address beyond HAW")                                 \
	X(LGN_2, 0x05, 1, PERMS, "no write permission")                                            \
	X(LGN_3, 0x06, 1, PERMS, "no read permission")                                             \
	X(LGN_4, 0x0e, 1, CA, "output address in the interrupt range")                             \
	X(RTA_1_1, 0x30, 0, CA, "TTM is abort-dma, which is not supported")                        \
	X(RTA_1_2, 0x30, 0, CA, "TTM is reserved")                                                 \
	X(RTA_1_3, 0x30, 0, CA, "TTM is scalable mode, which is not supported")                    \
	X(RTA_2, 0x31, 0, UR, "request with PASID in legacy mode")                                 \
	X(RTA_3, 0x32, 0, UR, "page request in legacy mode")                                       \
	X(RTA_4, 0x33, 0, UR, "abort-dma mode")                                                    \
	X(RTA_5, 0x34, 0, UR, "execute request, of major version 8 and above")                     \
	X(SRT_1, 0x38, 0, CA, "access to a scalable-mode root-entry failed")                       \
	X(SRT_2, 0x39, 0, UR, "half of a scalable-mode root-entry not present")                    \
	X(SRT_3, 0x3a, 0, CA, "reserved field in a scalable-mode root-entry")                      \
	X(SCT_1, 0x40, 0, CA, "access to a scalable-mode context-entry failed")                    \
	X(SCT_2, 0x41, 1, UR, "scalable-mode context-entry not present")                           \
	X(SCT_3, 0x42, 1, CA, "reserved field in a scalable-mode context-entry")                   \
	X(SCT_4_1, 0x43, 1, CA, "PRE without DTE")                                                 \
	X(SCT_4_2, 0x43, 1, CA, "RID_PASID beyond PDTS")                                           \
	X(SCT_5, 0x44, 1, UR, "DTE is 0")                                                          \
	X(SCT_6, 0x45, 1, UR, "PASIDE is 0")                                                       \
	X(SCT_7, 0x46, 1, UR, "PASID beyond PDTS")                                                 \
	X(SCT_8, 0x47, 1, UR, "PRE is 0")                                                          \
	X(SCT_9, 0x48, 1, UR, "PASID is RID_PASID")                                                \
	X(SPD_1, 0x50, 0, CA, "access to a PASID directory entry failed")                          \
	X(SPD_2, 0x51, 1, NONE, "PASID directory entry not present")                               \
	X(SPD_3, 0x52, 1, CA, "reserved field in a PASID directory entry")                         \
	X(SPT_1, 0x58, 0, CA, "access to a PASID table entry failed")                              \
	X(SPT_2, 0x59, 1, NONE, "PASID table entry not present")                                   \
	X(SPT_3, 0x5a, 1, CA, "reserved field in a PASID table entry")                             \
	X(SPT_4_1, 0x5b, 1, CA, "PASID table entry: AW not supported")                             \
	X(SPT_4_2, 0x5b, 1, CA, "PASID table entry: PGTT not supported")                           \
	X(SPT_4_3, 0x5b, 1, CA, "PASID table entry: FSPM not supported")                           \
	X(SPT_4_4, 0x5b, 1, CA, "PASID table entry: FSPTPTR beyond AW or MGAW")                    \
	X(SPT_5, 0x5c, 1, NONE, "execute request, not enabled")                                    \
	X(SPT_6, 0x5d, 1, NONE, "supervisor request, not enabled")                                 \
	X(SFS_1, 0x70, 1, NONE, "access to a first-stage entry failed")                            \
	X(SFS_2, 0x71, 1, NONE, "first-stage entry not present")                                   \
	X(SFS_3, 0x72, 1, NONE, "reserved field in a first-stage entry")                           \
	X(SFS_4, 0x73, 1, NONE, "access through FSPTPTR failed")                                   \
	X(SFS_5, 0x74, 1, NONE, "first-stage entry: address beyond AW or MGAW")                    \
	X(SFS_6, 0x75, 1, NONE, "no read permission for the first first-stage entry")              \
	X(SFS_7, 0x76, 1, NONE, "no read permission for a first-stage entry")                      \
	X(SFS_8, 0x77, 1, NONE, "no write permission for flags of a first-stage entry")            \
	X(SFS_9, 0x90, 1, NONE, "flags of a first-stage entry that is not snooped")                \
	X(SFS_10, 0x91, 1, NONE, "update of flags of a first-stage entry failed")                  \
	X(SSS_1, 0x78, 1, CA, "access to a second-stage entry failed")                             \
	X(SSS_2, 0x79, 1, NONE, "second-stage entry without permissions")                          \
	X(SSS_3, 0x7a, 1, CA, "reserved field in a second-stage entry")                            \
	X(SSS_4, 0x7b, 1, CA, "access through SSPTPTR failed")                                     \
	X(SSS_5, 0x7c, 1, CA, "flags of a second-stage entry that is not snooped")                 \
	X(SSS_6, 0x7d, 1, CA, "update of flags of a second-stage entry failed")                    \
	X(SGN_1, 0x80, 1, NONE, "address not canonical")                                           \
	X(SGN_2, 0x81, 1, NONE, "user request to a supervisor page")                               \
	X(SGN_3, 0x82, 1, PERMS, "no execute permission")                                          \
	X(SGN_4_1, 0x83, 1, UR, "translated address beyond HAW")                                   \
	X(SGN_4_2, 0x83, 1, NONE, "pass-through address beyond HAW")                               \
	X(SGN_5, 0x84, 1, NONE, "input address beyond AW or MGAW")                                 \
	X(SGN_6, 0x85, 1, PERMS, "no write permission")                                            \
	X(SGN_7, 0x86, 1, PERMS, "no read permission")                                             \
	X(SGN_8, 0x87, 1, CA, "output address in the interrupt range")                             \
	X(SGN_10, 0x89, 1, UR, "PASID beyond PSS")                                                 \
	X(IR_1, 0x20, 0, UR, "reserved field in an interrupt request")                             \
	X(IR_2, 0x21, 0, UR, "interrupt index beyond the table")                                   \
	X(IR_3, 0x22, 1, UR, "IRTE not present")                                                   \
	X(IR_4, 0x23, 0, UR, "access to the interrupt remapping table failed")                     \
	X(IR_5, 0x24, 1, UR, "reserved field in an IRTE")                                          \
	X(IR_6, 0x25, 0, UR, "compatibility format interrupt blocked")                             \
	X(IR_7, 0x26, 1, UR, "requester of an interrupt not verified")                             \
	X(IR_8, 0x27, 1, UR, "access to a posted interrupt descriptor failed")                     \
	X(IR_9, 0x28, 1, UR, "reserved field in a posted interrupt descriptor")                    \
	X(IR_10, 0x29, 0, UR, "request to the interrupt range that is no interrupt")

enum vtd_condition {
	VTD_NO_FAULT,
#define VTD_FAULT_NUMBER(name, reason, qualified, completion, says) VTD_##name,
	VTD_FAULTS(VTD_FAULT_NUMBER)
#undef VTD_FAULT_NUMBER
		VTD_NR_CONDITIONS
};

#endif
