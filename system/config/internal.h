/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this folder share: the schema, and readers of its parts. */
#ifndef SYSTEM_CONFIG_INTERNAL_H
#define SYSTEM_CONFIG_INTERNAL_H

#include "system/config/workload.h"

#define WL_NUMBER_BYTES 48
/* A value as text: a path, or a distribution of all its quantiles. */
#define WL_VALUE_BYTES (SYS_TEXT_MAX * 2)

/* A value that is a word. */
enum wl_word_kind {
	WL_WORD_TEXT,
	WL_WORD_NAME,
	WL_WORD_ENUM,
	WL_WORD_CHOICE,
	WL_WORD_SEED,
	WL_WORD_PATH
};

struct wl_word {
	const char *section; /* "" for the top level */
	const char *key;
	enum wl_word_kind kind;
	size_t offset, bytes;	  /* in sys_config */
	const char *const *names; /* of an ENUM or CHOICE, NULL at the end */
	const char *choices;	  /* the same for people */
	const char *def;
	const char *help;
};

extern const struct wl_word wl_words[];
extern const size_t wl_word_count;

/* Where a dotted path leads: exactly one of both. */
struct wl_leaf {
	const struct sys_section *section; /* with @param */
	const struct sim_param *param;
	const struct wl_word *word;
	char group[SYS_NAME_MAX]; /* of devices, whose value is meant; "": none */
};

#define WL_PATH_BYTES 192

/** wl_leaf_path() - where it is in a file. Return: @text. */
const char *wl_leaf_path(const struct wl_leaf *leaf, char text[WL_PATH_BYTES]);

/**
 * wl_group_path() - is @path one below a group of devices, "devices.NAME.REST"?
 * @group: filled: "" if it is not
 * Return: REST, or @path as it is. Of "devices.NAME" REST is empty.
 */
const char *wl_group_path(const char *path, char group[SYS_NAME_MAX]);

/** wl_group_leaf() - leaf number @index of those that a group has, without its name; false past the
 * last. */
bool wl_group_leaf(size_t index, struct wl_leaf *leaf);

/** wl_group_find() - by its name; NULL: there is none. */
struct sys_group *wl_group_find(struct sys_config *config, const char *name);

/** wl_groups_count() - machine.devices is what the groups come to. */
void wl_groups_count(struct sys_config *config);

/**
 * wl_group_begin() - one of the list `devices`: its name, address space and mappings
 * Its other values are those of the configuration's devices without groups.
 * Return: 0 or -EINVAL.
 */
int wl_group_begin(struct sys_config *config, const struct text_document *doc,
		   const struct text_node *map);

/** wl_group_has_read() - is @key one of those that wl_group_begin() reads? */
bool wl_group_has_read(const char *key);

/** wl_groups_check() - all of them together, as far as the file can tell. 0 or -EINVAL. */
int wl_groups_check(const struct sys_config *config, struct text_where where);

/** wl_leaf_find() - the leaf at @path ("cpu.wakeup"); false: there is none. */
bool wl_leaf_find(const char *path, struct wl_leaf *leaf);

/** wl_is_section() - is @path a section or the beginning of one? */
bool wl_is_section(const char *path);

/* Which values a file may state. */
enum wl_role { WL_ROLE_WORKLOAD, WL_ROLE_PLATFORM };

/** wl_role_allows() - may a file of @role have the section or word at @path? */
bool wl_role_allows(enum wl_role role, const char *path);

/** wl_unknown_key() - complain about @key under @path ("" is the top). -EINVAL. */
int wl_unknown_key(struct text_where where, const char *path, const char *key, enum wl_role role);

/* A value as it is written, and where. */
struct wl_input {
	const char *text;
	const char *folder; /* that a relative path counts from */
	struct text_where where;
};

/** wl_leaf_set() - set one value from its text. 0 or -EINVAL. */
int wl_leaf_set(struct sys_config *config, const struct wl_leaf *leaf,
		const struct wl_input *input);

/** wl_flow() - a node as one line of YAML, {a: 1, b: [2]}; false: it does not fit. */
bool wl_flow(const struct text_node *node, char *text, size_t text_bytes);

