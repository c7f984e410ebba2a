// SPDX-License-Identifier: GPL-2.0-only
/* Values of a scenario file into C. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tool/scenario/scenario.h"

const struct scn_key *scn_find_key(struct scn_file *file, const struct scn_key *keys,
				   const struct text_node *node, const char *where)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	for (const struct scn_key *key = keys; key->key; key++) {
		if (!strcmp(key->key, node->key->text))
			return key;
		text_suggest(&near, node->key->text, key->key);
	}
	text_complain(text_at(&file->doc, node->key), "unknown key %s of %s%s",
		      text_quote(quoted, node->key->text), where, text_hint(hint, &near));
	return NULL;
}

void scn_write_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static int complain(struct scn_file *file, const struct scn_key *key, const struct text_node *node,
		    const char *expected)
{
	char quoted[TEXT_QUOTE_BYTES];

	return text_complain(text_at(&file->doc, node), "%s: %s, expected %s", key->key,
			     text_quote(quoted, node->text), expected);
}

static int read_number(struct scn_file *file, const struct scn_key *key,
		       const struct text_node *node, s64 *value)
{
	char expected[96], *end;

	snprintf(expected, sizeof(expected), "a whole number from %lld to %lld", key->min,
		 key->max);
	if (node->kind != TEXT_SCALAR)
		return text_complain(text_at(&file->doc, node), "%s: expected %s", key->key,
				     expected);
	errno = 0;
	*value = strtoll(node->text, &end, 0);
	if (errno || end == node->text || *end || *value < key->min || *value > key->max)
		return complain(file, key, node, expected);
	return 0;
}

static int write_number(struct scn_file *file, const struct scn_key *key,
			const struct text_node *node)
{
	s64 value = 0;
	int err = read_number(file, key, node, &value);

	if (!err)
		fprintf(file->out, ".%s = %lld, ", key->field, value);
	return err;
}

static int write_bool(struct scn_file *file, const struct scn_key *key,
		      const struct text_node *node)
{
	if (strcmp(node->text, "true") && strcmp(node->text, "false"))
		return complain(file, key, node, "true or false");
	fprintf(file->out, ".%s = %s, ", key->field, node->text);
	return 0;
}

static int write_perm(struct scn_file *file, const struct scn_key *key,
		      const struct text_node *node)
{
	static const struct {
		char letter;
		const char *name;
	} perms[] = {
		{'r', "PFH_PERM_READ"},
		{'w', "PFH_PERM_WRITE"},
		{'x', "PFH_PERM_EXEC"},
		{'p', "PFH_PERM_PRIV"},
	};

	if (!node->text[0] || strspn(node->text, "rwxp") != strlen(node->text))
		return complain(file, key, node, "some of r, w, x, p");
	fprintf(file->out, ".%s = 0", key->field);
	for (size_t i = 0; i < sizeof(perms) / sizeof(perms[0]); i++) {
		if (strchr(node->text, perms[i].letter))
			fprintf(file->out, " | %s", perms[i].name);
	}
	fputs(", ", file->out);
	return 0;
}

void scn_write_upper(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == '-' ? '_' : toupper((unsigned char)*text), out);
}

static int write_word(struct scn_file *file, const struct scn_key *key,
		      const struct text_node *node)
{
	char wanted[64], expected[128];

	snprintf(wanted, sizeof(wanted), " %.60s ", node->text);
	if (!node->text[0] || strchr(node->text, ' ') || !strstr(key->choices, wanted)) {
		snprintf(expected, sizeof(expected), "one of%s", key->choices);
		expected[strlen(expected) - 1] = 0;
		return complain(file, key, node, expected);
	}
	fprintf(file->out, ".%s = %s", key->field, key->prefix);
	scn_write_upper(file->out, node->text);
	fputs(", ", file->out);
	return 0;
}

/* Those that a transcript can name: handler/scenario/scenario_text.c. */
static int write_errno_value(struct scn_file *file, const struct scn_key *key,
			     const struct text_node *node)
{
	static const char *const names = " EAGAIN EBUSY EEXIST EFAULT EINVAL ENODEV ENOENT ENOMEM "
					 "ENOSPC EOPNOTSUPP EPERM EIO ESRCH ETIMEDOUT ";
	char wanted[32];

	snprintf(wanted, sizeof(wanted), " %.28s ", node->text);
	if (!strcmp(node->text, "OK")) {
		fputc('0', file->out);
		return 0;
	}
	if (node->kind != TEXT_SCALAR || strchr(node->text, ' ') || !strstr(names, wanted))
		return complain(file, key, node, "an errno such as EBUSY, or OK");
	fprintf(file->out, "-%s", node->text);
	return 0;
}

