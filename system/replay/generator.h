/* SPDX-License-Identifier: GPL-2.0-only */
/* The generators of replay.h: each device's records by rule, in no memory. */
#ifndef SYSTEM_REPLAY_GENERATOR_H
#define SYSTEM_REPLAY_GENERATOR_H

#include "models/device/dma.h"
#include "system/config/config.h"

/**
 * generator_create() - source of one device, in the arena
 * @config: checked by replay_check(); its generator is not SYS_GEN_TRACE
 *
 * Return: the source, sim_free() it; NULL without memory.
 */
struct dev_source *generator_create(const struct sys_config *config, u32 device, u32 pasid);

/** generator_check() - replay_check() for generators. Return: 0 or -EINVAL. */
int generator_check(const struct sys_config *config, char *message, size_t message_bytes);

/** generator_records() - records of all devices; 0: more than a u64 counts. */
u64 generator_records(const struct sys_config *config);

/** generator_accesses() - replay_total_accesses() for generators. */
u64 generator_accesses(const struct sys_config *config);

#endif
