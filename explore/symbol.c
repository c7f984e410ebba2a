// SPDX-License-Identifier: GPL-2.0-only
/* See symbol.h: addr2line of binutils, where it is; else the numbers. */
#include "explore/symbol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_line(FILE *pipe, char *line, size_t bytes)
{
	if (!fgets(line, (int)bytes, pipe))
		return false;
	line[strcspn(line, "\n")] = 0;
	return true;
}

static bool is_below(const char *path)
{
	return strstr(path, "/sim/") || strstr(path, "/kapi/") || strstr(path, "/explore/");
}

/* The frame that counts is the innermost that is of no header; one without a folder is known by its
 * symbol only. */
static void read_frames(FILE *pipe, char *line, char text[SYMBOL_BYTES], bool *is_inner)
{
	char function[128];
	bool is_done = false;

	while (read_line(pipe, function, sizeof(function)) && strncmp(function, "0x", 2)) {
		const char *base, *slash;

		if (!read_line(pipe, line, 512))
			return;
		slash = strrchr(line, '/');
		base = slash ? slash + 1 : line;
		if (is_done || base[0] == '?')
			continue;
		snprintf(text, SYMBOL_BYTES, "%.*s %.60s()", (int)strcspn(base, " "), base,
			 function);
		*is_inner = !slash || is_below(line);
		is_done = !strstr(base, ".h:") && !*is_inner;
	}
	snprintf(line, 512, "%s", function);
}

static FILE *ask(const u64 *offsets, u32 nr, char *path)
{
	char command[4400], self[4000];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file || length < 0 || memchr(self, '\'', (size_t)length))
		return NULL;
	self[length] = 0;
	for (u32 i = 0; i < nr; i++)
		fprintf(file, "0x%llx\n", offsets[i]);
	fclose(file);
	snprintf(command, sizeof(command), "addr2line -afie '%s' < %s 2>/dev/null", self, path);
	return popen(command, "r");
}

void symbol_names(const u64 *offsets, u32 nr, char (*texts)[SYMBOL_BYTES], bool *is_inner)
{
	char path[] = "/tmp/iopfsim-explore-XXXXXX", line[512] = "";
	FILE *pipe;

	for (u32 i = 0; i < nr; i++) {
		snprintf(texts[i], SYMBOL_BYTES, "+0x%llx", offsets[i]);
		is_inner[i] = true;
	}
	pipe = ask(offsets, nr, path);
	if (pipe && read_line(pipe, line, sizeof(line))) {
		for (u32 i = 0; i < nr && !strncmp(line, "0x", 2); i++) {
			line[0] = 0;
			read_frames(pipe, line, texts[i], &is_inner[i]);
		}
	}
	if (pipe)
		pclose(pipe);
	unlink(path);
}

const char *symbol_name(u64 offset, char text[SYMBOL_BYTES])
{
	bool is_inner;

	symbol_names(&offset, 1, (char(*)[SYMBOL_BYTES])text, &is_inner);
	return text;
}
