// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which keys there are: the numbers of sys_sections and the words below. All
 * questions about a dotted path are answered here, so that a workload file, a
 * platform file, a sweep point and --set know the same keys and say the same
 * when they meet another.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

#define AT(field) offsetof(struct sys_config, field), sizeof(((struct sys_config *)0)->field)

const struct wl_word wl_words[] = {
	{"", "name", WL_WORD_NAME, AT(name), NULL, "letters, digits, '.', '_', '-'",
	 "the file's name", "names the output folder"},
	{"", "title", WL_WORD_TEXT, AT(title), NULL, "text", "the name", "heads report and plots"},
	{"", "platform", WL_WORD_NAME, AT(platform), NULL, "a file of platforms/, without .yaml",
	 "", "the machine's costs; values of the workload override it"},
	{"", "seed", WL_WORD_SEED, AT(seed), NULL, "0 to 18446744073709551615", "1",
	 "of every random stream"},
	{"", "iommu", WL_WORD_ENUM, AT(iommu), sys_iommu_kind_names, "smmuv3, vtd", "smmuv3",
	 "which IOMMU devices are behind"},
	{"", "driver", WL_WORD_ENUM, AT(driver), sys_driver_names, "simulated, linux", "simulated",
	 "whose software drives IOMMUs and handles faults: ours, or a Linux kernel's own "
	 "(docs/linux-drivers.md)"},
	{"machine", "irq_placement", WL_WORD_ENUM, AT(irq_placement), sys_irq_placement_names,
	 "consecutive, spread, one-cpu", "consecutive",
	 "which CPUs take the IOMMUs' interrupts, from first_irq_cpu on: the next one each, "
	 "evenly over all CPUs, or that one"},
	{"kernel", "workqueue_scope", WL_WORD_ENUM, AT(kernel.workqueue_scope),
	 kapi_workqueue_scope_names, "numa, cache, cache_shard, smt, cpu, system", "numa",
	 "which CPUs' unbound works share a pool of workers and its lock; Linux: numa until 6.5, "
	 "cache from 6.6, cache_shard from 7.1 on"},
	{"kernel", "preempt", WL_WORD_ENUM, AT(kernel.sched.preempt), sim_preempt_names,
	 "full, voluntary, none", "full",
	 "where a thread in kernel code makes room for one that ought to run, as Linux's preempt= "
	 "(docs/scheduling.md)"},
	{"smmu.driver", "cmdq", WL_WORD_ENUM, AT(cmdq), sys_cmdq_names,
	 "cmpxchg, spinlock, spinlock-fallback, atomic-add", "cmpxchg",
	 "how commands are inserted: Linux since 5.4, before, and two changes of 2020 (docs/smmuv3.md)"},
	{"device", "kind", WL_WORD_ENUM, AT(device_kind), sys_device_kind_names, "platform, pcie",
	 "platform", "a platform device, or a PCIe endpoint with ATS and PRI (section pcie)"},
	{"device", "faults", WL_WORD_ENUM, AT(faults), sys_faults_names, "auto, stall, pri, report",
	 "auto",
	 "how its accesses fault recoverably; auto: platform stall, pcie pri; report: a PCIe endpoint "
	 "does not wait, its program touches the page and submits the access again"},
	{"handler", "mode", WL_WORD_ENUM, AT(mode), sys_handler_mode_names, "sva, vfio", "sva",
	 "whose address space devices use: a process's by PASID, or a VFIO container"},
	{"handler", "containers", WL_WORD_ENUM, AT(containers), sys_containers_names, "one, each",
	 "one",
	 "vfio, of devices that are in no group: one container of all, as a guest's; each its own, "
	 "as Linux's DMA API has a domain of each"},
	{"handler", "design", WL_WORD_CHOICE, AT(design), sys_design_names,
	 "see 'iopfsim list designs'", "core-path",
	 "locking design: of the container, or of SVA (sva with a container's is mmap-lock)"},
	{"handler", "dispatch", WL_WORD_ENUM, AT(dispatch), sys_dispatch_names,
	 "auto, event-thread, workqueue, device-workqueue, cpu-threads", "auto",
	 "where the handler runs; auto: sva in a workqueue, vfio in the event thread"},
	{"handler", "partials", WL_WORD_ENUM, AT(partials), sys_partials_names, "list, tree",
	 "list", "where parts of page request groups wait for the last one"},
	{"workload", "generator", WL_WORD_ENUM, AT(generator), sys_generator_names,
	 sys_generator_choices, "messages", "where accesses come from"},
	{"benchmark", "kind", WL_WORD_ENUM, AT(benchmark_kind), sys_benchmark_names,
	 sys_benchmark_choices, "none", "which program; none: the workload (docs/validation.md)"},
	{"benchmark", "design", WL_WORD_ENUM, AT(pinning), sys_pinning_names, sys_pinning_choices,
	 "read-per-run", "how benchmark pinning takes mmap_lock"},
	{"load", "class", WL_WORD_ENUM, AT(load_class), sys_class_names, "normal, real-time",
	 "normal", "scheduling class of its threads"},
	{"output", "window", WL_WORD_ENUM, AT(window), sys_window_names, "auto, whole, explicit",
	 "auto",
	 "of which part latencies and rates are said first: the steady window, the whole run, "
	 "window_begin to window_end"},
	{"benchmark", "class", WL_WORD_ENUM, AT(benchmark_class), sys_class_names,
	 "normal, real-time", "normal", "scheduling class of benchmark cyclic's threads"},
	{"workload", "trace", WL_WORD_PATH, AT(trace_path), NULL,
	 "a path, relative to the workload file", "", "trace file of generator 'trace'"},
};

