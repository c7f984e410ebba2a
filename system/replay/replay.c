// SPDX-License-Identifier: GPL-2.0-only
/* Sources of a configuration: generator or trace. One replay per machine. */
#include "system/replay/replay.h"

#include <errno.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/replay/generator.h"
#include "system/replay/trace.h"
#include "system/replay/trace_demux.h"

struct replay {
	const struct sys_config *config;
	struct trace_demux *demux;		     /* trace */
	struct dev_source *sources[SYS_MAX_DEVICES]; /* generators */
};

/* In the arena; the pointer itself never changes while the machine lives. */
static struct replay *the_replay;

/* Look at a trace's header with memory from the heap: there may be no machine. */
static int trace_peek(const struct sys_config *config, u64 *nr_records, char *message,
		      size_t message_bytes)
{
	struct trace_reader *reader = trace_reader_create(
		config->trace_path, config->machine.nr_devices, &trace_memory_heap);
	const char *error = reader ? trace_reader_error(reader) : "no memory for a trace reader";

	if (error)
		snprintf(message, message_bytes, "%s", error);
	else
		*nr_records = trace_reader_promised(reader);
	trace_reader_destroy(reader);
	return error ? -EINVAL : 0;
}

int replay_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	u64 nr_records;

	if (config->generator == SYS_GEN_TRACE)
		return trace_peek(config, &nr_records, message, message_bytes);
	return generator_check(config, (struct gen_complaint){message, message_bytes});
}

static bool replay_start(const struct sys_config *config)
{
	struct replay *replay = sim_alloc(sizeof(*replay));

	if (!replay)
		return false;
	replay->config = config;
	if (config->generator == SYS_GEN_TRACE) {
		replay->demux = trace_demux_create(config, SYS_TRACE_WINDOW);
		if (!replay->demux) {
			sim_free(replay);
			return false;
		}
	}
	the_replay = replay;
	return true;
}

struct dev_source *replay_create(const struct sys_config *config, u32 device, u32 pasid)
{
	sim_assert(device < config->machine.nr_devices);
	if (!the_replay && !replay_start(config))
		return NULL;
	sim_assert(the_replay->config == config);
	if (the_replay->demux)
		return replay_error() ? NULL : trace_demux_source(the_replay->demux, device, pasid);
	sim_assert(!the_replay->sources[device]);
	the_replay->sources[device] = generator_create(config, device, pasid);
	return the_replay->sources[device];
}

u64 replay_total_accesses(const struct sys_config *config)
{
	u64 nr_records = 0;
	char message[16];

	if (config->generator != SYS_GEN_TRACE)
		return generator_accesses(config);
	trace_peek(config, &nr_records, message, sizeof(message));
	return nr_records;
}

u64 replay_work_bytes(const struct sys_config *config, u64 moved_bytes, bool has_ended)
{
	if (config->generator == SYS_GEN_TRACE)
		return moved_bytes;
	return generator_work_bytes(config, moved_bytes, has_ended);
}

const char *replay_error(void)
{
	return the_replay && the_replay->demux ? trace_demux_error(the_replay->demux) : NULL;
}

void replay_finish(void)
{
	if (!the_replay)
		return;
	trace_demux_destroy(the_replay->demux);
	for (u32 i = 0; i < SYS_MAX_DEVICES; i++)
		sim_free(the_replay->sources[i]);
	sim_free(the_replay);
	the_replay = NULL;
}
