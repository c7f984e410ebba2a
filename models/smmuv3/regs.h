/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programming interface of the Arm SMMUv3 as bits (IHI 0070: chapter 6
 * registers, 5 tables, 4 commands, 7 events). Names of fields are the
 * specification's in the kernel's spelling, so that a driver and this model
 * read alike. Both include this header.
 *
 * Each register is one row. The table makes offsets, reset, access checks,
 * names and the sweep test; what a write does beyond storing is in registers.c.
 *
 * Not here, because it is absent (its ID bit is 0): ATOS, VATOS, MPAM, DPT, RAS,
 * PMCG, Secure and Realm registers.
 */
#ifndef MODELS_SMMUV3_REGS_H
#define MODELS_SMMUV3_REGS_H

#include "models/common/bits.h"
#include "models/common/reg.h"
#include "sim/types.h"

/* Page 0, page 1; everything else of the 128 KiB reads as zero. */
#define SMMU_PAGE1 0x10000
#define SMMU_MMIO_BYTES 0x20000
/* Command queue control pages follow, where IDR1.ECMDQ is 1. */
#define SMMU_CONTROL_PAGES 0x20000
#define SMMU_CONTROL_PAGE_BYTES 0x10000

/* When may software change a register? While the bit named here is 0 in CR0 (or IRQ_CTRL). */
enum smmu_guard {
	SMMU_GUARD_NONE,
	SMMU_GUARD_READ_ONLY,
	SMMU_GUARD_SMMUEN,
	SMMU_GUARD_CMDQEN,
	SMMU_GUARD_EVTQEN,
	SMMU_GUARD_PRIQEN,
	SMMU_GUARD_GERROR_IRQEN,
	SMMU_GUARD_EVTQ_IRQEN,
	SMMU_GUARD_PRIQ_IRQEN,
	SMMU_GUARD_TABLES_AND_QUEUES, /* CR1: TABLE_* by SMMUEN, QUEUE_* by all queues */
	SMMU_GUARD_UPDATE,	      /* GBPA: only a write that sets UPDATE counts */
	SMMU_GUARD_ECMDQEN,	      /* EN in PROD, and ENACK in CONS, of the same queue */
};

/*
 * X(name, offset, bytes, reset, write mask, write-1-to-clear mask, guard, section of IHI 0070 G)
 *
 * A reset value of SMMU_RESET_FEATURES comes from smmu_features at creation.
 * Where the specification says UNKNOWN, this model resets to 0. A feature that
 * is off takes further bits out of the write mask (registers.c).
 */
#define SMMU_RESET_FEATURES (~0ULL)

