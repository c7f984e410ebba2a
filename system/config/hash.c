// SPDX-License-Identifier: GPL-2.0-only
/*
 * A number that names a configuration: FNV-1a, 64 bit, over `path=value` of
 * everything that can change a result, also how exact it is. Names and titles do
 * not; a trace counts by its file name and size, for its content
 * shows in the trace hash.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "system/config/internal.h"

static u64 fold(u64 hash, const char *text)
{
	/* with the terminating zero, so that "ab","c" and "a","bc" differ */
	for (;; text++) {
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ULL;
		if (!*text)
			return hash;
	}
}

static u64 fold_value(u64 hash, const struct sys_config *config, const char *section,
		      const char *key)
{
	char path[96], text[SYS_TEXT_MAX * 2];

	snprintf(path, sizeof(path), "%s%s%s", section, section[0] ? "." : "", key);
	if (!wl_format_value(config, path, text, sizeof(text)))
		return hash;
	return fold(fold(hash, path), text);
}

static u64 fold_mappings(u64 hash, const struct sys_config *config)
{
	char text[96];

	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];

		snprintf(text, sizeof(text), "mapping %llx %llx %d %d %llx", mapping->iova,
			 mapping->bytes, mapping->is_readable, mapping->is_writable,
			 mapping->page_bytes);
		hash = fold(hash, text);
		snprintf(text, sizeof(text), "va %llx", mapping->va_offset);
		if (mapping->va_offset)
			hash = fold(hash, text);
		if (mapping->is_executable)
			hash = fold(hash, "executable");
		snprintf(text, sizeof(text), "of %u", mapping->of);
		if (mapping->of)
			hash = fold(hash, text);
	}
	return hash;
}

static u64 fold_trace_size(u64 hash, const struct sys_group *group)
{
	struct stat st;
	char text[32];

	if (group->generator != SYS_GEN_TRACE || stat(group->trace_path, &st))
		return hash;
	snprintf(text, sizeof(text), "%lld", (long long)st.st_size);
	return fold(hash, text);
}

/* A value that groups have each is that of none of them. */
static u64 fold_common(u64 hash, const struct sys_config *config, const char *section,
		       const char *key)
{
	return config->nr_groups && wl_is_of_groups(section)
		       ? hash
		       : fold_value(hash, config, section, key);
}

static u64 fold_groups(u64 hash, const struct sys_config *config)
{
	struct wl_group_value value;

	for (u32 g = 0; g < config->nr_groups; g++) {
		const struct sys_group *group = &config->groups[g];
		const struct sys_space_name *space = &config->spaces[group->space];

		hash = fold(fold(hash, group->name), space->name);
		hash = fold(hash, space->kind == SYS_SPACE_CONTAINER ? "container" : "process");
		for (size_t i = 0; wl_group_value(config, g, i, &value); i++)
			hash = fold(fold(hash, value.path), value.text);
		hash = fold_trace_size(hash, group);
	}
	return hash;
}

u64 wl_config_hash(const struct sys_config *config)
{
	u64 hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *section = &sys_sections[i];

		for (size_t j = 0; j < section->nr_params; j++)
			hash = fold_common(hash, config, section->path, section->params[j].key);
	}
	hash = fold_value(hash, config, "", "seed");
	hash = fold_value(hash, config, "", "iommu");
	for (size_t i = 0; i < wl_word_count; i++) {
		if (wl_words[i].section[0])
			hash = fold_common(hash, config, wl_words[i].section, wl_words[i].key);
	}
	hash = fold_mappings(hash, config);
	return config->nr_groups ? fold_groups(hash, config)
				 : fold_trace_size(hash, &config->common);
}
