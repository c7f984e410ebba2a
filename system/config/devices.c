// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list `devices`: groups of like devices, in place of sections device, pcie and workload.
 *
 *	devices:
 *	  - name: nic
 *	    count: 2
 *	    process: net
 *	    device: {kind: pcie, outstanding_accesses: 64}
 *	    pcie: {page_request_credits: 128}
 *	    workload: {generator: random, interval: 500ns}
 *	    mappings: [{iova: 0x10000000, size: 64MiB}]
 *
 * Here is what a group is by: its name, its address space, its mappings. All else are keys of
 * the schema.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/groups.h"
#include "system/config/internal.h"

struct sys_group *wl_group_find(struct sys_config *config, const char *name)
{
	for (u32 i = 0; i < config->nr_groups; i++) {
		if (!strcmp(config->groups[i].name, name))
			return &config->groups[i];
	}
	return NULL;
}

void wl_groups_count(struct sys_config *config)
{
	config->machine.nr_devices = 0;
	for (u32 i = 0; i < config->nr_groups; i++)
		config->machine.nr_devices += config->groups[i].count;
}

bool wl_group_has_read(const char *key)
{
	return !strcmp(key, "name") || !strcmp(key, "process") || !strcmp(key, "container") ||
	       !strcmp(key, "mappings");
}

/* --- names --- */

/* It is a part of paths, so it has no dot. */
static bool is_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_-");

	return length && length < SYS_NAME_MAX && !text[length];
}

static int read_name(char name[SYS_NAME_MAX], const struct text_document *doc,
		     const struct text_node *node)
{
	char quoted[TEXT_QUOTE_BYTES];

	if (node->kind != TEXT_SCALAR || !is_name(node->text))
		return text_complain(
			text_at(doc, node), "%s: %s is no name, expected letters, digits, '_', '-'",
			node->key->text,
			node->kind == TEXT_SCALAR ? text_quote(quoted, node->text) : "this");
	snprintf(name, SYS_NAME_MAX, "%s", node->text);
	return 0;
}

static int read_group_name(const struct sys_config *config, struct sys_group *group,
			   const struct text_document *doc, const struct text_node *map)
{
	const struct text_node *node = text_child(map, "name");
	int err;

	if (!node)
		return text_complain(text_at(doc, map), "a group of devices without 'name'");
	err = read_name(group->name, doc, node);
	if (!err && wl_group_find((struct sys_config *)config, group->name))
		return text_complain(text_at(doc, node), "there are two groups of devices '%s'",
				     group->name);
	return err;
}

/* --- address spaces --- */

/* What the group says of it, if it does. */
static int read_space(struct sys_space_name *space, const struct text_document *doc,
		      const struct text_node *map)
{
	const struct text_node *process = text_child(map, "process");
	const struct text_node *container = text_child(map, "container");

	*space = (struct sys_space_name){SYS_SPACE_BY_MODE, ""};
	if (process && container)
		return text_complain(text_at(doc, container),
				     "a group of devices is in a process or in a container, not in "
				     "both");
	if (!process && !container)
		return 0;
	space->kind = process ? SYS_SPACE_PROCESS : SYS_SPACE_CONTAINER;
	return read_name(space->name, doc, process ? process : container);
}

static u32 space_number(struct sys_config *config, const struct sys_space_name *space)
{
	u32 i = 0;

	while (i < config->nr_spaces && (config->spaces[i].kind != space->kind ||
					 strcmp(config->spaces[i].name, space->name) != 0))
		i++;
	if (i == config->nr_spaces)
		config->spaces[config->nr_spaces++] = *space;
	return i;
}

/* --- a group --- */

int wl_group_begin(struct sys_config *config, const struct text_document *doc,
		   const struct text_node *map)
{
	struct sys_group *group = &config->groups[config->nr_groups];
	const struct text_node *mappings = text_child(map, "mappings");
	struct sys_space_name space;
	int err;

	if (map->kind != TEXT_MAP)
		return text_complain(text_at(doc, map), "a group of devices wants keys and values, "
							"such as {name: nic, count: 2}");
	if (config->nr_groups == SYS_MAX_GROUPS)
		return text_complain(text_at(doc, map), "more than %u groups of devices",
				     SYS_MAX_GROUPS);
	*group = config->common;
	err = read_group_name(config, group, doc, map);
	if (!err)
		err = read_space(&space, doc, map);
	if (err)
		return err;
	group->space = space_number(config, &space);
	config->nr_groups++;
	wl_groups_count(config);
	if (!mappings)
		return 0;
	group->nr_mappings = mappings->nr_children;
	return wl_mappings_read(config, doc, mappings, config->nr_groups);
}

/* --- all of them --- */

static int check_iommu(const struct sys_config *config, const struct sys_group *group,
		       struct text_where where)
{
	size_t length = strspn(group->iommu, "0123456789");
	char quoted[TEXT_QUOTE_BYTES];

	if (!group->iommu[0] || !strcmp(group->iommu, "any"))
		return 0;
	if (!group->iommu[length] && length < 4 &&
	    strtoul(group->iommu, NULL, 10) < config->machine.nr_iommus)
		return 0;
	return text_complain(where, "devices.%s.iommu: %s is none, expected any, or 0 to %llu",
			     group->name, text_quote(quoted, group->iommu),
			     config->machine.nr_iommus - 1);
}

static bool has_mappings(const struct sys_config *config, u32 space)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		if (sys_config_is_in_space(config, &config->mappings[i], space))
			return true;
	}
	return false;
}

/* Those of the top level are the groups' that name neither a process nor a container. */
static bool has_lost_mappings(const struct sys_config *config)
{
	for (u32 i = 0; config->nr_groups && i < config->nr_mappings; i++) {
		if (!config->mappings[i].of && config->mappings[i].space == config->nr_spaces)
			return true;
	}
	return false;
}

/* Of a process. */
#define USER_END (1ULL << 47)

/* Under SVA a device uses the addresses of the process. */
static int check_addresses(const struct sys_config *config, struct text_where where)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];
		u64 va = mapping->iova + mapping->va_offset;

		where.line = mapping->line;
		where.column = mapping->column;
		if (mapping->va_offset && (va >= USER_END || mapping->bytes > USER_END - va))
			return text_complain(where, "va: a process has no addresses from 2^47 on");
		if (!mapping->va_offset || sys_config_is_container(config, mapping->space))
			continue;
		return text_complain(where,
				     "va: 0x%llx is not the iova, 0x%llx: only a container's "
				     "mapping may have another address",
				     va, mapping->iova);
	}
	return 0;
}

int wl_groups_check(const struct sys_config *config, struct text_where where)
{
	int err = 0;

	if (config->machine.nr_devices > SYS_MAX_DEVICES)
		return text_complain(where, "the groups of devices have %llu, expected %u at most",
				     config->machine.nr_devices, SYS_MAX_DEVICES);
	if (has_lost_mappings(config))
		return text_complain(where,
				     "'mappings' is of no use: each group of devices is in a "
				     "process or container of its own");
	err = check_addresses(config, where);
	for (u32 i = 0; i < config->nr_groups && !err; i++) {
		const struct sys_group *group = &config->groups[i];

		err = check_iommu(config, group, where);
		if (!err && !has_mappings(config, group->space))
			err = text_complain(where,
					    "'devices.%s.mappings' is missing: the ranges "
					    "that its devices may touch",
					    group->name);
	}
	return err;
}
