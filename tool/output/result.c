// SPDX-License-Identifier: GPL-2.0-only
/*
 * result.json: everything that was measured, with the effective configuration.
 * Times are in ns, exact (tool/common/decimal.h).
 */
#include <stdio.h>
#include <string.h>

#include "sim/cpu.h"
#include "tool/output/output.h"

static void write_hist_range(struct json_writer *json, const struct sim_hist *hist)
{
	jw_ns(json, "min", hist->count ? hist->min : 0);
	jw_ns(json, "max", hist->max);
	jw_ns(json, "total", hist->total);
}

static void write_percentiles(struct json_writer *json, const struct sim_hist *hist)
{
	static const struct {
		const char *name;
		u32 per_100k;
	} percentiles[] = {
		{"p50", 50000}, {"p90", 90000}, {"p99", 99000}, {"p999", 99900}, {"p9999", 99990}};

	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		jw_ns(json, percentiles[i].name,
		      sim_hist_percentile(hist, percentiles[i].per_100k));
}

static void write_latency(struct json_writer *json, const char *key, const struct sim_hist *hist,
			  u64 mean)
{
	jw_open_object(json, key);
	jw_u64(json, "count", hist->count);
	jw_mean_ns(json, "mean", mean);
	write_percentiles(json, hist);
	write_hist_range(json, hist);
	jw_close_object(json);
}

static void write_kept(struct json_writer *json, const struct sys_result *result)
{
	jw_open_object(json, "kept");
	jw_u64(json, "first", result->nr_first);
	jw_u64(json, "slowest", result->nr_slowest);
	jw_u64(json, "dropped", result->faults_dropped);
	jw_close_object(json);
}

static void write_faults(struct json_writer *json, const struct sys_result *result)
{
	u64 means[SYS_NR_STAGES];

	output_stage_means(result, means);
	jw_open_object(json, "faults");
	jw_u64(json, "recorded", result->faults_recorded);
	jw_u64(json, "answered", result->faults_answered);
	jw_u64(json, "completed", result->faults_completed);
	jw_u64(json, "aborted", result->faults_aborted);
	write_kept(json, result);
	write_latency(json, "latency_ns", result->latency,
		      decimal_mean(result->latency->total, result->latency->count));
	jw_open_object(json, "stages_ns");
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		write_latency(json, sys_stage_names[i], result->stages[i], means[i]);
	jw_close_object(json);
	jw_close_object(json);
}

static void write_lock_times(struct json_writer *json, const char *key, const struct sim_hist *hist)
{
	jw_open_object(json, key);
	jw_u64(json, "count", hist->count);
	write_hist_range(json, hist);
	jw_mean_ns(json, "avg", decimal_mean(hist->total, hist->count));
	jw_ns(json, "p50", sim_hist_percentile(hist, 50000));
	jw_ns(json, "p99", sim_hist_percentile(hist, 99000));
	jw_ns(json, "p999", sim_hist_percentile(hist, 99900));
	jw_close_object(json);
}

