/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Groups of devices (section `devices`): which devices are whose, behind which IOMMU each
 * is, whose address space it uses. A configuration without groups has one, without a
 * name, of all devices.
 */
#ifndef SYSTEM_GROUPS_H
#define SYSTEM_GROUPS_H

#include "system/config/config.h"

/** sys_config_group_of() - the group of device @number, below machine.devices. */
u32 sys_config_group_of(const struct sys_config *config, u32 number);

/** sys_config_first_device() - the number of the first device of group @index. */
u32 sys_config_first_device(const struct sys_config *config, u32 index);

/* Where a device is. */
struct sys_device_place {
	u32 iommu, sid;
};

/**
 * sys_config_places() - of all devices
 * @places: machine.devices of them
 *
 * Those of groups that name no IOMMU are dealt out in turn. StreamIDs of an IOMMU have no gap.
 */
void sys_config_places(const struct sys_config *config, struct sys_device_place *places);

/** sys_config_most_devices() - behind one IOMMU, of a kind or, with SYS_NR_DEVICE_KINDS, of both.
 */
u64 sys_config_most_devices(const struct sys_config *config, enum sys_device_kind kind);

/** sys_config_has_kind() - is any device of @kind? */
bool sys_config_has_kind(const struct sys_config *config, enum sys_device_kind kind);

/** sys_config_nr_spaces() - address spaces of devices, at least 1. */
static inline u32 sys_config_nr_spaces(const struct sys_config *config)
{
	if (config->nr_groups)
		return config->nr_spaces;
	return config->containers == SYS_CONTAINERS_EACH ? config->machine.nr_devices : 1;
}

/** sys_config_space_of() - the address space of a group, the first one if each device has one. */
static inline u32 sys_config_space_of(const struct sys_config *config, u32 group)
{
	return config->nr_groups ? config->groups[group].space : 0;
}

/** sys_config_space_of_device() - the address space of device @device, which is of @group. */
static inline u32 sys_config_space_of_device(const struct sys_config *config, u32 group, u32 device)
{
	return config->nr_groups || config->containers == SYS_CONTAINERS_ONE
		       ? sys_config_space_of(config, group)
		       : device;
}

/** sys_config_is_container() - is address space @space a VFIO container's, else a process's? */
bool sys_config_is_container(const struct sys_config *config, u32 space);

/** sys_config_is_populated() - are all pages of address space @space there from the start? */
bool sys_config_is_populated(const struct sys_config *config, u32 space);

/** sys_group_is_sva() - does group @index use a process's address space? */
static inline bool sys_group_is_sva(const struct sys_config *config, u32 index)
{
	return !sys_config_is_container(config, sys_config_space_of(config, index));
}

/** sys_config_has_mode() - do devices of any group use address spaces as in @mode? */
bool sys_config_has_mode(const struct sys_config *config, enum sys_handler_mode mode);

/** sys_config_is_in_space() - is the mapping one of address space @space? */
bool sys_config_is_in_space(const struct sys_config *config, const struct sys_mapping *mapping,
			    u32 space);

/**
 * sys_config_view() - the machine as if there were only the devices of group @index
 * @view: a configuration without groups: its sections device, pcie, workload and mappings are
 *	the group's, machine.devices is its count, handler.mode what its address space is
 */
void sys_config_view(const struct sys_config *config, u32 index, struct sys_config *view);

#endif
