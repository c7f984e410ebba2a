/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random walk over sets of features of a VT-d unit: each step changes one. What VER, CAP
 * and ECAP say of a set, and whether the specification lets a unit say so: told from these
 * registers alone, by a list of its own.
 */
#ifndef TESTS_VTD_FEATURE_WALK_H
#define TESTS_VTD_FEATURE_WALK_H

#include "sim/rng.h"
#include "tests/models/vtd_rig.h"

struct shown {
	u64 ver, cap, ecap;
};

/* A unit that does not share anything but its registers. */
__attribute__((unused)) static struct shown walk_show(const struct vtd_params *params)
{
	struct vtd *vtd = vtd_create(params, NULL, 0);
	struct shown shown;

	assert_non_null(vtd);
	shown = (struct shown){
		.ver = vtd_mmio_read(vtd, DMAR_VER_REG, 4),
		.cap = vtd_mmio_read(vtd, DMAR_CAP_REG, 8),
		.ecap = vtd_mmio_read(vtd, DMAR_ECAP_REG, 8),
	};
	vtd_destroy(vtd);
	return shown;
}

/* Caches that are made fast, and that hold what a probe looks at. */
__attribute__((unused)) static void walk_defaults(struct vtd_params *params)
{
	vtd_params_default(params);
	params->iotlb_entries = params->iotlb_ways = 8;
	params->context_entries = params->pasid_entries = params->iec_entries = 4;
	params->pml5_entries = params->pml4_entries = 4;
	params->pdpe_entries = params->pde_entries = 4;
	params->port_slots = 2;
}

__attribute__((unused)) static u64 *walk_value(struct vtd_params *params,
					       const struct sim_param *row)
{
	return (u64 *)((char *)params + row->offset);
}

/*
 * Another value for a feature of the table: @nr_on of 8 times on, as sets with few features
 * have others for neighbours than sets with many. Few fault records, as a probe fills them.
 */
__attribute__((unused)) static void walk_step(struct vtd_params *params, struct sim_rng *rng,
					      u32 nr_on)
{
	const struct sim_param *row = &vtd_feature_table[sim_rng_below(rng, vtd_feature_count)];
	u64 max = strcmp(row->key, "nr_fault_records") ? row->max : 6;

	if (!strcmp(row->key, "unchecked"))
		return;
	*walk_value(params, row) = row->unit == SIM_UNIT_BOOL
					   ? sim_rng_chance(rng, nr_on, 8)
					   : row->min + sim_rng_below(rng, max - row->min + 1);
}

#endif