static void write_sites(struct json_writer *json, const struct sim_lock_class *class)
{
	jw_open_array(json, "sites");
	for (u32 i = 0; i < SIM_LOCK_MAX_SITES && class->sites[i].site; i++) {
		const struct sim_lock_site_stats *stats = &class->sites[i];

		jw_open_object(json, NULL);
		jw_string(json, "function", stats->site->func);
		jw_string(json, "file", stats->site->file);
		jw_u64(json, "line", (u64)stats->site->line);
		jw_u64(json, "contentions", stats->contentions);
		jw_ns(json, "wait_total_ns", stats->wait_total_ps);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_locks(struct json_writer *json)
{
	const struct sim_lock_class *locks[OUTPUT_MAX_LOCKS];
	u32 nr = output_locks(locks);

	jw_open_array(json, "locks");
	for (u32 i = 0; i < nr; i++) {
		jw_open_object(json, NULL);
		jw_string(json, "name", locks[i]->name);
		jw_u64(json, "acquisitions", locks[i]->acquisitions);
		jw_u64(json, "contentions", locks[i]->contentions);
		jw_u64(json, "acq_bounces", locks[i]->acq_bounces);
		jw_u64(json, "con_bounces", locks[i]->con_bounces);
		jw_u64(json, "sleeps", locks[i]->sleeps);
		write_lock_times(json, "wait_ns", locks[i]->wait);
		write_lock_times(json, "hold_ns", locks[i]->hold);
		jw_ns(json, "line_wait_ns", locks[i]->line_wait_ps);
		write_sites(json, locks[i]);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_queues(struct json_writer *json, const struct sys_result *result)
{
	jw_open_object(json, "queues");
	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		jw_open_object(json, queue->name);
		jw_u64(json, "entries", queue->entries);
		jw_u64(json, "pushed", queue->pushed);
		jw_u64(json, "popped", queue->popped);
		jw_u64(json, "max_depth", queue->max_depth);
		jw_u64(json, "overflows", queue->overflows);
		jw_u64(json, "deferred", queue->deferred);
		jw_close_object(json);
	}
	jw_close_object(json);
}

static void write_iommu(struct json_writer *json, const struct sys_result *result)
{
	jw_open_object(json, "tlb");
	jw_u64(json, "hits", result->tlb_hits);
	jw_u64(json, "misses", result->tlb_misses);
	jw_close_object(json);
	jw_open_object(json, "walker");
	jw_u64(json, "walks", result->walks);
	jw_u64(json, "config_fetches", result->config_fetches);
	jw_open_array(json, "table_fetches");
	for (u32 i = 0; i < SYS_TABLE_LEVELS; i++)
		jw_u64(json, NULL, result->table_fetches[i]);
	jw_close_array(json);
	jw_close_object(json);
	jw_open_object(json, "stalls");
	jw_u64(json, "backpressured", result->backpressured);
	jw_u64(json, "suppressed", result->suppressed);
	jw_u64(json, "refused", result->refused);
	jw_u64(json, "events_merged", result->merged);
	jw_close_object(json);
}

/* What Linux shows of the driver in debugfs as dmar_perf_latency. */
static void write_latencies(struct json_writer *json, const struct sys_result *result)
{
	if (!result->nr_latencies)
		return;
	jw_open_object(json, "driver_latency");
	for (u32 i = 0; i < result->nr_latencies; i++) {
		const struct sys_iommu_latency *latency = &result->latencies[i];

		jw_open_object(json, latency->name);
		jw_u64(json, "count", latency->count);
		jw_ns(json, "sum_ns", latency->sum_ps);
		jw_ns(json, "min_ns", latency->min_ps);
		jw_ns(json, "max_ns", latency->max_ps);
		jw_open_array(json, "buckets");
		for (u32 k = 0; k < SYS_IOMMU_NR_BUCKETS; k++)
			jw_u64(json, NULL, latency->buckets[k]);
		jw_close_array(json);
		jw_close_object(json);
	}
	jw_close_object(json);
}

/*
 * Requests sent are recorded, dropped, or answered by the IOMMU; groups are answered
 * by software or the IOMMU, and what the endpoint made of the answers adds up too.
 */
static void write_page_requests(struct json_writer *json, const struct sys_device_result *device)
{
	const struct iommu_pri_stats *pri = &device->pri;
	const struct dev_pcie_stats *pcie = &device->pcie;

	jw_open_object(json, "page_requests");
	jw_u64(json, "sent", pcie->requests);
	jw_u64(json, "groups", pcie->groups);
	jw_u64(json, "recorded", pri->recorded);
	jw_u64(json, "dropped", pri->dropped);
	jw_u64(json, "auto_success", pri->auto_success);
	jw_u64(json, "auto_invalid", pri->auto_invalid);
	jw_u64(json, "auto_failure", pri->auto_failure);
	jw_u64(json, "software_success", pri->responses_success);
	jw_u64(json, "software_invalid", pri->responses_invalid);
	jw_u64(json, "software_failure", pri->responses_failure);
	jw_u64(json, "stale", pcie->stale);
	jw_u64(json, "unexpected_responses", pcie->unexpected);
	jw_u64(json, "retried", pcie->retried);
	jw_u64(json, "completed", pcie->completed);
	jw_u64(json, "asked_again", pcie->asked_again);
	jw_u64(json, "joined", pcie->joined);
	jw_u64(json, "stop_markers", pcie->markers);
	jw_u64(json, "stop_markers_dropped", pri->markers_dropped);
	jw_close_object(json);
}

static void write_atc(struct json_writer *json, const struct dev_pcie_stats *pcie)
{
	jw_open_object(json, "atc");
	jw_u64(json, "hits", pcie->atc_hits);
	jw_u64(json, "misses", pcie->atc_misses);
	jw_u64(json, "translation_requests", pcie->translation_requests);
	jw_u64(json, "invalidations", pcie->invalidations);
	jw_close_object(json);
}

static void write_pcie(struct json_writer *json, const struct sys_result *result)
{
	if (!result->all.is_pcie)
		return;
	write_page_requests(json, &result->all);
	jw_open_object(json, "atc_invalidations");
	jw_u64(json, "sent", result->atc_invs);
	jw_u64(json, "timed_out", result->atc_inv_timeouts);
	jw_close_object(json);
}

static void write_devices(struct json_writer *json, const struct sys_result *result)
{
	jw_open_array(json, "devices");
	for (u32 i = 0; i < result->nr_devices; i++) {
		jw_open_object(json, NULL);
		jw_u64(json, "accesses", result->devices[i].accesses);
		jw_u64(json, "bytes", result->devices[i].bytes);
		jw_u64(json, "aborted", result->devices[i].aborted);
		jw_u64(json, "stalled", result->devices[i].stalled);
		jw_ns(json, "end_ns", result->devices[i].end_ps);
		if (result->devices[i].is_pcie) {
			write_atc(json, &result->devices[i].pcie);
			write_page_requests(json, &result->devices[i]);
		}
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_cpus(struct json_writer *json, const struct sys_config *config)
{
	struct sim_cpu_stats stats;

	jw_open_array(json, "cpus");
	for (u32 i = 0; i < sys_config_cpus(config); i++) {
		sim_cpu_stats(i, &stats);
		jw_open_object(json, NULL);
		jw_ns(json, "idle_ns", stats.idle_ps);
		jw_ns(json, "irq_ns", stats.irq_ps);
		jw_ns(json, "rt_ns", stats.rt_ps);
		jw_ns(json, "normal_ns", stats.normal_ps);
		jw_ns(json, "spin_ns", stats.spin_ps);
		jw_u64(json, "switches", stats.switches);
		jw_u64(json, "preemptions", stats.preemptions);
		jw_u64(json, "irqs", stats.irqs);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_head(struct json_writer *json, const struct output_run *run)
{
	const struct sys_result *result = run->result;

	jw_string(json, "version", IOPFSIM_VERSION);
	jw_string(json, "workload", run->config->name);
	jw_u64(json, "seed", run->config->seed);
	jw_hex(json, "config_hash", wl_config_hash(run->config));
	jw_hex(json, "trace_hash", result->trace_hash);
	jw_bool(json, "interrupted", run->is_interrupted);
	jw_bool(json, "stuck", run->stuck != NULL);
	jw_ns(json, "simulated_time_ns", result->simulated_ps);
	jw_u64(json, "accesses", result->accesses);
	jw_u64(json, "bytes", result->bytes);
	jw_u64(json, "aborted", result->aborted);
	jw_u64(json, "throughput_bytes_per_s", result->throughput_bytes_per_s);
}

void output_result_members(struct json_writer *json, const struct output_run *run)
{
	const struct sys_result *result = run->result;

	write_head(json, run);
	write_faults(json, result);
	write_locks(json);
	write_queues(json, result);
	write_iommu(json, result);
	write_latencies(json, result);
	write_pcie(json, result);
	write_devices(json, result);
	write_cpus(json, run->config);
	jw_open_object(json, "engine");
	jw_u64(json, "events", result->events_dispatched);
	jw_u64(json, "switches", result->switches);
	jw_close_object(json);
	jw_open_object(json, "configuration");
	output_config_members(json, run->config);
	jw_close_object(json);
}

void output_result_json(FILE *out, const struct output_run *run)
{
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	output_result_members(&json, run);
	jw_close_object(&json);
}
