// SPDX-License-Identifier: GPL-2.0-only
/* Finished runs of a series: see store.h. */
#define _GNU_SOURCE
#include "tool/sweep/store.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/version.h"
#include "tool/common/folder.h"
#include "tool/common/tool.h"
#include "tool/sweep/members.h"

#define FORM 4	      /* of the tables, PRAGMA user_version */
#define BUSY_MS 10000 /* a worker of a sweep that was killed may still be writing */
#define NR_KEYS 3     /* in front of a run's columns: config, is_bare, checksum */

/* --- hashes --- */

static u64 hash_bytes(u64 hash, const void *bytes, size_t nr)
{
	const u8 *at = bytes;

	for (size_t i = 0; i < nr; i++)
		hash = (hash ^ at[i]) * 0x100000001b3ULL;
	return hash;
}

#define HASH_SEED 0xcbf29ce484222325ULL

/* Of the file that runs; 0: it cannot be read, and nothing is kept. */
static u64 program_hash(void)
{
	static u64 hash; /* of this process: not of a simulated machine */
	FILE *in = hash ? NULL : fopen("/proc/self/exe", "re");
	u8 chunk[65536];
	size_t got;

	if (!in)
		return hash;
	hash = HASH_SEED;
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		hash = hash_bytes(hash, chunk, got);
	fclose(in);
	return hash;
}

static u64 hash_columns(u64 hash, enum sys_collection which)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(which, &nr);

	for (u32 i = 0; i < nr; i++) {
		hash = hash_bytes(hash, columns[i].key, strlen(columns[i].key) + 1);
		hash = hash_bytes(hash, &columns[i].unit, sizeof(columns[i].unit));
	}
	return hash;
}

static u64 rows_hash(void)
{
	u64 hash = hash_columns(hash_columns(HASH_SEED, SYS_TOTALS), SYS_LOCKS);

	return hash_columns(hash, SYS_GROUPS);
}

static u64 hash_numbers(u64 hash, enum sys_collection which, const struct sys_number *numbers)
{
	u32 nr;

	sys_columns(which, &nr);
	for (u32 i = 0; i < nr; i++) {
		hash = hash_bytes(hash, &numbers[i].is_known, sizeof(numbers[i].is_known));
		hash = hash_bytes(hash, &numbers[i].value, sizeof(numbers[i].value));
	}
	return hash;
}

/* A run as a file has it. */
struct run {
	u64 config;
	bool is_bare; /* has no members: a run of the same configuration is another one */
	struct sweep_outcome *outcome;
	u32 nr_groups; /* that the outcome has */
	char *members;
	size_t members_bytes;
};

/* What a run has several of: a table each, a row a part, with a text in front of its numbers. */
enum part_kind { LOCKS, GROUPS, NR_PART_KINDS };

static const struct {
	const char *table, *text;
	enum sys_collection which;
} part_kinds[NR_PART_KINDS] = {
	[LOCKS] = {"locks", "name", SYS_LOCKS},
	[GROUPS] = {"device_groups", "limited_by", SYS_GROUPS},
};

struct part {
	char *text;
	size_t bytes; /* of the text */
	struct sys_number *numbers;
};

/* Return: false past the last one that a run may have. */
static bool part_of(const struct run *run, enum part_kind kind, u32 place, struct part *part)
{
	if (kind == LOCKS && place < SWEEP_NR_LOCKS) {
		struct sweep_lock *lock = &run->outcome->locks[place];

		*part = (struct part){lock->name, sizeof(lock->name), lock->numbers};
		return true;
	}
	if (kind == GROUPS && place < run->nr_groups) {
		struct sweep_group *group = &run->outcome->groups[place];

		*part = (struct part){group->limited_by, sizeof(group->limited_by), group->numbers};
		return true;
	}
	return false;
}

