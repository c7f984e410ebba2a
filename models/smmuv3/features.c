// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which sets of features an SMMU may have, by the version of the architecture that it
 * conforms to (IHI 0070 2.2 to 2.9, 6.3.1 to 6.3.6). One rule a row, with its section.
 *
 * A version has the features of its own and of earlier ones, some of which are mandatory,
 * and any of the next version's, but none beyond (2.9).
 */
#include "models/smmuv3/params.h"

#define HAS_52_BIT_TABLES(p) ((p)->gran64k || (p)->ds)

/* X(name, what is wrong, message) */
#define RULES(X)                                                                                   \
	X(stages, !p->stage1 && !p->stage2,                                                        \
	  "smmu.features: one of stage1 and stage2 must be on (IHI 0070 2.2)")                     \
	X(stream_table, p->sid_bits >= 7 && !p->st_2level,                                         \
	  "smmu.features.sid_bits from 7 on needs st_2level (IHI 0070 6.3.2)")                     \
	X(hyp, p->arch_minor >= 2 && p->stage1 && p->stage2 && !p->hyp,                            \
	  "smmu.features.hyp must be on from arch_minor 2 on with both stages (IHI 0070 6.3.1)")   \
	X(had, p->arch_minor >= 1 && p->stage1 && !p->had,                                         \
	  "smmu.features.had must be on from arch_minor 1 on with stage1 (IHI 0070 6.3.4)")        \
	X(xnx, p->arch_minor >= 1 && p->stage2 && !p->xnx,                                         \
	  "smmu.features.xnx must be on from arch_minor 1 on with stage2 (IHI 0070 6.3.4)")        \
	X(xnx_early, p->arch_minor < 1 && p->stage2 && p->xnx,                                     \
	  "smmu.features.xnx needs arch_minor 1 (IHI 0070 6.3.4)")                                 \
	X(ril, p->arch_minor >= 2 && !p->ril,                                                      \
	  "smmu.features.ril must be on from arch_minor 2 on (IHI 0070 6.3.4)")                    \
	X(ril_early, p->arch_minor < 1 && p->ril,                                                  \
	  "smmu.features.ril needs arch_minor 1: it is of SMMUv3.2 (IHI 0070 2.4, 2.9)")           \
	X(bbml, p->arch_minor >= 2 && !p->bbml,                                                    \
	  "smmu.features.bbml must be 1 or 2 from arch_minor 2 on (IHI 0070 6.3.4)")               \
	X(bbml_early, p->arch_minor < 1 && p->bbml,                                                \
	  "smmu.features.bbml needs arch_minor 1: it is of SMMUv3.2 (IHI 0070 2.4, 2.9)")          \
	X(fwb, p->arch_minor >= 2 && !p->fwb,                                                      \
	  "smmu.features.fwb must be on from arch_minor 2 on (IHI 0070 6.3.4)")                    \
	X(fwb_early, p->arch_minor < 1 && p->fwb,                                                  \
	  "smmu.features.fwb needs arch_minor 1: it is of SMMUv3.2 (IHI 0070 2.4, 2.9)")           \
	X(e0pd, p->arch_minor >= 3 && !p->e0pd,                                                    \
	  "smmu.features.e0pd must be on from arch_minor 3 on (IHI 0070 6.3.4)")                   \
	X(e0pd_early, p->arch_minor < 2 && p->e0pd,                                                \
	  "smmu.features.e0pd needs arch_minor 2: it is of SMMUv3.3 (IHI 0070 2.5, 2.9)")          \
	X(ptwnnc, p->arch_minor >= 3 && p->stage2 && !p->ptwnnc,                                   \
	  "smmu.features.ptwnnc must be on from arch_minor 3 on with stage2 (IHI 0070 6.3.4)")     \
	X(ptwnnc_early, p->arch_minor < 2 && p->stage2 && p->ptwnnc,                               \
	  "smmu.features.ptwnnc needs arch_minor 2: it is of SMMUv3.3 (IHI 0070 2.5, 2.9)")        \
	X(oas_early, p->arch_minor < 1 && p->oas_bits == 52,                                       \
	  "smmu.features.oas_bits 52 needs arch_minor 1 (IHI 0070 6.3.6)")                         \
	X(oas, p->oas_bits == 52 && !HAS_52_BIT_TABLES(p),                                         \
	  "smmu.features.oas_bits 52 needs gran64k or ds (IHI 0070 6.3.6)")                        \
	X(vax_early, p->arch_minor < 1 && p->vax,                                                  \
	  "smmu.features.vax needs arch_minor 1 (IHI 0070 6.3.6)")                                 \
	X(vax, p->vax && !HAS_52_BIT_TABLES(p),                                                    \
	  "smmu.features.vax needs gran64k or ds (IHI 0070 6.3.6)")                                \
	X(ds, p->ds && !p->vax, "smmu.features.ds needs vax (IHI 0070 6.3.6)")                     \
	X(ds_early, p->ds && p->arch_minor < 3,                                                    \
	  "smmu.features.ds needs arch_minor 3: it is of SMMUv3.4 (IHI 0070 2.8, 2.9)")            \
	X(ecmdq, p->ecmdq && !p->msi, "smmu.features.ecmdq needs msi (IHI 0070 6.3.2)")            \
	X(ecmdq_early, p->ecmdq && p->arch_minor < 2,                                              \
	  "smmu.features.ecmdq needs arch_minor 2: it is of SMMUv3.3 (IHI 0070 2.5, 2.9)")         \
	X(atsrecerr_early, p->ats && p->atsrecerr && p->arch_minor < 2,                            \
	  "smmu.features.atsrecerr needs arch_minor 2: it is of SMMUv3.3 (IHI 0070 2.5, 2.9)")     \
	X(pri, p->pri && !p->ats, "smmu.features.pri needs ats (IHI 0070 6.3.1)")                  \
	X(stall_forced, p->stall_forced && !p->stall,                                              \
	  "smmu.features.stall_forced needs stall (IHI 0070 6.3.1)")                               \
	X(stall_pci, p->stall_forced && p->ats,                                                    \
	  "smmu.features.stall_forced and ats: a system with PCI must not force stalls "           \
	  "(IHI 0070 6.3.1)")                                                                      \
	X(stall_full, p->stall_forced && p->stall_full_aborts,                                     \
	  "smmu.features.stall_full_aborts terminates, which stall_forced excludes "               \
	  "(IHI 0070 3.12)")

#define BROKEN(name, condition, message)                                                           \
	static bool is_##name##_broken(const struct smmu_params *p)                                \
	{                                                                                          \
		return condition;                                                                  \
	}
RULES(BROKEN)
#undef BROKEN

static const struct {
	bool (*is_broken)(const struct smmu_params *p);
	const char *message;
} rules[] = {
#define RULE(name, condition, message) {is_##name##_broken, message},
	RULES(RULE)
#undef RULE
};

const char *smmu_features_check(const struct smmu_params *params)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].is_broken(params))
			return rules[i].message;
	}
	return NULL;
}

void smmu_features_settle(struct smmu_params *p)
{
	p->hyp &= p->stage1 && p->stage2;
	p->had &= p->stage1;
	p->xnx &= p->stage2;
	p->ptwnnc &= p->stage2;
	p->vmid16 &= p->stage2;
	p->vmw &= p->stage2;
	p->stall_forced &= p->stall;
	p->pri &= p->ats;
	p->atsrecerr &= p->ats;
	p->split_ats &= p->ats && p->stage1 && p->stage2;
	p->pps &= p->pri && p->ssid_bits;
}
