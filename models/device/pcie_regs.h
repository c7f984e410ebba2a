/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The endpoint's configuration space as bits (PCIe Base Specification 7.5, 7.8.8, 10.5), of the
 * capabilities with the kernel's names: what a driver of it reads and writes.
 */
#ifndef MODELS_DEVICE_PCIE_REGS_H
#define MODELS_DEVICE_PCIE_REGS_H

#include "models/common/bits.h"

/* The header, 32-bit words (7.5.1). */
#define PCI_ID_WORD 0x00
#define PCI_ID_VENDOR GENMASK_ULL(15, 0)
#define PCI_ID_DEVICE GENMASK_ULL(31, 16)
#define PCI_VENDOR_NOBODY 0x1234ULL /* assigned to no member; emulators use it */
#define PCI_COMMAND_WORD 0x04
#define PCI_COMMAND_KEPT 0x0546U /* memory, bus master, parity, SERR, INTx off: writable */
#define PCI_STATUS_CAP_LIST BIT_ULL(20)
#define PCI_CLASS_WORD 0x08
#define PCI_CLASS_CODE GENMASK_ULL(31, 8)
#define PCI_CLASS_ACCELERATOR 0x120000ULL /* processing accelerator */
#define PCI_HEADER_WORD 0x0c
#define PCI_HEADER_MULTIFUNCTION BIT_ULL(23) /* there may be other functions */
#define PCI_CAPABILITY_WORD 0x34

/* PCI Express capability (7.5.3). */
#define PCI_CAP_ID_EXPRESS 0x10
#define PCI_EXPRESS_VERSION GENMASK_ULL(19, 16)
#define PCI_EXPRESS_TYPE GENMASK_ULL(23, 20)
#define PCI_EXPRESS_INTEGRATED 9ULL /* root complex integrated endpoint */
#define PCI_EXPRESS_DEVICE 0x04
#define PCI_EXPRESS_ROLE_BASED BIT_ULL(15) /* error reporting: set since revision 1.1 */
#define PCI_EXPRESS_DEVICE_2 0x24
#define PCI_EXPRESS_PREFIXES BIT_ULL(21) /* end-end TLP prefixes: a PASID is one */
#define PCI_EXPRESS_MAX_PREFIXES GENMASK_ULL(23, 22)

/*
 * Configuration space, 32-bit words. Capabilities begin with a header: ID,
 * version, offset of the next one (7.6.3).
 */
#define PCI_EXT_CAP_ID GENMASK_ULL(15, 0)
#define PCI_EXT_CAP_NEXT GENMASK_ULL(31, 20)

#define PCI_EXT_CAP_ID_ATS 0x0f /* 10.5.1 */
#define PCI_ATS_WORD 0x04
#define PCI_ATS_INV_DEPTH GENMASK_ULL(4, 0) /* 0: 32 */
#define PCI_ATS_PAGE_ALIGNED BIT_ULL(5)
#define PCI_ATS_GLOBAL_INV BIT_ULL(6)
#define PCI_ATS_STU GENMASK_ULL(20, 16) /* smallest translation unit, 0: 4 KiB */
#define PCI_ATS_ENABLE BIT_ULL(31)

#define PCI_EXT_CAP_ID_PRI 0x13 /* 10.5.2 */
#define PCI_PRI_WORD 0x04
#define PCI_PRI_ENABLE BIT_ULL(0)
#define PCI_PRI_RESET BIT_ULL(1)    /* reads as 0 */
#define PCI_PRI_FAILURE BIT_ULL(16) /* a Failure came; write 1 to clear */
#define PCI_PRI_UPRGI BIT_ULL(17)   /* a response to no group; write 1 to clear */
#define PCI_PRI_STOPPED BIT_ULL(24) /* off, and nothing is outstanding */
#define PCI_PRI_PASID_REQUIRED BIT_ULL(31)
#define PCI_PRI_CAPACITY 0x08
#define PCI_PRI_ALLOCATION 0x0c /* ignored while enabled */

#define PCI_EXT_CAP_ID_PASID 0x1b /* 7.8.8 */
#define PCI_PASID_WORD 0x04
#define PCI_PASID_WIDTH GENMASK_ULL(12, 8)
#define PCI_PASID_ENABLE BIT_ULL(16) /* ignored while ATS is on */

#define PCI_EXT_CAP_ID_ACS 0x0d /* 7.7.11 */

#endif