static u64 checksum(const struct run *run)
{
	const struct sweep_outcome *outcome = run->outcome;
	u64 hash = hash_bytes(HASH_SEED, &run->config, sizeof(run->config));
	struct part part;

	hash = hash_numbers(hash, SYS_TOTALS, outcome->numbers);
	for (u32 kind = 0; kind < NR_PART_KINDS; kind++) {
		for (u32 i = 0; part_of(run, kind, i, &part); i++) {
			hash = hash_bytes(hash, part.text, strlen(part.text) + 1);
			hash = hash_numbers(hash, part_kinds[kind].which, part.numbers);
		}
	}
	hash = hash_bytes(hash, outcome->limited_by, strlen(outcome->limited_by) + 1);
	return hash_bytes(hash, run->members, run->members_bytes);
}

/* --- the files --- */

#define PREFIX "worker-"
#define SUFFIX ".sqlite"

/* Behind "shard-2-of-4.", or as it is. */
static const char *behind_shard(const char *name)
{
	u32 shard, nr_shards;
	int length = 0;

	if (sscanf(name, "shard-%u-of-%u.%n", &shard, &nr_shards, &length) < 2 || !length)
		return name;
	return name + length;
}

/* Also the journal that a killed process leaves. */
static bool is_ours(const char *name)
{
	size_t digits = strlen(PREFIX);

	name = behind_shard(name);
	if (strncmp(name, PREFIX, digits) != 0)
		return false;
	name += digits;
	digits = strspn(name, "0123456789");
	name += digits;
	return digits && (!strcmp(name, SUFFIX) || !strcmp(name, SUFFIX "-journal"));
}

bool sweep_store_is_file(const char *name)
{
	size_t length = strlen(name);

	return is_ours(name) && !strcmp(name + length - strlen(SUFFIX), SUFFIX);
}

/* The beginning of the names of a sweep's own files. */
static const char *prefix_of(char prefix[64], const struct sweep *sweep)
{
	if (sweep->plan)
		snprintf(prefix, 64, "shard-%u-of-%u." PREFIX, sweep->plan->shard,
			 sweep->plan->nr_shards);
	else
		snprintf(prefix, 64, PREFIX);
	return prefix;
}

static int run_sql(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Columns of a result, each with the unit that it has here. */
static void append_columns(sqlite3_str *sql, enum sys_collection which, bool has_type)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(which, &nr);

	for (u32 i = 0; i < nr; i++) {
		const char *unit = columns[i].is_mean		       ? " (ns/1024)"
				   : columns[i].unit == SIM_UNIT_PS    ? " (ps)"
				   : columns[i].unit == SIM_UNIT_MILLI ? " (/1000)"
								       : "";

		sqlite3_str_appendf(sql, ", \"%w%s\"%s", columns[i].key, unit,
				    has_type ? " INTEGER" : "");
	}
}

static int finish_sql(sqlite3 *db, sqlite3_str *sql)
{
	char *text = sqlite3_str_finish(sql);
	int err = text ? run_sql(db, text) : SQLITE_NOMEM;

	sqlite3_free(text);
	return err;
}

static int make_tables(sqlite3 *db, const struct sweep_plan *plan)
{
	static const struct sweep_plan none = {.asked = ""};
	sqlite3_str *sql = sqlite3_str_new(db);

	plan = plan ? plan : &none;
	sqlite3_str_appendf(sql,
			    "PRAGMA user_version = %d;"
			    "CREATE TABLE made_by (version TEXT, program INTEGER, rows INTEGER);"
			    "INSERT INTO made_by VALUES (%Q, %lld, %lld);"
			    "CREATE TABLE plan (hash INTEGER, shard INTEGER, shards INTEGER, "
			    "asked TEXT);"
			    "INSERT INTO plan VALUES (%lld, %u, %u, %Q);"
			    "CREATE TABLE runs (config INTEGER, is_bare INTEGER, "
			    "checksum INTEGER",
			    FORM, iopfsim_version, (sqlite3_int64)program_hash(),
			    (sqlite3_int64)rows_hash(), (sqlite3_int64)plan->hash, plan->shard,
			    plan->nr_shards, plan->asked);
	append_columns(sql, SYS_TOTALS, true);
	sqlite3_str_appendf(sql, ", members TEXT, limited_by TEXT, PRIMARY KEY (config, is_bare))");
	for (u32 i = 0; i < NR_PART_KINDS; i++) {
		sqlite3_str_appendf(sql,
				    "; CREATE TABLE %s (config INTEGER, is_bare INTEGER, "
				    "place INTEGER, %s TEXT",
				    part_kinds[i].table, part_kinds[i].text);
		append_columns(sql, part_kinds[i].which, true);
		sqlite3_str_appendf(sql, ", PRIMARY KEY (config, is_bare, place))");
	}
	return finish_sql(db, sql);
}

