/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SMMU is able to do, the size of its caches, and its timing: one row
 * each, with unit, default and source.
 */
#ifndef MODELS_SMMUV3_PARAMS_H
#define MODELS_SMMUV3_PARAMS_H

#include "sim/param.h"

#define SMMU_MAX_MERGE 64

/* Not shown: what the specification permits hardware to do or to leave. */
#define SMMU_CHOICES(X)                                                                            \
	X(merge_records, "merge_records", COUNT, 0, 0, SMMU_MAX_MERGE,                             \
	  "newest records that a further event may be merged into, 0: no merging",                 \
	  "permitted, IHI 0070 7.3.1")                                                             \
	X(suppress_stalls, "suppress_duplicate_stalls", BOOL, 0, 0, 1,                             \
	  "no record for a stall of a page that a recorded one waits for",                         \
	  "permitted and recommended, IHI 0070 3.12.2.1")                                          \
	X(stall_full_aborts, "stall_full_aborts", BOOL, 0, 0, 1,                                   \
	  "a fault that finds no stall slot is terminated, instead of waiting for one",            \
	  "permitted for devices that must not block others, IHI 0070 3.12")

/* Shown in the ID registers, and choices. */
#define SMMU_FEATURES(X)                                                                           \
	X(sid_bits, "sid_bits", BITS, 16, 0, 32, "StreamID size, IDR1.SIDSIZE", "")                \
	X(ssid_bits, "ssid_bits", BITS, 16, 0, 20, "SubstreamID size, IDR1.SSIDSIZE", "")          \
	X(stage1, "stage1", BOOL, 1, 0, 1, "stage 1 translation, IDR0.S1P", "")                    \
	X(stage2, "stage2", BOOL, 1, 0, 1, "stage 2 translation, IDR0.S2P", "")                    \
	X(vmid16, "vmid16", BOOL, 1, 0, 1, "16-bit VMIDs, IDR0.VMID16", "")                        \
	X(vmw, "vmw", BOOL, 1, 0, 1, "VMID wildcards, IDR0.VMW", "")                               \
	X(oas_bits, "oas_bits", BITS, 48, 32, 52, "output address size, IDR5.OAS", "")             \
	X(vax, "vax", BOOL, 0, 0, 1, "input addresses of 52 bits at stage 1, IDR5.VAX", "")        \
	X(ds, "ds", BOOL, 0, 0, 1, "52-bit descriptors of 4 and 16 KiB granules, IDR5.DS (LPA2)",  \
	  "")                                                                                      \
	X(httu, "httu", COUNT, 2, 0, 2,                                                            \
	  "hardware updates of 1: access flag, 2: and dirty state, IDR0.HTTU", "")                 \
	X(xnx, "xnx", BOOL, 1, 0, 1, "execute-never of stage 2 by privilege, IDR3.XNX",            \
	  "mandatory from SMMUv3.1 with stage 2, IHI 0070 6.3.4")                                  \
	X(fwb, "fwb", BOOL, 1, 0, 1, "stage 2 control of memory types, IDR3.FWB",                  \
	  "mandatory from SMMUv3.2, IHI 0070 6.3.4")                                               \
	X(st_2level, "st_2level", BOOL, 1, 0, 1, "2-level stream table, IDR0.ST_LEVEL", "")        \
	X(cd_2level, "cd_2level", BOOL, 1, 0, 1, "2-level context descriptors, IDR0.CD2L", "")     \
	X(asid16, "asid16", BOOL, 1, 0, 1, "16-bit ASIDs, IDR0.ASID16", "")                        \
	X(hyp, "hyp", BOOL, 1, 0, 1, "EL2 stream worlds, IDR0.Hyp (RES0 without both stages)",     \
	  "mandatory from SMMUv3.2 with both stages, IHI 0070 6.3.1")                              \
	X(had, "had", BOOL, 1, 0, 1,                                                               \
	  "hierarchical attribute disable, IDR3.HAD (RES0 without stage 1)",                       \
	  "mandatory from SMMUv3.1, IHI 0070 6.3.4")                                               \
	X(e0pd, "e0pd", BOOL, 1, 0, 1, "unprivileged access to a half can be off, IDR3.E0PD",      \
	  "mandatory from SMMUv3.3, IHI 0070 6.3.4")                                               \
	X(ptwnnc, "ptwnnc", BOOL, 1, 0, 1,                                                         \
	  "without S2PTW walks of Device memory are as Normal ones, IDR3.PTWNNC",                  \
	  "mandatory from SMMUv3.3 with stage 2, IHI 0070 6.3.4")                                  \
	X(gran16k, "gran16k", BOOL, 1, 0, 1, "tables of 16 KiB granule, IDR5.GRAN16K", "")         \
	X(gran64k, "gran64k", BOOL, 1, 0, 1, "tables of 64 KiB granule, IDR5.GRAN64K", "")         \
	X(ril, "ril", BOOL, 1, 0, 1, "range invalidation, IDR3.RIL",                               \
	  "mandatory from SMMUv3.2, IHI 0070 6.3.4")                                               \
	X(abort_only, "abort_only", BOOL, 1, 0, 1,                                                 \
	  "terminated accesses abort, never RAZ/WI, IDR0.TERM_MODEL", "")                          \
	X(attr_perms_ovr, "attr_perms_ovr", BOOL, 1, 0, 1,                                         \
	  "privilege and instruction override, IDR1.ATTR_PERMS_OVR", "")                           \
	X(stall, "stall", BOOL, 1, 0, 1, "stall model, IDR0.STALL_MODEL", "")                      \
	X(stall_forced, "stall_forced", BOOL, 0, 0, 1,                                             \
	  "what may stall always does, IDR0.STALL_MODEL 0b10",                                     \
	  "not in a system with PCI, IHI 0070 6.3.1")                                              \
	X(arch_minor, "arch_minor", COUNT, 2, 0, 3, "SMMUv3.n that it conforms to, AIDR", "")      \
	X(iidr, "iidr", COUNT, 0, 0, 0xffffffff, "implementer and product, IIDR",                  \
	  "0: of no implementer")                                                                  \
	X(bbml, "bbml", COUNT, 2, 0, 2, "break-before-make level, IDR3.BBML",                      \
	  "1 or 2 from SMMUv3.2, IHI 0070 6.3.4; no TLB here reports a conflict")                  \
	X(stall_max, "stall_max", COUNT, 64, 1, 65535, "outstanding stalls, IDR5.STALL_MAX",       \
	  "MMU-600AE/700: equals the translation slots (facts: B)")                                \
	X(cmdq_lg2, "cmdq_lg2", BITS, 8, 0, 19, "command queue entries, log2, IDR1.CMDQS",         \
	  "Linux before 2019 used 2^8, kernel commit 1c2d28af1")                                   \
	X(ecmdq, "ecmdq", BOOL, 0, 0, 1, "enhanced command queues, IDR1.ECMDQ",                    \
	  "SMMUv3.3, IHI 0070 3.5.6")                                                              \
	X(ecmdq_pages_lg2, "ecmdq_pages_lg2", BITS, 0, 0, 8,                                       \
	  "command queue control pages, log2, IDR6.CMDQ_CONTROL_PAGE_LOG2NUMP", "")                \
	X(ecmdq_queues_lg2, "ecmdq_queues_lg2", BITS, 3, 0, 8,                                     \
	  "enhanced command queues of a page, log2, IDR6.CMDQ_CONTROL_PAGE_LOG2NUMQ", "")          \
	X(evtq_lg2, "evtq_lg2", BITS, 7, 0, 19, "event queue entries, log2, IDR1.EVENTQS",         \
	  "Linux before 2019 used 2^7, kernel commit 1c2d28af1")                                   \
	X(msi, "msi", BOOL, 1, 0, 1, "message signalled interrupts, IDR0.MSI", "")                 \
	X(ats, "ats", BOOL, 0, 0, 1, "PCIe address translation services, IDR0.ATS", "")            \
	X(atsrecerr, "atsrecerr", BOOL, 0, 0, 1,                                                   \
	  "with ats: events of its configuration errors, IDR0.ATSRECERR, CR2.REC_CFG_ATS", "")     \
	X(split_ats, "split_ats", BOOL, 1, 0, 1,                                                   \
	  "with ats: split-stage ATS, of stage 1 alone (IDR0.NS1ATS is 0)", "")                    \
	X(pri, "pri", BOOL, 0, 0, 1, "PCIe page request interface, IDR0.PRI", "")                  \
	X(priq_lg2, "priq_lg2", BITS, 9, 0, 19, "PRI queue entries, log2, IDR1.PRIQS", "")         \
	X(pps, "pps", BOOL, 0, 0, 1,                                                               \
	  "automatic responses to overflow always carry the PASID, IDR3.PPS", "")                  \
	SMMU_CHOICES(X)                                                                            \
	X(unchecked, "unchecked", BOOL, 0, 0, 1,                                                   \
	  "sets of features that the specification excludes are taken; every result says so",      \
	  "for exploration")

