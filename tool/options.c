// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line, by glibc's argp: options that all verbs know may stand
 * before or behind the verb. argp's own complaints take two lines and exit with
 * 64, so they are off and ours are made here.
 */
#define _GNU_SOURCE
#include "tool/options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/version.h"

enum {
	KEY_SET = 0x100,
	KEY_SEED,
	KEY_JSON,
	KEY_NO_PLOTS,
	KEY_ALLOW_ERRORS,
	KEY_VERSION,
	KEY_MODEL,
	KEY_PROFILE,
	KEY_SOCKET,
	KEY_TRACE_MMIO,
	KEY_PLATFORM,
	KEY_REPEAT,
	KEY_SENSITIVITY,
	KEY_FAIL_ON,
	KEY_SWEEP,
	KEY_FORMAT,
	KEY_AS,
	KEY_TO,
	KEY_ACCESS,
	KEY_TIME,
	KEY_SECTOR,
	KEY_BASE,
	KEY_DEVICE,
	KEY_GAP,
	KEY_COLUMNS,
	KEY_LENGTH,
	KEY_SHARD,
	KEY_COLLECT,
	KEY_SLURM,
	KEY_THEME
};

#define MAX_JOBS 256
#define MAX_SEEDS 1000
/* Of options: common, nine of verbs, and the end. */
#define MAX_TABLES 11

static const struct argp_option common_options[] = {
	{"output", 'o', "DIR", 0, "write into the folder DIR", 1},
	{"set", KEY_SET, "PATH=VALUE", 0,
	 "override a value of the file, e.g. --set handler.extra=2us; may be repeated", 1},
	{"platform", KEY_PLATFORM, "FILE", 0,
	 "the platform file FILE in place of the workload's platform", 1},
	{"seed", KEY_SEED, "N", 0, "seed of every random stream", 1},
	{"json", KEY_JSON, NULL, 0, "print JSON instead of text", 1},
	{"quiet", 'q', NULL, 0, "print neither progress nor summary", 1},
	{"help", 'h', NULL, 0, "print this help", 2},
	{"version", KEY_VERSION, NULL, 0, "print the version", 2},
	{NULL, '?', NULL, OPTION_HIDDEN, NULL, 2}, /* the last: whoever looks for names ends here */
	{0},
};

static const struct argp_option plot_options[] = {
	{"no-plots", KEY_NO_PLOTS, NULL, 0, "draw no plots", 0},
	{0},
};

static const struct argp_option theme_options[] = {
	{"theme", KEY_THEME, "THEME", 0,
	 "how pictures look: default, or paper: without titles, for a column of print", 0},
	{0},
};

static const struct argp_option run_options[] = {
	{"allow-errors", KEY_ALLOW_ERRORS, NULL, 0,
	 "exit with 0 though the handler lost an answer, leaked, kept a lock, ...: \"defects\" of "
	 "result.json",
	 0},
	{0},
};

static const struct argp_option jobs_options[] = {
	{"repeat", KEY_REPEAT, "N", 0,
	 "run N times, with the seeds from the given one on: mean and 95 % interval of rate and "
	 "latencies",
	 0},
	{"sensitivity", KEY_SENSITIVITY, NULL, 0,
	 "run also with half and with twice each cost that the platform only estimates: which of "
	 "them the answer hangs on",
	 0},
	{"jobs", 'j', "N", 0, "N runs at a time (default: one for each CPU)", 0},
	{0},
};

static const struct argp_option sweep_options[] = {
	{"sweep", KEY_SWEEP, "KEY=LIST", 0,
	 "the points, in place of the file's: each value of LIST, as 1,4,32 or 2..11 or 1..1024*2; "
	 "of several --sweep each with each",
	 0},
	{"shard", KEY_SHARD, "I/N", 0,
	 "run only every N-th point, from the I-th on, and keep the runs in the folder of -o", 0},
	{"collect", KEY_COLLECT, NULL, 0,
	 "join the shards that are in the folders DIR..., all of one sweep by one program", 0},
	{"slurm", KEY_SLURM, "N", 0,
	 "submit a Slurm array job of N shards, whose runs are kept in the folder of -o; -j: CPUs of "
	 "each",
	 0},
	{0},
};

