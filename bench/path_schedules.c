// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schedules of three threads (unbinding, a fault, an answer from outside), each to its end, with
 * all detectors but that of races; and putting the machine back alone. By iopfsim-explore beside
 * this program, which counts the time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/paths.h"

static bool read_number(const char *text, const char *key, u64 *number)
{
	const char *at = strstr(text, key);

	if (at)
		*number = strtoull(at + strlen(key), NULL, 10);
	return at;
}

static int ask(struct bench_run *run, const char *options)
{
	char path[2048], command[2400], answer[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;
	size_t got;
	FILE *pipe;

	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	if (!slash || strchr(path, '\''))
		return -ENOENT;
	*slash = 0;
	snprintf(
		command, sizeof(command),
		"'%s/iopfsim-explore' fault-unbind-and-answer --without 'data race' --all --json -n %llu %s",
		path, run->nr_wanted, options);
	pipe = popen(command, "r");
	if (!pipe)
		return -errno;
	got = fread(answer, 1, sizeof(answer) - 1, pipe);
	answer[got] = 0;
	if (pclose(pipe) || !read_number(answer, "\"schedules\": ", &run->nr_done) ||
	    !read_number(answer, "\"cpu_ns\": ", &run->cpu_ns))
		return -EIO;
	return 0;
}

static int ask_or_say(struct bench_run *run, const char *options)
{
	int err = ask(run, options);

	if (err)
		snprintf(run->message, sizeof(run->message),
			 "iopfsim-explore beside this program: %s", strerror(-err));
	return err;
}

int bench_schedules(struct bench_run *run)
{
	return ask_or_say(run, "");
}

int bench_rewinds(struct bench_run *run)
{
	return ask_or_say(run, "--rewind");
}
