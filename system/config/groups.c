// SPDX-License-Identifier: GPL-2.0-only
/* What groups of devices come to, see groups.h. */
#include "system/config/groups.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

u32 sys_config_first_device(const struct sys_config *config, u32 index)
{
	u32 first = 0;

	for (u32 i = 0; i < index; i++)
		first += config->groups[i].count;
	return first;
}

u32 sys_config_group_of(const struct sys_config *config, u32 number)
{
	u32 group = 0;

	sim_assert(number < config->machine.nr_devices);
	if (!config->nr_groups)
		return 0;
	while (number >= config->groups[group].count)
		number -= config->groups[group++].count;
	return group;
}

/* --- where they are --- */

static bool is_dealt_out(const struct sys_group *group)
{
	return !group->iommu[0] || !strcmp(group->iommu, "any");
}

struct dealing {
	u32 next; /* IOMMU, of those that are dealt out */
	u32 nr_sids[SYS_MAX_IOMMUS];
};

static u32 deal(struct dealing *dealing, const struct sys_config *config, u32 index)
{
	const struct sys_group *group = sys_config_group(config, index);

	if (!is_dealt_out(group))
		return strtoul(group->iommu, NULL, 10) % config->machine.nr_iommus;
	return dealing->next++ % config->machine.nr_iommus;
}

void sys_config_places(const struct sys_config *config, struct sys_device_place *places)
{
	struct dealing dealing = {0};

	for (u32 g = 0; g < sys_config_nr_groups(config); g++) {
		for (u64 i = 0; i < sys_config_group_devices(config, g); i++) {
			places->iommu = deal(&dealing, config, g);
			places->sid = dealing.nr_sids[places->iommu]++;
			places++;
		}
	}
}

u64 sys_config_most_devices(const struct sys_config *config, enum sys_device_kind kind)
{
	u64 nr[SYS_MAX_IOMMUS] = {0}, most = 0;
	struct dealing dealing = {0};

	for (u32 g = 0; g < sys_config_nr_groups(config); g++) {
		bool counts = kind == SYS_NR_DEVICE_KINDS ||
			      sys_config_group(config, g)->device_kind == kind;

		for (u64 i = 0; i < sys_config_group_devices(config, g); i++) {
			u32 iommu = deal(&dealing, config, g);

			nr[iommu] += counts;
			most = nr[iommu] > most ? nr[iommu] : most;
		}
	}
	return most;
}

bool sys_config_has_kind(const struct sys_config *config, enum sys_device_kind kind)
{
	for (u32 g = 0; g < sys_config_nr_groups(config); g++) {
		if (sys_config_group(config, g)->device_kind == kind)
			return true;
	}
	return false;
}

/* --- address spaces --- */

bool sys_config_is_container(const struct sys_config *config, u32 space)
{
	enum sys_space_kind kind = config->nr_groups ? config->spaces[space].kind
						     : SYS_SPACE_BY_MODE;

	return kind == SYS_SPACE_BY_MODE ? config->mode == SYS_HANDLER_VFIO
					 : kind == SYS_SPACE_CONTAINER;
}

bool sys_config_is_populated(const struct sys_config *config, u32 space)
{
	for (u32 g = 0; g < sys_config_nr_groups(config); g++) {
		if ((!config->nr_groups || sys_config_space_of(config, g) == space) &&
		    sys_config_group(config, g)->workload.populated)
			return true;
	}
	return !sys_config_is_container(config, space) && !config->handler.iopf;
}

bool sys_config_has_mode(const struct sys_config *config, enum sys_handler_mode mode)
{
	for (u32 i = 0; i < sys_config_nr_spaces(config); i++) {
		if (sys_config_is_container(config, i) == (mode == SYS_HANDLER_VFIO))
			return true;
	}
	return false;
}

bool sys_config_is_in_space(const struct sys_config *config, const struct sys_mapping *mapping,
			    u32 space)
{
	if (!config->nr_groups)
		return true;
	if (!mapping->of)
		return config->spaces[space].kind == SYS_SPACE_BY_MODE;
	return config->groups[mapping->of - 1].space == space;
}

/* --- one of them --- */

/* Its own mappings; where it has none, all of its address space. */
static bool is_for(const struct sys_config *config, const struct sys_mapping *mapping, u32 index)
{
	const struct sys_group *group = &config->groups[index];

	return group->nr_mappings ? mapping->of == index + 1
				  : sys_config_is_in_space(config, mapping, group->space);
}

void sys_config_view(const struct sys_config *config, u32 index, struct sys_config *view)
{
	*view = *config;
	if (!config->nr_groups)
		return;
	view->nr_groups = view->nr_spaces = view->nr_mappings = 0;
	view->common = config->groups[index];
	view->machine.nr_devices = config->groups[index].count;
	view->mode = sys_config_is_container(config, config->groups[index].space) ? SYS_HANDLER_VFIO
										  : SYS_HANDLER_SVA;
	for (u32 g = 0; g < index; g++) {
		if (config->groups[g].generator == view->generator)
			view->common.nr_before += config->groups[g].count;
	}
	for (u32 i = 0; i < config->nr_mappings; i++) {
		if (is_for(config, &config->mappings[i], index))
			view->mappings[view->nr_mappings++] = config->mappings[i];
	}
}
