// SPDX-License-Identifier: GPL-2.0-only
/* The table of verbs: the top of the command, below main(). */
#include "tool/verbs.h"

#include <string.h>

#include "tool/completion.h"
#include "tool/verb/verb.h"

#define STUDIES                                                                                         \
	"load, locks, dispatch, sva, premap, cmdq, workqueue, pinning, memory, wakeup, page-requests, " \
	"locks-here"
#define TRACE_COMMANDS "generate, info, head, validate, convert, import, merge, export"
#define TOPICS "workloads, platforms, sections, parameters, results, generators, designs, stages"

static int print_completion(const struct tool_options *options)
{
	if (strcmp(options->args[0], "bash") != 0)
		return tool_complain(TOOL_USAGE,
				     "iopfsim completion: no shell '%.60s', expected bash",
				     options->args[0]);
	completion_bash(tool_verbs);
	return TOOL_OK;
}

const struct tool_verb tool_verbs[] = {
	{.name = "run",
	 .args = "FILE",
	 .lists = "workloads",
	 .brief = "simulate a workload and write its result folder",
	 .help = "FILE is a workload file, or the name of one that comes with iopfsim. The folder "
		 "is out/NAME unless -o says otherwise; an older result that stands there is "
		 "replaced. Then the machine is taken down. What the handler did wrong on the way "
		 "(a lost answer, a lock kept, a leak) is said, and the exit code is 1.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_plot_option = true,
	 .has_theme_option = true,
	 .has_run_options = true,
	 .has_jobs_option = true,
	 .takes = TOOL_TAKES_ALL,
	 .run = verb_run},
	{.name = "sweep",
	 .args = "FILE | --collect DIR...",
	 .lists = "workloads",
	 .brief = "run a workload with many settings, beside what was published",
	 .help = "The points are those of the file's section 'sweep', or of --sweep. Prints a table "
		 "by point: latencies and what limits it; published beside simulated and the "
		 "difference. With -o DIR also writes DIR/points.csv, every number of every run, "
		 "DIR/points.json, DIR/report.html and pictures.\n"
		 "With --shard or --slurm DIR keeps the runs of shards, on as many machines as you "
		 "like; 'iopfsim sweep --collect DIR... -o OUT' joins them into what one process "
		 "would have left. Whoever is killed: the same command goes on.",
	 .min_args = 1,
	 .max_args = TOOL_MAX_ARGS,
	 .has_plot_option = true,
	 .has_theme_option = true,
	 .has_jobs_option = true,
	 .has_sweep_options = true,
	 .takes = TOOL_TAKES_ALL,
	 .run = verb_sweep},
	{.name = "pareto",
	 .args = "DIR X Y",
	 .brief = "say which points of a sweep are worth their cost",
	 .help = "DIR is a sweep's folder, X the cost and Y what it buys: parameters or numbers of "
		 "points.csv by name, by the end of it behind a dot if no other has it, or throughput, mean, "
		 "p50, p99, p99.9, max; of a group of devices NAME.p99 and the like. Less is better, but "
		 "of rates; min:KEY and max:KEY say so. Of several seeds a point has to be better by more "
		 "than their 95 % intervals.",
	 .min_args = 3,
	 .max_args = 3,
	 .takes = TOOL_TAKES_JSON,
	 .run = verb_pareto},
	{.name = "study",
	 .args = "WHAT [FILE]",
	 .brief = "a question that takes many runs: " STUDIES,
	 .words = STUDIES,
	 .help = "WHAT is one of\n"
		 "  load           latency against faults offered, to saturation\n"
		 "  locks          faults a second against CPUs, by design of the locks\n"
		 "  dispatch       the same, by how a fault gets to its handler\n"
		 "  sva            the same of SVA: mmap_lock, per-VMA locks\n"
		 "  premap         pages mapped per fault, and what static mapping does\n"
		 "and of those that lay simulated beside published\n"
		 "  cmdq           maps and unmaps, by insertion of commands and CPUs\n"
		 "  workqueue      works a second, by scope of the workqueue's pools\n"
		 "  pinning        seconds to pin a guest's memory, by threads and lock\n"
		 "  memory         seconds to pin and map memory, by its size\n"
		 "  wakeup         how late a thread runs, by preemption model\n"
		 "  page-requests  VT-d page requests, as dmar_perf_latency has them\n"
		 "  locks-here     locks on this machine, and with what its lines take\n"
		 "FILE is a workload to ask it of instead of the one that comes with it. Prints a table with "
		 "what limits each point; -o DIR keeps it, with points.json and a plot.",
	 .min_args = 1,
	 .max_args = 2,
	 .has_plot_option = true,
	 .has_theme_option = true,
	 .has_jobs_option = true,
	 .takes = TOOL_TAKES_ALL,
	 .run = verb_study},
	{.name = "compare",
	 .args = "A B...",
	 .brief = "lay results of runs, sweeps or studies side by side",
	 .help = "A, B, ... are result folders, each of which is compared with A: what differs in "
		 "numbers, stages, locks, verdicts and configuration, and whether the mean latency "
		 "differs by more than chance. NAME of --fail-on is rate, throughput, mean, p50, p99, "
		 "p99.9, max, or any key of result.json, as faults.stages_ns.handled.mean. -o DIR "
		 "keeps the comparison as one page, DIR/compare.html, and as DIR/compare.json.",
	 .min_args = 2,
	 .max_args = 16,
	 .has_gate_option = true,
	 .takes = TOOL_TAKES_OUTPUT | TOOL_TAKES_JSON,
	 .run = verb_compare},
	{.name = "explore",
	 .args = "SCENARIO",
	 .brief = "run a scenario under many schedules, and find one that breaks the handler",
	 .help = "Has options of its own: 'iopfsim explore --help', docs/explorer.md.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_own_options = true,
	 .run = verb_explore},
	{.name = "zoo",
	 .args = "[BUG]",
	 .brief = "put known bugs into the handler, and see that explore finds them",
	 .help = "Has options of its own: 'iopfsim zoo --help', docs/explorer.md. Needs the source and the "
		 "build tree that iopfsim is from.",
	 .max_args = 1,
	 .has_own_options = true,
	 .run = verb_zoo},
	{.name = "against",
	 .args = "DIR FILE",
	 .brief = "lay counters of a real machine beside a run's",
	 .help = "DIR is a result folder, FILE (- is standard input) what a machine counted: debugfs "
		 "dmar_perf_latency, /proc/lock_stat (0.3, 0.4), perf stat of SMMU PMU events, gem5's stats of "
		 "its SMMUv3, or ODP counters of 'rdma statistic'. Each row is printed with the run's own in the "
		 "same shape, and the ratio (docs/files.md).",
	 .min_args = 2,
	 .max_args = 2,
	 .takes = TOOL_TAKES_JSON,
	 .run = verb_against},
	{.name = "export",
	 .args = "DIR",
	 .brief = "print a run's numbers as Linux does",
	 .help = "--as dmar_perf_latency (VT-d) or lock_stat.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_form_options = true,
	 .run = verb_export},
	{.name = "plot",
	 .args = "DIR",
	 .brief = "draw the plots of a result folder again",
	 .help = "Reads DIR/data, writes SVG, PNG of twice the pixels, and PDF, and puts the first into "
		 "DIR/report.html.",
	 .min_args = 1,
	 .max_args = 1,
	 .has_theme_option = true,
	 .run = verb_plot},
	{.name = "trace",
	 .args = "[COMMAND] FILE [FILE]",
	 .brief = "write a workload's accesses as a trace file; look into traces",
	 .help = "COMMAND is one of\n"
		 "  generate  write the accesses of workload FILE (also without COMMAND) to -o TRACE\n"
		 "  info      what is in a trace\n"
		 "  head      its first records\n"
		 "  validate  read all of it: is it whole?\n"
		 "  convert   to another version of the format (--to), -o TRACE\n"
		 "  import    make one of another program's text (docs/files.md), -o TRACE\n"
		 "  merge     two of one machine at one time: what was mapped (ftrace), and what was "
		 "accessed (QEMU's log), -o TRACE\n"
		 "  export    as text: --as csv or ftrace, to standard output or -o FILE\n"
		 "FILE is a trace, - is standard input; a file that is called as a command is ./info. "
		 "'workload.generator: trace' replays a trace (docs/trace-format.md).",
	 .words = TRACE_COMMANDS,
	 .min_args = 1,
	 .max_args = 3,
	 .has_form_options = true,
	 .has_trace_options = true,
	 .takes = TOOL_TAKES_ALL,
	 .run = verb_trace},
	{.name = "list",
	 .args = "[WHAT [NAME]]",
	 .brief = "list workloads, platforms, parameters, and more",
	 .help = "WHAT is one of " TOPICS
		 ". 'iopfsim list parameters' is the reference of every key of a workload file, 'iopfsim "
		 "list results' that of every number of a run; NAME shows those that begin with it. With "
		 "'parameters' --platform shows what a platform file says, and where that is from.",
	 .words = TOPICS,
	 .max_args = 2,
	 .takes = TOOL_TAKES_JSON | TOOL_TAKES_PLATFORM,
	 .run = verb_list},
	{.name = "explain",
	 .args = "[WORD] | DIR N",
	 .brief = "say what a word means, or tell one fault of a run",
	 .help = "WORD is one of the glossary, a stage of a fault, what a verdict may find to limit "
		 "a run, or a key of a result or a workload file; in any case, with spaces, dashes "
		 "or underscores. Without it the words of the glossary are listed.\n"
		 "N is the number of a fault in DIR/faults.csv, 'slowest', or 'median': who faulted where, "
		 "each stage beside its median in this run, and what the fault was waiting for.",
	 .words = "slowest, median",
	 .max_args = 2,
	 .takes = TOOL_TAKES_JSON,
	 .run = verb_explain},
	{.name = "decode",
	 .args = "FILE",
	 .brief = "say what faults, requests and commands in a log mean",
	 .help = "FILE is dmesg or trace text (- is standard input): events of arm-smmu-v3, raw or decoded, "
		 "faults of DMAR, page requests and descriptors of intel_iommu, QEMU's traces; or words with "
		 "a name before them: event, cmd, STE, CD, priq, qi, prq, context, pasid. Of each: the "
		 "specification's name and section, the fields, what Linux does, the model's rule. Messages "
		 "that the kernel suppressed are counted.",
	 .min_args = 1,
	 .max_args = 1,
	 .takes = TOOL_TAKES_JSON,
	 .run = verb_decode},
	{.name = "calibrate",
	 .args = "[PLATFORM]",
	 .lists = "platforms",
	 .brief = "measure this machine's cache lines, and write them as a platform file",
	 .help = "-o FILE names the platform file: what a line takes between each kind of pairs of CPUs, "
		 "hits, atomics, retention, each with its spread; 'not sure' where repetitions do not "
		 "agree. Everything else is PLATFORM's (default: kunpeng920), and says so. Measures in "
		 "real-time bursts of milliseconds where that is allowed, between at least two CPUs; takes "
		 "seconds. 'iopfsim run FILE --platform here.yaml' uses it.",
	 .max_args = 1,
	 .takes = TOOL_TAKES_OUTPUT | TOOL_TAKES_JSON,
	 .run = verb_calibrate},
	{.name = "drive",
	 .args = "FILE",
	 .brief = "take a scenario's steps with a kernel's own drivers",
	 .help = "For a build of scripts/linux; 'scripts/linux check' runs all that come with iopfsim. FILE "
		 "is as in docs/linux-check.md. Prints what came of each step, and what the kernel said.",
	 .min_args = 1,
	 .max_args = 1,
	 .takes = TOOL_TAKES_SET | TOOL_TAKES_SEED | TOOL_TAKES_PLATFORM,
	 .run = verb_drive},
	{.name = "completion",
	 .args = "SHELL",
	 .brief = "print a shell's completion of this command",
	 .help = "SHELL is bash: 'source <(iopfsim completion bash)'.",
	 .words = "bash",
	 .min_args = 1,
	 .max_args = 1,
	 .run = print_completion},
	{.name = "serve",
	 .args = "",
	 .brief = "let a program drive an IOMMU over QEMU's qtest protocol",
	 .help = "With --model smmuv3 RAM is at 0x40000000 and the SMMUv3 at 0x09050000, with vtd RAM is "
		 "at 0 and the unit at 0xfed90000; docs/serve.md has the verbs. "
		 "Ends with its input, or, on a socket, with Ctrl-C.",
	 .has_serve_options = true,
	 .takes = TOOL_TAKES_SET,
	 .run = verb_serve},
	{0},
};
