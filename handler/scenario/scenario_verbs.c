// SPDX-License-Identifier: GPL-2.0-only
/* What the verbs of a scenario do. */
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "scenario_world.h"

static struct mock_device *device_of(struct scn_call *call)
{
	return call->world->devices[call->step->device];
}

static struct pfh_device *pdev_of(struct scn_call *call)
{
	return device_of(call)->pdev;
}

static struct pfh_container *container_of_call(struct scn_call *call)
{
	return call->world->containers[call->step->container];
}

static struct scn_mm *space_of(struct scn_call *call)
{
	return call->world->spaces[call->step->space];
}

static dma_addr_t iova_of(s32 page)
{
	return SCN_IOVA + (s64)page * (s64)PAGE_SIZE;
}

static unsigned long vaddr_of(s32 page)
{
	return SCN_VADDR + (s64)page * (s64)PAGE_SIZE;
}

/* --- devices --- */

static int do_attach(struct scn_call *call)
{
	int err = pfh_container_attach(container_of_call(call), pdev_of(call));

	if (!err)
		call->world->attached[call->step->device] = call->step->container + 1;
	return err;
}

static int do_detach(struct scn_call *call)
{
	pfh_container_detach(container_of_call(call), pdev_of(call));
	return 0;
}

static int do_register(struct scn_call *call)
{
	return scn_register(call->world, call->step->device);
}

static int do_remove(struct scn_call *call)
{
	scn_remove(call->world, call->step->device);
	return 0;
}

/* --- containers --- */

static int do_create(struct scn_call *call)
{
	struct pfh_container *container = scn_create_container(call->world, call->step->container);

	if (IS_ERR(container))
		return PTR_ERR(container);
	call->world->containers[call->step->container] = container;
	return 0;
}

static int do_destroy(struct scn_call *call)
{
	struct pfh_container *container = container_of_call(call);

	call->world->containers[call->step->container] = NULL;
	scn_writes_track(call, false);
	pfh_container_destroy(container);
	return 0;
}

static int do_map(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	struct pfh_mapping mapping = {
		.iova = iova_of(step->page),
		.vaddr = vaddr_of(step->at),
		.size = (size_t)step->pages << PAGE_SHIFT,
		.flags = step->is_pinned ? PFH_MAP_PINNED : 0,
	};

	if (step->perm & PFH_PERM_READ)
		mapping.prot |= IOMMU_READ;
	if (step->perm & PFH_PERM_WRITE)
		mapping.prot |= IOMMU_WRITE;
	if (step->of_space != SCN_NO_SPACE)
		mapping.mm = scn_mm_struct(call->world->spaces[step->of_space]);
	return pfh_container_map(container_of_call(call), &mapping);
}

static int do_unmap(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	int err;

	if (step->written)
		return scn_do_unmap_dirty(call);
	err = pfh_container_unmap(container_of_call(call), iova_of(step->page),
				  (size_t)step->pages << PAGE_SHIFT);
	/* Who does not ask then does not want to know. */
	if (!err)
		scn_writes_told(call, NULL);
	return err;
}

/* --- faults and answers --- */

/* Through which address space? A PASID, or none. */
static void set_pasid(const struct scn_call *call, struct pfh_fault *fault)
{
	const struct scn_step *step = call->step;

	if (step->pasid_of == SCN_NO_SPACE && !step->pasid)
		return;
	fault->flags |= PFH_FAULT_PASID_VALID;
	fault->pasid = step->pasid ? step->pasid : call->world->pasids[step->pasid_of];
}

static int report(struct scn_call *call, s32 page, bool is_last)
{
	const struct scn_step *step = call->step;
	struct pfh_fault fault = {
		.grpid = call->group,
		.perm = step->perm,
		.flags = is_last ? PFH_FAULT_LAST_PAGE : 0,
	};

	if (step->level == 1)
		fault.flags |= PFH_FAULT_LEVEL1;
	set_pasid(call, &fault);
	fault.addr = fault.flags & PFH_FAULT_PASID_VALID ? vaddr_of(page) : iova_of(page);
	if (is_last)
		scn_note_asked(call->world, device_of(call), &fault);
	return mock_device_report(device_of(call), &fault);
}

static void await_own_answer(struct scn_call *call)
{
	const struct scn_answer expected = {
		.device = call->step->device,
		.group = call->group,
		.code = call->step->answer,
	};

	scn_await_answer(call->world, call->step, &expected);
}

