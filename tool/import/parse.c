// SPDX-License-Identifier: GPL-2.0-only
/* Numbers and words of lines. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/import/internal.h"

#define PS_DIGITS 12

const char *import_u64(const char *text, int base, u64 *value)
{
	char *end;

	if (base == 16 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	if (base == 16 ? !isxdigit((unsigned char)*text) : !isdigit((unsigned char)*text))
		return NULL;
	errno = 0;
	*value = strtoull(text, &end, base);
	return errno ? NULL : end;
}

bool import_hex(const char *text, const char *key, u64 *value)
{
	const char *at = strstr(text, key);

	return at && import_u64(at + strlen(key), 16, value);
}

bool import_dec(const char *text, const char *key, u64 *value)
{
	const char *at = strstr(text, key);

	return at && import_u64(at + strlen(key), 10, value);
}

bool import_word(const char *text, const char *key, char *word, size_t bytes)
{
	const char *at = strstr(text, key);
	size_t length;

	if (!at)
		return false;
	at += strlen(key);
	length = strcspn(at, " \t,");
	if (!length || length >= bytes)
		return false;
	memcpy(word, at, length);
	word[length] = 0;
	return true;
}

const char *import_seconds(const char *text, struct import_time *time)
{
	const char *at = import_u64(text, 10, &time->seconds);
	u32 nr_digits = 0;

	time->ps = 0;
	time->is_known = true;
	if (!at || time->seconds > ~0ULL / 4)
		return NULL;
	if (*at != '.')
		return at;
	for (at++; isdigit((unsigned char)*at); at++) {
		if (nr_digits++ < PS_DIGITS)
			time->ps = time->ps * 10 + (u64)(*at - '0');
	}
	for (; nr_digits < PS_DIGITS; nr_digits++)
		time->ps *= 10;
	return at;
}

bool import_range(struct import *import, u64 address, u64 bytes)
{
	if (bytes && address + (bytes - 1) >= address)
		return true;
	import_wrong(import,
		     bytes ? "0x%llx + %llu bytes go beyond the last address"
			   : "0x%llx: a length of %llu",
		     address, bytes);
	return false;
}
