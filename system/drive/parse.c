// SPDX-License-Identifier: GPL-2.0-only
/* A scenario file: from YAML to steps, by the rows of schema.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/workload.h"
#include "system/drive/internal.h"

/* --- values --- */

static int read_number(struct text_where where, const char *text, u64 max, u64 *value)
{
	char quoted[TEXT_QUOTE_BYTES], why[TEXT_MESSAGE_MAX];

	if (!wl_parse_number(text, SIM_UNIT_COUNT, value, why) && *value <= max)
		return 0;
	return text_complain(where, "%s: expected a number from 0 to %llu",
			     text_quote(quoted, text), max);
}

static int read_ps(struct text_where where, const char *text, u64 *value)
{
	char quoted[TEXT_QUOTE_BYTES], why[TEXT_MESSAGE_MAX];

	if (!strcmp(text, "swept")) {
		*value = DRIVE_SWEPT;
		return 0;
	}
	if (!wl_parse_number(text, SIM_UNIT_PS, value, why))
		return 0;
	return text_complain(where, "%s: expected a time such as 12us, or swept",
			     text_quote(quoted, text));
}

static int read_flag(struct text_where where, const char *text, u64 *value)
{
	char quoted[TEXT_QUOTE_BYTES];

	*value = !strcmp(text, "true");
	if (*value || !strcmp(text, "false"))
		return 0;
	return text_complain(where, "%s: expected true or false", text_quote(quoted, text));
}

static int read_rights(struct text_where where, const char *text, u64 *value)
{
	static const char *const rights[] = {"none", "r", "w", "rw"};
	char quoted[TEXT_QUOTE_BYTES];

	for (u32 i = 0; i < 4; i++) {
		if (strcmp(text, rights[i]) != 0)
			continue;
		*value = i;
		return 0;
	}
	return text_complain(where, "%s: expected none, r, w or rw", text_quote(quoted, text));
}

static int read_name(struct drive *drive, struct text_where where, const char *text, u64 *value)
{
	u32 i = 0;

	while (i < drive->nr_threads && strcmp(drive->threads[i].name, text) != 0)
		i++;
	if (i == DRIVE_MAX_THREADS || strlen(text) >= sizeof(drive->threads[0].name))
		return text_complain(where, "expected names of at most %u threads, of 31 letters",
				     DRIVE_MAX_THREADS);
	if (i == drive->nr_threads) {
		strcpy(drive->threads[i].name, text);
		drive->nr_threads++;
	}
	*value = i;
	return 0;
}

static int read_words(struct drive *drive, const struct text_node *node, u64 *value)
{
	char quoted[TEXT_QUOTE_BYTES];

	for (const struct text_node *word = node->first; word; word = word->next) {
		u32 i = 0;

		while (word->kind == TEXT_SCALAR && drive_ends[i] &&
		       strcmp(drive_ends[i], word->text) != 0)
			i++;
		if (word->kind != TEXT_SCALAR || !drive_ends[i])
			return text_complain(
				text_at(&drive->document, word),
				"%s: expected some of done, aborted, stale",
				text_quote(quoted, word->kind == TEXT_SCALAR ? word->text : "?"));
		*value |= 1ULL << i;
	}
	return *value ? 0
		      : text_complain(text_at(&drive->document, node),
				      "expected a list of done, aborted, stale");
}

static int parse_steps(struct drive *drive, const struct text_node *list, struct drive_step **steps,
		       u32 *nr);

static int read_list(struct drive *drive, const struct text_node *node, struct drive_step *step)
{
	return parse_steps(drive, node, &step->body, &step->nr_body);
}

static int read_value(struct drive *drive, const struct drive_key *key,
		      const struct text_node *node, struct drive_step *step)
{
	struct text_where where = text_at(&drive->document, node);
	u64 *value = &step->arguments[key->argument];

	*value = 0;
	if (key->kind == DRIVE_LIST)
		return read_list(drive, node, step);
	if (key->kind == DRIVE_WORDS && node->kind == TEXT_LIST)
		return read_words(drive, node, value);
	if (key->kind == DRIVE_WORDS || node->kind != TEXT_SCALAR)
		return text_complain(where, "%s: expected %s", key->name,
				     key->kind == DRIVE_WORDS ? "a list of words" : "one value");
	switch (key->kind) {
	case DRIVE_FLAG:
		return read_flag(where, node->text, value);
	case DRIVE_RIGHTS:
		return read_rights(where, node->text, value);
	case DRIVE_PS:
		return read_ps(where, node->text, value);
	case DRIVE_NAME:
		return read_name(drive, where, node->text, value);
	default:
		return read_number(where, node->text, key->max, value);
	}
}

