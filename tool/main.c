// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim: the command. Verbs are in verb_*.c. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/machine/machine.h"
#include "tool/common/tool.h"

const struct tool_verb tool_verbs[] = {
	{.name = "run",
	 .args = "FILE",
	 .brief = "simulate a workload and write its result folder",
	 .help = "FILE is a workload file, or the name of one that comes with iopfsim. The folder "
		 "is out/NAME unless -o says otherwise; an older result that stands there is "
		 "replaced.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_plot_option = true,
	 .run = verb_run},
	{.name = "sweep",
	 .args = "FILE",
	 .brief = "run a workload's sweep beside what was published",
	 .help = "Prints published beside simulated and the difference. With -o DIR also writes "
		 "DIR/points.json and a plot.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_plot_option = true,
	 .has_jobs_option = true,
	 .run = verb_sweep},
	{.name = "study",
	 .args = "WHAT [FILE]",
	 .brief = "a question that takes many runs: locks, dispatch, sva, premap",
	 .help = "WHAT is one of\n"
		 "  locks     faults a second against CPUs, each locking design of the container a curve\n"
		 "  dispatch  the same, each way a fault gets to its handler a curve\n"
		 "  sva       the same for shared virtual addressing: mmap_lock, per-VMA locks\n"
		 "  premap    pages mapped per fault, and what static mapping does\n"
		 "and FILE a workload to ask it of instead of the one that comes with it. Prints a table with "
		 "what limits each point; -o DIR keeps it, with points.json and a plot.",
	 .min_args = 1,
	 .max_args = 2,
	 .has_plot_option = true,
	 .has_jobs_option = true,
	 .run = verb_study},
	{.name = "plot",
	 .args = "DIR",
	 .brief = "draw the plots of a result folder again",
	 .help = "Reads DIR/data, writes SVG and PNG, and puts them into DIR/report.html.",
	 .min_args = 1,
	 .max_args = 1,
	 .run = verb_plot},
	{.name = "trace",
	 .args = "FILE",
	 .brief = "write a workload's accesses as a trace file",
	 .help = "-o TRACE names the trace file (docs/trace-format.md); 'workload.generator: trace' "
		 "replays it.",
	 .min_args = 1,
	 .max_args = 1,
	 .run = verb_trace},
	{.name = "list",
	 .args = "[WHAT]",
	 .brief = "list workloads, platforms, parameters, designs or stages",
	 .help = "WHAT is one of workloads, platforms, parameters, designs, stages. 'iopfsim list "
		 "parameters' is the reference of every key of a workload file.",
	 .max_args = 1,
	 .run = verb_list},
	{.name = "serve",
	 .args = "",
	 .brief = "let a program drive an IOMMU over QEMU's qtest protocol",
	 .help = "With --model smmuv3 RAM is at 0x40000000 and the SMMUv3 at 0x09050000, with vtd RAM is "
		 "at 0 and the unit at 0xfed90000; docs/serve.md has the verbs. "
		 "Ends with its input, or, on a socket, with Ctrl-C.",
	 .has_serve_options = true,
	 .run = verb_serve},
};

const u32 tool_nr_verbs = sizeof(tool_verbs) / sizeof(tool_verbs[0]);

int tool_complain(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return code;
}

const char *tool_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int tool_load(const struct tool_options *options, struct wl_workload **workload)
{
	char message[WL_MESSAGE_MAX] = "", why[WL_MESSAGE_MAX] = "";
	struct wl_workload *loaded = calloc(1, sizeof(*loaded));

	if (!loaded)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	if (wl_load(options->args[0], options->settings, options->nr_settings,
		    options->has_seed ? &options->seed : NULL, loaded, message)) {
		free(loaded);
		return tool_complain(TOOL_USAGE, "%s", message);
	}
	if (sys_config_check(&loaded->config, why, sizeof(why))) {
		tool_complain(TOOL_USAGE, "%s: %s", loaded->path, why);
		tool_unload(loaded);
		return TOOL_USAGE;
	}
	*workload = loaded;
	return TOOL_OK;
}

void tool_unload(struct wl_workload *workload)
{
	wl_free(workload);
	free(workload);
}

int main(int argc, char **argv)
{
	struct tool_options options;
	const struct tool_verb *verb;
	int code;

	verb = tool_options_parse(argc, argv, &options);
	if (!verb)
		return TOOL_USAGE;
	code = verb->run(&options);
	if (fflush(stdout) || ferror(stdout))
		return tool_complain(TOOL_FAILED, "iopfsim: standard output: %s", strerror(errno));
	return code;
}
