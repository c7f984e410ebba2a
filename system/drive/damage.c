// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that are not what software has written when the IOMMU reads them, as after a bit flip in
 * memory: it finds an opcode, or the type of a descriptor, that is none, and stops its queue: the
 * SMMU with CERROR_ILL (IHI 0070 7.1), VT-d with FSTS.IQE (6.5.2.11). Done where software moves the
 * tail.
 */
#include <errno.h>

#include "sim/arena.h"
#include "system/drive/internal.h"
#include "system/drive/verbs.h"
#include "system/machine/kernel.h"

#define NO_COMMAND 0xff

/* CMDQ_BASE, CMDQ_PROD, CMDQ_CONS; IQA, IQT, IQH. */
static const struct registers {
	u32 base, tail, head;
} registers_of[SYS_NR_IOMMU_KINDS] = {
	[SYS_IOMMU_SMMUV3] = {0x90, 0x98, 0x9c},
	[SYS_IOMMU_VTD] = {0x90, 0x88, 0x80},
};

static const struct registers *registers(const struct drive_unit *unit)
{
	return &registers_of[unit->machine->config->iommu];
}

static u64 reg(const struct drive_unit *unit, u32 offset, u32 bytes)
{
	return unit->behind.read(unit->behind.opaque, offset, bytes);
}

/* Where the first command is that the unit has not consumed; 0: it has consumed all. */
static u64 first_of_smmu(const struct drive_unit *unit, u32 tail)
{
	u64 base = reg(unit, registers(unit)->base, 8);
	u32 lg2 = base & 31, wrap = (2U << lg2) - 1,
	    head = (u32)reg(unit, registers(unit)->head, 4) & wrap;

	if (head == (tail & wrap))
		return 0;
	return (base & 0xfffffffffffe0ULL) + (u64)(head & ((1U << lg2) - 1)) * 16;
}

static u64 first_of_vtd(const struct drive_unit *unit, u32 tail)
{
	u64 base = reg(unit, registers(unit)->base, 8);
	u32 head = (u32)reg(unit, registers(unit)->head, 8);

	return head == tail ? 0 : (base & ~0xfffULL) + head;
}

static void damage_one(struct drive_unit *unit, u32 tail)
{
	u64 pa = unit->machine->config->iommu == SYS_IOMMU_VTD ? first_of_vtd(unit, tail)
							       : first_of_smmu(unit, tail);
	u8 command = NO_COMMAND;

	if (!pa)
		return;
	unit->nr_damaged--;
	mem_write(unit->machine->mem, pa, &command, sizeof(command));
}

static void on_write(void *opaque, u32 offset, u64 value, u32 bytes)
{
	struct drive_unit *unit = opaque;

	if (offset == registers(unit)->tail && unit->nr_damaged)
		damage_one(unit, (u32)value);
	unit->behind.write(unit->behind.opaque, offset, value, bytes);
}

static u64 on_read(void *opaque, u32 offset, u32 bytes)
{
	struct drive_unit *unit = opaque;

	return unit->behind.read(unit->behind.opaque, offset, bytes);
}

int drive_watch_units(struct drive *drive)
{
	u64 nr = drive->machine->config->machine.nr_iommus;

	drive->units = sim_alloc(nr * sizeof(*drive->units));
	for (u32 i = 0; drive->units && i < nr; i++) {
		struct linux_iommu *iommu = sys_kernel_unit(drive->machine, i);

		drive->units[i] = (struct drive_unit){*iommu, drive->machine, 0};
		iommu->read = on_read;
		iommu->write = on_write;
		iommu->opaque = &drive->units[i];
	}
	return drive->units ? 0 : -ENOMEM;
}

int drive_verb_damage(struct drive *drive, struct drive_thread *self, const struct drive_step *step)
{
	u64 number = step->arguments[DRIVE_IOMMU];

	if (number >= drive->machine->config->machine.nr_iommus)
		return -ENODEV;
	drive->units[number].nr_damaged = step->arguments[DRIVE_COMMANDS];
	return 0;
}