static int do_fault(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	int err = 0;
	u32 i;

	for (i = 0; i < step->nr_parts; i++) {
		int part_err = report(call, step->parts[i],
				      step->is_last && i == step->nr_parts - 1);

		err = err ? err : part_err;
	}
	if (!step->nr_parts)
		err = report(call, step->page, step->is_last);
	if (step->is_last)
		await_own_answer(call);
	return err;
}

/* A device faults while its faults are being enabled or disabled. */
void scn_inject(struct mock_device *mdev, bool is_enable)
{
	struct scn_world *world = mdev->owner;
	struct scn_injection *injection =
		&world->injections[mdev->number][is_enable ? SCN_AT_ENABLE : SCN_AT_DISABLE];
	struct scn_call call = {
		.world = world,
		.step = injection->step,
		.group = injection->group,
	};

	if (!injection->step)
		return;
	injection->step = NULL;
	report(&call, call.step->page, true);
	await_own_answer(&call);
}

static int do_inject(struct scn_call *call)
{
	call->world->injections[call->step->device][call->step->moment] = (struct scn_injection){
		.step = call->step,
		.group = call->group,
	};
	return 0;
}

static int do_overflow(struct scn_call *call)
{
	pfh_discard_partials(pdev_of(call));
	return 0;
}

static int do_respond(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	struct pfh_fault named = {.grpid = call->group};
	struct pfh_response response = {
		.grpid = call->group,
		.code = scn_to_response(step->code),
	};
	const struct scn_answer expected = {
		.device = step->device,
		.group = call->group,
		.code = step->code,
	};
	int err;

	set_pasid(call, &named);
	response.pasid = named.pasid;
	response.pasid_valid = named.flags & PFH_FAULT_PASID_VALID;
	err = pfh_respond(pdev_of(call), &response);
	/* Who waits for an answer has stated it; if nobody does, this step has. */
	if (!err && step->answer != SCN_NO_ANSWER)
		scn_await_answer(call->world, step, &expected);
	return err;
}

/* --- memory --- */

static int do_invalidate(struct scn_call *call)
{
	scn_mm_evict(space_of(call), call->step->page, call->step->pages);
	return 0;
}

static int do_process_unmap(struct scn_call *call)
{
	return scn_mm_unmap(space_of(call), call->step->page, call->step->pages);
}

static int do_touch(struct scn_call *call)
{
	return scn_mm_touch(space_of(call), call->step->page, call->step->perm & PFH_PERM_WRITE);
}

static int do_process_exit(struct scn_call *call)
{
	call->world->has_exited[call->step->space] = true;
	scn_mm_exit(space_of(call));
	return 0;
}

static int do_access(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	phys_addr_t phys, expected = scn_mm_phys(space_of(call), step->at);
	int err = mock_device_access(device_of(call), iova_of(step->page),
				     step->perm & PFH_PERM_WRITE, &phys);

	/* Beside others' steps there is no telling what it must reach: scn_note_access() does. */
	if (!err && !step->thread && phys != expected)
		scn_fail(call->world, step, "the access reaches a page that the process has not");
	return err;
}

/* --- shared virtual addressing --- */

static int do_bind(struct scn_call *call)
{
	u32 pasid = 0;
	int err = pfh_sva_bind(pdev_of(call), scn_mm_struct(space_of(call)), &pasid);

	if (!err)
		call->world->pasids[call->step->space] = pasid;
	return err;
}

static int do_unbind(struct scn_call *call)
{
	pfh_sva_unbind(pdev_of(call), call->world->pasids[call->step->space]);
	return 0;
}

/* --- what the mocks do --- */

static struct gate *gate_of(struct scn_call *call)
{
	switch (call->step->what) {
	case SCN_FAULTS:
		return scn_mm_faults(space_of(call));
	case SCN_ANSWERS:
		return &mock_iommu()->answers;
	default:
		return &mock_iommu()->maps;
	}
}

static int do_hold(struct scn_call *call)
{
	s32 page = call->step->page;
	s64 only = page;

	if (page == SCN_ANY_PAGE)
		only = GATE_ANY;
	else if (call->step->what == SCN_MAPS)
		only = iova_of(page) >> PAGE_SHIFT;
	gate_shut(gate_of(call), only);
	return 0;
}

static int do_release(struct scn_call *call)
{
	gate_open(gate_of(call));
	return 0;
}

static int do_fail(struct scn_call *call)
{
	const struct scn_step *step = call->step;

	switch (step->what) {
	case SCN_FAULTS:
		scn_mm_fail_faults(space_of(call), step->times);
		break;
	case SCN_MAPS:
		mock_iommu()->fail_maps_after = step->times;
		break;
	case SCN_UNMAPS:
		mock_iommu()->unmaps_more = step->times;
		break;
	case SCN_ENABLE:
		device_of(call)->enable_error = step->with;
		break;
	default:
		device_of(call)->sva_error = step->with;
		break;
	}
	return 0;
}

