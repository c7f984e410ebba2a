/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a VT-d unit is able to do, the size of its caches, and its timing: one row
 * each, with unit, default and source.
 */
#ifndef MODELS_VTD_PARAMS_H
#define MODELS_VTD_PARAMS_H

#include "sim/param.h"

/* Shown in VER, CAP and ECAP. */
#define VTD_FEATURES(X)                                                                            \
	X(revision, "revision", COUNT, 4, 3, 4,                                                    \
	  "revision of the specification: 3 (3.x) or 4 (4.1)", "")                                 \
	X(ver_major, "ver_major", COUNT, 4, 1, 15,                                                 \
	  "VER.MAX; from 6 on invalidation by register is an error, from 8 on every execute "      \
	  "request",                                                                               \
	  "")                                                                                      \
	X(haw_bits, "haw_bits", BITS, 46, 39, 52, "host address width", "")                        \
	X(mgaw_bits, "mgaw_bits", BITS, 57, 39, 57, "maximum guest address width, CAP.MGAW",       \
	  "Xeon, 4th generation: CAP 0x19ed008c40780c66 in boot logs")                             \
	X(domain_bits, "domain_bits", BITS, 16, 4, 16, "domain-id width, CAP.ND",                  \
	  "Xeon, 4th generation: CAP 0x19ed008c40780c66 in boot logs")                             \
	X(aw39, "aw39", BOOL, 1, 0, 1, "second-stage tables of 3 levels, CAP.SAGAW", "")           \
	X(aw48, "aw48", BOOL, 1, 0, 1, "second-stage tables of 4 levels, CAP.SAGAW", "")           \
	X(aw57, "aw57", BOOL, 1, 0, 1, "second-stage tables of 5 levels, CAP.SAGAW", "")           \
	X(ss_2m, "ss_2m", BOOL, 1, 0, 1, "second-stage pages of 2 MiB, CAP.SSLPS", "")             \
	X(ss_1g, "ss_1g", BOOL, 1, 0, 1, "second-stage pages of 1 GiB, CAP.SSLPS", "")             \
	X(fs_1g, "fs_1g", BOOL, 1, 0, 1, "first-stage pages of 1 GiB, CAP.FS1GP", "")              \
	X(fs_5level, "fs_5level", BOOL, 1, 0, 1, "first-stage tables of 5 levels, CAP.FS5LP", "")  \
	X(zlr, "zlr", BOOL, 1, 0, 1, "reads of length zero from write-only pages, CAP.ZLR", "")    \
	X(caching_mode, "caching_mode", BOOL, 0, 0, 1,                                             \
	  "CAP.CM; the model caches nothing that faults all the same", "")                         \
	X(rwbf, "rwbf", BOOL, 0, 0, 1, "software flushes write buffers, CAP.RWBF", "")             \
	X(nr_fault_records, "nr_fault_records", COUNT, 8, 1, 256, "fault recording registers",     \
	  "Xeon, 4th generation: CAP.NFR is 0 (boot logs); 8 shows more of a burst")               \
	X(fault_compression, "fault_compression", BOOL, 0, 0, 1,                                   \
	  "one pending fault for each requester, 7.2.1", "")                                       \
	X(psi, "psi", BOOL, 1, 0, 1, "page-selective invalidation, CAP.PSI", "")                   \
	X(mamv, "mamv", COUNT, 18, 0, 63, "maximum address mask, CAP.MAMV", "")                    \
	X(pmr, "pmr", BOOL, 1, 0, 1, "protected memory regions, CAP.PLMR and PHMR", "")            \
	X(esrtps, "esrtps", BOOL, 0, 0, 1, "SRTP invalidates, CAP.ESRTPS", "")                     \
	X(esirtps, "esirtps", BOOL, 0, 0, 1, "SIRTP invalidates, CAP.ESIRTPS", "")                 \
	X(coherent, "coherent", BOOL, 1, 0, 1, "walks are snooped, ECAP.C", "")                    \
	X(qi, "qi", BOOL, 1, 0, 1, "queued invalidation, ECAP.QI", "")                             \
	X(dt, "dt", BOOL, 1, 0, 1, "device-TLBs, ECAP.DT", "")                                     \
	X(ir, "ir", BOOL, 1, 0, 1, "interrupt remapping, ECAP.IR", "")                             \
	X(eim, "eim", BOOL, 1, 0, 1, "x2APIC mode, ECAP.EIM", "")                                  \
	X(pi, "pi", BOOL, 0, 0, 1, "posted interrupts, CAP.PI", "")                                \
	X(pt, "pt", BOOL, 1, 0, 1, "pass-through, ECAP.PT", "")                                    \
	X(sc, "sc", BOOL, 1, 0, 1, "snoop control, ECAP.SC", "")                                   \
	X(nest, "nest", BOOL, 1, 0, 1, "nested translation, ECAP.NEST", "")                        \
	X(prs, "prs", BOOL, 1, 0, 1, "page requests, ECAP.PRS", "")                                \
	X(prq_lg2, "prq_lg2", BITS, 14, 7, 14,                                                     \
	  "largest page request queue, log2 of its entries; PQA.PQS beyond it is cut", "")         \
	X(ers, "ers", BOOL, 0, 0, 1, "execute requests, ECAP.ERS; revision 3 only", "")            \
	X(srs, "srs", BOOL, 1, 0, 1, "supervisor requests, ECAP.SRS", "")                          \
	X(nwfs, "nwfs", BOOL, 1, 0, 1, "no-write flag of translation requests, ECAP.NWFS", "")     \
	X(eafs, "eafs", BOOL, 1, 0, 1, "extended-accessed flag, ECAP.EAFS", "")                    \
	X(pasid, "pasid", BOOL, 1, 0, 1, "requests with PASID, ECAP.PASID", "")                    \
	X(pasid_bits, "pasid_bits", BITS, 20, 1, 20, "PASID width, ECAP.PSS", "")                  \
	X(pds, "pds", BOOL, 1, 0, 1, "page request drain, ECAP.PDS", "")                           \
	X(smts, "smts", BOOL, 1, 0, 1, "scalable mode, ECAP.SMTS", "")                             \
	X(ssads, "ssads", BOOL, 1, 0, 1, "second-stage accessed and dirty flags, ECAP.SSADS", "")  \
	X(ssts, "ssts", BOOL, 1, 0, 1, "second stage in scalable mode, ECAP.SSTS", "")             \
	X(fsts, "fsts", BOOL, 1, 0, 1, "first stage, ECAP.FSTS", "")                               \
	X(smpwcs, "smpwcs", BOOL, 1, 0, 1, "page-walk coherency of scalable mode, ECAP.SMPWCS",    \
	  "")                                                                                      \
	X(rps, "rps", BOOL, 1, 0, 1, "RID_PASID field, ECAP.RPS", "")                              \
	X(adms, "adms", BOOL, 1, 0, 1, "abort-dma mode, ECAP.ADMS", "since revision 3.3")          \
	X(rprivs, "rprivs", BOOL, 0, 0, 1, "RID_PRIV field, ECAP.RPRIVS", "since revision 3.3")    \
	X(sms, "sms", BOOL, 1, 0, 1, "stop markers, ECAP.SMS; revision 4 only", "")                \
	X(unchecked, "unchecked", BOOL, 0, 0, 1,                                                   \
	  "sets of features that the specification excludes are taken; every result says so",      \
	  "for exploration")

