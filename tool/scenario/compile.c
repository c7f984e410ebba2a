// SPDX-License-Identifier: GPL-2.0-only
/*
 * One scenario file:
 *
 *	about: what it shows, in one line
 *	rows: [4, 5]                       of the review that it answers; may be left out
 *	fails-on: {rfc-v3: answers}        designs whose defect it shows, and how
 *	dispatch: [inline, workqueue]      only under these; all if left out
 *	warns-without-memory: true         one allocation failing makes the kernel warn
 *	machine: smmuv3                    what it runs on, of schedules; a mock if left out
 *	spaces: 1                          address spaces
 *	containers:
 *	  - {iopf: true, premap: 1}        one such if left out
 *	steps:
 *	  - attach: {device: 0}
 *	  - fault: {page: 3, perm: w, answer: success}
 *	threads:                           then, at the same time
 *	  device: [fault: {page: 4, answer: [success, invalid]}]
 *	  owner: [detach: {device: 0}]
 *	then:                              and at the end
 *	  - expect: {mapped: ""}
 */
#include <stdlib.h>
#include <string.h>

#include "tool/scenario/scenario.h"

static const struct text_node *section(const struct scn_file *file, const char *name)
{
	return text_child(file->doc.root, name);
}

static int check_sections(struct scn_file *file)
{
	static const struct scn_key known[] = {
		{.key = "about"},
		{.key = "rows"},
		{.key = "fails-on"},
		{.key = "spaces"},
		{.key = "containers"},
		{.key = "steps"},
		{.key = "threads"},
		{.key = "then"},
		{.key = "dispatch"},
		{.key = "machine"},
		{.key = "warns-without-memory"},
		{0},
	};

	for (const struct text_node *node = file->doc.root->first; node; node = node->next) {
		if (!scn_find_key(file, known, node, "a scenario"))
			return -EINVAL;
	}
	return 0;
}

/* --- steps --- */

static const struct scn_verb_def *find_verb(struct scn_file *file, const struct text_node *node)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	for (size_t i = 0; i < scn_nr_verbs; i++) {
		if (!strcmp(scn_verbs[i].name, node->key->text))
			return &scn_verbs[i];
		text_suggest(&near, node->key->text, scn_verbs[i].name);
	}
	text_complain(text_at(&file->doc, node->key), "unknown verb %s%s",
		      text_quote(quoted, node->key->text), text_hint(hint, &near));
	return NULL;
}

static void append(char *text, size_t bytes, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, bytes - used, "%s", word);
}

/* "fault device=0 page=3 perm=w": what the file says but for what is expected. */
static void step_text(const struct scn_verb_def *verb, const struct text_node *args, char *text,
		      size_t bytes)
{
	snprintf(text, bytes, "%s", verb->name);
	for (const struct scn_key *key = verb->keys; key->key; key++) {
		for (const struct text_node *node = args->first; node; node = node->next) {
			if (key->is_expectation || strcmp(node->key->text, key->key))
				continue;
			append(text, bytes, " ");
			append(text, bytes, key->key);
			append(text, bytes, "=");
			if (node->kind == TEXT_SCALAR)
				append(text, bytes, node->text);
			for (const struct text_node *item = node->first; item; item = item->next) {
				append(text, bytes, item->text);
				append(text, bytes, item->next ? "," : "");
			}
		}
	}
}

/* Every fault says what it is answered. */
static int check_step(struct scn_file *file, const struct scn_verb_def *verb,
		      const struct text_node *args)
{
	const struct text_node *last = text_child(args, "last");
	bool is_last = !last || strcmp(last->text, "false");
	bool is_answered = !strcmp(verb->name, "inject") ||
			   (!strcmp(verb->name, "fault") && is_last);

	if (is_answered && !text_child(args, "answer"))
		return text_complain(text_at(&file->doc, args),
				     "%s: expected 'answer:', what the device must be told",
				     verb->name);
	if (!is_last && text_child(args, "answer"))
		return text_complain(text_at(&file->doc, args),
				     "fault: only the last of a group is answered");
	return 0;
}

/* What is @key of one that has it, given or not; its values have been checked. */
static u32 bit_of(const struct scn_verb_def *verb, const struct text_node *args, const char *key)
{
	const struct text_node *node = text_child(args, key);

	for (const struct scn_key *known = verb->keys; known->key; known++) {
		if (!strcmp(known->key, key))
			return 1U << (node ? strtoul(node->text, NULL, 0) : 0);
	}
	return 0;
}

