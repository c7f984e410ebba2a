// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that are not what software has written when the SMMU reads them, as after a bit flip in
 * memory: it finds an opcode that is none, and stops its command queue with CERROR_ILL (IHI 0070
 * 7.1). Done where software moves CMDQ_PROD.
 */
#include <errno.h>

#include "sim/arena.h"
#include "system/drive/internal.h"
#include "system/drive/verbs.h"
#include "system/machine/kernel.h"

#define CMDQ_BASE 0x90
#define CMDQ_PROD 0x98
#define CMDQ_CONS 0x9c
#define COMMAND_BYTES 16
#define OPCODE_OF_NONE 0xff

static u64 base_of(const struct drive_unit *unit)
{
	return unit->behind.read(unit->behind.opaque, CMDQ_BASE, 8);
}

/* The first command that the unit has not consumed. */
static void damage_one(struct drive_unit *unit, u32 prod)
{
	u64 base = base_of(unit);
	u32 lg2 = base & 31, wrap = (2U << lg2) - 1,
	    cons = (u32)unit->behind.read(unit->behind.opaque, CMDQ_CONS, 4) & wrap;
	u8 opcode = OPCODE_OF_NONE;

	if (cons == (prod & wrap))
		return;
	unit->nr_damaged--;
	mem_write(unit->machine->mem,
		  (base & 0xfffffffffffe0ULL) + (u64)(cons & ((1U << lg2) - 1)) * COMMAND_BYTES,
		  &opcode, sizeof(opcode));
}

static void on_write(void *opaque, u32 offset, u64 value, u32 bytes)
{
	struct drive_unit *unit = opaque;

	if (offset == CMDQ_PROD && unit->nr_damaged)
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
