/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers and bytes as the protocol spells them; what comes in is hostile. */
#ifndef TOOL_SERVE_TEXT_H
#define TOOL_SERVE_TEXT_H

#include "sim/types.h"

/**
 * text_number() - decimal, 0xHEX or 0OCTAL, as qtest reads numbers
 * Return: is it all of @text, without a sign, and does it fit into 64 bits?
 */
bool text_number(const char *text, u64 *value);

/** text_hex_put() - 2 * @bytes digits, no terminator. */
void text_hex_put(const u8 *data, size_t bytes, char *text);

/**
 * text_hex_get() - 0xHEX to exactly @bytes bytes
 * Fewer digits than that are filled up with zero bytes at the end, as qtest does.
 *
 * Return: false for another digit, an odd number of them, or too many.
 */
bool text_hex_get(const char *text, u8 *data, size_t bytes);

/** text_base64_bytes() - characters that text_base64_put() makes of @bytes. */
static inline size_t text_base64_bytes(size_t bytes)
{
	return (bytes + 2) / 3 * 4;
}

/** text_base64_put() - with padding (RFC 4648, 4), no terminator. */
void text_base64_put(const u8 *data, size_t bytes, char *text);

/**
 * text_base64_get() - to exactly @bytes bytes
 * Return: false for a character that is none of it, wrong padding, or another
 * number of bytes.
 */
bool text_base64_get(const char *text, u8 *data, size_t bytes);

#endif
