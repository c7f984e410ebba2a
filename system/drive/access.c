// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA of a device: accesses of a page each, all at once. Where one has led is compared with where
 * software says that the address leads: a translation that should be gone is "stale".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "system/drive/internal.h"
#include "system/drive/verbs.h"

const char *const drive_ends[] = {"done", "aborted", "stale", NULL};

struct drive_batch {
	u32 nr_pending;
	struct sim_completion done;
	struct drive_dma accesses[];
};

static void access_complete(struct port_access *access)
{
	struct drive_batch *batch = ((struct drive_dma *)access)->batch;

	if (!--batch->nr_pending)
		sim_complete(&batch->done);
}

/* --- by which address space --- */

static const struct drive_bond *bond_of(const struct drive *drive, const struct drive_step *step)
{
	return &drive->bonds[step->arguments[DRIVE_DEVICE]][step->arguments[DRIVE_PROCESS]];
}

void drive_choose_space(const struct drive *drive, const struct drive_step *step,
			struct port_access *access)
{
	if (drive_is_given(step, DRIVE_DOMAIN))
		return;
	access->has_pasid = true;
	access->pasid = drive_is_given(step, DRIVE_PASID) ? (u32)step->arguments[DRIVE_PASID]
							  : bond_of(drive, step)->bond.pasid;
}

/* Where software says that @iova leads. */
static u64 page_of(const struct drive *drive, const struct drive_step *step, u64 iova)
{
	struct linux_process *process = drive->processes[step->arguments[DRIVE_PROCESS]];
	struct linux_space *domain = drive->attached[step->arguments[DRIVE_DEVICE]];

	if (drive_is_given(step, DRIVE_DOMAIN))
		return domain ? drive->calls->space_page(domain, iova) : 0;
	if (!process || !bond_of(drive, step)->nr)
		return 0;
	return drive->calls->process_page(process, iova);
}

/* --- one batch --- */

static void prepare(const struct drive *drive, const struct drive_step *step, u32 number,
		    struct drive_dma *dma)
{
	dma->access = (struct port_access){
		.iova = DRIVE_FIRST_ADDRESS +
			(step->arguments[DRIVE_PAGE] + number) * DRIVE_PAGE_BYTES + 8,
		.len_bytes = 8,
		.is_write = step->arguments[DRIVE_WRITE],
		.complete = access_complete,
	};
	drive_choose_space(drive, step, &dma->access);
	dma->has_group = drive_is_given(step, DRIVE_GROUP);
	dma->group = (u16)step->arguments[DRIVE_GROUP];
	dma->is_last = number == step->arguments[DRIVE_PAGES] - 1;
}

static void start_one(struct drive *drive, u32 device, struct drive_dma *dma)
{
	struct port *port = drive->machine->devices[device].engine.port;
	enum port_status status;

	if (drive->machine->devices[device].engine.pcie) {
		drive_endpoint_access(drive, device, dma);
		return;
	}
	status = port->ops->translate(port, &dma->access);
	if (status == PORT_PENDING)
		return;
	dma->access.status = status;
	dma->batch->nr_pending--;
}

static void start(struct drive *drive, const struct drive_step *step, struct drive_batch *batch)
{
	u32 nr = (u32)step->arguments[DRIVE_PAGES];

	batch->nr_pending = nr + 1; /* this function */
	for (u32 i = 0; i < nr; i++) {
		batch->accesses[i].batch = batch;
		prepare(drive, step, i, &batch->accesses[i]);
		start_one(drive, (u32)step->arguments[DRIVE_DEVICE], &batch->accesses[i]);
	}
	if (--batch->nr_pending)
		sim_wait_for_completion(&batch->done);
}

/* What is done beside may change the address space meanwhile: nobody can tell what is stale. */
static enum drive_ending ending_of(const struct drive *drive, const struct drive_step *step,
				   const struct port_access *access)
{
	if (access->status == PORT_ABORTED)
		return DRIVE_ENDS_ABORTED;
	if (drive_is_given(step, DRIVE_IN) || drive->is_racy)
		return DRIVE_ENDS_DONE;
	return page_of(drive, step, access->iova) == (access->pa & ~(DRIVE_PAGE_BYTES - 1))
		       ? DRIVE_ENDS_DONE
		       : DRIVE_ENDS_STALE;
}

static void describe(struct drive_thread *self, const u32 *counts, u64 wanted)
{
	u32 nr_kinds = 0, used = 0;

	for (u32 i = 0; i < DRIVE_NR_ENDS; i++) {
		nr_kinds += counts[i] != 0;
		if (counts[i] && !(wanted >> i & 1))
			wanted = 0;
	}
	self->outcome[0] = 0;
	for (u32 i = 0; i < DRIVE_NR_ENDS; i++) {
		const char *comma = used ? wanted ? " or " : ", " : "";

		if (wanted >> i & 1)
			used += snprintf(self->outcome + used, sizeof(self->outcome) - used, "%s%s",
					 comma, drive_ends[i]);
		else if (!wanted && counts[i] && nr_kinds == 1)
			used += snprintf(self->outcome + used, sizeof(self->outcome) - used, "%s",
					 drive_ends[i]);
		else if (!wanted && counts[i])
			used += snprintf(self->outcome + used, sizeof(self->outcome) - used,
					 "%s%u %s", comma, counts[i], drive_ends[i]);
	}
}

int drive_verb_access(struct drive *drive, struct drive_thread *self, const struct drive_step *step)
{
	u32 nr = (u32)step->arguments[DRIVE_PAGES], counts[DRIVE_NR_ENDS] = {0};
	struct drive_batch *batch;

	if (step->arguments[DRIVE_DEVICE] >= drive->machine->config->machine.nr_devices)
		return -ENODEV;
	batch = sim_alloc(sizeof(*batch) + nr * sizeof(batch->accesses[0]));
	if (!batch)
		return -ENOMEM;
	sim_completion_init(&batch->done);
	sim_settle();
	drive->counts.accesses += nr;
	start(drive, step, batch);
	for (u32 i = 0; i < nr; i++)
		counts[ending_of(drive, step, &batch->accesses[i].access)]++;
	drive->counts.done += counts[DRIVE_ENDS_DONE];
	drive->counts.aborted += counts[DRIVE_ENDS_ABORTED];
	drive->counts.stale += counts[DRIVE_ENDS_STALE];
	describe(self, counts, step->arguments[DRIVE_ENDS]);
	sim_free(batch);
	return 0;
}
