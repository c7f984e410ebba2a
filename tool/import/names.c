// SPDX-License-Identifier: GPL-2.0-only
/* Names become numbers: a hash table for devices, one for processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "tool/import/internal.h"

/* As many as a trace may have, of either kind half. */
#define MAX_NAMES (TRACE_MAX_NAMES / 2)

struct table {
	struct hsearch_data hash;
	u32 nr;
	bool is_full;
};

struct import_names {
	struct table devices, processes;
	char **texts; /* all of them, to free */
	u32 nr_texts;
};

static void names_free(struct import_names *names)
{
	for (u32 i = 0; i < names->nr_texts; i++)
		free(names->texts[i]);
	hdestroy_r(&names->devices.hash);
	hdestroy_r(&names->processes.hash);
	free(names->texts);
	free(names);
}

struct import_names *import_names_create(void)
{
	struct import_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->texts = calloc(2 * MAX_NAMES, sizeof(*names->texts));
	if (!names->texts || !hcreate_r(MAX_NAMES * 5 / 4, &names->devices.hash) ||
	    !hcreate_r(MAX_NAMES * 5 / 4, &names->processes.hash)) {
		names_free(names);
		return NULL;
	}
	return names;
}

void import_names_destroy(struct import_names *names)
{
	if (names)
		names_free(names);
}

static u32 number_new(struct import *import, struct table *table, const char *text, u32 kind)
{
	struct import_names *names = import->names;
	struct trace_name name = {.kind = kind, .number = table->nr};
	char *copy = strndup(text, TRACE_NAME_BYTES - 1);
	ENTRY entry = {copy, (void *)(size_t)table->nr}, *found;

	if (!copy || !hsearch_r(entry, ENTER, &found, &table->hash)) {
		free(copy);
		import->err = -ENOMEM;
		return 0;
	}
	names->texts[names->nr_texts++] = copy;
	memcpy(name.text, copy, strlen(copy) + 1);
	import->err = trace_writer_name(import->attr->out, &name);
	return table->nr++;
}

/* Beyond what a trace may have all further ones are the last. */
static u32 number_of(struct import *import, struct table *table, const char *text, u32 kind)
{
	char key[TRACE_NAME_BYTES];
	ENTRY entry = {key, NULL}, *found;

	strncpy(key, text, sizeof(key) - 1);
	key[sizeof(key) - 1] = 0;
	if (hsearch_r(entry, FIND, &found, &table->hash))
		return (u32)(size_t)found->data;
	if (table->nr < MAX_NAMES)
		return number_new(import, table, text, kind);
	if (!table->is_full)
		import_note(import, "more than %u %s: the rest is taken for the last one",
			    MAX_NAMES, kind == TRACE_NAME_DEVICE ? "devices" : "processes");
	table->is_full = true;
	return MAX_NAMES - 1;
}

u32 import_device(struct import *import, const char *name)
{
	return number_of(import, &import->names->devices, name, TRACE_NAME_DEVICE);
}

u32 import_process(struct import *import, const char *name)
{
	return number_of(import, &import->names->processes, name, TRACE_NAME_PROCESS);
}

u32 import_default_device(struct import *import, const char *name)
{
	return import_device(import, import->policy->device ? import->policy->device : name);
}