static const struct argp_option serve_options[] = {
	{"model", KEY_MODEL, "MODEL", 0, "the IOMMU: smmuv3 or vtd", 0},
	{"profile", KEY_PROFILE, "PROFILE", 0,
	 "what it is able to do: qemu72, as QEMU 7.2's (default: all that the model has)", 0},
	{"socket", KEY_SOCKET, "PATH", 0,
	 "listen on a Unix socket instead of standard input and output", 0},
	{"trace-mmio", KEY_TRACE_MMIO, NULL, 0, "print each access to a register on standard error",
	 0},
	{0},
};

static const struct argp_option gate_options[] = {
	{"fail-on", KEY_FAIL_ON, "NAME:+NUMBER", 0,
	 "exit with 1 if number NAME grew by more (with - in place of +: fell by more), in percent "
	 "with %, e.g. p99:+3% or throughput:-2%; may be repeated",
	 0},
	{0},
};

static const struct argp_option form_options[] = {
	{"format", KEY_FORMAT, "KIND", 0, "what FILE is (default: by its content)", 0},
	{"as", KEY_AS, "FORM", 0, "the form of what is written", 0},
	{0},
};

static const struct argp_option trace_options[] = {
	{"lines", 'n', "N", 0, "head: so many records (default: 10)", 0},
	{"to", KEY_TO, "VERSION", 0, "convert: the version of the trace format (default: 2)", 0},
	{"access", KEY_ACCESS, "POLICY", 0,
	 "import, where only mappings are known: map: each is accessed once, in full, when it is made "
	 "(default); unmap: just before it goes; none: no accesses",
	 0},
	{"time", KEY_TIME, "POLICY", 0,
	 "import: rebase: the first record is at 0 (default); keep: as the file says; none: as fast "
	 "as possible",
	 0},
	{"gap", KEY_GAP, "TIME", 0,
	 "import, where there are no times: between two records (default: 1us)", 0},
	{"sector", KEY_SECTOR, "SIZE", 0, "import of block traces: of a sector (default: 512)", 0},
	{"base", KEY_BASE, "ADDRESS", 0,
	 "import of block traces: the IOVA of sector or offset 0 (default: 0)", 0},
	{"length", KEY_LENGTH, "SIZE", 0,
	 "import, where no length is known: of an access (default: 64)", 0},
	{"device", KEY_DEVICE, "NAME", 0,
	 "import, where no device is named (default: by the format)", 0},
	{"columns", KEY_COLUMNS, "LIST", 0,
	 "import of csv: what its columns are, e.g. time_us,-,address,bytes,op (default: by the first "
	 "line)",
	 0},
	{0},
};

struct parse {
	struct tool_options *options;
	const struct tool_verb *verbs;
	const struct tool_verb *verb; /* NULL while looking for it */
	int argc;
	char **argv;
	int verb_index; /* in argv */
	int stopped;	/* in argv, after an error */
	char complaint[TEXT_MESSAGE_MAX];
};

static error_t complain(struct parse *parse, const char *text)
{
	snprintf(parse->complaint, sizeof(parse->complaint), "%s", text);
	return EINVAL;
}

static error_t add_setting(struct parse *parse, const char *arg)
{
	struct tool_options *options = parse->options;

	if (options->nr_settings == WL_MAX_SETTINGS)
		return complain(parse, "too many --set");
	if (wl_setting_parse(arg, &options->settings[options->nr_settings], parse->complaint))
		return EINVAL;
	options->nr_settings++;
	return 0;
}

static error_t add_axis(struct parse *parse, const char *arg)
{
	struct tool_options *options = parse->options;

	if (options->nr_axes == TOOL_MAX_AXES)
		return complain(parse, "too many --sweep");
	if (wl_axis_parse(arg, &options->axes[options->nr_axes], parse->complaint))
		return EINVAL;
	options->nr_axes++;
	return 0;
}

