// SPDX-License-Identifier: GPL-2.0-only
/* Shards of a sweep: their folders, and joining them. See shard.h. */
#include "tool/sweep/shard.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/folder.h"
#include "tool/sweep/store.h"

#define HASH_SEED 0xcbf29ce484222325ULL

/* --- which sweep it is --- */

static u64 hash_bytes(u64 hash, const void *bytes, size_t nr)
{
	const u8 *at = bytes;

	for (size_t i = 0; i < nr; i++)
		hash = (hash ^ at[i]) * 0x100000001b3ULL;
	return hash;
}

static u64 hash_text(u64 hash, const char *text)
{
	return hash_bytes(hash, text, strlen(text) + 1);
}

static u64 hash_point(u64 hash, const struct wl_point *point)
{
	for (u32 i = 0; i < point->nr_settings; i++)
		hash = hash_text(hash_text(hash, point->settings[i].path),
				 point->settings[i].value);
	for (u32 i = 0; i < point->nr_published; i++) {
		hash = hash_text(hash, point->published[i].name);
		hash = hash_bytes(hash, &point->published[i].value, sizeof(double));
		hash = hash_bytes(hash, &point->published[i].low, sizeof(double));
	}
	return hash;
}

u64 sweep_plan_hash(const struct sweep *sweep)
{
	const struct wl_workload *workload = sweep->workload;
	u64 hash = hash_text(HASH_SEED, workload->config.name);

	hash = hash_text(hash, workload->config.title);
	hash = hash_text(hash, workload->sweep_source);
	hash = hash_bytes(hash, &sweep->nr_seeds, sizeof(sweep->nr_seeds));
	for (u32 i = 0; i < sweep->nr_costs; i++)
		hash = hash_text(hash, sweep->costs[i]);
	for (u32 i = 0; i < sweep->nr_points; i++)
		hash = hash_point(hash, sweep->points[i].point);
	for (u32 i = 0; i < sweep_nr_jobs(sweep); i++) {
		const struct sweep_job *job = sweep_job_number(sweep, i);
		u64 config_hash = job ? job->config_hash : 0;

		hash = hash_bytes(hash, &config_hash, sizeof(config_hash));
	}
	return hash;
}

/* --- the folder of shards --- */

static int fail(char *message, const char *path, const char *what, int err)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.600s: %s: %s", path, what, strerror(err));
	return -err;
}

/* mkdir -p */
static int make_folder(const char *path, char *message)
{
	char parent[FOLDER_PATH_MAX];

	if (!path[0] || strlen(path) >= sizeof(parent) - 128)
		return fail(message, path[0] ? path : "-o", "cannot be a folder",
			    path[0] ? ENAMETOOLONG : EINVAL);
	snprintf(parent, sizeof(parent), "%s", path);
	for (char *slash = strchr(parent + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(parent, 0777) && errno != EEXIST)
			return fail(message, parent, "cannot be made", errno);
		*slash = '/';
	}
	if (mkdir(path, 0777) && errno != EEXIST)
		return fail(message, path, "cannot be made", errno);
	return 0;
}

static bool is_ours(const char *name)
{
	return name[0] == '.' || !strcmp(name, SHARD_SCRIPT) || !strncmp(name, "shard-", 6);
}

static int check_file(const char *folder, const char *name, const struct sweep_plan *plan,
		      char *message)
{
	char path[FOLDER_PATH_MAX + 300];
	struct sweep_plan other;
	const char *fault;
	bool is_other;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!sweep_store_is_file(name))
		return 0;
	fault = sweep_store_plan(path, &other);
	is_other = !fault && other.asked && other.hash != plan->hash;
	free(other.asked);
	if (!is_other)
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.600s: has runs of another sweep; choose another with -o", folder);
	return -EEXIST;
}

int shard_folder_begin(const char *path, const struct sweep_plan *plan, char *message)
{
	int err = make_folder(path, message);
	struct dirent *entry;
	DIR *dir;

	if (err)
		return err;
	dir = opendir(path);
	if (!dir)
		return fail(message, path, "cannot be read", errno);
	while (!err && (entry = readdir(dir))) {
		if (is_ours(entry->d_name)) {
			err = check_file(path, entry->d_name, plan, message);
			continue;
		}
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.600s: is no folder of shards (it has '%.100s'); choose another with -o",
			 path, entry->d_name);
		err = -EEXIST;
	}
	closedir(dir);
	return err;
}

