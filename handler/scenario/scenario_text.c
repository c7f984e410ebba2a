// SPDX-License-Identifier: GPL-2.0-only
/* What a transcript says of errors, codes and mapped pages, and what a code is to the core. */
#include <linux/errno.h>
#include <linux/mm.h>

#include "scenario_world.h"

const char *scn_errno_name(int err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
		{0, "ok"},	     {-EAGAIN, "EAGAIN"},	  {-EBUSY, "EBUSY"},
		{-EEXIST, "EEXIST"}, {-EFAULT, "EFAULT"},	  {-EINVAL, "EINVAL"},
		{-ENODEV, "ENODEV"}, {-ENOENT, "ENOENT"},	  {-ENOMEM, "ENOMEM"},
		{-ENOSPC, "ENOSPC"}, {-EOPNOTSUPP, "EOPNOTSUPP"}, {-EPERM, "EPERM"},
		{-EIO, "EIO"},	     {-ESRCH, "ESRCH"},		  {-ETIMEDOUT, "ETIMEDOUT"},
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].err == err)
			return names[i].name;
	}
	return "another error";
}

const char *scn_code_name(u8 code)
{
	static const char *const names[] = {"none", "success", "invalid", "failure"};

	return names[code];
}

enum pfh_response_code scn_to_response(u8 code)
{
	switch (code) {
	case SCN_SUCCESS:
		return PFH_RESP_SUCCESS;
	case SCN_INVALID:
		return PFH_RESP_INVALID;
	default:
		return PFH_RESP_FAILURE;
	}
}

/* A run of pages with one permission. */
struct run {
	s64 first, last;
	int prot;
};

static size_t print_run(const struct run *run, char *text, size_t bytes, bool is_first)
{
	const char *perm = run->prot == IOMMU_READ ? "r" : run->prot == IOMMU_WRITE ? "w" : "rw";
	const char *space = is_first ? "" : " ";

	if (run->first == run->last)
		return scnprintf(text, bytes, "%s%lld%s", space, run->first, perm);
	return scnprintf(text, bytes, "%s%lld-%lld%s", space, run->first, run->last, perm);
}

void scn_mapped_text(struct scn_world *world, unsigned int device, char *text, size_t bytes)
{
	struct mock_page_walk walk = {.next = 0};
	struct run run = {.first = 0, .last = -1};
	size_t used = 0;
	bool has_run = false;

	text[0] = 0;
	while (mock_device_next_page(world->devices[device], &walk)) {
		s64 page = (s64)walk.index - (s64)(SCN_IOVA >> PAGE_SHIFT);

		if (has_run && page == run.last + 1 && walk.prot == run.prot) {
			run.last = page;
			continue;
		}
		if (has_run)
			used += print_run(&run, text + used, bytes - used, !used);
		run = (struct run){.first = page, .last = page, .prot = walk.prot};
		has_run = true;
	}
	if (has_run)
		print_run(&run, text + used, bytes - used, !used);
}

static void print_mapped_for(struct scn_world *world, unsigned int device)
{
	char text[256];

	scn_mapped_text(world, device, text, sizeof(text));
	if (text[0])
		scn_print(world, "   mapped for device %u: %s\n", device, text);
}

void scn_print_mapped(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_DEVICES; i++) {
		if (world->devices[i])
			print_mapped_for(world, i);
	}
}
