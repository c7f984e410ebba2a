// SPDX-License-Identifier: GPL-2.0-only
/* The state of the kernel API of the machine that there is, and memory for more of it. */
#include "kapi/internal.h"

#include "sim/arena.h"
#include "sim/sim.h"

struct kapi_state *kapi_state;
u32 kapi_epoch;

const struct kapi_params *kapi_params(void)
{
	return &kapi_state->params;
}

void *kapi_alloc(size_t bytes)
{
	void *ptr = sim_alloc(bytes);

	sim_assert(ptr);
	return ptr;
}
