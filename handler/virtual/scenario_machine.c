// SPDX-License-Identifier: GPL-2.0-only
/* What is below the core, see scenario_machine.h: mocks. */
#include "scenario_machine.h"

#include "../scenario/mock_mm.h"
#include "kapi/mm_ops.h"

static const struct kapi_mm_ops mm_ops = {
	.find_vma = mock_find_vma,
	.handle_mm_fault = mock_handle_mm_fault,
	.pin_user_pages = mock_pin_user_pages,
	.unpin_user_page = mock_unpin_user_page,
	.page_to_phys = mock_page_to_phys,
	.exit_mmap = mock_exit_mmap,
};

void scenario_machine_use_mm(void)
{
	kapi_register_mm_ops(&mm_ops);
}

bool scenario_machine_runs(u32 machine)
{
	return machine == SCN_MOCK;
}

int scenario_machine_create(u32 machine)
{
	scenario_machine_use_mm();
	return 0;
}
