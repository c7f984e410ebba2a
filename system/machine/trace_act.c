// SPDX-License-Identifier: GPL-2.0-only
/* What is done for a record of a trace that is no access: docs/trace-format.md has the table. */
#include "handler/pfh.h"
#include "system/config/groups.h"
#include "system/machine/trace_internal.h"
#include "system/memory/mm_change.h"

static struct sys_mm_stats *stats_of(const struct sys_machine *m)
{
	return sys_host_mm_stats(m->host);
}

static u64 pages_bytes(const struct trace_event *event)
{
	return sys_trace_page(event->address + event->bytes - 1) - sys_trace_page(event->address) +
	       PAGE_SIZE;
}

/* The first of `mappings` is the memory of the process: an IOVA stands for the same part of it
 * always. */
static int map(const struct sys_trace_events *events, struct pfh_container *container,
	       const struct trace_event *event)
{
	const struct sys_mapping *memory = &events->memory;
	u64 bytes = pages_bytes(event), iova = sys_trace_page(event->address), places;
	struct pfh_mapping mapping = {
		.iova = iova,
		.size = bytes,
		.prot = (event->flags & TRACE_READ ? IOMMU_READ : 0) |
			(event->flags & TRACE_WRITE ? IOMMU_WRITE : 0) |
			(event->flags & TRACE_EXECUTE ? 0 : IOMMU_NOEXEC) |
			(event->flags & TRACE_PRIVILEGED ? IOMMU_PRIV : 0),
	};
	int err;

	if (bytes > memory->bytes)
		return -ENOMEM;
	places = (memory->bytes - bytes) / PAGE_SIZE + 1;
	mapping.vaddr = memory->iova + memory->va_offset + iova / PAGE_SIZE % places * PAGE_SIZE;
	err = pfh_container_map(container, &mapping);
	if (err != -EEXIST)
		return err;
	/* The trace does not tell of its end. */
	pfh_container_unmap(container, iova, bytes);
	return pfh_container_map(container, &mapping);
}

static int unmap(const struct sys_trace_events *events, struct pfh_container *container,
		 const struct trace_event *event)
{
	return pfh_container_unmap(container, sys_trace_page(event->address), pages_bytes(event));
}

/* In the container of all, or where each device has its own, in that of the device, or in all of
 * them. The first error. */
static int in_containers(const struct sys_trace_events *events, const struct trace_event *event,
			 int (*act)(const struct sys_trace_events *events,
				    struct pfh_container *container,
				    const struct trace_event *event))
{
	const struct sys_machine *m = events->m;
	int err = 0, one;

	if (m->config->nr_groups || m->config->containers == SYS_CONTAINERS_ONE)
		return act(events, events->space->container, event);
	for (u32 i = 0; i < events->nr_devices; i++) {
		if (event->device != TRACE_DEVICE_ALL && event->device != i)
			continue;
		one = act(events, m->devices[events->first + i].space->container, event);
		err = err ? err : one;
	}
	return err;
}

/* Of a process: its pages in the range go, and who caches them forgets. */
static int give_back(struct sys_trace_events *events, const struct trace_event *event)
{
	u64 first = sys_trace_page(event->address), end = first + pages_bytes(event);
	const struct sys_config *config = events->m->config;
	struct mm_struct *mm = events->space->mm;

	for (u32 i = 0; i < config->nr_mappings && mm; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];
		u64 start = mapping->iova + mapping->va_offset;
		struct sys_mm_part part = {
			.start = first > start ? first : start,
			.end = end < start + mapping->bytes ? end : start + mapping->bytes,
		};

		if (part.start >= part.end ||
		    !sys_config_is_in_space(config, mapping,
					    (u32)(events->space - events->m->spaces)))
			continue;
		sys_mm_remap(mm, part);
		return 0;
	}
	return -ENOENT;
}

static int for_devices(struct sys_trace_events *events, const struct trace_event *event,
		       bool is_bound)
{
	struct sys_machine *m = events->m;
	int err = 0;

	for (u32 i = 0; i < events->nr_devices && !err; i++) {
		struct sys_device_unit *unit = &m->devices[events->first + i];

		if ((event->device != TRACE_DEVICE_ALL && event->device != i) ||
		    unit->is_bound == is_bound)
			continue;
		if (is_bound)
			err = unit->space->mm ? events->ops->bind(m, unit) : -ESRCH;
		else
			events->ops->unbind(m, events->first + i);
	}
	return err;
}

static int act(struct sys_trace_events *events, const struct trace_event *event)
{
	struct sys_mm_stats *stats = stats_of(events->m);
	bool is_container = events->space->container;

	switch (event->kind) {
	case TRACE_MAP:
		stats->trace_maps++;
		return is_container ? in_containers(events, event, map) : 0;
	case TRACE_UNMAP:
		stats->trace_unmaps++;
		return is_container ? in_containers(events, event, unmap)
				    : give_back(events, event);
	case TRACE_INVALIDATE:
		stats->trace_invalidates++;
		return is_container ? 0 : give_back(events, event);
	case TRACE_BIND:
	case TRACE_ATTACH:
		return for_devices(events, event, true);
	case TRACE_UNBIND:
	case TRACE_DETACH:
		return for_devices(events, event, false);
	default:
		for (u32 i = 0; i < events->nr_devices; i++)
			events->ops->end_space(events->m->devices[events->first + i].space);
		return 0;
	}
}

void sys_trace_act(struct sys_trace_events *events, const struct trace_event *event)
{
	if (act(events, event))
		stats_of(events->m)->trace_refused++;
	sim_settle();
}