/* --- steps --- */

static int unknown(const struct drive *drive, const struct text_node *key, const char *what,
		   const struct text_suggestion *near)
{
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	return text_complain(text_at(&drive->document, key), "unknown %s %s%s", what,
			     text_quote(quoted, key->text), text_hint(hint, near));
}

static int parse_argument(struct drive *drive, const struct text_node *node,
			  struct drive_step *step)
{
	struct text_suggestion near = {0};

	for (const struct drive_key *key = step->verb->keys; key->name; key++) {
		if (!strcmp(key->name, node->key->text)) {
			step->given |= 1U << key->argument;
			return read_value(drive, key, node, step);
		}
		text_suggest(&near, node->key->text, key->name);
	}
	return unknown(drive, node->key, "argument", &near);
}

static const struct drive_verb *verb_of(const struct drive *drive, const struct text_node *node)
{
	struct text_suggestion near = {0};

	for (const struct drive_verb *verb = drive_verbs; verb->name; verb++) {
		if (!strcmp(verb->name, node->key->text))
			return verb;
		text_suggest(&near, node->key->text, verb->name);
	}
	unknown(drive, node->key, "step", &near);
	return NULL;
}

static int parse_step(struct drive *drive, const struct text_node *item, struct drive_step *step)
{
	const struct text_node *node = item->first;
	int err = 0;

	if (item->kind != TEXT_MAP || item->nr_children != 1 || node->kind != TEXT_MAP)
		return text_complain(text_at(&drive->document, item),
				     "expected a step such as 'bind: {device: 0}'");
	step->verb = verb_of(drive, node);
	if (!step->verb)
		return -EINVAL;
	step->node = node;
	for (const struct drive_key *key = step->verb->keys; key->name; key++) {
		step->arguments[key->argument] = key->fallback;
		if (key->is_wanted && !text_child(node, key->name))
			return text_complain(text_at(&drive->document, node), "%s needs '%s'",
					     step->verb->name, key->name);
	}
	for (const struct text_node *child = node->first; child && !err; child = child->next)
		err = parse_argument(drive, child, step);
	return err;
}

static int parse_steps(struct drive *drive, const struct text_node *list, struct drive_step **steps,
		       u32 *nr)
{
	struct drive_step *step;
	int err = 0;

	if (list->kind != TEXT_LIST || !list->nr_children)
		return text_complain(text_at(&drive->document, list), "expected a list of steps");
	*steps = calloc(list->nr_children, sizeof(**steps));
	if (!*steps)
		return -ENOMEM;
	step = *steps;
	for (const struct text_node *item = list->first; item && !err; item = item->next) {
		err = parse_step(drive, item, step++);
		(*nr)++;
	}
	return err;
}

/* --- the rest of a file --- */

static int parse_settings(struct drive *drive, const struct text_node *map)
{
	if (map->kind != TEXT_MAP || map->nr_children > DRIVE_MAX_SETTINGS - drive->nr_settings)
		return text_complain(text_at(&drive->document, map),
				     "set: expected at most %u keys of a workload file with values",
				     DRIVE_MAX_SETTINGS - drive->nr_settings);
	for (const struct text_node *node = map->first; node; node = node->next) {
		struct wl_setting *setting = &drive->settings[drive->nr_settings++];

		if (node->kind != TEXT_SCALAR || strlen(node->key->text) >= sizeof(setting->path) ||
		    strlen(node->text) >= sizeof(setting->value))
			return text_complain(text_at(&drive->document, node),
					     "set: expected one value");
		strcpy(setting->path, node->key->text);
		strcpy(setting->value, node->text);
		setting->line = node->line;
		setting->column = node->column;
	}
	return 0;
}

