// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and bytes as the protocol spells them. Base64 is written out here
 * because no library that we use has it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/serve/text.h"

bool text_number(const char *text, u64 *value)
{
	char *end;

	/* strtoull() takes blanks and signs; a number does not. */
	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && !*end;
}

/* --- hexadecimal --- */

void text_hex_put(const u8 *data, size_t bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_hex_get(const char *text, u8 *data, size_t bytes)
{
	size_t digits = strlen(text);

	if (digits < 2 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return false;
	text += 2;
	digits -= 2;
	if (digits % 2 || digits / 2 > bytes)
		return false;
	memset(data, 0, bytes);
	for (size_t i = 0; i < digits / 2; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		data[i] = (u8)(high << 4 | low);
	}
	return true;
}

/* --- base64 --- */

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64_put(const u8 *data, size_t bytes, char *text)
{
	for (size_t i = 0; i < bytes; i += 3, text += 4) {
		size_t left = bytes - i;
		u32 bits = (u32)data[i] << 16;

		bits |= left > 1 ? (u32)data[i + 1] << 8 : 0;
		bits |= left > 2 ? data[i + 2] : 0;
		text[0] = base64_digits[bits >> 18];
		text[1] = base64_digits[bits >> 12 & 63];
		text[2] = left > 1 ? base64_digits[bits >> 6 & 63] : '=';
		text[3] = left > 2 ? base64_digits[bits & 63] : '=';
	}
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Four characters to the @bytes (1 to 3) that they stand for. */
static bool base64_group(const char *text, u8 *data, size_t bytes)
{
	u32 bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int digit = base64_digit(text[i]);

		if (i > bytes) {
			if (text[i] != '=')
				return false;
			digit = 0;
		}
		if (digit < 0)
			return false;
		bits = bits << 6 | (u32)digit;
	}
	for (size_t i = 0; i < bytes; i++)
		data[i] = (u8)(bits >> (16 - 8 * i));
	return true;
}

bool text_base64_get(const char *text, u8 *data, size_t bytes)
{
	if (strlen(text) != text_base64_bytes(bytes))
		return false;
	for (size_t i = 0; i < bytes; i += 3, text += 4) {
		if (!base64_group(text, data + i, bytes - i < 3 ? bytes - i : 3))
			return false;
	}
	return true;
}
