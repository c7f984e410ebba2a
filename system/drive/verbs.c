// SPDX-License-Identifier: GPL-2.0-only
/* What steps do: each is a call into the kernel. */
#include "system/drive/verbs.h"

#include <errno.h>
#include <stdio.h>

#include "sim/cpu.h"
#include "system/drive/internal.h"

static u32 device_of(const struct drive_step *step)
{
	return (u32)step->arguments[DRIVE_DEVICE];
}

static struct linux_process *process_of(const struct drive *drive, const struct drive_step *step)
{
	return drive->processes[step->arguments[DRIVE_PROCESS]];
}

static struct linux_space *domain_of(const struct drive *drive, const struct drive_step *step)
{
	return drive->domains[step->arguments[DRIVE_DOMAIN]];
}

static struct linux_area area_of(const struct drive_step *step)
{
	return (struct linux_area){
		.start = DRIVE_FIRST_ADDRESS + step->arguments[DRIVE_PAGE] * DRIVE_PAGE_BYTES,
		.bytes = step->arguments[DRIVE_PAGES] * DRIVE_PAGE_BYTES,
		.is_readable = step->arguments[DRIVE_PERM] & 1,
		.is_writable = step->arguments[DRIVE_PERM] & 2,
		.is_block = step->arguments[DRIVE_BLOCK],
	};
}

/* --- devices --- */

int drive_add(struct drive *drive, u32 device, bool is_twice)
{
	int err;

	if (device >= drive->machine->config->machine.nr_devices)
		return -ENODEV;
	if (drive->is_there[device])
		return -EEXIST;
	err = drive->calls->add_device(device, is_twice);
	drive->is_there[device] = !err;
	return err;
}

DRIVE_VERB(add)
{
	return drive_add(drive, device_of(step), step->arguments[DRIVE_TWICE]);
}

DRIVE_VERB(remove)
{
	if (!drive->is_there[device_of(step)])
		return -ENODEV;
	drive->is_there[device_of(step)] = false;
	drive->calls->remove_device(device_of(step));
	return 0;
}

DRIVE_VERB(claim)
{
	return drive->is_there[device_of(step)] ? drive->calls->claim(device_of(step)) : -ENODEV;
}

DRIVE_VERB(release)
{
	if (!drive->is_there[device_of(step)])
		return -ENODEV;
	drive->calls->release_claim(device_of(step));
	return 0;
}

/* --- processes --- */

DRIVE_VERB(process)
{
	return linux_process_create(&drive->processes[step->arguments[DRIVE_PROCESS]]);
}

/* Its number is free at once, though the kernel may keep it for those that are bound to it. */
DRIVE_VERB(exit)
{
	struct linux_process *process = process_of(drive, step);

	if (!process)
		return -ESRCH;
	drive->processes[step->arguments[DRIVE_PROCESS]] = NULL;
	linux_process_end(process);
	return 0;
}

typedef int change_fn(struct linux_process *process, const struct linux_area *area);

static int change(const struct drive *drive, const struct drive_step *step, change_fn *fn)
{
	const struct linux_area area = area_of(step);
	struct linux_process *process = process_of(drive, step);

	return process ? fn(process, &area) : -ESRCH;
}

DRIVE_VERB(mmap)
{
	return change(drive, step, linux_process_map);
}

DRIVE_VERB(munmap)
{
	return change(drive, step, drive->calls->process_unmap);
}

DRIVE_VERB(remap)
{
	return change(drive, step, linux_process_remap);
}

DRIVE_VERB(mprotect)
{
	return change(drive, step, drive->calls->process_protect);
}

DRIVE_VERB(touch)
{
	return change(drive, step, linux_process_populate);
}

/* --- SVA --- */

DRIVE_VERB(bind)
{
	struct drive_bond *bond = &drive->bonds[device_of(step)][step->arguments[DRIVE_PROCESS]];
	struct linux_bond made;
	int err = process_of(drive, step) && drive->is_there[device_of(step)]
			  ? drive->calls->sva_bind(device_of(step), process_of(drive, step), &made)
			  : -ESRCH;

	if (!err)
		*bond = (struct drive_bond){made, bond->nr + 1};
	return err;
}

DRIVE_VERB(unbind)
{
	struct drive_bond *bond = &drive->bonds[device_of(step)][step->arguments[DRIVE_PROCESS]];

	if (!bond->nr)
		return -ENOENT;
	bond->nr--;
	drive->calls->sva_unbind(&bond->bond);
	return 0;
}

/* --- domains --- */

DRIVE_VERB(domain)
{
	enum linux_handler handler = step->arguments[DRIVE_KEEPS]     ? LINUX_HANDLER_KEEPS
				     : step->arguments[DRIVE_HANDLER] ? LINUX_HANDLER_MAPS
								      : LINUX_HANDLER_NONE;

	if (!drive->is_there[device_of(step)])
		return -ENODEV;
	return drive->calls->space_create(device_of(step), handler,
					  &drive->domains[step->arguments[DRIVE_DOMAIN]]);
}

DRIVE_VERB(free)
{
	struct linux_space *domain = domain_of(drive, step);

	if (!domain)
		return -ENOENT;
	drive->domains[step->arguments[DRIVE_DOMAIN]] = NULL;
	drive->calls->space_free(domain);
	return 0;
}

DRIVE_VERB(attach)
{
	struct linux_space *domain = domain_of(drive, step);
	int err = domain && drive->is_there[device_of(step)]
			  ? drive->calls->space_attach(domain, device_of(step))
			  : -ENOENT;

	if (!err)
		drive->attached[device_of(step)] = domain;
	return err;
}

DRIVE_VERB(detach)
{
	struct linux_space *domain = drive->attached[device_of(step)];

	if (!domain)
		return -ENOENT;
	drive->attached[device_of(step)] = NULL;
	drive->calls->space_detach(domain, device_of(step));
	return 0;
}

DRIVE_VERB(map)
{
	const struct linux_area area = area_of(step);

	return domain_of(drive, step) ? drive->calls->space_map(domain_of(drive, step), &area)
				      : -ENOENT;
}

DRIVE_VERB(unmap)
{
	const struct linux_area area = area_of(step);

	return domain_of(drive, step) ? drive->calls->space_unmap(domain_of(drive, step), &area)
				      : -ENOENT;
}

/* --- time --- */

DRIVE_VERB(pause)
{
	u64 ps = step->arguments[DRIVE_TIME];

	sim_sleep_ps(ps == DRIVE_SWEPT ? drive->swept_ps : ps);
	return 0;
}

/* --- memory --- */

/* Fewer are no leak: four workers more, of four objects each. Scenarios do 24 times what may leak
 * one. */
#define MANY 20

/* Until RCU and work queues have given back what is theirs to give. */
#define SETTLED_PS (100 * SIM_PS_PER_MS)

DRIVE_VERB(leaks)
{
	u64 before = drive->nr_objects;

	sim_sleep_ps(SETTLED_PS);
	drive->nr_objects = drive->calls->nr_objects();
	if (!before || drive->nr_objects < before + MANY)
		snprintf(self->outcome, sizeof(self->outcome), "%s", before ? "none" : "ok");
	else
		snprintf(self->outcome, sizeof(self->outcome), "%llu objects",
			 drive->nr_objects - before);
	return 0;
}
