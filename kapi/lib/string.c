// SPDX-License-Identifier: GPL-2.0-only
/* What the host's string library lacks. */
#include <linux/string.h>

#include <linux/errno.h>
#include <linux/kernel.h>

#include <stdarg.h>

ssize_t strscpy(char *dest, const char *src, size_t count)
{
	size_t len = strnlen(src, count);

	if (!count)
		return -E2BIG;
	if (len == count) {
		memcpy(dest, src, count - 1);
		dest[count - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dest, src, len + 1);
	return len;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	if (!size)
		return 0;
	return len < (int)size ? len : (int)size - 1;
}