#define SMMU_CACHES(X)                                                                             \
	X(replacement, "replacement", COUNT, 0, 0, 2,                                              \
	  "in a full set of any of these: 0 round robin, 1 least recently used, 2 random",         \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(utlb_entries, "utlb_entries", COUNT, 32, 0, 4096,                                        \
	  "micro-TLB of a port, fully associative", "gem5 24.0 SMMUv3.py")                         \
	X(tlb_entries, "tlb_entries", COUNT, 2048, 0, 1 << 20, "main TLB of a port",               \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(tlb_ways, "tlb_ways", COUNT, 4, 1, 64, "its associativity", "gem5 24.0 SMMUv3.py")       \
	X(config_entries, "config_entries", COUNT, 64, 0, 1 << 16, "configuration cache",          \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(config_ways, "config_ways", COUNT, 4, 1, 64, "its associativity", "gem5 24.0 SMMUv3.py") \
	X(contiguous, "contiguous", BOOL, 1, 0, 1,                                                 \
	  "a TLB entry covers a contiguous group whose hint is set", "")                           \
	X(walk_lm1_entries, "walk_lm1_entries", COUNT, 4, 0, 1 << 16,                              \
	  "walk cache, stage 1 descriptors of level -1", "as of level 0")                          \
	X(walk_l0_entries, "walk_l0_entries", COUNT, 4, 0, 1 << 16,                                \
	  "walk cache, stage 1 descriptors of level 0", "gem5 24.0 SMMUv3.py")                     \
	X(walk_l1_entries, "walk_l1_entries", COUNT, 28, 0, 1 << 16, "of level 1",                 \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(walk_l2_entries, "walk_l2_entries", COUNT, 348, 0, 1 << 16, "of level 2",                \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(walk_l3_entries, "walk_l3_entries", COUNT, 4, 0, 1 << 16, "of level 3",                  \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(s2_walk_lm1_entries, "s2_walk_lm1_entries", COUNT, 4, 0, 1 << 16,                        \
	  "walk cache, stage 2 descriptors of level -1", "as of level 0")                          \
	X(s2_walk_l0_entries, "s2_walk_l0_entries", COUNT, 4, 0, 1 << 16,                          \
	  "walk cache, stage 2 descriptors of level 0", "gem5 24.0 SMMUv3.py")                     \
	X(s2_walk_l1_entries, "s2_walk_l1_entries", COUNT, 28, 0, 1 << 16, "of level 1",           \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(s2_walk_l2_entries, "s2_walk_l2_entries", COUNT, 92, 0, 1 << 16, "of level 2",           \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(s2_walk_l3_entries, "s2_walk_l3_entries", COUNT, 4, 0, 1 << 16, "of level 3",            \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(walk_ways, "walk_ways", COUNT, 4, 1, 64, "associativity of the walk caches",             \
	  "gem5 24.0 SMMUv3.py")

#define SMMU_MAX_SLOTS 4096

#define SMMU_TIMING(X)                                                                             \
	X(clock_hz, "clock", HZ, 1000000000, 1000000, 10000000000ULL, "SMMU clock", "")            \
	X(utlb_cycles, "utlb_lookup", CYCLES, 1, 0, 1000, "micro-TLB lookup",                      \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(tlb_cycles, "tlb_lookup", CYCLES, 3, 0, 1000, "main TLB lookup", "gem5 24.0 SMMUv3.py")  \
	X(link_cycles, "link", CYCLES, 8, 0, 100000,                                               \
	  "between a port and the translation unit, each way", "gem5 24.0 SMMUv3.py")              \
	X(config_cycles, "config_lookup", CYCLES, 3, 0, 1000, "configuration cache lookup",        \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(walk_cache_cycles, "walk_cache_lookup", CYCLES, 4, 0, 1000,                              \
	  "walk cache lookup, all levels at once", "gem5 24.0 SMMUv3.py")                          \
	X(step_cycles, "walk_step", CYCLES, 1, 0, 1000,                                            \
	  "digesting one fetched descriptor or table entry", "gem5 24.0 SMMUv3.py")                \
	X(port_slots, "port_slots", COUNT, 16, 1, SMMU_MAX_SLOTS, "misses in flight a port",       \
	  "gem5 24.0 SMMUv3.py")                                                                   \
	X(slots, "translation_slots", COUNT, 64, 1, SMMU_MAX_SLOTS,                                \
	  "misses in flight in the translation unit", "gem5 24.0 SMMUv3.py")                       \
	X(walk_slots, "walk_slots", COUNT, 16, 1, SMMU_MAX_SLOTS,                                  \
	  "table walks in flight in the translation unit", "gem5 24.0 SMMUv3.py")                  \
	X(cmd_cycles, "command", CYCLES, 4, 0, 100000,                                             \
	  "decoding a fetched command; SYNC takes no more than this", "")                          \
	X(cmd_engines, "command_engines", COUNT, 0, 0, 1 << 16,                                    \
	  "command queues served at a time, the others in turn; 0: all of them",                   \
	  "left open, IHI 0070 3.5.6.1")                                                           \
	X(prefetch_slots, "prefetch_slots", COUNT, 4, 0, 64,                                       \
	  "prefetch commands under way; further ones are ignored", "left open, IHI 0070 4.2")      \
	X(prefetch_max, "prefetch_max", COUNT, 16, 1, 1 << 16,                                     \
	  "addresses that one CMD_PREFETCH_ADDR translates at the most",                           \
	  "left open, IHI 0070 4.2.2")                                                             \
	X(inval_cycles, "invalidation", CYCLES, 8, 0, 100000,                                      \
	  "carrying out a CFGI or TLBI command, beyond decoding it",                               \
	  "order of one trip over the link to the ports")                                          \
	X(event_cycles, "event", CYCLES, 4, 0, 100000,                                             \
	  "assembling an event record, before it is written to memory", "")                        \
	X(merge_window_ps, "merge_window", PS, 1000000, 0, 1000000000000ULL,                       \
	  "age of a record, from its start, up to which events are merged into it",                \
	  "a choice: in quick succession, IHI 0070 7.3.1")                                         \
	X(msi_cycles, "msi", CYCLES, 4, 0, 100000, "sending an MSI, before its write to memory",   \
	  "")                                                                                      \
	X(atc_inv_timeout_ps, "atc_inv_timeout", PS, 60000000000000ULL, 1000000,                   \
	  90000000000000ULL, "waiting for an endpoint to complete an invalidation",                \
	  "PCIe ATS: 1 minute, to 50 % more")

#define SMMU_PARAM_FIELDS                                                                          \
	SMMU_FEATURES(SIM_PARAM_FIELD) SMMU_CACHES(SIM_PARAM_FIELD) SMMU_TIMING(SIM_PARAM_FIELD)

struct smmu_params {
	SMMU_PARAM_FIELDS
};

/* YAML sections smmu.features, smmu.caches, smmu.timing; offsets are in smmu_params. */
extern const struct sim_param smmu_feature_table[], smmu_cache_table[], smmu_timing_table[];
extern const size_t smmu_feature_count, smmu_cache_count, smmu_timing_count;

/** smmu_params_default() - every field becomes the default of its row */
void smmu_params_default(struct smmu_params *params);

/**
 * smmu_params_check() - do the parameters fit each other?
 * With params->unchecked only what no model can be made of is wrong.
 *
 * Return: NULL, or one line that says what is wrong.
 */
const char *smmu_params_check(const struct smmu_params *params);

/**
 * smmu_features_check() - may an SMMU of this version have this set of features?
 * Return: NULL, or one line that says why not, with its section.
 * Spec: IHI 0070 2.2 to 2.9, 6.3.1 to 6.3.6.
 */
const char *smmu_features_check(const struct smmu_params *params);

/**
 * smmu_features_settle() - features whose ID bit is RES0 without another one go with it
 * smmu_create() does so; what a model shows and what it does read what is left.
 * Spec: IHI 0070 6.3.1, 6.3.4.
 */
void smmu_features_settle(struct smmu_params *params);

#endif
