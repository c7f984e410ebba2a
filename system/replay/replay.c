// SPDX-License-Identifier: GPL-2.0-only
/* Sources of a configuration: generator or trace. One replay per machine. */
#include "system/replay/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/config/groups.h"
#include "system/replay/generator.h"
#include "system/replay/trace.h"
#include "system/replay/trace_demux.h"
#include "system/trace/reader.h"

/* The devices of one group. */
struct group_replay {
	struct sys_config *view;   /* system/config/groups.h */
	struct trace_demux *demux; /* trace; NULL: a generator */
	u32 first;		   /* number of its first device */
};

struct replay {
	const struct sys_config *config;
	struct group_replay groups[SYS_MAX_GROUPS];
	struct dev_source *sources[SYS_MAX_DEVICES]; /* generators */
};

/* In the arena; the pointer itself never changes while the machine lives. */
static struct replay *the_replay;

/* Look at a trace's header with memory from the heap: there may be no machine. */
static int trace_peek(const struct sys_config *config, u64 *nr_records, char *message,
		      size_t message_bytes)
{
	struct trace_reader *reader;
	const char *error;
	struct stat st;

	/* A pipe is read once. */
	if (!stat(config->trace_path, &st) && S_ISFIFO(st.st_mode))
		return 0;
	reader = trace_reader_create(config->trace_path, config->machine.nr_devices,
				     &trace_memory_heap);
	error = reader ? trace_reader_error(reader) : "no memory for a trace reader";

	if (error)
		snprintf(message, message_bytes, "%s", error);
	else
		*nr_records = trace_reader_promised(reader);
	trace_reader_destroy(reader);
	return error ? -EINVAL : 0;
}

/* --- without a machine --- */

static int check_group(const struct sys_config *view, char *message, size_t message_bytes)
{
	u64 nr_records = 0;

	if (view->generator == SYS_GEN_TRACE)
		return trace_peek(view, &nr_records, message, message_bytes);
	return generator_check(view, (struct gen_complaint){message, message_bytes});
}

static int complain_of_group(const struct sys_config *view, const char *why, char *message,
			     size_t message_bytes)
{
	if (view->common.name[0])
		snprintf(message, message_bytes, "devices.%s: %s", view->common.name, why);
	else
		snprintf(message, message_bytes, "%s", why);
	return -EINVAL;
}

int replay_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	struct sys_config *view = malloc(sizeof(*view));
	char why[512];
	int err = 0;

	if (!view) {
		snprintf(message, message_bytes, "out of memory");
		return -EINVAL;
	}
	for (u32 i = 0; i < sys_config_nr_groups(config) && !err; i++) {
		sys_config_view(config, i, view);
		err = check_group(view, why, sizeof(why));
		if (err)
			err = complain_of_group(view, why, message, message_bytes);
	}
	free(view);
	return err;
}

static u64 group_accesses(const struct sys_config *view)
{
	u64 nr_records = 0;
	char message[16];

	if (view->generator != SYS_GEN_TRACE)
		return generator_accesses(view);
	trace_peek(view, &nr_records, message, sizeof(message));
	return nr_records;
}

u64 replay_total_accesses(const struct sys_config *config)
{
	struct sys_config *view = malloc(sizeof(*view));
	u64 total = 0, one;

	for (u32 i = 0; view && i < sys_config_nr_groups(config); i++) {
		sys_config_view(config, i, view);
		one = group_accesses(view);
		if (!one || __builtin_add_overflow(total, one, &total)) {
			total = 0;
			break;
		}
	}
	free(view);
	return total;
}

u64 replay_work_bytes(const struct sys_config *config, u32 group, u64 moved_bytes, bool has_ended)
{
	struct sys_config *view = malloc(sizeof(*view));
	u64 bytes = moved_bytes;

	if (!view)
		return moved_bytes;
	sys_config_view(config, group, view);
	if (view->generator != SYS_GEN_TRACE)
		bytes = generator_work_bytes(view, moved_bytes, has_ended);
	free(view);
	return bytes;
}

/* --- in a machine --- */

static bool start_group(struct group_replay *group, const struct sys_config *config, u32 index)
{
	group->view = sim_alloc(sizeof(*group->view));
	if (!group->view)
		return false;
	sys_config_view(config, index, group->view);
	group->first = sys_config_first_device(config, index);
	if (group->view->generator == SYS_GEN_TRACE)
		group->demux = trace_demux_create(group->view, SYS_TRACE_WINDOW);
	return group->view->generator != SYS_GEN_TRACE || group->demux;
}

static bool replay_start(const struct sys_config *config)
{
	struct replay *replay = sim_alloc(sizeof(*replay));

	if (!replay)
		return false;
	replay->config = config;
	the_replay = replay;
	for (u32 i = 0; i < sys_config_nr_groups(config); i++) {
		if (start_group(&replay->groups[i], config, i))
			continue;
		replay_finish();
		return false;
	}
	return true;
}

struct dev_source *replay_create(const struct sys_config *config, u32 device, u32 pasid)
{
	const struct group_replay *group;

	sim_assert(device < config->machine.nr_devices);
	if (!the_replay && !replay_start(config))
		return NULL;
	sim_assert(the_replay->config == config);
	group = &the_replay->groups[sys_config_group_of(config, device)];
	if (group->demux)
		return replay_error()
			       ? NULL
			       : trace_demux_source(group->demux, device - group->first, pasid);
	sim_assert(!the_replay->sources[device]);
	the_replay->sources[device] = generator_create(group->view, device - group->first, pasid);
	return the_replay->sources[device];
}

bool replay_open(const struct sys_config *config)
{
	return the_replay || replay_start(config);
}

struct trace_demux *replay_trace(u32 group)
{
	return the_replay ? the_replay->groups[group].demux : NULL;
}

const struct sys_mapping *replay_memory(u32 group)
{
	return &the_replay->groups[group].view->mappings[0];
}

const char *replay_device_name(u32 device)
{
	const struct group_replay *group;

	if (!the_replay)
		return NULL;
	group = &the_replay->groups[sys_config_group_of(the_replay->config, device)];
	return group->demux ? trace_demux_name(group->demux, device - group->first) : NULL;
}

const char *replay_error(void)
{
	const char *error = NULL;

	for (u32 i = 0; the_replay && !error && i < SYS_MAX_GROUPS; i++) {
		if (the_replay->groups[i].demux)
			error = trace_demux_error(the_replay->groups[i].demux);
	}
	return error;
}

void replay_finish(void)
{
	if (!the_replay)
		return;
	for (u32 i = 0; i < SYS_MAX_GROUPS; i++) {
		trace_demux_destroy(the_replay->groups[i].demux);
		sim_free(the_replay->groups[i].view);
	}
	for (u32 i = 0; i < SYS_MAX_DEVICES; i++)
		sim_free(the_replay->sources[i]);
	sim_free(the_replay);
	the_replay = NULL;
}
