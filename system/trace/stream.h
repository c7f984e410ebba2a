/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bytes of a trace file: zstd frames, one after the other, unpacked in constant memory,
 * from a file or a pipe. A file is read by offset, so that a reader in the arena goes
 * back with the machine when that is rewound.
 */
#ifndef SYSTEM_TRACE_STREAM_H
#define SYSTEM_TRACE_STREAM_H

#define XXH_STATIC_LINKING_ONLY
#define ZSTD_STATIC_LINKING_ONLY

#include <xxhash.h>
#include <zstd.h>

#include "sim/types.h"
#include "system/trace/memory.h"

#include <stdbool.h>

struct trace_stream {
	const struct trace_memory *memory;
	const char *path;
	int fd;
	bool is_pipe;
	u64 file_offset; /* of what follows the buffer */
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	u8 *in_bytes, *out_bytes;
	const u8 *at, *end; /* decoded and not yet taken, within out_bytes */
	const u8 *hashed;   /* up to here */
	bool is_hashing;    /* hash has what was taken */
	XXH64_state_t hash;
	bool frame_ended;
	bool has_error;
	u64 nr_records; /* for messages */
	char error[1536];
};

/**
 * trace_stream_open() - open @path, "-" being standard input
 * Return: false: no memory. What is wrong with the file is an error of the stream.
 */
bool trace_stream_open(struct trace_stream *stream, const char *path,
		       const struct trace_memory *memory);
void trace_stream_close(struct trace_stream *stream);

/** trace_stream_fail() - the first thing that is wrong is what is said. */
void trace_stream_fail(struct trace_stream *stream, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** trace_stream_take() - the next @bytes, few, of this frame; NULL: it has no more, or an error. */
const u8 *trace_stream_take(struct trace_stream *stream, size_t bytes);

/** trace_stream_is_at_frame_end() - and nothing of the frame is left. */
bool trace_stream_is_at_frame_end(struct trace_stream *stream);

/** trace_stream_next_frame() - go on with the next one. Return: is there one? */
bool trace_stream_next_frame(struct trace_stream *stream);

/** trace_stream_raw() - @bytes of the file itself, between frames. Return: are there as many? */
bool trace_stream_raw(struct trace_stream *stream, u8 *to, size_t bytes);

/** trace_stream_is_at_end() - nothing follows, neither in the frame nor behind it. */
bool trace_stream_is_at_end(struct trace_stream *stream);

/** trace_stream_offset() - bytes of the file that have been used. */
u64 trace_stream_offset(const struct trace_stream *stream);

/** trace_stream_hash_begin() - from the next byte on; _digest(): up to the last one taken. */
void trace_stream_hash_begin(struct trace_stream *stream);
u64 trace_stream_digest(struct trace_stream *stream);

#endif
