// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim-scenarios -o OUT.c FILE.yaml...: compile scenario files into the table
 * scn_table. Part of the build. Exit 2 for a bad file, with its line.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/scenario/scenario.h"

static const struct text_node *section(const struct scn_file *file, const char *name)
{
	return text_child(file->doc.root, name);
}

static void write_id(FILE *out, const char *prefix, const char *name)
{
	fprintf(out, "%s_", prefix);
	for (; *name; name++)
		fputc(*name == '-' ? '_' : *name, out);
}

static void write_array(FILE *out, const char *field, const char *name)
{
	fprintf(out, ".%s = ", field);
	write_id(out, field, name);
	fprintf(out, ", .nr_%s = sizeof(", field);
	write_id(out, field, name);
	fprintf(out, ") / sizeof(");
	write_id(out, field, name);
	fprintf(out, "[0]), ");
}

static void write_dispatches(const struct scn_file *file, FILE *out)
{
	const struct text_node *list = section(file, "dispatch");

	fprintf(out, ".dispatches = %s", list ? "0" : "BIT(PFH_NR_DISPATCHES) - 1");
	for (const struct text_node *node = list ? list->first : NULL; node; node = node->next) {
		fprintf(out, " | BIT(PFH_DISPATCH_");
		scn_write_upper(out, node->text);
		fprintf(out, ")");
	}
	fprintf(out, ", ");
}

static void write_thread_names(const struct text_node *threads, FILE *out)
{
	fprintf(out, ".thread_names = {");
	for (const struct text_node *list = threads->first; list; list = list->next) {
		scn_write_text(out, list->key->text);
		fprintf(out, ", ");
	}
	fprintf(out, "}, ");
}

/* The scenario's row of the table; what it says has been checked. */
static void write_row(const struct scn_file *file, FILE *out)
{
	const struct text_node *rows = section(file, "rows"), *spaces = section(file, "spaces");

	fprintf(out, "\t{.name = ");
	scn_write_text(out, file->name);
	fprintf(out, ", .about = ");
	scn_write_text(out, section(file, "about")->text);
	fprintf(out, ", .nr_spaces = %s, .rows = 0", spaces ? spaces->text : "1");
	for (const struct text_node *row = rows ? rows->first : NULL; row; row = row->next)
		fprintf(out, " | BIT(%s)", row->text);
	fprintf(out, ", ");
	write_dispatches(file, out);
	fprintf(out, ".devices = 0x%x, .used_containers = 0x%x, ", file->devices, file->containers);
	if (section(file, "machine")) {
		fprintf(out, ".machine = SCN_");
		scn_write_upper(out, section(file, "machine")->text);
		fprintf(out, ", ");
	}
	if (section(file, "warns-without-memory"))
		fprintf(out, ".may_warn = %s, ", section(file, "warns-without-memory")->text);
	write_array(out, "containers", file->name);
	write_array(out, "steps", file->name);
	if (section(file, "threads")) {
		write_array(out, "together", file->name);
		write_thread_names(section(file, "threads"), out);
	}
	if (section(file, "then"))
		write_array(out, "then", file->name);
	if (section(file, "fails-on"))
		write_array(out, "fails_on", file->name);
	fprintf(out, "},\n");
}

/* "tests/scenarios/two-faults.yaml" is two-faults. */
static int name_of(const char *path, char *name, size_t bytes, char *message)
{
	const char *slash = strrchr(path, '/'), *begin = slash ? slash + 1 : path;
	size_t length = strspn(begin, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (!length || length >= bytes || strcmp(begin + length, ".yaml"))
		return text_complain(
			(struct text_where){.file = path, .message = message},
			"a scenario's name is small letters, digits and -, then .yaml");
	snprintf(name, bytes, "%.*s", (int)length, begin);
	return 0;
}

static int compile(const char *path, FILE *out, FILE *rows, char *message)
{
	struct scn_file file = {.out = out};
	char name[64];
	int err = name_of(path, name, sizeof(name), message);

	if (!err)
		err = text_document_read(&file.doc, path, message);
	if (err)
		return err;
	file.name = name;
	err = scn_compile(&file);
	if (!err)
		write_row(&file, rows);
	text_document_free(&file.doc);
	return err;
}

static int compile_all(char **paths, int nr, FILE *out, char *message)
{
	char *rows_text = NULL;
	size_t rows_bytes;
	FILE *rows = open_memstream(&rows_text, &rows_bytes);
	int err = rows ? 0 : -ENOMEM;

	fprintf(out, "// SPDX-License-Identifier: GPL-2.0-only\n"
		     "/* Made from tests/scenarios by iopfsim-scenarios. */\n"
		     "#include \"scenario.h\"\n\n");
	for (int i = 0; i < nr && !err; i++)
		err = compile(paths[i], out, rows, message);
	if (rows)
		fclose(rows);
	if (!err)
		fprintf(out,
			"\nconst struct scenario scn_table[] = {\n%s};\n"
			"const unsigned int scn_table_size = %d;\n",
			rows_text, nr);
	free(rows_text);
	return err;
}

int main(int argc, char **argv)
{
	char temporary[4096], message[TEXT_MESSAGE_MAX] = "not enough memory";
	FILE *out;
	int err;

	if (argc < 4 || strcmp(argv[1], "-o")) {
		fprintf(stderr, "usage: iopfsim-scenarios -o OUT.c FILE.yaml...\n");
		return 2;
	}
	snprintf(temporary, sizeof(temporary), "%.4000s.new", argv[2]);
	out = fopen(temporary, "w");
	if (!out) {
		perror(temporary);
		return 1;
	}
	err = compile_all(argv + 3, argc - 3, out, message);
	if (ferror(out) | fclose(out) && !err) {
		perror(temporary);
		return 1;
	}
	if (err) {
		fprintf(stderr, "%s\n", message);
		unlink(temporary);
		return 2;
	}
	return rename(temporary, argv[2]) ? 1 : 0;
}