static int first_number(sqlite3 *db, const char *sql, sqlite3_int64 *value)
{
	sqlite3_stmt *query = NULL;
	int err = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

	if (!err) {
		err = sqlite3_step(query);
		if (err == SQLITE_ROW)
			*value = sqlite3_column_int64(query, 0);
	}
	sqlite3_finalize(query);
	return err == SQLITE_ROW ? 0 : err == SQLITE_DONE ? SQLITE_CORRUPT : err;
}

/* What is wrong with a file that has tables; NULL: nothing. */
static const char *find_fault(sqlite3 *db)
{
	sqlite3_int64 form = 0, program = 0, rows = 0;

	if (first_number(db, "PRAGMA user_version", &form))
		return "is damaged";
	if (form != FORM)
		return "is of another version";
	if (first_number(db, "SELECT rows FROM made_by", &rows) ||
	    first_number(db, "SELECT program FROM made_by", &program))
		return "is damaged";
	if (rows != (sqlite3_int64)rows_hash())
		return "has other rows";
	if (program != (sqlite3_int64)program_hash())
		return "is of another program";
	return NULL;
}

static sqlite3 *open_file(const char *path, int flags)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, flags, NULL)) {
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, BUSY_MS);
	return db;
}

/* --- writing --- */

static int bind_numbers(sqlite3_stmt *insert, int at, enum sys_collection which,
			const struct sys_number *numbers)
{
	u32 nr;

	sys_columns(which, &nr);
	for (u32 i = 0; i < nr; i++) {
		if (numbers[i].is_known)
			sqlite3_bind_int64(insert, at + (int)i, (sqlite3_int64)numbers[i].value);
	}
	return at + (int)nr;
}

/* "INSERT OR REPLACE INTO runs VALUES (?, ?, ...)" */
static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *table, u32 nr_values)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_stmt *insert = NULL;
	char *text;

	sqlite3_str_appendf(sql, "INSERT OR REPLACE INTO %s VALUES (?", table);
	for (u32 i = 1; i < nr_values; i++)
		sqlite3_str_appendall(sql, ", ?");
	sqlite3_str_appendall(sql, ")");
	text = sqlite3_str_finish(sql);
	if (text)
		sqlite3_prepare_v2(db, text, -1, &insert, NULL);
	sqlite3_free(text);
	return insert;
}

static bool insert_run(sqlite3 *db, const struct run *run)
{
	u32 nr;
	sqlite3_stmt *insert;
	bool is_done;
	int at;

	sys_columns(SYS_TOTALS, &nr);
	insert = prepare_insert(db, "runs", NR_KEYS + nr + 2);
	if (!insert)
		return false;
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)run->config);
	sqlite3_bind_int(insert, 2, run->is_bare);
	sqlite3_bind_int64(insert, 3, (sqlite3_int64)checksum(run));
	at = bind_numbers(insert, NR_KEYS + 1, SYS_TOTALS, run->outcome->numbers);
	sqlite3_bind_text64(insert, at, run->members ? run->members : "", run->members_bytes,
			    SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text(insert, at + 1, run->outcome->limited_by, -1, SQLITE_STATIC);
	is_done = sqlite3_step(insert) == SQLITE_DONE;
	sqlite3_finalize(insert);
	return is_done;
}

