/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workload files: YAML by libyaml events into a sys_config, through one
 * table-driven, unit-aware schema. Every complaint is one line,
 * `file:line:column: what is wrong, what was expected`.
 */
#ifndef SYSTEM_WORKLOAD_H
#define SYSTEM_WORKLOAD_H

#include "system/config/config.h"
#include "system/text/text.h"

#define WL_MAX_POINTS 10000
#define WL_MAX_REPEATS 1000
#define WL_MAX_SETTINGS 32
#define WL_MAX_PUBLISHED 16

/* One `path=value`, from a sweep point or from --set. */
struct wl_setting {
	char path[128];
	char value[512];
	u32 line, column;   /* 0: from the command line */
	const char *option; /* by which it came from there; NULL: --set */
};

/* A number that somebody published for a point; by a name that it may have here. */
struct wl_published {
	char name[64];
	double value; /* output only, never on a simulated path */
	double low;   /* of a range; else the same */
};

struct wl_point {
	/* what tells the points apart, then what else goes with it and is not shown; heap */
	struct wl_setting *settings;
	u32 nr_settings;
	u32 nr_hidden;
	struct wl_published published[WL_MAX_PUBLISHED];
	u32 nr_published;
};

/* Where a number of a platform comes from. */
enum wl_source_kind {
	WL_SOURCE_PUBLISHED,
	WL_SOURCE_MEASURED,
	WL_SOURCE_FITTED,
	WL_SOURCE_ESTIMATE,
};
extern const char *const wl_source_names[]; /* "published", ..., NULL */

#define WL_MAX_SOURCES 256

struct wl_sources {
	u32 nr;
	struct wl_source {
		char path[96];
		enum wl_source_kind kind;
	} all[WL_MAX_SOURCES];
};

/** wl_source_of() - what section `sources` says of a key; NULL: nothing. */
const struct wl_source *wl_source_of(const struct wl_sources *sources, const char *path);

struct wl_workload {
	char path[4096];
	struct sys_config config;
	struct wl_sources sources; /* of the platform, and of the file itself */
	struct wl_point *points;   /* section sweep; heap */
	u32 nr_points;
	u32 nr_repeats; /* sweep.repeat: runs of each point, with seeds in turn; 0: not stated */
	struct wl_setting
		baseline[WL_MAX_SETTINGS]; /* sweep.baseline: each point runs with these too */
	u32 nr_baseline;		   /* 0: the sweep has no baseline */
	char sweep_source[SYS_TEXT_MAX];   /* where the published numbers come from */
	/*
	 * Lines for people, each ended: keys of the file that can do nothing, whether by
	 * themselves or at any point of its sweep; heap, or NULL
	 */
	char *notes;
};

/* What is to be loaded. */
struct wl_request {
	const char *path; /* of a file; a bare name is also looked for among those of
			     wl_data_folder() */
	const struct wl_setting *settings; /* applied last, in order, as --set */
	u32 nr_settings;
	/* --sweep: keys with lists of values, "a,b,c"; if there are any, in place of section
	 * `sweep` */
	const struct wl_setting *axes;
	u32 nr_axes;
	const u64 *seed;      /* NULL, or overrides the file */
	const char *platform; /* path of a platform file, or NULL: the one that the file names */
};

/**
 * wl_load() - read a workload file and the platform file that it names
 * @workload: filled; wl_free() it
 * @message: TEXT_MESSAGE_MAX bytes, one line without newline if it fails
 *
 * Return: 0; -EINVAL bad content; -ENOENT / -EACCES / -EISDIR / -EFBIG (over
 * 1 MiB) for the file itself; -ENOMEM.
 */
int wl_load(struct wl_workload *workload, const struct wl_request *request, char *message);

/**
 * wl_platform_load() - a platform file alone
 * @workload: filled: its configuration is the defaults and the platform's values, with sources;
 *	wl_free() it
 * @name: of a file, or of a platform that comes with iopfsim
 * @message: as wl_load()
 *
 * Return: as wl_load().
 */
int wl_platform_load(struct wl_workload *workload, const char *name, char *message);

/**
 * wl_apply() - apply settings to a copy of a loaded configuration (a sweep point)
 * @where: the file that the settings are from, and where a complaint goes
 *
 * Return: 0 or -EINVAL with a message.
 */
int wl_apply(struct sys_config *config, struct text_where where, const struct wl_setting *settings,
	     u32 nr_settings);

/** wl_config_defaults() - every value its default, required ones SIM_PARAM_REQUIRED. */
void wl_config_defaults(struct sys_config *config);

/** wl_settings_apply() - as wl_apply(), without looking at the whole afterwards. */
int wl_settings_apply(struct sys_config *config, struct text_where where,
		      const struct wl_setting *settings, u32 nr_settings);