const size_t wl_word_count = sizeof(wl_words) / sizeof(wl_words[0]);

/* Of a group of devices. */
static const struct wl_word group_words[] = {
	{"devices", "iommu", WL_WORD_TEXT, AT(common.iommu), NULL, "any, or a number", "any",
	 "which IOMMU they are behind, from 0 on; any: dealt out in turn with the others"},
};

static const char *const group_sections[] = {"device", "pcie", "workload"};

#define NR_GROUP_SECTIONS (sizeof(group_sections) / sizeof(group_sections[0]))

/* Maps and lists of the top level that are neither section nor word. */
static const struct other_key {
	const char *key, *brief;
} other_keys[] = {
	{"devices",
	 "groups of devices, in place of 'device', 'pcie', 'workload' and machine.devices"},
	{"mappings", "the ranges that devices may touch"},
	{"sweep", "points of a series, and what was published for each"},
};

#define NR_OTHER_KEYS (sizeof(other_keys) / sizeof(other_keys[0]))

/* What describes a machine; everything else belongs to a workload. */
static const char *const platform_sections[] = {"machine", "cpu",   "memory",  "kernel",
						"host",	   "smmu",  "vtd",     "device",
						"pcie",	   "iommu", "sources", "load"};

/* @path is @section, a dot, and the key that is returned. */
static const char *key_in_section(const char *path, const char *section)
{
	size_t length = strlen(section);

	if (!length)
		return strchr(path, '.') ? NULL : path;
	if (strncmp(path, section, length) || path[length] != '.')
		return NULL;
	return path + length + 1;
}

static const struct sim_param *find_param(const struct sys_section *section, const char *key)
{
	for (size_t i = 0; i < section->nr_params; i++) {
		if (!strcmp(section->params[i].key, key))
			return &section->params[i];
	}
	return NULL;
}

/* Keys that had another name. */
static const char *new_name(const char *path)
{
	return strcmp(path, "machine.smmus") ? path : "machine.iommus";
}

/* --- groups of devices --- */

/* Is @path section @name, or below it? */
static bool is_within(const char *path, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(path, name, length) && (!path[length] || path[length] == '.');
}

static bool is_of_group_section(const char *path)
{
	for (size_t i = 0; i < NR_GROUP_SECTIONS; i++) {
		if (is_within(path, group_sections[i]))
			return true;
	}
	return false;
}

bool wl_is_of_groups(const char *path)
{
	return is_of_group_section(path) || !strcmp(path, "machine.devices");
}

const char *wl_group_path(const char *path, char group[SYS_NAME_MAX])
{
	size_t length;

	group[0] = 0;
	if (strncmp(path, "devices.", 8) != 0)
		return path;
	length = strcspn(path + 8, ".");
	if (!length || length >= SYS_NAME_MAX)
		return path;
	memcpy(group, path + 8, length);
	group[length] = 0;
	path += 8 + length;
	return path + (*path == '.');
}