/**
 * wl_dist_parse() - a distribution from text such as "{quantiles: {50: 2us, 99: 9us}}"
 * @param: whose range each time must keep
 * @dist: its quantiles are filled in
 *
 * Return: 0; -EINVAL with @why, TEXT_MESSAGE_MAX bytes.
 */
int wl_dist_parse(const char *text, const struct sim_param *param, struct sim_dist *dist,
		  char *why);

/** wl_dist_format() - the text that wl_dist_parse() reads. */
void wl_dist_format(const struct sim_dist *dist, char *text, size_t text_bytes);

/** wl_config_complete() - are all required values set? 0 or -EINVAL. */
int wl_config_complete(const struct sys_config *config, struct text_where where);

/** wl_config_whole() - what concerns more than one value, as far as the file alone can tell. */
int wl_config_whole(const struct sys_config *config, struct text_where where);

struct wl_path {
	char text[4400];
};

/** wl_find_platform() - the file of platform @name; @folder: of the workload. 0 or -EINVAL. */
int wl_find_platform(struct wl_path *found, const char *name, const char *folder,
		     struct text_where where);

/** wl_find_workload() - the file that @path means. 0 or -EINVAL with @message. */
int wl_find_workload(char *found, size_t found_bytes, const char *path, char *message);

/** wl_is_page_size() - does memory management have pages of so many bytes? */
static inline bool wl_is_page_size(u64 bytes)
{
	return bytes == 4096 || bytes == 2 << 20;
}

/**
 * wl_mappings_read() - a list `mappings`
 * @of: the group of devices whose it is, from 1 on; 0: that of the top level
 */
int wl_mappings_read(struct sys_config *config, const struct text_document *doc,
		     const struct text_node *list, u32 of);

/** wl_mappings_sort() - when all have been read; refuses overlaps. 0 or -EINVAL. */
int wl_mappings_sort(struct sys_config *config, const struct text_document *doc);

/** wl_sweep_read() - the map `sweep`; @workload has its configuration. */
int wl_sweep_read(struct wl_workload *workload, const struct text_document *doc,
		  const struct text_node *map);

/** wl_axes_read() - grid: and zip: of @map, the map `sweep`, into points; @workload has none. */
int wl_axes_read(struct wl_workload *workload, const struct text_document *doc,
		 const struct text_node *map);

/** wl_axes_of_options() - the same of --sweep. */
int wl_axes_of_options(struct wl_workload *workload, const struct wl_request *request,
		       char *message);

/** wl_point_try() - would this point run, with and without the baseline's settings? */
int wl_point_try(const struct wl_workload *workload, const struct wl_point *point, char *message);

/* Numbers from one to another: by a step, or each a factor of the one before. */
struct wl_range {
	enum sim_unit unit;
	u64 first, last;
	u64 step;	  /* 0: a factor */
	u64 factor_milli; /* in thousandths, above 1000 */
};

/** wl_is_range() - can @text only be meant for one? */
bool wl_is_range(const char *text);

/**
 * wl_range_read() - "2..11", "0us..8us+2us", "1..1024*2"
 * Return: 0; -EINVAL with @why, TEXT_MESSAGE_MAX bytes.
 */
int wl_range_read(struct wl_range *range, const char *text, enum sim_unit unit, char *why);

/** wl_range_next() - from one number to the next; false: there is none. */
bool wl_range_next(const struct wl_range *range, u64 *value);

/** wl_range_count() - how many, counted no further than beyond @most. */
u64 wl_range_count(const struct wl_range *range, u64 most);

/* The keys that a workload file states, in its order. */
#define WL_MAX_STATED 512

struct wl_stated {
	struct {
		char path[96];
		u32 line, column;
	} keys[WL_MAX_STATED];
	u32 nr;
	struct sys_config config; /* with them, before any setting */
};

/** wl_sources_read() - section `sources` of @doc; keys of several files add up. 0 or -EINVAL. */
int wl_sources_read(struct wl_sources *sources, const struct text_document *doc,
		    const struct text_node *map);

/** wl_stated_add() - remember one; beyond the limit none is. */
void wl_stated_add(struct wl_stated *stated, const char *path, const struct text_node *node);

/** wl_notes_make() - fill in @workload's notes, whose points are read. 0 or -ENOMEM. */
int wl_notes_make(struct wl_workload *workload, const struct wl_stated *stated);

#endif
