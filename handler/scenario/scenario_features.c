// SPDX-License-Identifier: GPL-2.0-only
/* Verbs for what not every design, container or device can do: pins, dirty pages, guests. */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "scenario_world.h"

static struct pfh_container *container_of_call(struct scn_call *call)
{
	return call->world->containers[call->step->container];
}

static struct pfh_device *pdev_of(struct scn_call *call)
{
	return call->world->devices[call->step->device]->pdev;
}

static dma_addr_t iova_of_call(struct scn_call *call)
{
	return SCN_IOVA + (s64)call->step->page * (s64)PAGE_SIZE;
}

static size_t size_of_call(struct scn_call *call)
{
	return (size_t)call->step->pages << PAGE_SHIFT;
}

/* --- pinned pages --- */

int scn_do_pin(struct scn_call *call)
{
	return pfh_container_pin(container_of_call(call), iova_of_call(call), size_of_call(call));
}

int scn_do_unpin(struct scn_call *call)
{
	return pfh_container_unpin(container_of_call(call), iova_of_call(call), size_of_call(call));
}

int scn_do_turn(struct scn_call *call)
{
	return pfh_container_set_iopf(container_of_call(call), call->step->is_on);
}

/* --- dirty pages --- */

int scn_do_track(struct scn_call *call)
{
	int err;

	if (!call->step->is_on) {
		scn_writes_track(call, false);
		pfh_container_dirty_stop(container_of_call(call));
		return 0;
	}
	err = pfh_container_dirty_start(container_of_call(call));
	if (!err)
		scn_writes_track(call, true);
	return err;
}

#define MAX_DIRTY_PAGES 256

/* "0 3-5" */
static void dirty_text(const unsigned long *bitmap, const struct scn_step *step, char *text,
		       size_t bytes)
{
	s32 i, first;
	size_t used = 0;

	text[0] = 0;
	for (i = 0; i < step->pages; i++) {
		if (!test_bit(i, bitmap))
			continue;
		for (first = i; i + 1 < step->pages && test_bit(i + 1, bitmap);)
			i++;
		used += scnprintf(text + used, bytes - used, used ? " %d" : "%d",
				  step->page + first);
		if (i > first)
			used += scnprintf(text + used, bytes - used, "-%d", step->page + i);
	}
}

/* Asks for dirty bits: pfh_container_dirty_get() and the like. */
typedef int (*ask_fn)(struct pfh_container *container, dma_addr_t iova, size_t size,
		      unsigned long *bitmap);

static int check_written(struct scn_call *call, ask_fn ask)
{
	const struct scn_step *step = call->step;
	unsigned long bitmap[BITS_TO_LONGS(MAX_DIRTY_PAGES)];
	char text[256];
	int err;

	if (step->pages > MAX_DIRTY_PAGES)
		return -ENOMEM;
	err = ask(container_of_call(call), iova_of_call(call), size_of_call(call), bitmap);
	if (err)
		return err;
	scn_writes_told(call, bitmap);
	dirty_text(bitmap, step, text, sizeof(text));
	if (step->written && strcmp(text, step->written))
		scn_fail(call->world, step, "written: '%s', expected '%s'", text, step->written);
	return 0;
}

int scn_do_dirty(struct scn_call *call)
{
	return check_written(call, pfh_container_dirty_get);
}

int scn_do_unmap_dirty(struct scn_call *call)
{
	return check_written(call, pfh_container_unmap_dirty);
}

/* --- guests --- */

static void be_told(void *opaque, u64 cookie, const struct pfh_fault *fault)
{
	struct scn_guest *guest = opaque;
	struct scn_world *world = guest->world;
	u64 *cookies = guest->cookies[fault->grpid % SCN_MAX_GUEST_GROUPS];

	scn_lock(world);
	if (cookies[0] != cookie) {
		cookies[1] = cookies[0];
		cookies[0] = cookie;
	}
	scn_unlock(world);
	wake_up_all(&world->event);
}

int scn_do_guest(struct scn_call *call)
{
	const struct pfh_guest_attr attr = {
		.deliver = be_told,
		.opaque = &call->world->guests[call->step->device],
		.timeout_ms = call->step->timeout_ms,
	};

	return pfh_guest_attach(pdev_of(call), &attr);
}

int scn_do_guest_leaves(struct scn_call *call)
{
	pfh_guest_detach(pdev_of(call));
	return 0;
}

static u64 cookie_of(struct scn_call *call)
{
	struct scn_world *world = call->world;
	u64 cookie;

	scn_lock(world);
	cookie = world->guests[call->step->device]
			 .cookies[call->group % SCN_MAX_GUEST_GROUPS][call->step->is_old];
	scn_unlock(world);
	return cookie;
}

/* The guest may have to be told first. */
int scn_do_guest_answers(struct scn_call *call)
{
	struct scn_world *world = call->world;

	wait_event_timeout(world->event, cookie_of(call), SCN_SETTLE);
	return pfh_guest_respond(pdev_of(call), cookie_of(call), scn_to_response(call->step->code));
}

/* --- capabilities --- */

struct capability {
	u32 bit;
	const char *name; /* NULL: the end */
};

static void caps_text(u32 caps, const struct capability *names, char *text, size_t bytes)
{
	size_t used = 0;

	text[0] = 0;
	for (; names->name; names++) {
		if (caps & names->bit)
			used += scnprintf(text + used, bytes - used, used ? " %s" : "%s",
					  names->name);
	}
}

static void check_device(struct scn_call *call)
{
	static const struct capability names[] = {
		{PFH_CAP_FAULTS, "faults"}, {PFH_CAP_SVA, "sva"}, {PFH_CAP_NESTED, "nested"}, {}};
	const char *expected = call->step->of_device;
	char text[128];

	caps_text(pfh_device_capabilities(pdev_of(call)), names, text, sizeof(text));
	if (expected && strcmp(text, expected))
		scn_fail(call->world, call->step, "device: '%s', expected '%s'", text, expected);
}

static void check_container(struct scn_call *call)
{
	static const struct capability names[] = {{PFH_CONTAINER_FAULTS, "faults"},
						  {PFH_CONTAINER_DIRTY_PAGES, "dirty"},
						  {PFH_CONTAINER_PIN, "pin"},
						  {PFH_CONTAINER_TURN, "turn"},
						  {}};
	const char *expected = call->step->of_container;
	struct pfh_container_info info;
	char text[128];

	pfh_container_info(container_of_call(call), &info);
	caps_text(info.caps, names, text, sizeof(text));
	if (expected && strcmp(text, expected))
		scn_fail(call->world, call->step, "container: '%s', expected '%s'", text, expected);
}

int scn_do_capabilities(struct scn_call *call)
{
	check_device(call);
	check_container(call);
	return 0;
}
