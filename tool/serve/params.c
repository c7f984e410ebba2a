// SPDX-License-Identifier: GPL-2.0-only
/*
 * --set of serve: a key of the model's features or caches, as a workload file has it. Others
 * have nothing to act on here: there is no clock, no software, and one IOMMU.
 */
#include "tool/serve/params.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/bus/bus.h"
#include "system/config/acts.h"

static bool begins_with(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* Is @path one of the model's sections that act? */
static bool is_servable(const struct sys_config *config, const char *path)
{
	if (config->iommu == SYS_IOMMU_VTD)
		return begins_with(path, "vtd.features.") || begins_with(path, "vtd.caches.");
	return begins_with(path, "smmu.features.") || begins_with(path, "smmu.caches.");
}

static int refuse(const struct sys_config *config, const char *path, char *message)
{
	const char *section = config->iommu == SYS_IOMMU_VTD ? "vtd" : "smmu";

	snprintf(message, TEXT_MESSAGE_MAX,
		 "--set %s: has no effect here, expected a key of %s.features or %s.caches", path,
		 section, section);
	return -EINVAL;
}

static int check_settings(const struct serve_options *options, const struct sys_config *config,
			  char *message)
{
	char why[WL_ACTS_BYTES];

	for (u32 i = 0; i < options->nr_settings; i++) {
		const char *path = options->settings[i].path;
		const struct wl_acts *row = wl_acts(config, path);

		if (!row)
			continue;
		snprintf(message, TEXT_MESSAGE_MAX, "--set %s: has no effect: it %s", path,
			 wl_acts_say(why, config, row));
		return -EINVAL;
	}
	return 0;
}

int serve_params(const struct serve_options *options, struct sys_config *config,
		 const void **params, char *message)
{
	const struct sys_bus_attr attr = {.model = options->model, .profile = options->profile};
	const struct text_where where = {.file = "iopfsim serve", .message = message};
	bool is_vtd = !strcmp(options->model, "vtd");
	void *at = is_vtd ? (void *)&config->vtd : (void *)&config->smmu;
	int err;

	wl_config_defaults(config);
	/* Its masters are endpoints, if they like. */
	config->iommu = is_vtd ? SYS_IOMMU_VTD : SYS_IOMMU_SMMUV3;
	config->device_kind = SYS_DEVICE_PCIE;
	err = sys_bus_params(&attr, at, message, TEXT_MESSAGE_MAX);
	for (u32 i = 0; i < options->nr_settings && !err; i++) {
		err = wl_settings_apply(config, where, &options->settings[i], 1);
		if (!err && !is_servable(config, options->settings[i].path))
			err = refuse(config, options->settings[i].path, message);
	}
	*params = at;
	return err ? err : check_settings(options, config, message);
}
