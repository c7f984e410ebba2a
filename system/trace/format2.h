/* SPDX-License-Identifier: GPL-2.0-only */
/* Layout of version 2 of a trace file; docs/trace-format.md. All words little-endian. */
#ifndef SYSTEM_TRACE_FORMAT2_H
#define SYSTEM_TRACE_FORMAT2_H

#include "system/trace/event.h"
#include "system/trace/format1.h"

#define TRACE2_MAGIC 0x3243525446504f49ULL /* "IOPFTRC2" in the file */
#define TRACE2_VERSION 2
#define TRACE2_RECORD_BYTES 40

/* Header: the first frame, of its own. Names follow, then XXH64 of all before it. */
#define TRACE2_HEADER_MAGIC 0
#define TRACE2_HEADER_VERSION 8	    /* u32 */
#define TRACE2_HEADER_RECORD 12	    /* u32: TRACE2_RECORD_BYTES */
#define TRACE2_HEADER_COUNT 16	    /* u64: records, 0: not known when it was written */
#define TRACE2_HEADER_NR_NAMES 24   /* u32 */
#define TRACE2_HEADER_NR_DEVICES 28 /* u32: the largest device and one, 0: not known */
#define TRACE2_HEADER_KINDS 32	    /* u64: bit n: there may be records of kind n; 0: not known */
#define TRACE2_HEADER_BYTES 40
/* A name: its text follows. Sorted by kind, then number. */
#define TRACE2_NAME_KIND 0   /* u16: enum trace_name_kind */
#define TRACE2_NAME_LENGTH 2 /* u16 */
#define TRACE2_NAME_NUMBER 4 /* u32 */
#define TRACE2_NAME_BYTES 8
#define TRACE2_HASH_BYTES 8

/* Record */
#define TRACE2_TIME 0	  /* u64, ps */
#define TRACE2_ADDRESS 8  /* u64 */
#define TRACE2_LENGTH 16  /* u64, bytes */
#define TRACE2_DEVICE 24  /* u32 */
#define TRACE2_PASID 28	  /* u32 */
#define TRACE2_PROCESS 32 /* u32 */
#define TRACE2_GROUP 36	  /* u16 */
#define TRACE2_KIND 38	  /* u8 */
#define TRACE2_FLAGS 39	  /* u8 */

/* The last record of each frame, and of the last one. */
#define TRACE2_KIND_FRAME 0xfe
#define TRACE2_KIND_END 0xff
#define TRACE2_TRAILER_HASH 0	    /* u64: XXH64 of the frame's records */
#define TRACE2_TRAILER_TOTAL 8	    /* u64: records from the first on */
#define TRACE2_TRAILER_COUNT 16	    /* u64: records of this frame */
#define TRACE2_TRAILER_MAGIC 24	    /* u64: TRACE2_MAGIC */
#define TRACE2_TRAILER_ZERO 32	    /* up to kind and flags */
#define TRACE2_FRAME_RECORDS 32768U /* of a frame, at the most */

/* Seek table, as zstd's seekable format has it: a skippable frame that ends the file. */
#define TRACE2_SEEK_MAGIC 0x184d2a5eU
#define TRACE2_SEEK_ENTRY_BYTES 12 /* u32: bytes packed, bytes, low half of XXH64 */
#define TRACE2_SEEK_FOOTER_BYTES 9 /* u32: frames, u8: 0x80 with checksums, u32: magic */
#define TRACE2_SEEK_CHECKSUMS 0x80
#define TRACE2_SEEK_FOOTER_MAGIC 0x8f92eab1U
#define TRACE2_MAX_FRAMES 0x8000000U /* of which the table is below 2 GiB */

static inline u16 trace_get16(const u8 *at)
{
	return (u16)(at[0] | at[1] << 8);
}

static inline void trace_put16(u8 *at, u16 value)
{
	at[0] = (u8)value;
	at[1] = (u8)(value >> 8);
}

#endif
