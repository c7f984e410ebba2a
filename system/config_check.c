// SPDX-License-Identifier: GPL-2.0-only
/* Do the values of a configuration fit each other? One rule a function. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handler/pfh.h"
#include "sim/time.h"
#include "system/machine.h"
#include "system/replay/replay.h"

struct complaint {
	char *text;
	size_t bytes;
};

static int check_cpus(const struct sys_config *config, struct complaint *out)
{
	const struct sim_cpu_params *cpu = &config->cpu;

	if (cpu->socket_cpus % cpu->cluster_cpus) {
		snprintf(out->text, out->bytes,
			 "cpu.socket_cpus (%llu) is not a multiple of cpu.cluster_cpus (%llu)",
			 cpu->socket_cpus, cpu->cluster_cpus);
		return -EINVAL;
	}
	if (config->machine.first_irq_cpu >= cpu->nr_cpus) {
		snprintf(out->text, out->bytes,
			 "machine.first_irq_cpu is %llu, but cpu.cpus is %llu",
			 config->machine.first_irq_cpu, cpu->nr_cpus);
		return -EINVAL;
	}
	return 0;
}

static int check_smmu(const struct sys_config *config, struct complaint *out)
{
	const char *wrong = smmu_params_check(&config->smmu);
	u64 per_smmu = (config->machine.nr_devices + config->machine.nr_smmus - 1) /
		       config->machine.nr_smmus;

	if (wrong) {
		snprintf(out->text, out->bytes, "smmu: %s", wrong);
		return -EINVAL;
	}
	if (per_smmu > 1ULL << config->smmu.sid_bits) {
		snprintf(out->text, out->bytes,
			 "smmu.features.sid_bits is %llu: too few for %llu devices behind one SMMU",
			 config->smmu.sid_bits, per_smmu);
		return -EINVAL;
	}
	if (config->handler.iopf && !config->smmu.stall) {
		snprintf(out->text, out->bytes,
			 "handler.iopf needs smmu.features.stall: a platform device has no other "
			 "way to fault recoverably");
		return -EINVAL;
	}
	if (config->mode == SYS_HANDLER_SVA && !config->smmu.ssid_bits) {
		snprintf(out->text, out->bytes,
			 "handler.mode sva needs PASIDs: smmu.features.ssid_bits is 0");
		return -EINVAL;
	}
	return 0;
}

static int check_design(const struct sys_config *config, struct complaint *out)
{
	size_t used;

	for (const char *const *name = pfh_design_names; *name; name++) {
		if (!strcmp(*name, config->design))
			return 0;
	}
	used = snprintf(out->text, out->bytes, "handler.design '%s' is not known; there are",
			config->design);
	for (const char *const *name = pfh_design_names; *name && used < out->bytes; name++)
		used += snprintf(out->text + used, out->bytes - used, " %s", *name);
	return -EINVAL;
}

static int check_handler(const struct sys_config *config, struct complaint *out)
{
	if (config->handler.extra_ps % SIM_PS_PER_NS) {
		snprintf(out->text, out->bytes, "handler.extra is not a whole number of ns");
		return -EINVAL;
	}
	if (!config->nr_mappings) {
		snprintf(out->text, out->bytes,
			 "no mappings: the device may touch nothing; give at least one");
		return -EINVAL;
	}
	return check_design(config, out);
}

int sys_config_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	struct complaint out = {message, message_bytes};
	int err = check_cpus(config, &out);

	if (!err)
		err = check_smmu(config, &out);
	if (!err)
		err = check_handler(config, &out);
	return err ? err : replay_check(config, message, message_bytes);
}