/* --- joining --- */

static int refuse(char *message, const char *path, const char *what)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.600s: %.300s", path, what);
	return -EINVAL;
}

/* The first one says which sweep it is. */
static int add_file(struct shard_files *files, const char *path, char *message)
{
	struct sweep_plan plan;
	const char *fault = sweep_store_plan(path, &plan);
	char what[400], **paths;

	if (fault)
		return refuse(message, path, fault);
	if (!plan.asked)
		return 0;
	if (!plan.hash || (files->nr && (plan.hash != files->plan.hash ||
					 plan.nr_shards != files->plan.nr_shards))) {
		free(plan.asked);
		snprintf(what, sizeof(what), "is of %s%.200s",
			 !plan.hash			 ? "a sweep without shards"
			 : plan.hash != files->plan.hash ? "another sweep than "
							 : "another number of shards than ",
			 plan.hash ? files->paths[0] : "");
		return refuse(message, path, what);
	}
	if (files->nr)
		free(plan.asked);
	else
		files->plan = plan;
	paths = realloc(files->paths, (files->nr + 1) * sizeof(*paths));
	if (paths) {
		files->paths = paths;
		paths[files->nr] = strdup(path);
	}
	if (!paths || !paths[files->nr])
		return fail(message, path, "cannot be read", ENOMEM);
	files->nr++;
	return 0;
}

static int is_file(const struct dirent *entry)
{
	return sweep_store_is_file(entry->d_name);
}

int shard_files_find(struct shard_files *files, const char *path, char *message)
{
	char full[FOLDER_PATH_MAX + 300];
	struct dirent **entries;
	int nr = scandir(path, &entries, is_file, alphasort), err = 0;

	if (nr < 0) {
		fail(message, path, "cannot be read", errno);
		return -EINVAL;
	}
	if (!nr)
		err = refuse(message, path, "has no shards of a sweep");
	for (int i = 0; i < nr; i++) {
		snprintf(full, sizeof(full), "%.4000s/%s", path, entries[i]->d_name);
		if (!err)
			err = add_file(files, full, message);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* "2, 3 of 4" */
static void say_missing(const struct sweep *sweep, u32 nr_shards, char *text, size_t bytes)
{
	u32 nr_jobs = sweep_nr_jobs(sweep), per_point = nr_jobs / sweep->nr_points;
	bool *is_missing = calloc(nr_shards, sizeof(*is_missing));
	size_t used = 0;

	for (u32 i = 0; i < nr_jobs && is_missing; i++) {
		const struct sweep_job *job = sweep_job_number(sweep, i);

		if (job && job->outcome->code)
			is_missing[i / per_point % nr_shards] = true;
	}
	for (u32 i = 0; i < nr_shards && is_missing && used < bytes; i++) {
		if (is_missing[i])
			used += (size_t)snprintf(text + used, bytes - used, "%s%u",
						 used ? ", " : "", i + 1);
	}
	free(is_missing);
}

int shard_files_take(const struct shard_files *files, struct sweep *sweep, char *message)
{
	u32 nr_missing = 0, nr = 0;
	char shards[200] = "";

	if (sweep_plan_hash(sweep) != files->plan.hash)
		return refuse(message, sweep->workload->path,
			      "is not what it was when the shards were run");
	for (u32 i = 0; i < files->nr; i++) {
		const char *fault = sweep_store_take(sweep, files->paths[i]);

		if (fault)
			return refuse(message, files->paths[i], fault);
	}
	for (u32 i = 0; i < sweep_nr_jobs(sweep); i++) {
		const struct sweep_job *job = sweep_job_number(sweep, i);

		nr += job != NULL;
		nr_missing += job && job->outcome->code;
	}
	if (!nr_missing)
		return 0;
	say_missing(sweep, files->plan.nr_shards, shards, sizeof(shards));
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.400s: %u of %u runs are missing, of shards %s of %u: start these again",
		 sweep->workload->path, nr_missing, nr, shards, files->plan.nr_shards);
	return -ENODATA;
}

void shard_files_free(struct shard_files *files)
{
	for (u32 i = 0; i < files->nr; i++)
		free(files->paths[i]);
	free(files->paths);
	free(files->plan.asked);
	*files = (struct shard_files){0};
}