static error_t set_number(struct parse *parse, const char *option, const char *arg, u64 *value)
{
	char why[TEXT_MESSAGE_MAX];

	if (!wl_parse_number(arg, SIM_UNIT_COUNT, value, why))
		return 0;
	snprintf(parse->complaint, sizeof(parse->complaint), "%s: %.300s", option, why);
	return EINVAL;
}

/* "2/4" */
static error_t set_shard(struct parse *parse, const char *arg)
{
	u32 shard = 0, nr_shards = 0;
	int length = 0;

	if (sscanf(arg, "%5u/%5u%n", &shard, &nr_shards, &length) != 2 || arg[length] || !shard ||
	    shard > nr_shards || nr_shards > TOOL_MAX_SHARDS) {
		snprintf(
			parse->complaint, sizeof(parse->complaint),
			"--shard: '%.40s' is no shard, expected I/N such as 1/4, I from 1 to N, N at "
			"most %d",
			arg, TOOL_MAX_SHARDS);
		return EINVAL;
	}
	parse->options->shard = shard;
	parse->options->nr_shards = nr_shards;
	return 0;
}

static error_t set_slurm(struct parse *parse, const char *arg)
{
	u64 number;

	if (set_number(parse, "--slurm", arg, &number))
		return EINVAL;
	if (!number || number > TOOL_MAX_SHARDS) {
		snprintf(parse->complaint, sizeof(parse->complaint),
			 "--slurm: %.40s is out of range, expected 1 to %d", arg, TOOL_MAX_SHARDS);
		return EINVAL;
	}
	parse->options->nr_slurm = (u32)number;
	return 0;
}

static error_t set_seed(struct parse *parse, const char *arg)
{
	parse->options->has_seed = true;
	return set_number(parse, "--seed", arg, &parse->options->seed);
}

static error_t set_jobs(struct parse *parse, const char *arg)
{
	u64 number;

	if (set_number(parse, "--jobs", arg, &number))
		return EINVAL;
	if (number > MAX_JOBS) {
		snprintf(parse->complaint, sizeof(parse->complaint),
			 "--jobs: %.40s is out of range, expected at most %d", arg, MAX_JOBS);
		return EINVAL;
	}
	parse->options->nr_jobs = (u32)number;
	return 0;
}

/* One seed has no interval. */
static error_t set_seeds(struct parse *parse, const char *arg)
{
	u64 number;

	if (set_number(parse, "--repeat", arg, &number))
		return EINVAL;
	if (number < 2 || number > MAX_SEEDS) {
		snprintf(parse->complaint, sizeof(parse->complaint),
			 "--repeat: %.40s is out of range, expected 2 to %d", arg, MAX_SEEDS);
		return EINVAL;
	}
	parse->options->nr_seeds = (u32)number;
	return 0;
}

static error_t add_gate(struct parse *parse, const char *arg)
{
	struct tool_options *options = parse->options;

	if (options->nr_gates == TOOL_MAX_GATES)
		return complain(parse, "too many --fail-on");
	options->gates[options->nr_gates++] = arg;
	return 0;
}

static error_t add_argument(struct parse *parse, const char *arg)
{
	struct tool_options *options = parse->options;

	if (options->nr_args == parse->verb->max_args) {
		snprintf(parse->complaint, sizeof(parse->complaint),
			 "one argument too many: '%.200s'", arg);
		return EINVAL;
	}
	options->args[options->nr_args++] = arg;
	return 0;
}

/* argp's own --help is silent under ARGP_NO_ERRS. */
_Noreturn static void print_help(const struct argp_state *state)
{
	argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, state->name);
	exit(TOOL_OK);
}

_Noreturn static void print_version(void)
{
	printf("iopfsim %s\n", iopfsim_version);
	exit(TOOL_OK);
}

/* Groups of options hand their keys to the same function with the same input. */
static void pass_input_on(struct argp_state *state)
{
	const struct argp_child *children = state->root_argp->children;

	for (u32 i = 0; children && children[i].argp; i++)
		state->child_inputs[i] = state->input;
}