/* What a group has beside its sections. */
static bool group_leaf_find(const char *key, struct wl_leaf *leaf)
{
	for (size_t i = 0; i < sizeof(group_words) / sizeof(group_words[0]); i++) {
		if (!strcmp(key, group_words[i].key))
			leaf->word = &group_words[i];
	}
	leaf->param = find_param(&sys_group_section, key);
	leaf->section = leaf->param ? &sys_group_section : NULL;
	return leaf->word || leaf->param;
}

const char *wl_leaf_path(const struct wl_leaf *leaf, char text[WL_PATH_BYTES])
{
	const char *section = leaf->word ? leaf->word->section : leaf->section->path;
	const char *key = leaf->word ? leaf->word->key : leaf->param->key;

	if (leaf->group[0] && is_of_group_section(section))
		snprintf(text, WL_PATH_BYTES, "devices.%s.%s.%s", leaf->group, section, key);
	else
		snprintf(text, WL_PATH_BYTES, "%s%s%s%s%s", section, section[0] ? "." : "",
			 leaf->group, leaf->group[0] ? "." : "", key);
	return text;
}

bool wl_leaf_find(const char *path, struct wl_leaf *leaf)
{
	const char *key;

	*leaf = (struct wl_leaf){0};
	path = wl_group_path(new_name(path), leaf->group);
	if (leaf->group[0] && !is_of_group_section(path))
		return group_leaf_find(path, leaf);
	for (size_t i = 0; i < wl_word_count; i++) {
		key = key_in_section(path, wl_words[i].section);
		if (key && !strcmp(key, wl_words[i].key)) {
			leaf->word = &wl_words[i];
			return true;
		}
	}
	for (size_t i = 0; i < sys_section_count; i++) {
		key = key_in_section(path, sys_sections[i].path);
		leaf->param = key ? find_param(&sys_sections[i], key) : NULL;
		if (leaf->param) {
			leaf->section = &sys_sections[i];
			return true;
		}
	}
	return false;
}

bool wl_is_section(const char *path)
{
	char group[SYS_NAME_MAX];
	size_t length;

	path = wl_group_path(path, group);
	if (group[0] && (!path[0] || !is_of_group_section(path)))
		return !path[0];
	length = strlen(path);
	for (size_t i = 0; i < sys_section_count; i++) {
		if (!strncmp(sys_sections[i].path, path, length) &&
		    (!sys_sections[i].path[length] || sys_sections[i].path[length] == '.'))
			return true;
	}
	return false;
}

bool wl_role_allows(enum wl_role role, const char *path)
{
	size_t first = strcspn(path, ".");

	if (role == WL_ROLE_WORKLOAD)
		return true;
	for (size_t i = 0; i < sizeof(platform_sections) / sizeof(platform_sections[0]); i++) {
		if (strlen(platform_sections[i]) == first &&
		    !strncmp(platform_sections[i], path, first))
			return true;
	}
	return false;
}

/* The part of @full right below @path, up to the next dot; false: not below it. */
static bool component_below(const char *full, const char *path, char *name, size_t name_bytes)
{
	size_t length = strlen(path);

	if (length) {
		if (strncmp(full, path, length) || full[length] != '.')
			return false;
		full += length + 1;
	}
	snprintf(name, name_bytes, "%.*s", (int)strcspn(full, "."), full);
	return true;
}

typedef void (*path_fn)(void *opaque, const char *full);

static void each_path(path_fn fn, void *opaque)
{
	char full[128];

	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++) {
			snprintf(full, sizeof(full), "%s.%s", sys_sections[i].path,
				 sys_sections[i].params[j].key);
			fn(opaque, full);
		}
	}
	for (size_t i = 0; i < wl_word_count; i++) {
		snprintf(full, sizeof(full), "%s%s%s", wl_words[i].section,
			 wl_words[i].section[0] ? "." : "", wl_words[i].key);
		fn(opaque, full);
	}
	for (size_t i = 0; i < NR_OTHER_KEYS; i++)
		fn(opaque, other_keys[i].key);
}

struct unknown {
	const char *path, *key;
	enum wl_role role;
	struct text_suggestion near;	  /* among the keys of this place */
	struct text_suggestion elsewhere; /* the same key in another section */
};

static void offer_path(void *opaque, const char *full)
{
	struct unknown *unknown = opaque;
	const char *last = strrchr(full, '.');
	char name[128];

	if (!wl_role_allows(unknown->role, full))
		return;
	if (component_below(full, unknown->path, name, sizeof(name)))
		text_suggest(&unknown->near, unknown->key, name);
	if (last && !strcmp(last + 1, unknown->key) && !unknown->elsewhere.word[0])
		snprintf(unknown->elsewhere.word, sizeof(unknown->elsewhere.word), "%s", full);
}