/* --- looking --- */

static int do_join(struct scn_call *call)
{
	struct scn_world *world = call->world;
	struct scn_thread *thread = &world->threads[call->step->thread - 1];

	if (!thread->task)
		return -ESRCH;
	if (!wait_event_timeout(world->event, scn_thread_is_done(world, thread), SCN_TIMEOUT)) {
		scn_fail(world, call->step, "it does not come to its end");
		world->result->is_stuck = true;
		WRITE_ONCE(world->result->is_late, true);
		return -ETIMEDOUT;
	}
	kthread_stop(thread->task);
	put_task_struct(thread->task);
	thread->task = NULL;
	return thread->call.err;
}

static int do_still(struct scn_call *call)
{
	struct scn_thread *thread = &call->world->threads[call->step->thread - 1];

	if (scn_thread_is_done(call->world, thread))
		scn_fail(call->world, call->step, "it has not waited");
	return 0;
}

static void expect_mapped(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	char text[256];

	scn_mapped_text(call->world, step->device, text, sizeof(text));
	if (!strcmp(text, step->mapped))
		return;
	if (call->world->scenario->containers[step->container].premap_pages > 1)
		scn_count(call->world, nr_short);
	scn_fail(call->world, step, "mapped: '%s', expected '%s'", text, step->mapped);
}

static void expect_locked(struct scn_call *call)
{
	struct pfh_container_info info;

	pfh_container_info(container_of_call(call), &info);
	if (info.locked_pages != (unsigned long)call->step->locked)
		scn_fail(call->world, call->step, "%lu pages are locked, expected %d",
			 info.locked_pages, call->step->locked);
}

static void expect_stats(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	struct pfh_container_stats stats;

	pfh_container_stats(container_of_call(call), &stats);
	if (step->spurious >= 0 && stats.spurious != (u64)step->spurious)
		scn_fail(call->world, step, "%llu spurious faults, expected %d", stats.spurious,
			 step->spurious);
	if (step->refused >= 0 && stats.refused != (u64)step->refused)
		scn_fail(call->world, step, "%llu refused faults, expected %d", stats.refused,
			 step->refused);
}

static int do_expect(struct scn_call *call)
{
	const struct scn_step *step = call->step;
	u32 i;

	for (i = 0; i < step->nr_answers; i++)
		scn_await_answer(call->world, step, &step->answers[i]);
	if (step->mapped)
		expect_mapped(call);
	if (step->spurious >= 0 || step->refused >= 0)
		expect_stats(call);
	if (step->locked >= 0)
		expect_locked(call);
	return 0;
}

static int (*const verbs[SCN_NR_VERBS])(struct scn_call *call) = {
	[SCN_ATTACH] = do_attach,
	[SCN_DETACH] = do_detach,
	[SCN_REGISTER] = do_register,
	[SCN_REMOVE] = do_remove,
	[SCN_CREATE] = do_create,
	[SCN_DESTROY] = do_destroy,
	[SCN_MAP] = do_map,
	[SCN_UNMAP] = do_unmap,
	[SCN_FAULT] = do_fault,
	[SCN_INVALIDATE] = do_invalidate,
	[SCN_TOUCH] = do_touch,
	[SCN_ACCESS] = do_access,
	[SCN_BIND] = do_bind,
	[SCN_UNBIND] = do_unbind,
	[SCN_EXIT] = do_process_exit,
	[SCN_RESPOND] = do_respond,
	[SCN_HOLD] = do_hold,
	[SCN_RELEASE] = do_release,
	[SCN_FAIL] = do_fail,
	[SCN_INJECT] = do_inject,
	[SCN_JOIN] = do_join,
	[SCN_STILL] = do_still,
	[SCN_EXPECT] = do_expect,
	[SCN_PIN] = scn_do_pin,
	[SCN_UNPIN] = scn_do_unpin,
	[SCN_TURN] = scn_do_turn,
	[SCN_TRACK] = scn_do_track,
	[SCN_DIRTY] = scn_do_dirty,
	[SCN_GUEST] = scn_do_guest,
	[SCN_GUEST_LEAVES] = scn_do_guest_leaves,
	[SCN_GUEST_ANSWERS] = scn_do_guest_answers,
	[SCN_CAPABILITIES] = scn_do_capabilities,
	[SCN_OVERFLOW] = do_overflow,
	[SCN_MUNMAP] = do_process_unmap,
};

int scn_do(struct scn_call *call)
{
	return verbs[call->step->verb](call);
}