static int write_step(struct scn_file *file, const struct text_node *step)
{
	const struct text_node *args = step->first;
	const struct scn_verb_def *verb;
	char text[256];
	int err;

	if (step->kind != TEXT_MAP || step->nr_children != 1 || args->kind != TEXT_MAP)
		return text_complain(text_at(&file->doc, step),
				     "a step wants one verb and its arguments, such as "
				     "fault: {page: 3, answer: success}");
	verb = find_verb(file, args);
	if (!verb)
		return -EINVAL;
	err = check_step(file, verb, args);
	if (err)
		return err;
	step_text(verb, args, text, sizeof(text));
	fprintf(file->out, "\t{.text = ");
	scn_write_text(file->out, text);
	fprintf(file->out, ", .line = %u, .verb = %s, ", step->line, verb->id);
	if (file->thread)
		fprintf(file->out, ".thread = %u, ", file->thread);
	err = scn_write_fields(file, &(struct scn_fields){
					     .keys = verb->keys,
					     .map = args,
					     .where = text_at(&file->doc, args),
					     .what = verb->name,
				     });
	fprintf(file->out, "},\n");
	if (err)
		return err;
	file->devices |= bit_of(verb, args, "device");
	file->containers |= bit_of(verb, args, "container");
	return 0;
}

static void write_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(*name == '-' ? '_' : *name, out);
}

static void open_array(struct scn_file *file, const char *name)
{
	fprintf(file->out, "static const struct scn_step %s_", name);
	write_name(file->out, file->name);
	fprintf(file->out, "[] = {\n");
}

static int write_list(struct scn_file *file, const struct text_node *list, const char *name)
{
	if (list->kind != TEXT_LIST || !list->nr_children)
		return text_complain(text_at(&file->doc, list), "expected '%s:', a list", name);
	for (const struct text_node *node = list->first; node; node = node->next) {
		int err = write_step(file, node);

		if (err)
			return err;
	}
	return 0;
}

static int write_section(struct scn_file *file, const struct text_node *list, const char *name)
{
	int err;

	open_array(file, name);
	err = write_list(file, list, name);
	fprintf(file->out, "};\n");
	return err;
}

/* What one thread of several does does not wait for another, nor stops one. */
static int check_together(struct scn_file *file, const struct text_node *list)
{
	static const char *const never = " join still hold release inject ";
	char verb[32], quoted[TEXT_QUOTE_BYTES];

	for (const struct text_node *step = list->first; step; step = step->next) {
		if (step->kind != TEXT_MAP || step->nr_children != 1)
			continue;
		snprintf(verb, sizeof(verb), " %.28s ", step->first->key->text);
		if (strstr(never, verb))
			return text_complain(text_at(&file->doc, step),
					     "%s cannot be a thread's step",
					     text_quote(quoted, step->first->key->text));
	}
	return 0;
}

static int write_together(struct scn_file *file, const struct text_node *threads)
{
	int err = 0;

	if (threads->kind != TEXT_MAP || threads->nr_children < 2 ||
	    threads->nr_children > SCN_MAX_LABELS)
		return text_complain(text_at(&file->doc, threads),
				     "'threads' wants 2 to %u lists of steps by name",
				     SCN_MAX_LABELS);
	open_array(file, "together");
	for (const struct text_node *list = threads->first; list && !err; list = list->next) {
		file->thread++;
		err = check_together(file, list);
		if (!err)
			err = write_list(file, list, list->key->text);
	}
	file->thread = 0;
	fprintf(file->out, "};\n");
	return err;
}

static int write_steps(struct scn_file *file)
{
	const struct text_node *steps = section(file, "steps");
	const struct text_node *threads = section(file, "threads"), *then = section(file, "then");
	int err;

	if (!steps)
		return text_complain(text_at(&file->doc, file->doc.root),
				     "expected 'steps:', a list");
	if (then && !threads)
		return text_complain(text_at(&file->doc, then), "'then' follows 'threads'");
	err = write_section(file, steps, "steps");
	if (threads && !err)
		err = write_together(file, threads);
	if (then && !err)
		err = write_section(file, then, "then");
	return err;
}

/* --- containers --- */