#define VTD_CACHES(X)                                                                              \
	X(iotlb_entries, "iotlb_entries", COUNT, 2048, 0, 1 << 20, "IOTLB of the unit",            \
	  "as the SMMUv3's main TLB, gem5 24.0: Intel publishes no sizes")                         \
	X(iotlb_ways, "iotlb_ways", COUNT, 4, 1, 64, "its associativity", "likewise")              \
	X(context_entries, "context_entries", COUNT, 64, 0, 1 << 16, "context-cache", "likewise")  \
	X(context_ways, "context_ways", COUNT, 4, 1, 64, "its associativity", "likewise")          \
	X(pasid_entries, "pasid_entries", COUNT, 64, 0, 1 << 16, "PASID-cache", "likewise")        \
	X(pasid_ways, "pasid_ways", COUNT, 4, 1, 64, "its associativity", "likewise")              \
	X(pml5_entries, "pml5_entries", COUNT, 4, 0, 1 << 16,                                      \
	  "PML5-cache, first stage, and as many for the second", "likewise")                       \
	X(pml4_entries, "pml4_entries", COUNT, 4, 0, 1 << 16, "PML4-cache, likewise", "likewise")  \
	X(pdpe_entries, "pdpe_entries", COUNT, 28, 0, 1 << 16, "PDPE-cache, likewise", "likewise") \
	X(pde_entries, "pde_entries", COUNT, 348, 0, 1 << 16, "PDE-cache, likewise", "likewise")   \
	X(walk_ways, "walk_ways", COUNT, 4, 1, 64, "associativity of the paging-structure caches", \
	  "likewise")                                                                              \
	X(iec_entries, "iec_entries", COUNT, 64, 0, 1 << 16, "interrupt entry cache", "")          \
	X(iec_ways, "iec_ways", COUNT, 4, 1, 64, "its associativity", "")