#define SMMU_REGS(X)                                                                               \
	X(IDR0, 0x0, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.1")                             \
	X(IDR1, 0x4, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.2")                             \
	X(IDR2, 0x8, 4, 0, 0, 0, READ_ONLY, "6.3.3")                                               \
	X(IDR3, 0xc, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.4")                             \
	X(IDR4, 0x10, 4, 0, 0, 0, READ_ONLY, "6.3.5")                                              \
	X(IDR5, 0x14, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.6")                            \
	X(IIDR, 0x18, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.7")                            \
	X(AIDR, 0x1c, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.8")                            \
	X(CR0, 0x20, 4, 0,                                                                         \
	  CR0_VMW | CR0_ATSCHK | CR0_CMDQEN | CR0_EVTQEN | CR0_PRIQEN | CR0_SMMUEN, 0, NONE,       \
	  "6.3.9")                                                                                 \
	X(CR0ACK, 0x24, 4, 0, 0, 0, READ_ONLY, "6.3.10")                                           \
	X(CR1, 0x28, 4, 0, GENMASK_ULL(11, 0), 0, TABLES_AND_QUEUES, "6.3.11")                     \
	X(CR2, 0x2c, 4, 0, CR2_REC_CFG_ATS | CR2_RECINVSID | CR2_E2H, 0, SMMUEN, "6.3.12")         \
	X(STATUSR, 0x40, 4, 0, 0, 0, READ_ONLY, "6.3.13")                                          \
	X(GBPA, 0x44, 4, GBPA_SHCFG_INCOMING, GENMASK_ULL(20, 16) | GENMASK_ULL(13, 8) | 0x1f, 0,  \
	  UPDATE, "6.3.14")                                                                        \
	X(AGBPA, 0x48, 4, 0, 0, 0, READ_ONLY, "6.3.15")                                            \
	X(IRQ_CTRL, 0x50, 4, 0, IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_PRIQ_IRQEN | IRQ_CTRL_GERROR_IRQEN, \
	  0, NONE, "6.3.16")                                                                       \
	X(IRQ_CTRLACK, 0x54, 4, 0, 0, 0, READ_ONLY, "6.3.18")                                      \
	X(GERROR, 0x60, 4, 0, 0, 0, READ_ONLY, "6.3.19")                                           \
	X(GERRORN, 0x64, 4, 0, GERROR_IMPLEMENTED, 0, NONE, "6.3.20")                              \
	X(GERROR_IRQ_CFG0, 0x68, 8, 0, MSI_CFG0_ADDR_MASK, 0, GERROR_IRQEN, "6.3.21")              \
	X(GERROR_IRQ_CFG1, 0x70, 4, 0, 0xffffffff, 0, GERROR_IRQEN, "6.3.22")                      \
	X(GERROR_IRQ_CFG2, 0x74, 4, 0, MSI_CFG2_SH | MSI_CFG2_MEMATTR, 0, GERROR_IRQEN, "6.3.23")  \
	X(STRTAB_BASE, 0x80, 8, 0, STRTAB_BASE_RA | STRTAB_BASE_ADDR_MASK, 0, SMMUEN, "6.3.24")    \
	X(STRTAB_BASE_CFG, 0x88, 4, 0,                                                             \
	  STRTAB_BASE_CFG_FMT | STRTAB_BASE_CFG_SPLIT | STRTAB_BASE_CFG_LOG2SIZE, 0, SMMUEN,       \
	  "6.3.25")                                                                                \
	X(CMDQ_BASE, 0x90, 8, 0, Q_BASE_RWA | Q_BASE_ADDR_MASK | Q_BASE_LOG2SIZE, 0, CMDQEN,       \
	  "6.3.26")                                                                                \
	X(CMDQ_PROD, 0x98, 4, 0, Q_POINTER_MASK, 0, NONE, "6.3.27")                                \
	X(CMDQ_CONS, 0x9c, 4, 0, CMDQ_CONS_ERR | Q_POINTER_MASK, 0, CMDQEN, "6.3.28")              \
	X(EVTQ_BASE, 0xa0, 8, 0, Q_BASE_RWA | Q_BASE_ADDR_MASK | Q_BASE_LOG2SIZE, 0, EVTQEN,       \
	  "6.3.29")                                                                                \
	X(EVTQ_IRQ_CFG0, 0xb0, 8, 0, MSI_CFG0_ADDR_MASK, 0, EVTQ_IRQEN, "6.3.30")                  \
	X(EVTQ_IRQ_CFG1, 0xb8, 4, 0, 0xffffffff, 0, EVTQ_IRQEN, "6.3.31")                          \
	X(EVTQ_IRQ_CFG2, 0xbc, 4, 0, MSI_CFG2_SH | MSI_CFG2_MEMATTR, 0, EVTQ_IRQEN, "6.3.32")      \
	X(PRIQ_BASE, 0xc0, 8, 0, Q_BASE_RWA | Q_BASE_ADDR_MASK | Q_BASE_LOG2SIZE, 0, PRIQEN,       \
	  "6.3.33")                                                                                \
	X(PRIQ_IRQ_CFG0, 0xd0, 8, 0, MSI_CFG0_ADDR_MASK, 0, PRIQ_IRQEN, "6.3.34")                  \
	X(PRIQ_IRQ_CFG1, 0xd8, 4, 0, 0xffffffff, 0, PRIQ_IRQEN, "6.3.35")                          \
	X(PRIQ_IRQ_CFG2, 0xdc, 4, 0, PRIQ_IRQ_CFG2_LO | MSI_CFG2_SH | MSI_CFG2_MEMATTR, 0,         \
	  PRIQ_IRQEN, "6.3.36")                                                                    \
	X(IDR6, 0x190, 4, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.45")                          \
	X(EVTQ_PROD, SMMU_PAGE1 + 0xa8, 4, 0, Q_OVERFLOW_FLAG | Q_POINTER_MASK, 0, EVTQEN,         \
	  "6.3.95")                                                                                \
	X(EVTQ_CONS, SMMU_PAGE1 + 0xac, 4, 0, Q_OVERFLOW_FLAG | Q_POINTER_MASK, 0, NONE, "6.3.96") \
	X(PRIQ_PROD, SMMU_PAGE1 + 0xc8, 4, 0, Q_OVERFLOW_FLAG | Q_POINTER_MASK, 0, PRIQEN,         \
	  "6.3.97")                                                                                \
	X(PRIQ_CONS, SMMU_PAGE1 + 0xcc, 4, 0, Q_OVERFLOW_FLAG | Q_POINTER_MASK, 0, NONE, "6.3.98")

/* Row numbers, and offsets from the start of page 0: ARM_SMMU_CR0 and so on. */
enum smmu_reg {
#define SMMU_REG_NUMBER(name, offset, bytes, reset, wmask, w1c, guard, section) SMMU_REG_##name,
	SMMU_REGS(SMMU_REG_NUMBER)
#undef SMMU_REG_NUMBER
		SMMU_NR_REGS
};

enum smmu_reg_offset {
#define SMMU_REG_OFFSET(name, offset, bytes, reset, wmask, w1c, guard, section)                    \
	ARM_SMMU_##name = offset,
	SMMU_REGS(SMMU_REG_OFFSET)
#undef SMMU_REG_OFFSET
};

/*
 * Of command queue control pages (3.5.6), in the same columns. The first three are in
 * page 0, one set for each page n at 0x4000 + 32 * n; the others in a control page, one set for
 * each queue.
 */
#define SMMU_ECMDQ_REGS(X)                                                                         \
	X(CMDQ_CONTROL_PAGE_BASE, 0x0, 8, SMMU_RESET_FEATURES, 0, 0, READ_ONLY, "6.3.49")          \
	X(CMDQ_CONTROL_PAGE_CFG, 0x8, 4, CMDQ_CONTROL_PAGE_EN, 0, 0, READ_ONLY, "6.3.50")          \
	X(CMDQ_CONTROL_PAGE_STATUS, 0xc, 4, CMDQ_CONTROL_PAGE_EN, 0, 0, READ_ONLY, "6.3.51")       \
	X(ECMDQ_BASE, 0x0, 8, 0, Q_BASE_RWA | Q_BASE_ADDR_MASK | Q_BASE_LOG2SIZE, 0, ECMDQEN,      \
	  "6.3.107")                                                                               \
	X(ECMDQ_PROD, 0x8, 4, 0, ECMDQ_PROD_EN | ECMDQ_ERR | Q_POINTER_MASK, 0, NONE, "6.3.108")   \
	X(ECMDQ_CONS, 0xc, 4, 0, ECMDQ_CONS_ERR_REASON | ECMDQ_ERR | Q_POINTER_MASK, 0, ECMDQEN,   \
	  "6.3.109")

enum smmu_ecmdq_reg {
#define SMMU_ECMDQ_REG_NUMBER(name, ...) SMMU_REG_##name,
	SMMU_ECMDQ_REGS(SMMU_ECMDQ_REG_NUMBER)
#undef SMMU_ECMDQ_REG_NUMBER
		SMMU_NR_ECMDQ_REGS
};

#define CMDQ_CONTROL_PAGES 0x4000
#define CMDQ_CONTROL_PAGE_STRIDE 32
#define CMDQ_CONTROL_PAGE_PRESET BIT_ULL(0)
#define CMDQ_CONTROL_PAGE_CMDQGS GENMASK_ULL(2, 1)
#define CMDQ_CONTROL_PAGE_CMDQGS_64K 1
#define CMDQ_CONTROL_PAGE_ADDR_MASK GENMASK_ULL(55, 16) /* an offset from page 0 */
#define CMDQ_CONTROL_PAGE_EN BIT_ULL(0)

/* ERR of CONS and ERRACK of PROD are the same bit, as are ENACK and EN. */
#define ECMDQ_PROD_EN BIT_ULL(31)
#define ECMDQ_ERR BIT_ULL(23)
#define ECMDQ_CONS_ENACK BIT_ULL(31)
#define ECMDQ_CONS_ERR_REASON GENMASK_ULL(26, 24)

extern const struct reg_row smmu_reg_table[SMMU_NR_REGS];
extern const struct reg_row smmu_ecmdq_reg_table[SMMU_NR_ECMDQ_REGS];

/*
 * What the ID registers tell, field by field: X(register, field, last bit, first bit). Those that
 * are 0 in every SMMU of this model are here too; tests/models/test_smmuv3_features.c has a probe
 * of what each promises.
 */
#define SMMU_ID_FIELDS(X)                                                                          \
	X(IDR0, S2P, 0, 0)                                                                         \
	X(IDR0, S1P, 1, 1)                                                                         \
	X(IDR0, TTF, 3, 2)                                                                         \
	X(IDR0, COHACC, 4, 4)                                                                      \
	X(IDR0, BTM, 5, 5)                                                                         \
	X(IDR0, HTTU, 7, 6)                                                                        \
	X(IDR0, DORMHINT, 8, 8)                                                                    \
	X(IDR0, HYP, 9, 9)                                                                         \
	X(IDR0, ATS, 10, 10)                                                                       \
	X(IDR0, NS1ATS, 11, 11)                                                                    \
	X(IDR0, ASID16, 12, 12)                                                                    \
	X(IDR0, MSI, 13, 13)                                                                       \
	X(IDR0, SEV, 14, 14)                                                                       \
	X(IDR0, ATOS, 15, 15)                                                                      \
	X(IDR0, PRI, 16, 16)                                                                       \
	X(IDR0, VMW, 17, 17)                                                                       \
	X(IDR0, VMID16, 18, 18)                                                                    \
	X(IDR0, CD2L, 19, 19)                                                                      \
	X(IDR0, VATOS, 20, 20)                                                                     \
	X(IDR0, TTENDIAN, 22, 21)                                                                  \
	X(IDR0, ATSRECERR, 23, 23)                                                                 \
	X(IDR0, STALL_MODEL, 25, 24)                                                               \
	X(IDR0, TERM_MODEL, 26, 26)                                                                \
	X(IDR0, ST_LVL, 28, 27)                                                                    \
	X(IDR0, RME_IMPL, 30, 30)                                                                  \
	X(IDR1, SIDSIZE, 5, 0)                                                                     \
	X(IDR1, SSIDSIZE, 10, 6)                                                                   \
	X(IDR1, PRIQS, 15, 11)                                                                     \
	X(IDR1, EVTQS, 20, 16)                                                                     \
	X(IDR1, CMDQS, 25, 21)                                                                     \
	X(IDR1, ATTR_PERMS_OVR, 26, 26)                                                            \
	X(IDR1, ATTR_TYPES_OVR, 27, 27)                                                            \
	X(IDR1, REL, 28, 28)                                                                       \
	X(IDR1, QUEUES_PRESET, 29, 29)                                                             \
	X(IDR1, TABLES_PRESET, 30, 30)                                                             \
	X(IDR1, ECMDQ, 31, 31)                                                                     \
	X(IDR2, BA_VATOS, 9, 0)                                                                    \
	X(IDR3, HAD, 2, 2)                                                                         \
	X(IDR3, PBHA, 3, 3)                                                                        \
	X(IDR3, XNX, 4, 4)                                                                         \
	X(IDR3, PPS, 5, 5)                                                                         \
	X(IDR3, MPAM, 7, 7)                                                                        \
	X(IDR3, FWB, 8, 8)                                                                         \
	X(IDR3, STT, 9, 9)                                                                         \
	X(IDR3, RIL, 10, 10)                                                                       \
	X(IDR3, BBML, 12, 11)                                                                      \
	X(IDR3, E0PD, 13, 13)                                                                      \
	X(IDR3, PTWNNC, 14, 14)                                                                    \
	X(IDR3, DPT, 15, 15)                                                                       \
	X(IDR3, PASIDTT, 16, 16)                                                                   \
	X(IDR3, EPAN, 17, 17)                                                                      \
	X(IDR3, S1PI, 18, 18)                                                                      \
	X(IDR3, S2PI, 19, 19)                                                                      \
	X(IDR3, S2PO, 20, 20)                                                                      \
	X(IDR3, THE, 21, 21)                                                                       \
	X(IDR3, MTEPERM, 22, 22)                                                                   \
	X(IDR3, AIE, 23, 23)                                                                       \
	X(IDR4, IMPDEF, 31, 0)                                                                     \
	X(IDR5, OAS, 2, 0)                                                                         \
	X(IDR5, GRAN4K, 4, 4)                                                                      \
	X(IDR5, GRAN16K, 5, 5)                                                                     \
	X(IDR5, GRAN64K, 6, 6)                                                                     \
	X(IDR5, DS, 7, 7)                                                                          \
	X(IDR5, D128, 8, 8)                                                                        \
	X(IDR5, VAX, 11, 10)                                                                       \
	X(IDR5, STALL_MAX, 31, 16)                                                                 \
	X(IDR6, LOG2NUMQ, 19, 16)                                                                  \
	X(IDR6, LOG2NUMP, 27, 24)                                                                  \
	X(IIDR, PRODUCT, 31, 0)                                                                    \
	X(AIDR, MINOR, 3, 0)                                                                       \
	X(AIDR, MAJOR, 7, 4)

/* IDR0 */
#define IDR0_S2P BIT_ULL(0)
#define IDR0_S1P BIT_ULL(1)
#define IDR0_TTF GENMASK_ULL(3, 2)
#define IDR0_TTF_AARCH64 2
#define IDR0_COHACC BIT_ULL(4)
#define IDR0_BTM BIT_ULL(5)
#define IDR0_HTTU GENMASK_ULL(7, 6)
#define IDR0_HTTU_ACCESS 1
#define IDR0_HTTU_ACCESS_DIRTY 2
#define IDR0_HYP BIT_ULL(9)
#define IDR0_ATS BIT_ULL(10)
#define IDR0_NS1ATS BIT_ULL(11)
#define IDR0_ASID16 BIT_ULL(12)
#define IDR0_MSI BIT_ULL(13)
#define IDR0_SEV BIT_ULL(14)
#define IDR0_PRI BIT_ULL(16)
#define IDR0_VMW BIT_ULL(17)
#define IDR0_VMID16 BIT_ULL(18)
#define IDR0_CD2L BIT_ULL(19)
#define IDR0_TTENDIAN GENMASK_ULL(22, 21)
#define IDR0_TTENDIAN_LE 2
#define IDR0_ATSRECERR BIT_ULL(23)
#define IDR0_STALL_MODEL GENMASK_ULL(25, 24)
#define IDR0_STALL_MODEL_STALL 0
#define IDR0_STALL_MODEL_TERMINATE 1
#define IDR0_STALL_MODEL_FORCE 2
#define IDR0_TERM_MODEL BIT_ULL(26)
#define IDR0_ST_LVL GENMASK_ULL(28, 27)
#define IDR0_ST_LVL_2LVL 1

/* IDR1 */
#define IDR1_SIDSIZE GENMASK_ULL(5, 0)
#define IDR1_SSIDSIZE GENMASK_ULL(10, 6)
#define IDR1_PRIQS GENMASK_ULL(15, 11)
#define IDR1_EVTQS GENMASK_ULL(20, 16)
#define IDR1_CMDQS GENMASK_ULL(25, 21)
#define IDR1_ATTR_PERMS_OVR BIT_ULL(26)
#define IDR1_ATTR_TYPES_OVR BIT_ULL(27)
#define IDR1_ECMDQ BIT_ULL(31)

/* IDR3 */
#define IDR3_HAD BIT_ULL(2)
#define IDR3_XNX BIT_ULL(4)
#define IDR3_PPS BIT_ULL(5)
#define IDR3_FWB BIT_ULL(8)
#define IDR3_RIL BIT_ULL(10)
#define IDR3_BBML GENMASK_ULL(12, 11)
#define IDR3_E0PD BIT_ULL(13)
#define IDR3_PTWNNC BIT_ULL(14)

/* IDR5 */
#define IDR5_OAS GENMASK_ULL(2, 0)
#define IDR5_OAS_32_BIT 0
#define IDR5_OAS_36_BIT 1
#define IDR5_OAS_40_BIT 2
#define IDR5_OAS_42_BIT 3
#define IDR5_OAS_44_BIT 4
#define IDR5_OAS_48_BIT 5
#define IDR5_OAS_52_BIT 6
#define IDR5_GRAN4K BIT_ULL(4)
#define IDR5_GRAN16K BIT_ULL(5)
#define IDR5_GRAN64K BIT_ULL(6)
#define IDR5_DS BIT_ULL(7)
#define IDR5_VAX GENMASK_ULL(11, 10)
#define IDR5_VAX_52_BIT 1
#define IDR5_STALL_MAX GENMASK_ULL(31, 16)

/* IDR6: pages, and queues of a page, log2 */
#define IDR6_LOG2NUMQ GENMASK_ULL(19, 16)
#define IDR6_LOG2NUMP GENMASK_ULL(27, 24)

/* CR0, CR0ACK */
#define CR0_SMMUEN BIT_ULL(0)
#define CR0_PRIQEN BIT_ULL(1)
#define CR0_EVTQEN BIT_ULL(2)
#define CR0_CMDQEN BIT_ULL(3)
#define CR0_ATSCHK BIT_ULL(4)
#define CR0_VMW GENMASK_ULL(8, 6)

#define CR1_QUEUE_IC GENMASK_ULL(1, 0)
#define CR1_QUEUE_OC GENMASK_ULL(3, 2)
#define CR1_QUEUE_SH GENMASK_ULL(5, 4)
#define CR1_TABLE_IC GENMASK_ULL(7, 6)
#define CR1_TABLE_OC GENMASK_ULL(9, 8)
#define CR1_TABLE_SH GENMASK_ULL(11, 10)
#define CR1_CACHE_NC 0
#define CR1_CACHE_WB 1
#define CR1_CACHE_WT 2

#define CR2_E2H BIT_ULL(0)
#define CR2_RECINVSID BIT_ULL(1)
#define CR2_PTM BIT_ULL(2)
#define CR2_REC_CFG_ATS BIT_ULL(3)

#define GBPA_MEMATTR GENMASK_ULL(3, 0)
#define GBPA_MTCFG BIT_ULL(4)
#define GBPA_ALLOCCFG GENMASK_ULL(11, 8)
#define GBPA_SHCFG GENMASK_ULL(13, 12)
#define GBPA_SHCFG_INCOMING (1ULL << 12)
#define GBPA_PRIVCFG GENMASK_ULL(17, 16)
#define GBPA_INSTCFG GENMASK_ULL(19, 18)
#define GBPA_ABORT BIT_ULL(20)
#define GBPA_UPDATE BIT_ULL(31)

#define IRQ_CTRL_GERROR_IRQEN BIT_ULL(0)
#define IRQ_CTRL_PRIQ_IRQEN BIT_ULL(1)
#define IRQ_CTRL_EVTQ_IRQEN BIT_ULL(2)

/* GERROR, GERRORN: an error is active while its bits differ */
#define GERROR_CMDQ_ERR BIT_ULL(0)
#define GERROR_EVTQ_ABT_ERR BIT_ULL(2)
#define GERROR_PRIQ_ABT_ERR BIT_ULL(3)
#define GERROR_MSI_CMDQ_ABT_ERR BIT_ULL(4)
#define GERROR_MSI_EVTQ_ABT_ERR BIT_ULL(5)
#define GERROR_MSI_PRIQ_ABT_ERR BIT_ULL(6)
#define GERROR_MSI_GERROR_ABT_ERR BIT_ULL(7)
#define GERROR_SFM_ERR BIT_ULL(8)
#define GERROR_CMDQP_ERR BIT_ULL(9)
#define GERROR_MSI_ERRORS                                                                          \
	(GERROR_MSI_CMDQ_ABT_ERR | GERROR_MSI_EVTQ_ABT_ERR | GERROR_MSI_PRIQ_ABT_ERR |             \
	 GERROR_MSI_GERROR_ABT_ERR)
/* SFM_ERR is not: there is no service failure mode without RAS. */
#define GERROR_IMPLEMENTED                                                                         \
	(GERROR_CMDQ_ERR | GERROR_EVTQ_ABT_ERR | GERROR_PRIQ_ABT_ERR | GERROR_MSI_ERRORS |         \
	 GERROR_CMDQP_ERR)

#define STRTAB_BASE_RA BIT_ULL(62)
#define STRTAB_BASE_ADDR_MASK GENMASK_ULL(51, 6)
#define STRTAB_BASE_CFG_LOG2SIZE GENMASK_ULL(5, 0)
#define STRTAB_BASE_CFG_SPLIT GENMASK_ULL(10, 6)
#define STRTAB_BASE_CFG_FMT GENMASK_ULL(17, 16)
#define STRTAB_BASE_CFG_FMT_LINEAR 0
#define STRTAB_BASE_CFG_FMT_2LVL 1

#define MSI_CFG0_ADDR_MASK GENMASK_ULL(51, 2)
#define MSI_CFG2_MEMATTR GENMASK_ULL(3, 0)
#define MSI_CFG2_SH GENMASK_ULL(5, 4)
#define PRIQ_IRQ_CFG2_LO BIT_ULL(31) /* interrupt by Last, not by non-empty */

/* Attributes of memory that the SMMU accesses; nothing here depends on them */
#define ARM_SMMU_SH_NSH 0
#define ARM_SMMU_SH_OSH 2
#define ARM_SMMU_SH_ISH 3
#define ARM_SMMU_MEMATTR_DEVICE_nGnRE 0x1
#define ARM_SMMU_MEMATTR_OIWB 0xf

/* Queues: base, and producer and consumer pointers */
#define Q_BASE_RWA BIT_ULL(62)
#define Q_BASE_ADDR_MASK GENMASK_ULL(51, 5)
#define Q_BASE_LOG2SIZE GENMASK_ULL(4, 0)
#define Q_POINTER_MASK GENMASK_ULL(19, 0)
#define Q_OVERFLOW_FLAG BIT_ULL(31)

#define CMDQ_CONS_ERR GENMASK_ULL(30, 24)
#define CMDQ_ERR_CERROR_NONE_IDX 0
#define CMDQ_ERR_CERROR_ILL_IDX 1
#define CMDQ_ERR_CERROR_ABT_IDX 2
#define CMDQ_ERR_CERROR_ATC_INV_IDX 3

/* Stream table: level 1 descriptor (5.1), entry (5.2) */
#define STRTAB_L1_DESC_DWORDS 1
#define STRTAB_L1_DESC_SPAN GENMASK_ULL(4, 0)
#define STRTAB_L1_DESC_L2PTR_MASK GENMASK_ULL(51, 6)

#define STRTAB_STE_DWORDS 8
#define STRTAB_STE_BYTES 64
#define STRTAB_STE_0_V BIT_ULL(0)
#define STRTAB_STE_0_CFG GENMASK_ULL(3, 1)
#define STRTAB_STE_0_CFG_ABORT 0
#define STRTAB_STE_0_CFG_BYPASS 4
#define STRTAB_STE_0_CFG_S1_TRANS 5
#define STRTAB_STE_0_CFG_S2_TRANS 6
#define STRTAB_STE_0_CFG_NESTED 7
#define STRTAB_STE_0_S1FMT GENMASK_ULL(5, 4)
#define STRTAB_STE_0_S1FMT_LINEAR 0
#define STRTAB_STE_0_S1FMT_4K_L2 1
#define STRTAB_STE_0_S1FMT_64K_L2 2
#define STRTAB_STE_0_S1CTXPTR_MASK GENMASK_ULL(51, 6)
#define STRTAB_STE_0_S1CDMAX GENMASK_ULL(63, 59)
#define STRTAB_STE_1_S1DSS GENMASK_ULL(1, 0)
#define STRTAB_STE_1_S1DSS_TERMINATE 0
#define STRTAB_STE_1_S1DSS_BYPASS 1
#define STRTAB_STE_1_S1DSS_SSID0 2
#define STRTAB_STE_1_S1C_CACHE_NC 0
#define STRTAB_STE_1_S1C_CACHE_WBRA 1
#define STRTAB_STE_1_S1C_CACHE_WT 2
#define STRTAB_STE_1_S1C_CACHE_WB 3
#define STRTAB_STE_1_S1CIR GENMASK_ULL(3, 2)
#define STRTAB_STE_1_S1COR GENMASK_ULL(5, 4)
#define STRTAB_STE_1_S1CSH GENMASK_ULL(7, 6)
#define STRTAB_STE_1_CONT GENMASK_ULL(16, 13)
#define STRTAB_STE_1_PPAR BIT_ULL(18)
#define STRTAB_STE_1_S2FWB BIT_ULL(25)
#define STRTAB_STE_1_MEV BIT_ULL(19)
#define STRTAB_STE_1_S1STALLD BIT_ULL(27)
#define STRTAB_STE_1_EATS GENMASK_ULL(29, 28)
#define STRTAB_STE_1_EATS_ABT 0
#define STRTAB_STE_1_EATS_TRANS 1
#define STRTAB_STE_1_EATS_S1CHK 2
#define STRTAB_STE_1_STRW GENMASK_ULL(31, 30)
#define STRTAB_STE_1_STRW_NSEL1 0
#define STRTAB_STE_1_STRW_EL2 2
#define STRTAB_STE_1_MEMATTR GENMASK_ULL(35, 32)
#define STRTAB_STE_1_MTCFG BIT_ULL(36)
#define STRTAB_STE_1_ALLOCCFG GENMASK_ULL(40, 37)
#define STRTAB_STE_1_SHCFG GENMASK_ULL(45, 44)
#define STRTAB_STE_1_SHCFG_INCOMING 1
#define STRTAB_STE_1_PRIVCFG GENMASK_ULL(49, 48)
#define STRTAB_STE_1_INSTCFG GENMASK_ULL(51, 50)
#define STRTAB_STE_2_S2VMID GENMASK_ULL(15, 0)
#define STRTAB_STE_2_S2T0SZ GENMASK_ULL(37, 32)
#define STRTAB_STE_2_S2SL0 GENMASK_ULL(39, 38)
#define STRTAB_STE_2_S2IR0 GENMASK_ULL(41, 40)
#define STRTAB_STE_2_S2OR0 GENMASK_ULL(43, 42)
#define STRTAB_STE_2_S2SH0 GENMASK_ULL(45, 44)
#define STRTAB_STE_2_S2TG GENMASK_ULL(47, 46) /* as TG0 */
#define STRTAB_STE_2_S2PS GENMASK_ULL(50, 48)
#define STRTAB_STE_2_S2AA64 BIT_ULL(51)
#define STRTAB_STE_2_S2ENDI BIT_ULL(52)
#define STRTAB_STE_2_S2AFFD BIT_ULL(53)
#define STRTAB_STE_2_S2PTW BIT_ULL(54)
#define STRTAB_STE_2_S2HD BIT_ULL(55)
#define STRTAB_STE_2_S2HA BIT_ULL(56)
#define STRTAB_STE_2_S2S BIT_ULL(57)
#define STRTAB_STE_2_S2R BIT_ULL(58)
#define STRTAB_STE_3_S2SL0_2 BIT_ULL(2)
#define STRTAB_STE_3_S2DS BIT_ULL(3)
#define STRTAB_STE_3_S2TTB_MASK GENMASK_ULL(51, 4)
/* PRIVCFG, INSTCFG: 0 and 1 take what comes in, 2 clears, 3 sets */
#define STRTAB_OVERRIDE_CLEAR 2
#define STRTAB_OVERRIDE_SET 3

/* Context descriptors: level 1 (5.3), descriptor (5.4) */
#define CTXDESC_L1_DESC_V BIT_ULL(0)
#define CTXDESC_L1_DESC_L2PTR_MASK GENMASK_ULL(51, 12)
#define CTXDESC_CD_DWORDS 8
#define CTXDESC_CD_BYTES 64
#define CTXDESC_CD_0_TCR_T0SZ GENMASK_ULL(5, 0)
#define CTXDESC_CD_0_TCR_TG0 GENMASK_ULL(7, 6)
#define CTXDESC_CD_0_TCR_TG0_4K 0
#define CTXDESC_CD_0_TCR_TG0_64K 1
#define CTXDESC_CD_0_TCR_TG0_16K 2
#define CTXDESC_CD_0_TCR_RGN_WBWA 1
#define CTXDESC_CD_0_TCR_IRGN0 GENMASK_ULL(9, 8)
#define CTXDESC_CD_0_TCR_ORGN0 GENMASK_ULL(11, 10)
#define CTXDESC_CD_0_TCR_SH0 GENMASK_ULL(13, 12)
#define CTXDESC_CD_0_TCR_EPD0 BIT_ULL(14)
#define CTXDESC_CD_0_ENDI BIT_ULL(15)
#define CTXDESC_CD_0_TCR_T1SZ GENMASK_ULL(21, 16)
#define CTXDESC_CD_0_TCR_TG1 GENMASK_ULL(23, 22)
#define CTXDESC_CD_0_TCR_TG1_16K 1
#define CTXDESC_CD_0_TCR_TG1_4K 2
#define CTXDESC_CD_0_TCR_TG1_64K 3
#define CTXDESC_CD_0_TCR_EPD1 BIT_ULL(30)
#define CTXDESC_CD_0_V BIT_ULL(31)
#define CTXDESC_CD_0_TCR_IPS GENMASK_ULL(34, 32)
#define CTXDESC_CD_0_AFFD BIT_ULL(35)
#define CTXDESC_CD_0_WXN BIT_ULL(36)
#define CTXDESC_CD_0_TCR_TBI0 BIT_ULL(38)
#define CTXDESC_CD_0_TCR_TBI1 BIT_ULL(39)
#define CTXDESC_CD_0_PAN BIT_ULL(40)
#define CTXDESC_CD_0_AA64 BIT_ULL(41)
#define CTXDESC_CD_0_TCR_HD BIT_ULL(42)
#define CTXDESC_CD_0_TCR_HA BIT_ULL(43)
#define CTXDESC_CD_0_S BIT_ULL(44)
#define CTXDESC_CD_0_R BIT_ULL(45)
#define CTXDESC_CD_0_A BIT_ULL(46)
#define CTXDESC_CD_0_ASET BIT_ULL(47)
#define CTXDESC_CD_0_ASID GENMASK_ULL(63, 48)
#define CTXDESC_CD_1_HAD0 BIT_ULL(1)
#define CTXDESC_CD_1_E0PD0 BIT_ULL(2)
#define CTXDESC_CD_1_TTB0_MASK GENMASK_ULL(51, 4)
#define CTXDESC_CD_2_HAD1 BIT_ULL(1)
#define CTXDESC_CD_2_E0PD1 BIT_ULL(2)
#define CTXDESC_CD_2_TTB1_MASK GENMASK_ULL(51, 4)
#define CTXDESC_CD_2_DS BIT_ULL(58)
#define CTXDESC_CD_3_MAIR_ATTR0 GENMASK_ULL(7, 0)
#define CTXDESC_CD_3_MAIR_NORMAL_WB 0xffULL

/* Descriptors of VMSAv8-64 (Arm ARM D8.3): both stages, then each alone */
#define TTD_VALID BIT_ULL(0)
#define TTD_TABLE BIT_ULL(1) /* at level 3: page */
#define TTD_AF BIT_ULL(10)
#define TTD_ADDR_MASK GENMASK_ULL(47, 12)      /* of a larger granule: less its low bits */
#define TTD_ADDR_HIGH_LPA GENMASK_ULL(15, 12)  /* bits 51:48 of the address, 64 KiB granule */
#define TTD_ADDR_LPA2_MASK GENMASK_ULL(49, 12) /* with DS */
#define TTD_ADDR_HIGH_LPA2 GENMASK_ULL(9, 8)   /* bits 51:50 of the address, with DS */
#define TTD_DBM BIT_ULL(51)
#define TTD_CONT BIT_ULL(52)
#define TTD_AP_EL0 BIT_ULL(6)
#define TTD_AP_RDONLY BIT_ULL(7)
#define TTD_NG BIT_ULL(11)
#define TTD_PXN BIT_ULL(53)
#define TTD_UXN BIT_ULL(54)
#define TTD_TABLE_ATTRS GENMASK_ULL(62, 59) /* APTable, UXNTable, PXNTable */
#define TTD_S2_MEMATTR GENMASK_ULL(5, 2)
#define TTD_S2AP_READ BIT_ULL(6)
#define TTD_S2AP_WRITE BIT_ULL(7)
#define TTD_S2_XN GENMASK_ULL(54, 53) /* without XNX only the upper bit counts */
#define TTD_S2_XN_NONE 0
#define TTD_S2_XN_EL1 1
#define TTD_S2_XN_ALL 2
#define TTD_S2_XN_EL0 3

/* Commands (chapter 4) */
#define CMDQ_ENT_SZ_SHIFT 4
#define CMDQ_ENT_DWORDS 2
#define CMDQ_ENT_BYTES 16
#define CMDQ_OP_PREFETCH_CFG 0x1
#define CMDQ_OP_PREFETCH_ADDR 0x2
#define CMDQ_OP_CFGI_STE 0x3
#define CMDQ_OP_CFGI_ALL 0x4 /* CFGI_STE_RANGE; of 32 bits: all */
#define CMDQ_OP_CFGI_CD 0x5
#define CMDQ_OP_CFGI_CD_ALL 0x6
#define CMDQ_OP_TLBI_NH_ALL 0x10
#define CMDQ_OP_TLBI_NH_ASID 0x11
#define CMDQ_OP_TLBI_NH_VA 0x12
#define CMDQ_OP_TLBI_NH_VAA 0x13
#define CMDQ_OP_TLBI_EL2_ALL 0x20
#define CMDQ_OP_TLBI_EL2_ASID 0x21
#define CMDQ_OP_TLBI_EL2_VA 0x22
#define CMDQ_OP_TLBI_EL2_VAA 0x23
#define CMDQ_OP_TLBI_S12_VMALL 0x28
#define CMDQ_OP_TLBI_S2_IPA 0x2a
#define CMDQ_OP_TLBI_NSNH_ALL 0x30
#define CMDQ_OP_ATC_INV 0x40
#define CMDQ_OP_PRI_RESP 0x41
#define CMDQ_OP_RESUME 0x44
#define CMDQ_OP_STALL_TERM 0x45
#define CMDQ_OP_CMD_SYNC 0x46

#define CMDQ_0_OP GENMASK_ULL(7, 0)
#define CMDQ_0_SSEC BIT_ULL(10)
#define CMDQ_0_SSV BIT_ULL(11)
#define CMDQ_PREFETCH_0_SID GENMASK_ULL(63, 32)
#define CMDQ_PREFETCH_0_SSID GENMASK_ULL(31, 12)
#define CMDQ_PREFETCH_1_SIZE GENMASK_ULL(4, 0)
#define CMDQ_PREFETCH_1_STRIDE GENMASK_ULL(9, 5)
#define CMDQ_PREFETCH_1_ADDR_MASK GENMASK_ULL(63, 12)
#define CMDQ_CFGI_0_SSID GENMASK_ULL(31, 12)
#define CMDQ_CFGI_0_SID GENMASK_ULL(63, 32)
#define CMDQ_CFGI_1_LEAF BIT_ULL(0)
#define CMDQ_CFGI_1_RANGE GENMASK_ULL(4, 0)
#define CMDQ_CFGI_1_ALL_STES 31
#define CMDQ_TLBI_0_NUM GENMASK_ULL(16, 12)
#define CMDQ_TLBI_RANGE_NUM_MAX 31
#define CMDQ_TLBI_0_SCALE GENMASK_ULL(24, 20)
#define CMDQ_TLBI_0_SCALE_MAX 31
#define CMDQ_TLBI_0_SCALE_DS GENMASK_ULL(25, 20) /* with IDR5.DS */
#define CMDQ_TLBI_0_VMID GENMASK_ULL(47, 32)
#define CMDQ_TLBI_0_ASID GENMASK_ULL(63, 48)
#define CMDQ_TLBI_1_LEAF BIT_ULL(0)
#define CMDQ_TLBI_1_TTL GENMASK_ULL(9, 8)
#define CMDQ_TLBI_1_TG GENMASK_ULL(11, 10)
#define CMDQ_TLBI_1_VA_MASK GENMASK_ULL(63, 12)
#define CMDQ_TLBI_1_IPA_MASK GENMASK_ULL(51, 12)
#define CMDQ_TLBI_1_IPA_MASK_V3_0 GENMASK_ULL(47, 12)
#define CMDQ_ATC_0_GLOBAL BIT_ULL(9)
#define CMDQ_ATC_0_SSID GENMASK_ULL(31, 12)
#define CMDQ_ATC_0_SID GENMASK_ULL(63, 32)
#define CMDQ_ATC_1_SIZE GENMASK_ULL(5, 0)
#define CMDQ_ATC_1_SIZE_ALL 52
#define CMDQ_ATC_1_ADDR_MASK GENMASK_ULL(63, 12)
#define CMDQ_PRI_0_SSID GENMASK_ULL(31, 12)
#define CMDQ_PRI_0_SID GENMASK_ULL(63, 32)
#define CMDQ_PRI_1_GRPID GENMASK_ULL(8, 0)
#define CMDQ_PRI_1_RESP GENMASK_ULL(13, 12)
#define CMDQ_PRI_1_RESP_FAILURE 0
#define CMDQ_PRI_1_RESP_INVALID 1
#define CMDQ_PRI_1_RESP_SUCCESS 2
#define CMDQ_RESUME_0_RESP_TERM 0
#define CMDQ_RESUME_0_RESP_RETRY 1
#define CMDQ_RESUME_0_RESP_ABORT 2
#define CMDQ_RESUME_0_RESP GENMASK_ULL(13, 12) /* Ac, and above it Ab */
#define CMDQ_RESUME_0_AC BIT_ULL(12)
#define CMDQ_RESUME_0_AB BIT_ULL(13)
#define CMDQ_RESUME_0_SID GENMASK_ULL(63, 32)
#define CMDQ_RESUME_1_STAG GENMASK_ULL(15, 0)
#define CMDQ_STALL_TERM_0_SID GENMASK_ULL(63, 32)
#define CMDQ_SYNC_0_CS GENMASK_ULL(13, 12)
#define CMDQ_SYNC_0_CS_NONE 0
#define CMDQ_SYNC_0_CS_IRQ 1
#define CMDQ_SYNC_0_CS_SEV 2
#define CMDQ_SYNC_0_MSH GENMASK_ULL(23, 22)
#define CMDQ_SYNC_0_MSIATTR GENMASK_ULL(27, 24)
#define CMDQ_SYNC_0_MSIDATA GENMASK_ULL(63, 32)
#define CMDQ_SYNC_1_MSIADDR_MASK GENMASK_ULL(51, 2)

/* Event records (7.3) */
#define EVTQ_ENT_SZ_SHIFT 5
#define EVTQ_ENT_DWORDS 4
#define EVTQ_ENT_BYTES 32
#define EVTQ_0_ID GENMASK_ULL(7, 0)
#define EVTQ_0_SSV BIT_ULL(11)
#define EVTQ_0_SSID GENMASK_ULL(31, 12)
#define EVTQ_0_SID GENMASK_ULL(63, 32)
#define EVTQ_1_STAG GENMASK_ULL(15, 0)
#define EVTQ_1_STALL BIT_ULL(31)
#define EVTQ_1_PnU BIT_ULL(33)
#define EVTQ_1_InD BIT_ULL(34)
#define EVTQ_1_RnW BIT_ULL(35)
#define EVTQ_1_S2 BIT_ULL(39)
#define EVTQ_1_TTRnW BIT_ULL(44)
#define EVTQ_1_CLASS GENMASK_ULL(41, 40)
#define EVTQ_1_CLASS_CD 0
#define EVTQ_1_CLASS_TT 1
#define EVTQ_1_CLASS_IN 2
#define EVTQ_2_ADDR GENMASK_ULL(63, 0)
/* Of F_BAD_ATS_TREQ: what was asked for, and of how many translations */
#define EVTQ_1_TREQ_PRIV BIT_ULL(32)
#define EVTQ_1_TREQ_X BIT_ULL(33)
#define EVTQ_1_TREQ_W BIT_ULL(34)
#define EVTQ_1_TREQ_R BIT_ULL(35)
#define EVTQ_1_TREQ_SPAN GENMASK_ULL(51, 44)
#define EVTQ_3_IPA GENMASK_ULL(51, 12)
#define EVTQ_3_FETCH_ADDR GENMASK_ULL(51, 3)

/* Page request records (8) */
#define PRIQ_ENT_SZ_SHIFT 4
#define PRIQ_ENT_DWORDS 2
#define PRIQ_ENT_BYTES 16
#define PRIQ_0_SID GENMASK_ULL(31, 0)
#define PRIQ_0_SSID GENMASK_ULL(51, 32)
#define PRIQ_0_PERM_PRIV BIT_ULL(58)
#define PRIQ_0_PERM_EXEC BIT_ULL(59)
#define PRIQ_0_PERM_READ BIT_ULL(60)
#define PRIQ_0_PERM_WRITE BIT_ULL(61)
#define PRIQ_0_PRG_LAST BIT_ULL(62)
#define PRIQ_0_SSID_V BIT_ULL(63)
#define PRIQ_1_PRG_IDX GENMASK_ULL(8, 0)
#define PRIQ_1_ADDR_MASK GENMASK_ULL(63, 12)

#define EVT_ID_UUT 0x01
#define EVT_ID_BAD_STREAMID_CONFIG 0x02
#define EVT_ID_STE_FETCH_FAULT 0x03
#define EVT_ID_BAD_STE_CONFIG 0x04
#define EVT_ID_BAD_ATS_TREQ 0x05
#define EVT_ID_STREAM_DISABLED_FAULT 0x06
#define EVT_ID_TRANSL_FORBIDDEN 0x07
#define EVT_ID_BAD_SUBSTREAMID_CONFIG 0x08
#define EVT_ID_CD_FETCH_FAULT 0x09
#define EVT_ID_BAD_CD_CONFIG 0x0a
#define EVT_ID_WALK_EABT 0x0b
#define EVT_ID_TRANSLATION_FAULT 0x10
#define EVT_ID_ADDR_SIZE_FAULT 0x11
#define EVT_ID_ACCESS_FAULT 0x12
#define EVT_ID_PERMISSION_FAULT 0x13
/* Not raised by this model, docs/smmuv3.md says why; nor is EVT_ID_UUT. */
#define EVT_ID_TLB_CONFLICT 0x20
#define EVT_ID_CFG_CONFLICT 0x21
#define EVT_ID_PAGE_REQUEST 0x24
#define EVT_ID_VMS_FETCH 0x25
#define EVT_ID_IMPDEF_FIRST 0xe0
#define EVT_ID_IMPDEF_LAST 0xef

#endif