/* For --set: the whole path at once. */
static void offer_whole_path(void *opaque, const char *full)
{
	struct unknown *unknown = opaque;
	const char *last = strrchr(full, '.');

	text_suggest(&unknown->near, unknown->key, full);
	if (last && !strcmp(last + 1, unknown->key) && !unknown->elsewhere.word[0])
		snprintf(unknown->elsewhere.word, sizeof(unknown->elsewhere.word), "%s", full);
}

/* What may stand in a group of devices. */
static void offer_group_keys(struct unknown *unknown)
{
	static const char *const keys[] = {"name",     "count",	 "iommu", "process", "container",
					   "mappings", "device", "pcie",  "workload"};

	unknown->near = unknown->elsewhere = (struct text_suggestion){0};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		text_suggest(&unknown->near, unknown->key, keys[i]);
}

int wl_unknown_key(struct text_where where, const char *path, const char *key, enum wl_role role)
{
	char quoted[TEXT_QUOTE_BYTES], place[160] = "", hint[192] = "", group[SYS_NAME_MAX];
	struct unknown unknown = {
		.path = wl_group_path(path ? path : "", group), .key = key, .role = role};
	const char *meant;

	each_path(path ? offer_path : offer_whole_path, &unknown);
	if (group[0] && !unknown.path[0])
		offer_group_keys(&unknown);
	meant = unknown.elsewhere.word[0] && unknown.near.distance ? unknown.elsewhere.word
								   : unknown.near.word;
	if (!meant[0])
		meant = unknown.elsewhere.word;
	if (path)
		snprintf(place, sizeof(place), " in '%s'", path[0] ? path : "top level");
	if (meant[0])
		snprintf(hint, sizeof(hint), "; did you mean '%s'?", meant);
	return text_complain(where, "unknown key %s%s%s", text_quote(quoted, key), place, hint);
}

bool wl_word_info(size_t index, struct wl_word_info *info)
{
	const struct wl_word *word = &wl_words[index];

	if (index >= wl_word_count)
		return false;
	*info = (struct wl_word_info){
		.section = word->section,
		.key = word->key,
		.choices = word->choices,
		.def = word->def,
		.help = word->help,
	};
	info->is_of_platform = wl_role_allows(WL_ROLE_PLATFORM,
					      word->section[0] ? word->section : word->key);
	return true;
}

/* The top level, the sections of numbers, what is neither. */
bool wl_section_info(size_t index, struct wl_section_info *info)
{
	*info = (struct wl_section_info){"", "its name, its machine, and which IOMMU that has",
					 false};
	if (!index)
		return true;
	index--;
	if (index < sys_section_count) {
		info->name = sys_sections[index].path;
		info->brief = sys_sections[index].brief;
	} else if (index - sys_section_count < NR_OTHER_KEYS) {
		info->name = other_keys[index - sys_section_count].key;
		info->brief = other_keys[index - sys_section_count].brief;
	} else {
		return false;
	}
	info->is_of_platform = wl_role_allows(WL_ROLE_PLATFORM, info->name);
	return true;
}

bool wl_group_leaf(size_t index, struct wl_leaf *leaf)
{
	*leaf = (struct wl_leaf){0};
	if (index < sys_group_section.nr_params) {
		leaf->section = &sys_group_section;
		leaf->param = &sys_group_section.params[index];
		return true;
	}
	index -= sys_group_section.nr_params;
	if (index < sizeof(group_words) / sizeof(group_words[0])) {
		leaf->word = &group_words[index];
		return true;
	}
	index -= sizeof(group_words) / sizeof(group_words[0]);
	for (size_t i = 0; i < wl_word_count; i++) {
		if (is_of_group_section(wl_words[i].section) && !index--) {
			leaf->word = &wl_words[i];
			return true;
		}
	}
	for (size_t i = 0; i < sys_section_count; i++) {
		if (!is_of_group_section(sys_sections[i].path))
			continue;
		if (index < sys_sections[i].nr_params) {
			leaf->section = &sys_sections[i];
			leaf->param = &sys_sections[i].params[index];
			return true;
		}
		index -= sys_sections[i].nr_params;
	}
	return false;
}
