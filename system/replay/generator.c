// SPDX-License-Identifier: GPL-2.0-only
/* What the generators have in common: complaints, and whether they stay within the mappings. */
#include "system/replay/generator.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int gen_complain(struct gen_complaint complaint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(complaint.text, complaint.bytes, format, args);
	va_end(args);
	return -EINVAL;
}

/* First byte of [first, last] that no mapping covers; Return: is there one? */
static bool find_unmapped(const struct sys_config *config, u64 first, u64 last, u64 *unmapped)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];

		if (first < mapping->iova)
			break;
		if (first - mapping->iova >= mapping->bytes)
			continue;
		if (last - mapping->iova < mapping->bytes)
			return false;
		first = mapping->iova + mapping->bytes;
	}
	*unmapped = first;
	return true;
}

int gen_range_check(const struct sys_config *config, struct gen_range range,
		    struct gen_complaint complaint)
{
	u64 base, first, last, unmapped;

	if (__builtin_mul_overflow((u64)range.device, config->workload.device_stride_bytes,
				   &base) ||
	    __builtin_add_overflow(base, config->mappings[0].iova, &base) ||
	    __builtin_add_overflow(base, range.offset, &first) ||
	    __builtin_add_overflow(first, range.bytes - 1, &last))
		return gen_complain(
			complaint, "workload: the accesses of device %u go beyond the last address",
			range.device);
	if (!find_unmapped(config, first, last, &unmapped))
		return 0;
	return gen_complain(
		complaint, "workload: device %u uses 0x%llx to 0x%llx, but 0x%llx is in no mapping",
		range.device, first, last, unmapped);
}
