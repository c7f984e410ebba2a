// SPDX-License-Identifier: GPL-2.0-only
/* What several artefacts need in the same way: the order of faults, words. */
#include "system/config/groups.h"
#include "tool/output/output.h"

const char *output_mode(const struct sys_config *config)
{
	bool has_sva = sys_config_has_mode(config, SYS_HANDLER_SVA);
	bool has_vfio = sys_config_has_mode(config, SYS_HANDLER_VFIO);

	return has_sva && has_vfio
		       ? "sva and vfio"
		       : sys_handler_mode_names[has_sva ? SYS_HANDLER_SVA : SYS_HANDLER_VFIO];
}

const char *output_software(const struct sys_config *config)
{
	return config->driver == SYS_DRIVER_LINUX ? "driver" : "handler";
}

const char *output_design(const struct sys_config *config)
{
	return config->driver == SYS_DRIVER_LINUX ? sys_driver_names[SYS_DRIVER_LINUX]
						  : config->design;
}

const struct sys_fault_record *output_next_fault(const struct sys_result *result,
						 struct output_cursor *cursor)
{
	const struct sys_fault_record *first = NULL, *slow = NULL;

	if (cursor->first < result->nr_first)
		first = &result->first[cursor->first];
	if (cursor->slowest < result->nr_slowest)
		slow = &result->slowest[cursor->slowest];
	cursor->is_slowest = slow && (!first || slow->number < first->number);
	if (cursor->is_slowest) {
		cursor->slowest++;
		return slow;
	}
	cursor->first += first != NULL;
	return first;
}

/* What the simulated kernel said, as it said it. */
void output_dmesg_txt(FILE *out, const struct output_run *run)
{
	fputs(run->result->log ? run->result->log : "", out);
}