static int write_container(struct scn_file *file, const struct text_node *node)
{
	const struct scn_fields fields = {
		.keys = scn_container_keys,
		.map = node,
		.where = text_at(&file->doc, node ? node : file->doc.root),
		.what = "a container",
	};
	int err;

	if (node && node->kind != TEXT_MAP)
		return text_complain(fields.where, "a container wants {iopf: , premap: }");
	fputs("\t{", file->out);
	err = scn_write_fields(file, &fields);
	fputs("},\n", file->out);
	return err;
}

static int write_containers(struct scn_file *file)
{
	const struct text_node *list = section(file, "containers");
	int err = 0;

	if (list && (list->kind != TEXT_LIST || list->nr_children > 2))
		return text_complain(text_at(&file->doc, list),
				     "'containers' wants a list of at most 2");
	fprintf(file->out, "static const struct scn_container containers_");
	write_name(file->out, file->name);
	fprintf(file->out, "[] = {\n");
	if (!list)
		err = write_container(file, NULL);
	for (const struct text_node *node = list ? list->first : NULL; node && !err;
	     node = node->next)
		err = write_container(file, node);
	fprintf(file->out, "};\n");
	return err;
}

/* --- designs that fail --- */

static int write_fails_on(struct scn_file *file)
{
	static const struct scn_key failure = {
		.key = "fails-on",
		.field = "failure",
		.kind = SCN_KIND_WORD,
		.prefix = "SCN_FAILS_",
		.choices = " answers hangs crashes ",
	};
	const struct text_node *map = section(file, "fails-on");

	if (!map)
		return 0;
	if (map->kind != TEXT_MAP)
		return text_complain(text_at(&file->doc, map), "'fails-on' wants {design: how}");
	fprintf(file->out, "static const struct scn_fails_on fails_on_");
	write_name(file->out, file->name);
	fprintf(file->out, "[] = {\n");
	for (const struct text_node *node = map->first; node; node = node->next) {
		int err;

		fputs("\t{.design = ", file->out);
		scn_write_text(file->out, node->key->text);
		fputs(", ", file->out);
		err = scn_write_value(file, &failure, node);
		if (err)
			return err;
		fputs("},\n", file->out);
	}
	fprintf(file->out, "};\n");
	return 0;
}

/* --- the rest of the head: checked here, written by the table --- */

static int check_head(struct scn_file *file)
{
	static const struct scn_key spaces = {
		.key = "spaces", .field = "nr_spaces", .kind = SCN_KIND_NUMBER, .min = 1, .max = 3};
	static const struct scn_key rows = {
		.key = "rows", .field = "rows", .kind = SCN_KIND_NUMBERS, .min = 1, .max = 19};
	static const struct scn_key dispatch = {
		.key = "dispatch",
		.kind = SCN_KIND_WORD,
		.choices = " inline workqueue device-workqueue cpu-threads ",
		.field = "dispatches",
		.prefix = "",
	};
	static const struct scn_key machine = {
		.key = "machine",
		.kind = SCN_KIND_WORD,
		.choices = " mock smmuv3 smmuv3-pri vtd ",
		.field = "machine",
		.prefix = "SCN_",
	};
	static const struct scn_key warns = {
		.key = "warns-without-memory", .field = "may_warn", .kind = SCN_KIND_BOOL};
	const struct text_node *about = section(file, "about"), *node;
	FILE *out = file->out;
	int err = 0;

	if (!about || about->kind != TEXT_SCALAR || !about->text[0])
		return text_complain(text_at(&file->doc, file->doc.root),
				     "expected 'about:', what it shows in one line");
	/* Looked at only: the text goes nowhere. */
	file->out = fopen("/dev/null", "w");
	if (!file->out) {
		file->out = out;
		return -errno;
	}
	node = section(file, "spaces");
	if (node)
		err = scn_write_value(file, &spaces, node);
	node = section(file, "rows");
	if (node && !err)
		err = scn_write_value(file, &rows, node);
	node = section(file, "machine");
	if (node && !err)
		err = scn_write_value(file, &machine, node);
	node = section(file, "warns-without-memory");
	if (node && !err)
		err = scn_write_value(file, &warns, node);
	node = section(file, "dispatch");
	for (node = node ? node->first : NULL; node && !err; node = node->next)
		err = scn_write_value(file, &dispatch, node);
	fclose(file->out);
	file->out = out;
	return err;
}

int scn_compile(struct scn_file *file)
{
	int err = check_sections(file);

	if (!err)
		err = check_head(file);
	if (!err)
		err = write_containers(file);
	if (!err)
		err = write_fails_on(file);
	return err ? err : write_steps(file);
}