#define VTD_MAX_SLOTS 4096

#define VTD_TIMING(X)                                                                              \
	X(clock_hz, "clock", HZ, 1000000000, 1000000, 10000000000ULL, "clock of the unit", "")     \
	X(iotlb_cycles, "iotlb_lookup", CYCLES, 3, 0, 1000, "IOTLB lookup",                        \
	  "as the SMMUv3's main TLB, gem5 24.0: Intel publishes no latencies")                     \
	X(link_cycles, "link", CYCLES, 8, 0, 100000,                                               \
	  "between a port and the walkers and queues, each way", "likewise")                       \
	X(context_cycles, "context_lookup", CYCLES, 3, 0, 1000,                                    \
	  "context-cache lookup; the PASID-cache takes as long", "likewise")                       \
	X(walk_cache_cycles, "walk_cache_lookup", CYCLES, 4, 0, 1000,                              \
	  "paging-structure cache lookup of one stage, all levels at once", "likewise")            \
	X(step_cycles, "walk_step", CYCLES, 1, 0, 1000, "digesting one fetched entry", "likewise") \
	X(port_slots, "port_slots", COUNT, 16, 1, VTD_MAX_SLOTS, "misses in flight a port",        \
	  "likewise")                                                                              \
	X(slots, "translation_slots", COUNT, 64, 1, VTD_MAX_SLOTS, "misses in flight in the unit", \
	  "likewise")                                                                              \
	X(walk_slots, "walk_slots", COUNT, 16, 1, VTD_MAX_SLOTS, "table walks in flight",          \
	  "likewise")                                                                              \
	X(iec_cycles, "interrupt_lookup", CYCLES, 3, 0, 1000, "interrupt entry cache lookup",      \
	  "likewise")                                                                              \
	X(desc_cycles, "descriptor", CYCLES, 4, 0, 100000,                                         \
	  "decoding a fetched descriptor of the invalidation queue", "")                           \
	X(inval_cycles, "invalidation", CYCLES, 8, 0, 100000,                                      \
	  "carrying out an invalidation, by queue or register", "")                                \
	X(gcmd_cycles, "global_command", CYCLES, 16, 0, 100000,                                    \
	  "from a write to GCMD until GSTS shows it", "")                                          \
	X(fault_cycles, "fault", CYCLES, 4, 0, 100000, "recording a fault in registers", "")       \
	X(record_cycles, "page_request", CYCLES, 4, 0, 100000,                                     \
	  "assembling a page request descriptor, before it is written to memory", "")              \
	X(msi_cycles, "msi", CYCLES, 4, 0, 100000, "sending an MSI, before its write to memory",   \
	  "")                                                                                      \
	X(devtlb_timeout_ps, "devtlb_timeout", PS, 60000000000000ULL, 1000000, 90000000000000ULL,  \
	  "waiting for an endpoint to complete an invalidation",                                   \
	  "PCIe ATS: 1 minute, to 50 % more")

#define VTD_PARAM_FIELDS                                                                           \
	VTD_FEATURES(SIM_PARAM_FIELD) VTD_CACHES(SIM_PARAM_FIELD) VTD_TIMING(SIM_PARAM_FIELD)

struct vtd_params {
	VTD_PARAM_FIELDS
};

/* YAML sections vtd.features, vtd.caches, vtd.timing; offsets are in vtd_params. */
extern const struct sim_param vtd_feature_table[], vtd_cache_table[], vtd_timing_table[];
extern const size_t vtd_feature_count, vtd_cache_count, vtd_timing_count;

/** vtd_params_default() - every field becomes the default of its row */
void vtd_params_default(struct vtd_params *params);

/**
 * vtd_params_check() - do the parameters fit each other?
 * With params->unchecked only what no model can be made of is wrong.
 *
 * Return: NULL, or one line that says what is wrong.
 */
const char *vtd_params_check(const struct vtd_params *params);

/**
 * vtd_features_check() - may a unit of this revision and version have this set of features?
 * Return: NULL, or one line that says why not, with its section.
 * Spec: 11.4.1 to 11.4.3, and 6.7, 7.1.3, 9.6 where a row says so
 */
const char *vtd_features_check(const struct vtd_params *params);

/**
 * vtd_features_settle() - what the revision does not have goes
 * vtd_create() does so; what a model shows and what it does read what is left.
 */
void vtd_features_settle(struct vtd_params *params);

#endif