/** wl_setting_parse() - split "path=value" of the command line. 0 or -EINVAL. */
int wl_setting_parse(const char *text, struct wl_setting *setting, char *message);

/** wl_axis_parse() - the same of --sweep: "path=a,b,c". */
int wl_axis_parse(const char *text, struct wl_setting *setting, char *message);

/** wl_points_alloc() - in place of the points that there are, @nr without settings. 0 or -ENOMEM.
 */
int wl_points_alloc(struct wl_workload *workload, u32 nr);

/** wl_point_alloc() - room for @nr settings, none of which counts yet. 0 or -ENOMEM. */
int wl_point_alloc(struct wl_point *point, u32 nr);

void wl_free(struct wl_workload *workload);

/*
 * Names that `published:` may use beside the keys of a run's numbers (system/result/rows.h,
 * SYS_TOTALS): numbers that are added up, or what a sweep derives from its baseline.
 */
struct wl_published_name {
	const char *name;    /* NULL at the end */
	const char *keys[3]; /* none: derived */
};

extern const struct wl_published_name wl_published_names[];

/** wl_published_name() - by its name; NULL: there is none. */
const struct wl_published_name *wl_published_name(const char *text);

/* A value of the configuration that is a word, not a number. */
struct wl_word_info {
	const char *section, *key; /* section "": top level */
	const char *choices;	   /* what may be written */
	const char *def;	   /* "" for none */
	const char *help;
	bool is_of_platform; /* a platform file may have it */
};

/** wl_word_info() - describe word number @index. Return: false past the last. */
bool wl_word_info(size_t index, struct wl_word_info *info);

/* A part of a workload file. */
struct wl_section_info {
	const char *name; /* "" for the top level */
	const char *brief;
	bool is_of_platform; /* a platform file may have it */
};

/** wl_section_info() - describe part number @index. Return: false past the last. */
bool wl_section_info(size_t index, struct wl_section_info *info);

/** wl_format_value() - the value at @path as a workload file would state it; false: no such path.
 */
bool wl_format_value(const struct sys_config *config, const char *path, char *text,
		     size_t text_bytes);

/* A value that each group of devices has. */
struct wl_group_value {
	char path[192];	     /* "devices.NAME.pcie.atc_entries" */
	const char *section; /* "pcie"; "": its own */
	const char *key;
	const char *help;
	bool is_number; /* as wl_is_number() */
	char text[SYS_TEXT_MAX * 2];
};

/** wl_group_value() - value number @index of group @group. Return: false past the last. */
bool wl_group_value(const struct sys_config *config, u32 group, size_t index,
		    struct wl_group_value *value);

/** wl_is_of_groups() - does each group of devices have its own value at @path, or in section @path?
 */
bool wl_is_of_groups(const char *path);

/** wl_is_number() - is the value at @path written without quotes in JSON (count, bits, cycles)? */
bool wl_is_number(const char *path);

/** wl_unit() - the unit of the value at @path; false: it is no number. */
bool wl_unit(const char *path, enum sim_unit *unit);

/**
 * wl_data_set() - say where the files that come with iopfsim are
 * @folder: has workloads/, with platforms/ in it, and plots/; NULL: there is none
 * @missing: without a folder: where was looked for it, for complaints; NULL with one
 *
 * Both stay the caller's and must last. Until it is called there is no folder.
 */
void wl_data_set(const char *folder, const char *missing);

/** wl_data_folder() - what wl_data_set() was told; NULL: there is none. */
const char *wl_data_folder(void);

/** wl_data_missing() - why there is none. */
const char *wl_data_missing(void);

/**
 * wl_parse_number() - a number with its unit
 * `250ns`, `1.5us`, `4KiB`, `64K`, `9.4GB/s`, `1GHz`, `0x1000`, `true`.
 * Exact integer arithmetic; a value that is not a whole multiple of the base
 * unit, out of range or of another dimension is refused.
 *
 * Return: 0 or -EINVAL with what was expected in @message.
 */
int wl_parse_number(const char *text, enum sim_unit unit, u64 *value, char *message);

/** wl_format_number() - the shortest exact text with unit; inverse of wl_parse_number(). */
void wl_format_number(u64 value, enum sim_unit unit, char *text, size_t text_bytes);

/**
 * wl_scale() - a cost, times @numerator / @denominator
 * A duration, a number of cycles, or every quantile of a distribution.
 *
 * Return: is there such a cost, is it another one then, and within its range? Else it stays.
 */
bool wl_scale(struct sys_config *config, const char *path, u32 numerator, u32 denominator);

/** wl_config_hash() - hash of everything that can change a result. */
u64 wl_config_hash(const struct sys_config *config);

#endif