static error_t parse_argument(struct parse *parse, const char *arg, struct argp_state *state)
{
	if (parse->verb)
		return add_argument(parse, arg);
	/* what follows the verb is the verb's */
	parse->verb_index = state->next - 1;
	state->next = state->argc;
	return 0;
}

/* Options and arguments; state->input is set. */
static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct tool_options *options = parse->options;

	switch (key) {
	case 'o':
		options->output = arg;
		return 0;
	case KEY_SET:
		return add_setting(parse, arg);
	case KEY_PLATFORM:
		options->platform = arg;
		return 0;
	case KEY_SEED:
		return set_seed(parse, arg);
	case KEY_JSON:
		options->is_json = true;
		return 0;
	case 'q':
		options->is_quiet = true;
		return 0;
	case KEY_NO_PLOTS:
		options->has_plots = false;
		return 0;
	case KEY_THEME:
		return plot_find_theme(arg, &options->theme, parse->complaint) ? EINVAL : 0;
	case KEY_ALLOW_ERRORS:
		options->allows_errors = true;
		return 0;
	case 'j':
		return set_jobs(parse, arg);
	case KEY_REPEAT:
		return set_seeds(parse, arg);
	case KEY_FAIL_ON:
		return add_gate(parse, arg);
	case KEY_SWEEP:
		return add_axis(parse, arg);
	case KEY_SHARD:
		return set_shard(parse, arg);
	case KEY_SLURM:
		return set_slurm(parse, arg);
	case KEY_COLLECT:
		options->does_collect = true;
		return 0;
	case KEY_SENSITIVITY:
		options->is_sensitive = true;
		return 0;
	case 'h':
	case '?':
		print_help(state);
	case KEY_VERSION:
		print_version();
	case ARGP_KEY_ERROR:
		parse->stopped = state->next;
		return 0;
	case ARGP_KEY_ARG:
		return parse_argument(parse, arg, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	if (!state->input) /* a group of options that nobody asked for */
		return ARGP_ERR_UNKNOWN;
	if (key != ARGP_KEY_INIT)
		return parse_option(key, arg, state);
	if (state->child_inputs)
		pass_input_on(state);
	return 0;
}

static error_t parse_serve_key(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;

	switch (key) {
	case KEY_MODEL:
		parse->options->model = arg;
		return 0;
	case KEY_PROFILE:
		parse->options->profile = arg;
		return 0;
	case KEY_SOCKET:
		parse->options->socket = arg;
		return 0;
	case KEY_TRACE_MMIO:
		parse->options->has_mmio_trace = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Options that are kept as they are. */
static error_t parse_text_key(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct tool_trace_options *trace = parse ? &parse->options->trace : NULL;
	const struct {
		int key;
		const char **text;
	} keys[] = {
		{KEY_FORMAT, &trace->format},	{KEY_AS, &trace->as},
		{'n', &trace->lines},		{KEY_TO, &trace->version},
		{KEY_ACCESS, &trace->access},	{KEY_TIME, &trace->time},
		{KEY_SECTOR, &trace->sector},	{KEY_BASE, &trace->base},
		{KEY_DEVICE, &trace->device},	{KEY_GAP, &trace->gap},
		{KEY_COLUMNS, &trace->columns}, {KEY_LENGTH, &trace->length},
	};

	for (u32 i = 0; trace && i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].key == key) {
			*keys[i].text = arg;
			return 0;
		}
	}
	return ARGP_ERR_UNKNOWN;
}

/* ---- what argp found wrong ---- */

/* The options that @verb knows (NULL: before the verb), NULL at the end. */
static void option_tables(const struct tool_verb *verb,
			  const struct argp_option *tables[MAX_TABLES])
{
	u32 nr = 0;

	tables[nr++] = common_options;
	if (verb && verb->has_plot_option)
		tables[nr++] = plot_options;
	if (verb && verb->has_theme_option)
		tables[nr++] = theme_options;
	if (verb && verb->has_run_options)
		tables[nr++] = run_options;
	if (verb && verb->has_jobs_option)
		tables[nr++] = jobs_options;
	if (verb && verb->has_sweep_options)
		tables[nr++] = sweep_options;
	if (verb && verb->has_serve_options)
		tables[nr++] = serve_options;
	if (verb && verb->has_gate_option)
		tables[nr++] = gate_options;
	if (verb && verb->has_form_options)
		tables[nr++] = form_options;
	if (verb && verb->has_trace_options)
		tables[nr++] = trace_options;
	tables[nr] = NULL;
}

static const struct {
	u32 takes;
	const char *name;
} idle_options[] = {
	{TOOL_TAKES_OUTPUT, "output"}, {TOOL_TAKES_SET, "set"},	  {TOOL_TAKES_PLATFORM, "platform"},
	{TOOL_TAKES_SEED, "seed"},     {TOOL_TAKES_JSON, "json"},
};

#define NR_IDLE_OPTIONS (sizeof(idle_options) / sizeof(idle_options[0]))

static bool takes_option(const struct tool_verb *verb, const char *name)
{
	for (size_t i = 0; verb && i < NR_IDLE_OPTIONS; i++) {
		if (!strcmp(idle_options[i].name, name))
			return verb->takes & idle_options[i].takes;
	}
	return true;
}

/* Another program's are not known here, but that it says them. */
static bool is_here(const struct tool_verb *verb, const struct argp_option *option)
{
	return !verb || !verb->has_own_options || option->key == 'h';
}

u32 tool_options_of(const struct tool_verb *verb, struct tool_option options[TOOL_MAX_OPTIONS])
{
	const struct argp_option *tables[MAX_TABLES];
	u32 nr = 0;

	option_tables(verb, tables);
	for (u32 i = 0; tables[i]; i++) {
		for (const struct argp_option *at = tables[i]; at->name; at++) {
			if (!takes_option(verb, at->name) || !is_here(verb, at) ||
			    nr == TOOL_MAX_OPTIONS)
				continue;
			options[nr++] = (struct tool_option){
				.name = at->name,
				.arg = at->arg,
				.letter = at->key < KEY_SET ? (char)at->key : 0,
			};
		}
	}
	return nr;
}

static const struct argp_option *find_option(const struct tool_verb *verb, const char *text)
{
	const struct argp_option *tables[MAX_TABLES];
	size_t length;

	if (text[0] != '-' || !text[1])
		return NULL;
	length = strcspn(text + 2, "=");
	option_tables(verb, tables);
	for (u32 i = 0; tables[i]; i++) {
		for (const struct argp_option *at = tables[i]; at->name; at++) {
			bool is_long = text[1] == '-' && strlen(at->name) == length &&
				       !strncmp(at->name, text + 2, length);

			if (is_long || (text[1] == at->key && !text[2]))
				return at;
		}
	}
	return NULL;
}

static const char *nearest_option(const struct tool_verb *verb, const char *text,
				  struct text_suggestion *near)
{
	const struct argp_option *tables[MAX_TABLES];
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, "="), text);
	option_tables(verb, tables);
	for (u32 i = 0; tables[i]; i++) {
		for (const struct argp_option *at = tables[i]; at->name; at++) {
			char name[64];

			snprintf(name, sizeof(name), "--%s", at->name);
			text_suggest(near, word, name);
		}
	}
	return near->word;
}

