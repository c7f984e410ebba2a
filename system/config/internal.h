/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this folder share: documents, complaints, the schema. */
#ifndef SYSTEM_WORKLOAD_WL_INTERNAL_H
#define SYSTEM_WORKLOAD_WL_INTERNAL_H

#include <errno.h>

#include "system/config/workload.h"

#define WL_MAX_FILE_BYTES (1u << 20)
#define WL_MAX_DEPTH 12
#define WL_MAX_NODES 32768
#define WL_MAX_KEYS 256 /* of one YAML mapping */
#define WL_QUOTE_BYTES 64
#define WL_NUMBER_BYTES 48

/**
 * wl_quote() - input text as part of a one-line message
 * In quotes, cut to 40 bytes, with '?' for what is not printable.
 *
 * Return: @quoted.
 */
const char *wl_quote(char quoted[WL_QUOTE_BYTES], const char *text);

/* Where in which input something stands. Line 0: nowhere in particular. */
struct wl_where {
	const char *file;
	u32 line, column;
};

/** wl_complain() - `file:line:column: text` into @message. Return: -EINVAL. */
int wl_complain(char *message, struct wl_where where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

enum wl_kind { WL_SCALAR, WL_MAP, WL_LIST };

struct wl_node {
	enum wl_kind kind;
	u32 line, column;	   /* from 1 */
	char *text;		   /* scalar */
	bool is_plain;		   /* scalar without quotes */
	const struct wl_node *key; /* in a map: the scalar that leads here */
	struct wl_node *first, *last, *next;
	u32 nr_children;
};

/* One YAML document, read whole: bounded by the limits above. */
struct wl_document {
	const char *file;
	struct wl_node *nodes;
	u32 nr_nodes;
	struct wl_node *root; /* a map */
};

/**
 * wl_document_parse() - YAML to nodes
 * @file: for messages, not copied
 *
 * Refuses what a workload has no use for and what makes YAML dangerous:
 * anchors, aliases, tags, several documents, duplicate keys, deep nesting.
 *
 * Return: 0; -EINVAL with @message; -ENOMEM.
 */
int wl_document_parse(struct wl_document *doc, const char *file, const char *text, size_t bytes,
		      char *message);
void wl_document_free(struct wl_document *doc);

static inline struct wl_where wl_at(const struct wl_document *doc, const struct wl_node *node)
{
	return (struct wl_where){doc->file, node->line, node->column};
}

/**
 * wl_file_read() - a whole regular file of at most WL_MAX_FILE_BYTES
 * Return: 0, *@text is the caller's to free; else -errno with @message.
 */
int wl_file_read(const char *path, char **text, size_t *bytes, char *message);

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
};

/** wl_leaf_find() - the leaf at @path ("cpu.wakeup"); false: there is none. */
bool wl_leaf_find(const char *path, struct wl_leaf *leaf);

/** wl_is_section() - is @path a section or the beginning of one? */
bool wl_is_section(const char *path);

/* Which values a file may state. */
enum wl_role { WL_ROLE_WORKLOAD, WL_ROLE_PLATFORM };

/** wl_role_allows() - may a file of @role have the section or word at @path? */
bool wl_role_allows(enum wl_role role, const char *path);

/** wl_unknown_key() - complain about @key under @path ("" is the top). -EINVAL. */
int wl_unknown_key(char *message, struct wl_where where, const char *path, const char *key,
		   enum wl_role role);

/**
 * wl_leaf_set() - set one value from its text
 * @folder: that a relative path counts from
 */
int wl_leaf_set(struct sys_config *config, const struct wl_leaf *leaf, const char *text,
		const char *folder, struct wl_where where, char *message);

/** wl_config_defaults() - every value its default, required ones SIM_PARAM_REQUIRED. */
void wl_config_defaults(struct sys_config *config);

/** wl_config_complete() - are all required values set? 0 or -EINVAL. */
int wl_config_complete(const struct sys_config *config, const char *file, char *message);

/** wl_settings_apply() - as wl_apply(), without looking at the whole afterwards. */
int wl_settings_apply(struct sys_config *config, const char *file,
		      const struct wl_setting *settings, u32 nr_settings, char *message);

/** wl_folder_of() - the folder of @path, "." if it names none; cut to fit. */
void wl_folder_of(const char *path, char *folder, size_t folder_bytes);

/** wl_mappings_read() - the list `mappings`, sorted; refuses overlaps. */
int wl_mappings_read(struct sys_config *config, const struct wl_document *doc,
		     const struct wl_node *list, char *message);

/** wl_sweep_read() - the map `sweep`; @workload has its configuration. */
int wl_sweep_read(struct wl_workload *workload, const struct wl_document *doc,
		  const struct wl_node *map, char *message);

#endif
