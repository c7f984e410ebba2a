// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into every test program: of its tests only those run whose names the
 * environment variable CMOCKA_TEST_FILTER matches, where it is set (* and ?
 * stand for any letters and any letter). cmocka itself has only the call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void take_filter(void)
{
	const char *pattern = getenv("CMOCKA_TEST_FILTER");

	if (pattern)
		cmocka_set_test_filter(pattern);
}
