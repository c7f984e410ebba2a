/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as text, as a page of HTML, as JSON. @opaque is a struct compare (struct
 * folder_file). */
#ifndef TOOL_COMPARE_SHOW_H
#define TOOL_COMPARE_SHOW_H

#include <stdio.h>

void compare_show_text(FILE *out, const void *opaque);
void compare_show_page(FILE *out, const void *opaque);
void compare_write_json(FILE *out, const void *opaque);

#endif