/* The first of a list, and what is as good. */
static int write_errno(struct scn_file *file, const struct scn_key *key,
		       const struct text_node *node)
{
	const struct text_node *first = node->kind == TEXT_LIST ? node->first : node;
	int err;

	if (!first || first->kind != TEXT_SCALAR)
		return text_complain(text_at(&file->doc, node), "'%s' wants an errno, or a list",
				     key->key);
	fprintf(file->out, ".%s = ", key->field);
	err = write_errno_value(file, key, first);
	if (node->kind == TEXT_LIST)
		fprintf(file->out, ", .nr_%ss_too = %u, .%ss_too = (const int[]){", key->field,
			node->nr_children - 1, key->field);
	for (first = node->kind == TEXT_LIST ? first->next : NULL; first && !err;
	     first = first->next) {
		err = write_errno_value(file, key, first);
		fputs(", ", file->out);
	}
	fputs(node->kind == TEXT_LIST ? "}, " : ", ", file->out);
	return err;
}

static int write_codes(struct scn_file *file, const struct scn_key *key,
		       const struct text_node *list)
{
	int err;

	if (list->kind == TEXT_SCALAR)
		return write_word(file, key, list);
	if (list->kind != TEXT_LIST || !list->first)
		return text_complain(text_at(&file->doc, list), "'%s' wants one of%s, or a list",
				     key->key, key->choices);
	err = write_word(file, key, list->first);
	fprintf(file->out, ".%ss_too = 0", key->field);
	for (const struct text_node *node = list->first->next; node && !err; node = node->next) {
		char name[32];

		/* The name is checked by writing it nowhere in particular. */
		snprintf(name, sizeof(name), " %.28s ", node->text);
		if (node->kind != TEXT_SCALAR || !strstr(key->choices, name))
			err = complain(file, key, node, "a code");
		fprintf(file->out, " | BIT(%s", key->prefix);
		scn_write_upper(file->out, node->text);
		fputs(")", file->out);
	}
	fputs(", ", file->out);
	return err;
}

static int write_reaches(struct scn_file *file, const struct scn_key *key,
			 const struct text_node *node)
{
	if (strcmp(node->text, "either"))
		return write_bool(file, key, node);
	fprintf(file->out, ".%s = true, .is_either = true, ", key->field);
	return 0;
}

static int write_label(struct scn_file *file, const struct scn_key *key,
		       const struct text_node *node)
{
	u32 i;

	if (!node->text[0] || strlen(node->text) >= sizeof(file->labels[0]))
		return complain(file, key, node, "a short name");
	for (i = 0; i < SCN_MAX_LABELS && file->labels[i][0]; i++) {
		if (!strcmp(file->labels[i], node->text))
			break;
	}
	if (i == SCN_MAX_LABELS)
		return text_complain(text_at(&file->doc, node),
				     "more than %u things are done beside", SCN_MAX_LABELS);
	snprintf(file->labels[i], sizeof(file->labels[i]), "%s", node->text);
	fprintf(file->out, ".%s = %u, ", key->field, i + 1);
	return 0;
}

