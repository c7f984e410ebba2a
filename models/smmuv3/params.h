/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SMMU is able to do, the size of its caches, and its timing: one row
 * each, with unit, default and source.
 */
#ifndef MODELS_SMMUV3_PARAMS_H
#define MODELS_SMMUV3_PARAMS_H

#include "sim/param.h"

/* Shown in the ID registers. */
#define SMMU_FEATURES(X)                                                                           \
	X(sid_bits, "sid_bits", BITS, 16, 0, 32, "StreamID size, IDR1.SIDSIZE", "")                \
	X(ssid_bits, "ssid_bits", BITS, 16, 0, 20, "SubstreamID size, IDR1.SSIDSIZE", "")          \
	X(oas_bits, "oas_bits", BITS, 48, 32, 48, "output address size, IDR5.OAS", "")             \
	X(st_2level, "st_2level", BOOL, 1, 0, 1, "2-level stream table, IDR0.ST_LEVEL", "")        \
	X(stall, "stall", BOOL, 1, 0, 1, "stall model, IDR0.STALL_MODEL", "")                      \
	X(stall_max, "stall_max", COUNT, 64, 1, 65535, "outstanding stalls, IDR5.STALL_MAX",       \
	  "MMU-600AE/700: equals the translation slots (facts: B)")                                \
	X(cmdq_lg2, "cmdq_lg2", BITS, 8, 0, 19, "command queue entries, log2, IDR1.CMDQS",         \
	  "Linux before 2019 used 2^8, kernel commit 1c2d28af1")                                   \
	X(evtq_lg2, "evtq_lg2", BITS, 7, 0, 19, "event queue entries, log2, IDR1.EVENTQS",         \
	  "Linux before 2019 used 2^7, kernel commit 1c2d28af1")                                   \
	X(msi, "msi", BOOL, 1, 0, 1, "message signalled interrupts, IDR0.MSI", "")

#define SMMU_CACHES(X)                                                                             \
	X(utlb_entries, "utlb_entries", COUNT, 32, 0, 4096,                                        \
	  "micro-TLB of a port, fully associative", "gem5 24.0 SMMUv3.py")                         \
	X(tlb_entries, "tlb_entries", COUNT, 2048, 0, 1 << 20, "main TLB of a port",               \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(tlb_ways, "tlb_ways", COUNT, 4, 1, 64, "its associativity", "gem5 24.0 SMMUv3.py")       \
	X(config_entries, "config_entries", COUNT, 64, 0, 1 << 16, "configuration cache",          \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(config_ways, "config_ways", COUNT, 4, 1, 64, "its associativity", "gem5 24.0 SMMUv3.py")

#define SMMU_TIMING(X)                                                                             \
	X(clock_hz, "clock", HZ, 1000000000, 1000000, 10000000000ULL, "SMMU clock", "")            \
	X(utlb_cycles, "utlb_lookup", CYCLES, 1, 0, 1000, "micro-TLB lookup", "gem5 24.0 SMMUv3.py")

#define SMMU_PARAM_FIELDS                                                                          \
	SMMU_FEATURES(SIM_PARAM_FIELD) SMMU_CACHES(SIM_PARAM_FIELD) SMMU_TIMING(SIM_PARAM_FIELD)

struct smmu_params {
	SMMU_PARAM_FIELDS
};

/* YAML sections smmu.features, smmu.caches, smmu.timing; offsets are in smmu_params. */
extern const struct sim_param smmu_feature_table[], smmu_cache_table[], smmu_timing_table[];
extern const size_t smmu_feature_count, smmu_cache_count, smmu_timing_count;

/**
 * smmu_params_check() - do the parameters fit each other?
 * Return: NULL, or one line that says what is wrong.
 */
const char *smmu_params_check(const struct smmu_params *params);

#endif
