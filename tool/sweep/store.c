// SPDX-License-Identifier: GPL-2.0-only
/* Finished runs of a series, a file each: see sweep.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/common/folder.h"
#include "tool/sweep/sweep.h"

#define SUFFIX ".run"

/* In front of the outcome and the members. */
struct header {
	u64 program, config;
	u64 outcome_bytes, members_bytes;
};

/* Of the file that runs; 0: it cannot be read, and nothing is kept. */
static u64 program_hash(void)
{
	static u64 hash; /* of this process: not of a simulated machine */
	FILE *in = hash ? NULL : fopen("/proc/self/exe", "re");
	u8 chunk[65536];
	size_t got;

	if (!in)
		return hash;
	hash = 0xcbf29ce484222325ULL;
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		for (size_t i = 0; i < got; i++)
			hash = (hash ^ chunk[i]) * 0x100000001b3ULL;
	}
	fclose(in);
	return hash;
}

static struct header header_of(const struct sweep_job *job)
{
	return (struct header){
		.program = program_hash(),
		.config = wl_config_hash(job->config),
		.outcome_bytes = sizeof(*job->outcome),
	};
}

/* A baseline has no members, so a run with the same configuration is another file. */
static void path_of(char *path, size_t bytes, const char *store, const struct sweep_job *job)
{
	snprintf(path, bytes, "%s/%016llx%s" SUFFIX, store, wl_config_hash(job->config),
		 job->members_fd < 0 ? "-baseline" : "");
}

static bool read_members(FILE *in, const struct sweep_job *job, u64 bytes)
{
	char *text = bytes ? malloc(bytes) : NULL;
	bool is_done = !bytes;

	if (text && fread(text, 1, bytes, in) == bytes && job->members_fd >= 0)
		is_done = write(job->members_fd, text, bytes) == (ssize_t)bytes;
	free(text);
	return is_done;
}

static bool read_run(FILE *in, const struct sweep_job *job)
{
	struct header expected = header_of(job), header;
	struct sweep_outcome outcome;

	if (fread(&header, sizeof(header), 1, in) != 1 || !expected.program ||
	    header.program != expected.program || header.config != expected.config ||
	    header.outcome_bytes != expected.outcome_bytes || header.members_bytes > 1ULL << 32 ||
	    fread(&outcome, sizeof(outcome), 1, in) != 1 || outcome.code ||
	    !read_members(in, job, header.members_bytes))
		return false;
	*job->outcome = outcome;
	return true;
}

bool sweep_store_load(const char *store, const struct sweep_job *job)
{
	char path[FOLDER_PATH_MAX + 64];
	bool is_there;
	FILE *in;

	path_of(path, sizeof(path), store, job);
	in = fopen(path, "re");
	if (!in)
		return false;
	is_there = read_run(in, job);
	fclose(in);
	/* Half of the members may be there: begin with none. */
	if (!is_there && job->members_fd >= 0 &&
	    (ftruncate(job->members_fd, 0) || lseek(job->members_fd, 0, SEEK_SET) < 0))
		return false;
	return is_there;
}

static bool write_run(FILE *out, const struct sweep_job *job)
{
	off_t bytes = job->members_fd < 0 ? 0 : lseek(job->members_fd, 0, SEEK_END);
	struct header header = header_of(job);
	char *text = bytes > 0 ? malloc((size_t)bytes) : NULL;
	bool is_done;

	header.members_bytes = text ? (u64)bytes : 0;
	is_done = header.program && (bytes <= 0 || text) &&
		  fwrite(&header, sizeof(header), 1, out) == 1 &&
		  fwrite(job->outcome, sizeof(*job->outcome), 1, out) == 1;
	if (is_done && text)
		is_done = pread(job->members_fd, text, (size_t)bytes, 0) == bytes &&
			  fwrite(text, 1, (size_t)bytes, out) == (size_t)bytes;
	free(text);
	return is_done;
}

void sweep_store_save(const char *store, const struct sweep_job *job)
{
	char path[FOLDER_PATH_MAX + 64], temporary[FOLDER_PATH_MAX + 80];
	bool is_done;
	FILE *out;

	if (mkdir(store, 0777) && errno != EEXIST)
		return;
	path_of(path, sizeof(path), store, job);
	snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	out = fopen(temporary, "we");
	if (!out)
		return;
	is_done = write_run(out, job);
	if (fclose(out) || !is_done || rename(temporary, path))
		unlink(temporary);
}

static bool is_ours(const char *name)
{
	size_t length = strlen(name);

	return length > strlen(SUFFIX) && !strcmp(name + length - strlen(SUFFIX), SUFFIX);
}

void sweep_store_remove(const char *store)
{
	DIR *dir = opendir(store);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (is_ours(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	/* What somebody else put there stays, and the folder with it. */
	rmdir(store);
}