static int parse_word(struct drive *drive, const struct text_node *node)
{
	struct text_where where = text_at(&drive->document, node);
	u64 flag = 0;
	int err = 0;

	if (node->kind != TEXT_SCALAR)
		return text_complain(where, "%s: expected one value", node->key->text);
	if (!strcmp(node->key->text, "machine"))
		drive->machine_name = node->text;
	else if (!strcmp(node->key->text, "limit"))
		err = read_ps(where, node->text, &drive->limit_ps);
	else if (strcmp(node->key->text, "about") != 0 && strcmp(node->key->text, "build") != 0)
		err = read_flag(where, node->text, &flag);
	if (!strcmp(node->key->text, "racy"))
		drive->is_racy = flag;
	if (!strcmp(node->key->text, "late"))
		drive->is_late = flag;
	return err;
}

static int parse_key(struct drive *drive, const struct text_node *node)
{
	static const char *const words[] = {"about", "machine", "build", "limit",
					    "racy",  "late",	NULL};
	struct text_suggestion near = {0};
	const char *name = node->key->text;

	if (!strcmp(name, "steps"))
		return parse_steps(drive, node, &drive->steps, &drive->nr_steps);
	if (!strcmp(name, "set"))
		return parse_settings(drive, node);
	if (!strcmp(name, "series")) {
		drive->series = node;
		return node->kind == TEXT_LIST ? 0
					       : text_complain(text_at(&drive->document, node),
							       "series: expected a list");
	}
	for (const char *const *word = words; *word; word++) {
		if (!strcmp(*word, name))
			return parse_word(drive, node);
		text_suggest(&near, name, *word);
	}
	return unknown(drive, node->key, "key", &near);
}

/* Beyond what the platforms' have: scenarios are about what drivers do with all of it. */
static void start_with_newer_smmu(struct drive *drive)
{
	static const struct wl_setting smmuv3_2[] = {
		{.path = "smmu.features.arch_minor", .value = "2"},
		{.path = "smmu.features.hyp", .value = "true"},
		{.path = "smmu.features.ril", .value = "true"},
		{.path = "smmu.features.fwb", .value = "true"},
		{.path = "smmu.features.bbml", .value = "2"},
		{.path = "smmu.features.e0pd", .value = "true"},
		{.path = "smmu.features.ptwnnc", .value = "true"},
	};
	const char *kind = linux_iommu_kind();

	if (!kind || !strcmp(kind, "vtd"))
		return;
	memcpy(drive->settings, smmuv3_2, sizeof(smmuv3_2));
	drive->nr_settings = sizeof(smmuv3_2) / sizeof(smmuv3_2[0]);
}

int drive_load(struct drive **to, const char *path, char *message)
{
	struct drive *drive = calloc(1, sizeof(*drive));
	int err;

	*to = NULL;
	if (!drive)
		return -ENOMEM;
	drive->path = strdup(path);
	drive->machine_name = "uadk-sva";
	drive->limit_ps = 2 * SIM_PS_PER_S;
	start_with_newer_smmu(drive);
	err = drive->path ? text_document_read(&drive->document, drive->path, message) : -ENOMEM;
	if (!err) {
		const struct text_node *node = drive->document.root->first;

		for (; node && !err; node = node->next)
			err = parse_key(drive, node);
	}
	if (!err && !drive->nr_steps)
		err = text_complain((struct text_where){path, 1, 1, message}, "there are no steps");
	if (err) {
		drive_free(drive);
		return err;
	}
	*to = drive;
	return 0;
}

static void free_steps(struct drive_step *steps, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		free_steps(steps[i].body, steps[i].nr_body);
	free(steps);
}

void drive_free(struct drive *drive)
{
	if (!drive)
		return;
	free_steps(drive->steps, drive->nr_steps);
	text_document_free(&drive->document);
	free(drive->said.text);
	free(drive->round.text);
	free(drive->path);
	free(drive);
}

const char *drive_machine(const struct drive *drive)
{
	const char *kind = linux_iommu_kind();

	if (strcmp(drive->machine_name, "any") != 0)
		return drive->machine_name;
	return kind && !strcmp(kind, "vtd") ? "vtd-sva" : "uadk-sva";
}

u32 drive_settings(const struct drive *drive, const struct wl_setting **settings)
{
	*settings = drive->settings;
	return drive->nr_settings;
}

bool drive_is_for(const struct drive *drive)
{
	const char *release = linux_release();

	if (!drive->series || !release)
		return true;
	for (const struct text_node *node = drive->series->first; node; node = node->next) {
		size_t length = node->kind == TEXT_SCALAR ? strlen(node->text) : 0;

		if (length && !strncmp(node->text, release, length) && release[length] == '.')
			return true;
	}
	return false;
}
