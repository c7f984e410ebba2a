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
	}
	return hash;
}

static u64 fold_trace_size(u64 hash, const struct sys_config *config)
{
	struct stat st;
	char text[32];

	if (config->generator != SYS_GEN_TRACE || stat(config->trace_path, &st))
		return hash;
	snprintf(text, sizeof(text), "%lld", (long long)st.st_size);
	return fold(hash, text);
}

u64 wl_config_hash(const struct sys_config *config)
{
	u64 hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *section = &sys_sections[i];

		for (size_t j = 0; j < section->nr_params; j++)
			hash = fold_value(hash, config, section->path, section->params[j].key);
	}
	hash = fold_value(hash, config, "", "seed");
	hash = fold_value(hash, config, "", "iommu");
	for (size_t i = 0; i < wl_word_count; i++) {
		if (wl_words[i].section[0])
			hash = fold_value(hash, config, wl_words[i].section, wl_words[i].key);
	}
	return fold_trace_size(fold_mappings(hash, config), config);
}