static bool insert_parts(sqlite3 *db, const struct run *run, enum part_kind kind)
{
	enum sys_collection which = part_kinds[kind].which;
	sqlite3_stmt *insert;
	struct part part;
	bool is_done = true;
	u32 nr;

	sys_columns(which, &nr);
	insert = prepare_insert(db, part_kinds[kind].table, NR_KEYS + 1 + nr);
	if (!insert)
		return false;
	for (u32 i = 0; is_done && part_of(run, kind, i, &part); i++) {
		sqlite3_reset(insert);
		sqlite3_clear_bindings(insert);
		sqlite3_bind_int64(insert, 1, (sqlite3_int64)run->config);
		sqlite3_bind_int(insert, 2, run->is_bare);
		sqlite3_bind_int(insert, 3, (int)i);
		sqlite3_bind_text(insert, 4, part.text, -1, SQLITE_STATIC);
		bind_numbers(insert, NR_KEYS + 2, which, part.numbers);
		is_done = sqlite3_step(insert) == SQLITE_DONE;
	}
	sqlite3_finalize(insert);
	return is_done;
}

static int count_tables(sqlite3 *db, sqlite3_int64 *nr)
{
	return first_number(db, "SELECT count(*) FROM sqlite_schema", nr);
}

static void write_run(sqlite3 *db, const struct sweep_plan *plan, const struct run *run)
{
	sqlite3_int64 nr_tables = 0;
	bool is_done;

	/* What a killed process has committed is there; what a loss of power leaves is checked. */
	if (run_sql(db, "PRAGMA synchronous = OFF; BEGIN IMMEDIATE") ||
	    count_tables(db, &nr_tables))
		return;
	is_done = nr_tables ? !find_fault(db) : !make_tables(db, plan);
	is_done = is_done && insert_run(db, run);
	for (u32 i = 0; is_done && i < NR_PART_KINDS; i++)
		is_done = insert_parts(db, run, i);
	if (is_done)
		run_sql(db, "COMMIT");
}

void sweep_store_save(const struct sweep *sweep, u32 worker, const struct sweep_job *job)
{
	struct run run = {
		.config = job->config_hash,
		.is_bare = job->is_bare,
		.outcome = job->outcome,
		.nr_groups = sweep->nr_groups,
		.members = sweep_members_read(sweep->members, job->outcome),
		.members_bytes = job->outcome->members_bytes,
	};
	char path[FOLDER_PATH_MAX + 128], prefix[64];
	sqlite3 *db = NULL;

	if (run.members && program_hash() && (!mkdir(sweep->store, 0777) || errno == EEXIST)) {
		snprintf(path, sizeof(path), "%s/%s%u" SUFFIX, sweep->store,
			 prefix_of(prefix, sweep), worker);
		db = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	}
	if (db)
		write_run(db, sweep->plan, &run);
	free(run.members);
	/* without COMMIT that is a ROLLBACK */
	sqlite3_close(db);
}

/* --- reading --- */

static int read_numbers(sqlite3_stmt *query, int at, enum sys_collection which,
			struct sys_number *numbers)
{
	u32 nr;

	sys_columns(which, &nr);
	for (u32 i = 0; i < nr; i++) {
		int column = at + (int)i;

		if (sqlite3_column_type(query, column) == SQLITE_NULL)
			numbers[i] = (struct sys_number){0};
		else
			numbers[i] = (struct sys_number){true,
							 (u64)sqlite3_column_int64(query, column)};
	}
	return at + (int)nr;
}

static void read_text(sqlite3_stmt *query, int at, char *text, size_t bytes)
{
	const unsigned char *value = sqlite3_column_text(query, at);

	snprintf(text, bytes, "%s", value ? (const char *)value : "");
}

/* As many as there are, and as @run has room for. Return: how many. */
static u32 read_parts(sqlite3 *db, const struct run *run, enum part_kind kind)
{
	sqlite3_stmt *query = NULL;
	struct part part;
	char sql[100];
	u32 nr = 0;

	snprintf(sql, sizeof(sql),
		 "SELECT * FROM %s WHERE config = ? AND is_bare = ? ORDER BY place",
		 part_kinds[kind].table);
	if (sqlite3_prepare_v2(db, sql, -1, &query, NULL))
		return 0;
	sqlite3_bind_int64(query, 1, (sqlite3_int64)run->config);
	sqlite3_bind_int(query, 2, run->is_bare);
	for (; part_of(run, kind, nr, &part) && sqlite3_step(query) == SQLITE_ROW; nr++) {
		read_text(query, NR_KEYS, part.text, part.bytes);
		read_numbers(query, NR_KEYS + 1, part_kinds[kind].which, part.numbers);
	}
	sqlite3_finalize(query);
	return nr;
}