/* argp only says where it stopped; @bad is the word before, or that one. */
static void complain_option(const struct parse *parse)
{
	int argc = parse->argc;
	char **argv = parse->argv;
	const struct tool_verb *verb = parse->verb;
	int stopped = parse->stopped;
	const char *program = argv[0];
	const char *bad = stopped > 0 && stopped <= argc ? argv[stopped - 1] : "";
	const struct argp_option *option = find_option(verb, bad);
	struct text_suggestion near = {0};
	const char *meant;

	if ((bad[0] != '-' || (option && !option->arg)) && stopped < argc && !strchr(bad, '=')) {
		bad = argv[stopped];
		option = find_option(verb, bad);
	}
	if (option && option->arg) {
		tool_complain(TOOL_USAGE, "%s: option '%.40s' wants a value: %s", program, bad,
			      option->arg);
		return;
	}
	if (option) {
		tool_complain(TOOL_USAGE, "%s: option '--%s' takes no value", program,
			      option->name);
		return;
	}
	meant = nearest_option(verb, bad, &near);
	tool_complain(TOOL_USAGE, "%s: unknown option '%.60s'%s%s%s", program, bad,
		      meant[0] ? "; did you mean '" : ", see --help", meant, meant[0] ? "'?" : "");
}

static int parse_with(const struct argp *argp, unsigned int flags, struct parse *parse)
{
	if (!argp_parse(argp, parse->argc, parse->argv, flags | ARGP_NO_ERRS | ARGP_NO_HELP, NULL,
			parse))
		return 0;
	if (parse->complaint[0])
		tool_complain(TOOL_USAGE, "%s: %s", parse->argv[0], parse->complaint);
	else
		complain_option(parse);
	return -EINVAL;
}

