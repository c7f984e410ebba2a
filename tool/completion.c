// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion for bash, made from the tables that the program itself obeys: verbs, options,
 * parameters. Workloads and platforms are asked for when they are wanted: they are files.
 */
#include "tool/completion.h"

#include <stdio.h>
#include <string.h>

static void print_parameters(void)
{
	struct wl_word_info word;

	for (size_t i = 0; wl_word_info(i, &word); i++)
		printf("%s%s%s ", word.section, word.section[0] ? "." : "", word.key);
	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++)
			printf("%s.%s ", sys_sections[i].path, sys_sections[i].params[j].key);
	}
}

static void print_verbs(const struct tool_verb *verbs, const char *between)
{
	for (const struct tool_verb *verb = verbs; verb->name; verb++)
		printf("%s%s", verb->name, verb[1].name ? between : "");
}

/* @verb: NULL before it. */
static void print_options(const struct tool_verb *verb)
{
	struct tool_option options[TOOL_MAX_OPTIONS];
	const u32 nr = tool_options_of(verb, options);

	for (u32 i = 0; i < nr; i++) {
		printf("--%s ", options[i].name);
		if (options[i].letter)
			printf("-%c ", options[i].letter);
	}
}

/* "load, locks": without commas. */
static void print_words(const char *words)
{
	for (; *words; words++) {
		if (*words != ',')
			putchar(*words);
	}
}

static void print_verb(const struct tool_verb *verb)
{
	printf("\t%s)\n\t\toptions='", verb->name);
	print_options(verb);
	printf("'\n");
	if (verb->words) {
		printf("\t\twords='");
		print_words(verb->words);
		printf("'\n");
	}
	if (verb->lists)
		printf("\t\twords=$(\"${COMP_WORDS[0]}\" list %s 2>/dev/null | cut -d' ' -f1)\n",
		       verb->lists);
	printf("\t\t;;\n");
}

/* Options with a value: --set and --sweep have parameters, a file may be named, of the others
 * nothing is known.
 */
static void print_values(void)
{
	static const struct tool_verb all = {.takes = TOOL_TAKES_ALL,
					     .has_plot_option = true,
					     .has_theme_option = true,
					     .has_run_options = true,
					     .has_jobs_option = true,
					     .has_sweep_options = true,
					     .has_serve_options = true,
					     .has_gate_option = true};
	struct tool_option options[TOOL_MAX_OPTIONS];
	const u32 nr = tool_options_of(&all, options);

	for (u32 i = 0; i < nr; i++) {
		const char *arg = options[i].arg;

		if (!arg)
			continue;
		printf("\t--%s", options[i].name);
		if (options[i].letter)
			printf(" | -%c", options[i].letter);
		if (!strcmp(arg, "PATH=VALUE") || !strcmp(arg, "KEY=LIST"))
			printf(") words=$parameters suffix='=' ;;\n");
		else if (!strcmp(arg, "DIR") || !strcmp(arg, "FILE") || !strcmp(arg, "PATH"))
			printf(") has_files=1 ;;\n");
		else if (!strcmp(arg, "THEME"))
			printf(") words='default paper' ;;\n");
		else
			printf(") ;;\n");
	}
}

void completion_bash(const struct tool_verb *verbs)
{
	fputs("# Completion of iopfsim for bash, printed by 'iopfsim completion bash'.\n"
	      "_iopfsim()\n{\n"
	      "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal i verb='' words='' options='' suffix='' has_files=''\n"
	      "\tlocal parameters='",
	      stdout);
	print_parameters();
	fputs("'\n\n\tCOMPREPLY=()\n"
	      "\tif [[ $current == '=' || $before == '=' ]]; then return; fi\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t\t",
	      stdout);
	print_verbs(verbs, " | ");
	fputs(") verb=${COMP_WORDS[i]} && break ;;\n\t\tesac\n\tdone\n\tcase $before in\n", stdout);
	print_values();
	fputs("\t*)\n\t\t_iopfsim_verb\n\t\t;;\n\tesac\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -S \"$suffix\" -- \"$current\")\n"
	      "\tif [[ $suffix ]]; then compopt -o nospace; fi\n"
	      "\tif [[ ! $has_files ]]; then return; fi\n"
	      "\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$current\")\n"
	      "\tcompopt -o filenames\n}\n\n"
	      "# What may stand behind $verb; in the variables of _iopfsim.\n"
	      "_iopfsim_verb()\n{\n\thas_files=1\n\tcase $verb in\n\t'')\n\t\toptions='",
	      stdout);
	print_options(NULL);
	fputs("'\n\t\twords='help ", stdout);
	print_verbs(verbs, " ");
	fputs("'\n\t\thas_files=''\n\t\t;;\n", stdout);
	for (const struct tool_verb *verb = verbs; verb->name; verb++)
		print_verb(verb);
	fputs("\tesac\n"
	      "\tif [[ $verb == list && $before == parameters ]]; then words=$parameters; fi\n"
	      "\tif [[ $current == -* ]]; then words=$options has_files=''; fi\n}\n\n"
	      "complete -F _iopfsim iopfsim\n",
	      stdout);
}