/* A run that @index knows, by what a store knows it by. */
struct entry {
	u64 config;
	bool is_bare;
	const struct sweep_job *job;
};

struct index {
	struct entry *entries; /* heap, sorted; several jobs may be one run */
	u32 nr;
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->config != b->config)
		return a->config < b->config ? -1 : 1;
	return (int)a->is_bare - (int)b->is_bare;
}

static struct index index_jobs(const struct sweep *sweep)
{
	u32 nr = sweep_nr_jobs(sweep);
	struct index index = {calloc(nr + 1, sizeof(*index.entries)), 0};

	for (u32 i = 0; index.entries && i < nr; i++) {
		const struct sweep_job *job = sweep_job_number(sweep, i);

		if (job)
			index.entries[index.nr++] = (struct entry){job->config_hash, job->is_bare,
								   job};
	}
	if (index.nr)
		qsort(index.entries, index.nr, sizeof(*index.entries), compare_entries);
	return index;
}

/* Members that were not written whole leave the run to be made. */
static void give(const struct sweep *sweep, const struct sweep_job *job, const struct run *run)
{
	u64 accesses = sweep_number_of(run->outcome, "accesses");
	struct sweep_group *groups = job->outcome->groups;

	if (run->nr_groups != sweep->nr_groups)
		return;
	*job->outcome = *run->outcome;
	job->outcome->groups = groups;
	if (run->nr_groups)
		memcpy(groups, run->outcome->groups, run->nr_groups * sizeof(*groups));
	job->outcome->code = -EAGAIN;
	job->outcome->accesses = job->outcome->accesses_total = accesses;
	if (run->is_bare ||
	    !sweep_members_add(sweep->members, job->outcome, run->members, run->members_bytes))
		job->outcome->code = 0;
}

static void give_all(const struct sweep *sweep, const struct index *index, const struct run *run)
{
	const struct entry wanted = {run->config, run->is_bare, NULL};
	const struct entry *entry = index->nr ? bsearch(&wanted, index->entries, index->nr,
							sizeof(wanted), compare_entries)
					      : NULL;

	if (!entry)
		return;
	while (entry > index->entries && !compare_entries(entry - 1, &wanted))
		entry--;
	for (; entry < index->entries + index->nr && !compare_entries(entry, &wanted); entry++) {
		/* several files may have it */
		if (entry->job->outcome->code == -EAGAIN)
			give(sweep, entry->job, run);
	}
}

/* The row that @query is at. Return: is it whole? */
static bool read_run(sqlite3 *db, sqlite3_stmt *query, struct run *run)
{
	int at = read_numbers(query, NR_KEYS, SYS_TOTALS, run->outcome->numbers);

	run->config = (u64)sqlite3_column_int64(query, 0);
	run->is_bare = sqlite3_column_int(query, 1);
	run->members = (char *)sqlite3_column_text(query, at);
	run->members_bytes = (size_t)sqlite3_column_bytes(query, at);
	read_text(query, at + 1, run->outcome->limited_by, sizeof(run->outcome->limited_by));
	run->nr_groups = SYS_MAX_GROUPS;
	run->nr_groups = read_parts(db, run, GROUPS);
	return run->members && read_parts(db, run, LOCKS) == SWEEP_NR_LOCKS &&
	       checksum(run) == (u64)sqlite3_column_int64(query, 2);
}