/* ---- the verb ---- */

static const struct tool_verb *find_verb(const struct tool_verb *verbs, const char *name)
{
	struct text_suggestion near = {0};

	for (const struct tool_verb *verb = verbs; verb->name; verb++) {
		if (!strcmp(verb->name, name))
			return verb;
		text_suggest(&near, name, verb->name);
	}
	tool_complain(TOOL_USAGE, "iopfsim: unknown verb '%.60s'%s%s%s", name,
		      near.word[0] ? "; did you mean '" : ", see 'iopfsim --help'", near.word,
		      near.word[0] ? "'?" : "");
	return NULL;
}

/* Words of @text, below each other where they do not fit into 78 columns, each line behind six
 * blanks. */
static void print_indented(FILE *out, const char *text)
{
	size_t used = 0;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (!used || used + 1 + length > 78)
			used = (size_t)fprintf(out, "%s     ", used ? "\n" : "");
		used += (size_t)fprintf(out, " %.*s", (int)length, text);
		text += length + (text[length] == ' ');
	}
	fputc('\n', out);
}

static char *overview(const struct tool_verb *verbs)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	fputs("Simulates the path of an I/O page fault through an IOMMU, its driver and the "
	      "fault handler, and says where the time goes.\v",
	      out);
	fputs("Verbs:\n", out);
	for (const struct tool_verb *verb = verbs; verb->name; verb++) {
		fprintf(out, "  %s%s%s\n", verb->name, verb->args[0] ? " " : "", verb->args);
		print_indented(out, verb->brief);
	}
	fputs("\n'iopfsim VERB --help' or 'iopfsim help VERB' says more. Begin with 'iopfsim run uadk-sva'.\n\n"
	      "What comes with iopfsim is in a folder that has workloads/, with platforms/ in it, and "
	      "plots/: the one that the variable IOPFSIM_DATA names; else data/ beside the program; "
	      "else ../share/iopfsim from there.",
	      out);
	fclose(out);
	return text;
}

/* Index of the verb in argv, or -EINVAL. */
static int find_verb_index(struct parse *parse)
{
	char *doc = overview(parse->verbs);
	const struct argp argp = {
		.parser = parse_key,
		.args_doc = "VERB [ARGUMENT...]",
		.doc = doc,
		.options = common_options,
	};
	int err;

	err = parse_with(&argp, ARGP_IN_ORDER, parse);
	free(doc);
	if (err)
		return err;
	if (!parse->verb_index) {
		tool_complain(TOOL_USAGE, "iopfsim: which verb? 'iopfsim --help' lists them");
		return -EINVAL;
	}
	return parse->verb_index;
}