static int write_numbers(struct scn_file *file, const struct scn_key *key,
			 const struct text_node *list)
{
	fprintf(file->out, ".nr_%s = %u, .%s = (const s32[]){", key->field, list->nr_children,
		key->field);
	for (const struct text_node *node = list->first; node; node = node->next) {
		s64 value = 0;
		int err = read_number(file, key, node, &value);

		if (err)
			return err;
		fprintf(file->out, "%lld, ", value);
	}
	fputs("}, ", file->out);
	return 0;
}

static int write_answers(struct scn_file *file, const struct scn_key *key,
			 const struct text_node *list)
{
	fprintf(file->out, ".nr_%s = %u, .%s = (const struct scn_answer[]){", key->field,
		list->nr_children, key->field);
	for (const struct text_node *node = list->first; node; node = node->next) {
		int err;

		if (node->kind != TEXT_MAP)
			return text_complain(text_at(&file->doc, node),
					     "an answer wants {device: , group: , code: }");
		fputs("{", file->out);
		err = scn_write_fields(file, &(struct scn_fields){
						     .keys = scn_answer_keys,
						     .map = node,
						     .where = text_at(&file->doc, node),
						     .what = "an answer",
					     });
		if (err)
			return err;
		fputs("}, ", file->out);
	}
	fputs("}, ", file->out);
	return 0;
}

static int write_scalar(struct scn_file *file, const struct scn_key *key,
			const struct text_node *node)
{
	switch (key->kind) {
	case SCN_KIND_NUMBER:
		return write_number(file, key, node);
	case SCN_KIND_BOOL:
		return write_bool(file, key, node);
	case SCN_KIND_PERM:
		return write_perm(file, key, node);
	case SCN_KIND_WORD:
		return write_word(file, key, node);
	case SCN_KIND_REACHES:
		return write_reaches(file, key, node);
	case SCN_KIND_LABEL:
		return write_label(file, key, node);
	default:
		fprintf(file->out, ".%s = ", key->field);
		scn_write_text(file->out, node->text);
		fputs(", ", file->out);
		return 0;
	}
}

int scn_write_value(struct scn_file *file, const struct scn_key *key, const struct text_node *node)
{
	bool wants_list = key->kind == SCN_KIND_NUMBERS || key->kind == SCN_KIND_ANSWERS;

	if (key->kind == SCN_KIND_ERRNO)
		return write_errno(file, key, node);
	if (key->kind == SCN_KIND_CODES)
		return write_codes(file, key, node);
	if (node->kind != (wants_list ? TEXT_LIST : TEXT_SCALAR))
		return text_complain(text_at(&file->doc, node), "'%s' wants a %s", key->key,
				     wants_list ? "list" : "single value");
	if (key->kind == SCN_KIND_NUMBERS)
		return write_numbers(file, key, node);
	if (key->kind == SCN_KIND_ANSWERS)
		return write_answers(file, key, node);
	return write_scalar(file, key, node);
}

/* The default "=page" is what page has, given or not. */
static int write_default(struct scn_file *file, const struct scn_key *key,
			 const struct scn_fields *fields)
{
	const struct text_node *page = text_child(fields->map, "page");

	if (!key->def)
		return text_complain(fields->where, "%s without '%s'", fields->what, key->key);
	if (!strcmp(key->def, "=page"))
		return page ? write_number(file, key, page)
			    : fprintf(file->out, ".%s = 0, ", key->field) < 0;
	if (key->def[0])
		fprintf(file->out, ".%s = %s, ", key->field, key->def);
	return 0;
}

int scn_write_fields(struct scn_file *file, const struct scn_fields *fields)
{
	const struct text_node *map = fields->map;

	for (const struct text_node *node = map ? map->first : NULL; node; node = node->next) {
		if (!scn_find_key(file, fields->keys, node, fields->what))
			return -EINVAL;
	}
	for (const struct scn_key *key = fields->keys; key->key; key++) {
		const struct text_node *node = text_child(map, key->key);
		int err = node ? scn_write_value(file, key, node)
			       : write_default(file, key, fields);

		if (err)
			return err;
	}
	return 0;
}