/* @index: NULL only looks whether all is whole. Return: what is wrong, or NULL. */
static const char *read_runs(const struct sweep *sweep, const struct index *index, sqlite3 *db)
{
	struct run run = {.outcome = calloc(1, sizeof(*run.outcome))};
	struct sweep_group *groups = calloc(SYS_MAX_GROUPS, sizeof(*groups));
	const char *fault = run.outcome && groups ? NULL : "cannot be read: out of memory";
	sqlite3_stmt *query = NULL;
	int step = SQLITE_ROW;

	if (!fault)
		run.outcome->groups = groups;
	if (!fault && sqlite3_prepare_v2(db, "SELECT * FROM runs", -1, &query, NULL))
		fault = "is damaged";
	while (query && (step = sqlite3_step(query)) == SQLITE_ROW) {
		if (!read_run(db, query, &run))
			fault = "is damaged";
		else if (index)
			give_all(sweep, index, &run);
	}
	if (!fault && step != SQLITE_DONE)
		fault = "is damaged";
	sqlite3_finalize(query);
	free(groups);
	free(run.outcome);
	return fault;
}

static const char *read_file(const struct sweep *sweep, const struct index *index, const char *path)
{
	sqlite3 *db = open_file(path, SQLITE_OPEN_READWRITE);
	sqlite3_int64 nr_tables = 0;
	const char *fault = NULL;

	if (!db || count_tables(db, &nr_tables))
		fault = "is damaged";
	/* none: its process was killed before it had committed anything */
	if (!fault && nr_tables)
		fault = find_fault(db);
	if (!fault && nr_tables)
		fault = read_runs(sweep, NULL, db);
	if (!fault && nr_tables)
		fault = read_runs(sweep, index, db);
	sqlite3_close(db);
	return fault;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_file_of_runs(const struct dirent *entry)
{
	return sweep_store_is_file(entry->d_name);
}

const char *sweep_store_plan(const char *path, struct sweep_plan *plan)
{
	sqlite3 *db = open_file(path, SQLITE_OPEN_READWRITE);
	sqlite3_int64 nr_tables = 0;
	sqlite3_stmt *query = NULL;
	const char *fault = NULL;

	*plan = (struct sweep_plan){0};
	if (!db || count_tables(db, &nr_tables))
		fault = "is damaged, or no file of runs";
	if (!fault && nr_tables)
		fault = find_fault(db);
	if (!fault && nr_tables &&
	    (sqlite3_prepare_v2(db, "SELECT * FROM plan", -1, &query, NULL) ||
	     sqlite3_step(query) != SQLITE_ROW))
		fault = "is damaged";
	if (!fault && nr_tables) {
		const unsigned char *asked = sqlite3_column_text(query, 3);

		plan->hash = (u64)sqlite3_column_int64(query, 0);
		plan->shard = (u32)sqlite3_column_int64(query, 1);
		plan->nr_shards = (u32)sqlite3_column_int64(query, 2);
		plan->asked = strdup(asked ? (const char *)asked : "");
		fault = plan->asked ? NULL : "cannot be read: out of memory";
	}
	sqlite3_finalize(query);
	sqlite3_close(db);
	return fault;
}

const char *sweep_store_take(const struct sweep *sweep, const char *path)
{
	struct index index = index_jobs(sweep);
	const char *fault = index.entries ? read_file(sweep, &index, path)
					  : "cannot be read: out of memory";

	free(index.entries);
	return fault;
}

void sweep_store_load(const struct sweep *sweep)
{
	char path[FOLDER_PATH_MAX + 300], prefix[64];
	struct dirent **entries;
	struct index index = index_jobs(sweep);
	int nr = index.entries ? scandir(sweep->store, &entries, is_file_of_runs, compare_names)
			       : -1;

	prefix_of(prefix, sweep);
	program_hash(); /* once, for all children */

	for (int i = 0; i < nr; i++) {
		const char *fault = NULL;

		snprintf(path, sizeof(path), "%s/%s", sweep->store, entries[i]->d_name);
		/* those of other shards may be of use to nobody but them */
		if (!strncmp(entries[i]->d_name, prefix, strlen(prefix)))
			fault = read_file(sweep, &index, path);
		if (fault) {
			tool_complain(0, "%s %s: what it has is run again", path, fault);
			unlink(path);
		}
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	free(index.entries);
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
