/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, on the host's library; copies are free. */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/compiler.h>
#include <string.h>

/** strscpy() - Return: length, or -E2BIG if truncated. */
ssize_t strscpy(char *dest, const char *src, size_t count);

#endif
