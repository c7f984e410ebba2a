// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which sets of features a unit may have, by the revision of the specification and the
 * version that it reports (VT-d 11.4.1 to 11.4.3). One rule a row, with its section.
 *
 * A feature without the one that it is built on is refused, as its bit is Clear then. So are
 * those of ERS, ESIRTPS, SMS and SSADS, which promise something of what is only there
 * with PASID, IR, PASID and SSTS: the register would say what the unit never does.
 */
#include "models/vtd/params.h"

#define HAS_WIDTH(p) ((p)->aw39 || (p)->aw48 || (p)->aw57)
/* SAGAW is 0 from major version 6 on if SSTS is Clear. */
#define HAS_SECOND(p) ((p)->ssts || (p)->ver_major < 6)

/* X(name, what is wrong, message) */
#define RULES(X)                                                                                   \
	X(smts_qi, p->smts && !p->qi, "vtd.features.smts needs qi (VT-d 11.4.3)")                  \
	X(dt_qi, p->dt && !p->qi, "vtd.features.dt needs qi (VT-d 11.4.3)")                        \
	X(ir_qi, p->ir && !p->qi, "vtd.features.ir needs qi (VT-d 11.4.3)")                        \
	X(ver_qi, p->ver_major >= 6 && !p->qi,                                                     \
	  "vtd.features.ver_major from 6 on needs qi (VT-d 6.5)")                                  \
	X(eim_ir, p->eim && !p->ir, "vtd.features.eim needs ir (VT-d 11.4.3)")                     \
	X(pi_ir, p->pi && !p->ir, "vtd.features.pi needs ir (VT-d 11.4.2)")                        \
	X(esirtps_ir, p->esirtps && !p->ir, "vtd.features.esirtps needs ir (VT-d 6.7)")            \
	X(fsts_smts, p->fsts && !p->smts, "vtd.features.fsts needs smts (VT-d 11.4.3)")            \
	X(ssts_smts, p->ssts && !p->smts, "vtd.features.ssts needs smts (VT-d 11.4.3)")            \
	X(nest_fsts, p->nest && !p->fsts, "vtd.features.nest needs fsts (VT-d 11.4.3)")            \
	X(nest_ssts, p->nest && !p->ssts, "vtd.features.nest needs ssts (VT-d 11.4.3)")            \
	X(fs_1g_fsts, p->fs_1g && !p->fsts, "vtd.features.fs_1g needs fsts (VT-d 11.4.2)")         \
	X(fs_5level_fsts, p->fs_5level && !p->fsts,                                                \
	  "vtd.features.fs_5level needs fsts (VT-d 11.4.2)")                                       \
	X(ss_1g_ss_2m, p->ss_1g && !p->ss_2m, "vtd.features.ss_1g needs ss_2m (VT-d 11.4.2)")      \
	X(prs_dt, p->prs && !p->dt, "vtd.features.prs needs dt (VT-d 11.4.3)")                     \
	X(prs_smts, p->prs && !p->smts, "vtd.features.prs needs smts (VT-d 11.4.3)")               \
	X(pds_dt, p->pds && !p->dt, "vtd.features.pds needs dt (VT-d 11.4.3)")                     \
	X(nwfs_dt, p->nwfs && !p->dt, "vtd.features.nwfs needs dt (VT-d 11.4.3)")                  \
	X(sms_prs, p->sms && !p->prs, "vtd.features.sms needs prs (VT-d 11.4.3)")                  \
	X(sms_pasid, p->sms && !p->pasid, "vtd.features.sms needs pasid (VT-d 7.4.1.1)")           \
	X(pasid_smts, p->pasid && !p->smts, "vtd.features.pasid needs smts (VT-d 11.4.3)")         \
	X(rps_smts, p->rps && !p->smts, "vtd.features.rps needs smts (VT-d 11.4.3)")               \
	X(srs_smts, p->srs && !p->smts, "vtd.features.srs needs smts (VT-d 11.4.3)")               \
	X(rprivs_srs, p->rprivs && !p->srs, "vtd.features.rprivs needs srs (VT-d 11.4.3)")         \
	X(smpwcs_smts, p->smpwcs && !p->smts, "vtd.features.smpwcs needs smts (VT-d 11.4.3)")      \
	X(ssads_smpwcs, p->ssads && !p->smpwcs, "vtd.features.ssads needs smpwcs (VT-d 11.4.3)")   \
	X(ssads_ssts, p->ssads && !p->ssts, "vtd.features.ssads needs ssts (VT-d 9.6)")            \
	X(eafs_fsts, p->eafs && !p->fsts, "vtd.features.eafs needs fsts (VT-d 11.4.3)")            \
	X(eafs_smpwcs, p->eafs && !p->smpwcs, "vtd.features.eafs needs smpwcs (VT-d 11.4.3)")      \
	X(ers_pasid, p->ers && !p->pasid, "vtd.features.ers needs pasid (VT-d 11.4.3)")            \
	X(ers_revision, p->ers && p->revision != 3,                                                \
	  "vtd.features.ers needs revision 3 (VT-d 11.4.3)")                                       \
	X(ers_version, p->ers && p->ver_major >= 8,                                                \
	  "vtd.features.ers needs ver_major 7 or less (VT-d 7.1.3, RTA.5)")                        \
	X(rwbf, p->rwbf && p->smts, "vtd.features.rwbf and smts exclude each other (VT-d 11.4.2)") \
	X(domains, p->domain_bits % 2, "vtd.features.domain_bits must be even (VT-d 11.4.2)")      \
	X(mgaw, p->mgaw_bits < p->haw_bits,                                                        \
	  "vtd.features.mgaw_bits must be haw_bits at least (VT-d 11.4.2)")                        \
	X(sagaw, HAS_SECOND(p) && !HAS_WIDTH(p),                                                   \
	  "vtd.features: one of aw39, aw48, aw57 is needed (VT-d 11.4.2)")                         \
	X(no_sagaw, !HAS_SECOND(p) && HAS_WIDTH(p),                                                \
	  "vtd.features.aw39, aw48, aw57 must be off from ver_major 6 on without ssts "            \
	  "(VT-d 11.4.2)")

#define BROKEN(name, condition, message)                                                           \
	static bool is_##name##_broken(const struct vtd_params *p)                                 \
	{                                                                                          \
		return condition;                                                                  \
	}
RULES(BROKEN)
#undef BROKEN

static const struct {
	bool (*is_broken)(const struct vtd_params *p);
	const char *message;
} rules[] = {
#define RULE(name, condition, message) {is_##name##_broken, message},
	RULES(RULE)
#undef RULE
};

const char *vtd_features_check(const struct vtd_params *params)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].is_broken(params))
			return rules[i].message;
	}
	return NULL;
}

/* Stop markers are in no revision before 4. */
void vtd_features_settle(struct vtd_params *p)
{
	if (p->revision == 3 && !p->unchecked)
		p->sms = 0;
}