/* "help VERB" is "VERB --help", and "help" alone "--help". Return: as find_verb_index(). */
static int turn_help(struct parse *parse, int index)
{
	static char option[] = "--help";
	char **argv = parse->argv;

	if (index < 0 || strcmp(argv[index], "help") != 0)
		return index;
	if (index + 1 < parse->argc && argv[index + 1][0] != '-') {
		argv[index] = argv[index + 1];
		argv[index + 1] = option;
		return index;
	}
	argv[index] = option;
	return find_verb_index(parse);
}

/* An option that does nothing would seem to have been obeyed. */
static int refuse_idle(const struct tool_options *options, const struct tool_verb *verb)
{
	/* in the order of idle_options */
	const bool is_given[NR_IDLE_OPTIONS] = {options->output, options->nr_settings,
						options->platform, options->has_seed,
						options->is_json};

	for (size_t i = 0; i < NR_IDLE_OPTIONS; i++) {
		if (!is_given[i] || verb->takes & idle_options[i].takes)
			continue;
		tool_complain(TOOL_USAGE, "iopfsim %s: option '--%s' does nothing here", verb->name,
			      idle_options[i].name);
		return -EINVAL;
	}
	return 0;
}

/* What follows the verb; argv[0] is the verb. */
static int parse_verb(const struct tool_verb *verb, struct parse *parse)
{
	const struct argp plot = {.options = plot_options, .parser = parse_key};
	const struct argp theme = {.options = theme_options, .parser = parse_key};
	const struct argp run = {.options = run_options, .parser = parse_key};
	const struct argp jobs = {.options = jobs_options, .parser = parse_key};
	const struct argp sweep = {.options = sweep_options, .parser = parse_key};
	const struct argp serve = {.options = serve_options, .parser = parse_serve_key};
	const struct argp gate = {.options = gate_options, .parser = parse_key};
	const struct argp form = {.options = form_options, .parser = parse_text_key};
	const struct argp trace = {.options = trace_options, .parser = parse_text_key};
	struct argp_child children[MAX_TABLES] = {{0}};
	char doc[2048], program[32];
	struct argp argp = {
		.options = common_options,
		.parser = parse_key,
		.args_doc = verb->args,
		.doc = doc,
		.children = children,
	};
	u32 nr = 0;

	if (verb->has_plot_option)
		children[nr++].argp = &plot;
	if (verb->has_theme_option)
		children[nr++].argp = &theme;
	if (verb->has_run_options)
		children[nr++].argp = &run;
	if (verb->has_jobs_option)
		children[nr++].argp = &jobs;
	if (verb->has_sweep_options)
		children[nr++].argp = &sweep;
	if (verb->has_serve_options)
		children[nr++].argp = &serve;
	if (verb->has_gate_option)
		children[nr++].argp = &gate;
	if (verb->has_form_options)
		children[nr++].argp = &form;
	if (verb->has_trace_options)
		children[nr++].argp = &trace;
	snprintf(doc, sizeof(doc), "%s.\v%s", verb->brief, verb->help);
	snprintf(program, sizeof(program), "iopfsim %s", verb->name);
	parse->argv[0] = program;
	parse->verb = verb;
	if (parse_with(&argp, 0, parse) || refuse_idle(parse->options, verb))
		return -EINVAL;
	if (parse->options->nr_args >= verb->min_args)
		return 0;
	tool_complain(TOOL_USAGE, "%s: %s is missing, see '%s --help'", program, verb->args,
		      program);
	return -EINVAL;
}

const struct tool_verb *tool_options_parse(const struct tool_verb *verbs, int argc, char **argv,
					   struct tool_options *options)
{
	struct parse parse = {.options = options, .verbs = verbs, .argc = argc, .argv = argv};
	const struct tool_verb *verb;
	int index;

	*options = (struct tool_options){.has_plots = true};
	argv[0] = "iopfsim";
	index = turn_help(&parse, find_verb_index(&parse));
	verb = index < 0 ? NULL : find_verb(verbs, argv[index]);
	if (!verb)
		return NULL;
	parse.argc -= index;
	parse.argv += index;
	return parse_verb(verb, &parse) ? NULL : verb;
}
