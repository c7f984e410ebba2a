/* SPDX-License-Identifier: GPL-2.0-only */
/* Layout of version 1 of a trace file; docs/trace-format.md. All words little-endian. */
#ifndef SYSTEM_TRACE_FORMAT1_H
#define SYSTEM_TRACE_FORMAT1_H

#include <endian.h>
#include <string.h>

#include "sim/types.h"

#define TRACE_RECORD_BYTES 32

/* Header, the first record */
#define TRACE_MAGIC 0x3143525446504f49ULL /* "IOPFTRC1" in the file */
#define TRACE_HEADER_MAGIC 0
#define TRACE_HEADER_VERSION 8 /* u32 */
#define TRACE_HEADER_RECORD 12 /* u32: TRACE_RECORD_BYTES */
#define TRACE_HEADER_COUNT 16  /* u64: records, 0: not known when it was written */
#define TRACE_HEADER_ZERO 24   /* u64 */
#define TRACE_VERSION 1

/* Record */
#define TRACE_TIME 0	/* u64, ps */
#define TRACE_IOVA 8	/* u64 */
#define TRACE_LEN 16	/* u32, bytes */
#define TRACE_DEVICE 20 /* u32 */
#define TRACE_PASID 24	/* u32 */
#define TRACE_FLAGS 28	/* u32 */
#define TRACE_FLAG_WRITE (1U << 0)
#define TRACE_FLAG_END (1U << 31) /* this is the footer */

/* Footer, the last record */
#define TRACE_FOOTER_COUNT 0 /* u64: records between header and footer */
#define TRACE_FOOTER_MAGIC 8 /* u64: TRACE_MAGIC; the rest but the flag is zero */
#define TRACE_FOOTER_ZERO 16

static inline u32 trace_get32(const u8 *at)
{
	u32 value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static inline u64 trace_get64(const u8 *at)
{
	u64 value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

static inline void trace_put32(u8 *at, u32 value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static inline void trace_put64(u8 *at, u64 value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

#endif
