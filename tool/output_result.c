// SPDX-License-Identifier: GPL-2.0-only
/*
 * result.json: everything that was measured, with the effective configuration.
 * Times are in ns, exact (tool/decimal.h).
 */
#include <stdio.h>
#include <string.h>

#include "sim/cpu.h"
#include "tool/output.h"

static void write_hist_range(struct json *json, const struct sim_hist *hist)
{
	json_ns(json, "min", hist->count ? hist->min : 0);
	json_ns(json, "max", hist->max);
	json_ns(json, "total", hist->total);
}

static void write_percentiles(struct json *json, const struct sim_hist *hist)
{
	static const struct {
		const char *name;
		u32 per_100k;
	} percentiles[] = {
		{"p50", 50000}, {"p90", 90000}, {"p99", 99000}, {"p999", 99900}, {"p9999", 99990}};

	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		json_ns(json, percentiles[i].name,
			sim_hist_percentile(hist, percentiles[i].per_100k));
}

static void write_latency(struct json *json, const char *key, const struct sim_hist *hist, u64 mean)
{
	json_open_object(json, key);
	json_u64(json, "count", hist->count);
	json_mean_ns(json, "mean", mean);
	write_percentiles(json, hist);
	write_hist_range(json, hist);
	json_close_object(json);
}

static void write_kept(struct json *json, const struct sys_result *result)
{
	json_open_object(json, "kept");
	json_u64(json, "first", result->nr_first);
	json_u64(json, "slowest", result->nr_slowest);
	json_u64(json, "dropped", result->faults_dropped);
	json_close_object(json);
}

static void write_faults(struct json *json, const struct sys_result *result)
{
	u64 means[SYS_NR_STAGES];

	output_stage_means(result, means);
	json_open_object(json, "faults");
	json_u64(json, "recorded", result->faults_recorded);
	json_u64(json, "answered", result->faults_answered);
	json_u64(json, "completed", result->faults_completed);
	json_u64(json, "aborted", result->faults_aborted);
	write_kept(json, result);
	write_latency(json, "latency_ns", result->latency,
		      decimal_mean(result->latency->total, result->latency->count));
	json_open_object(json, "stages_ns");
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		write_latency(json, sys_stage_names[i], result->stages[i], means[i]);
	json_close_object(json);
	json_close_object(json);
}

static void write_lock_times(struct json *json, const char *key, const struct sim_hist *hist)
{
	json_open_object(json, key);
	json_u64(json, "count", hist->count);
	write_hist_range(json, hist);
	json_mean_ns(json, "avg", decimal_mean(hist->total, hist->count));
	json_ns(json, "p50", sim_hist_percentile(hist, 50000));
	json_ns(json, "p99", sim_hist_percentile(hist, 99000));
	json_ns(json, "p999", sim_hist_percentile(hist, 99900));
	json_close_object(json);
}

static void write_sites(struct json *json, const struct sim_lock_class *class)
{
	json_open_array(json, "sites");
	for (u32 i = 0; i < SIM_LOCK_MAX_SITES && class->sites[i].site; i++) {
		const struct sim_lock_site_stats *stats = &class->sites[i];

		json_open_object(json, NULL);
		json_string(json, "function", stats->site->func);
		json_string(json, "file", stats->site->file);
		json_u64(json, "line", (u64)stats->site->line);
		json_u64(json, "contentions", stats->contentions);
		json_ns(json, "wait_total_ns", stats->wait_total_ps);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_locks(struct json *json)
{
	const struct sim_lock_class *locks[OUTPUT_MAX_LOCKS];
	u32 nr = output_locks(locks);

	json_open_array(json, "locks");
	for (u32 i = 0; i < nr; i++) {
		json_open_object(json, NULL);
		json_string(json, "name", locks[i]->name);
		json_u64(json, "acquisitions", locks[i]->acquisitions);
		json_u64(json, "contentions", locks[i]->contentions);
		json_u64(json, "acq_bounces", locks[i]->acq_bounces);
		json_u64(json, "con_bounces", locks[i]->con_bounces);
		json_u64(json, "sleeps", locks[i]->sleeps);
		write_lock_times(json, "wait_ns", locks[i]->wait);
		write_lock_times(json, "hold_ns", locks[i]->hold);
		write_sites(json, locks[i]);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_queues(struct json *json, const struct sys_result *result)
{
	json_open_object(json, "queues");
	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		json_open_object(json, queue->name);
		json_u64(json, "entries", queue->entries);
		json_u64(json, "pushed", queue->pushed);
		json_u64(json, "popped", queue->popped);
		json_u64(json, "max_depth", queue->max_depth);
		json_u64(json, "overflows", queue->overflows);
		json_u64(json, "deferred", queue->deferred);
		json_close_object(json);
	}
	json_close_object(json);
}

static void write_iommu(struct json *json, const struct sys_result *result)
{
	json_open_object(json, "tlb");
	json_u64(json, "hits", result->tlb_hits);
	json_u64(json, "misses", result->tlb_misses);
	json_close_object(json);
	json_open_object(json, "walker");
	json_u64(json, "walks", result->walks);
	json_u64(json, "config_fetches", result->config_fetches);
	json_open_array(json, "table_fetches");
	for (u32 i = 0; i < 4; i++)
		json_u64(json, NULL, result->table_fetches[i]);
	json_close_array(json);
	json_close_object(json);
}

static void write_devices(struct json *json, const struct sys_result *result)
{
	json_open_array(json, "devices");
	for (u32 i = 0; i < result->nr_devices; i++) {
		json_open_object(json, NULL);
		json_u64(json, "accesses", result->devices[i].accesses);
		json_u64(json, "bytes", result->devices[i].bytes);
		json_u64(json, "aborted", result->devices[i].aborted);
		json_u64(json, "stalled", result->devices[i].stalled);
		json_ns(json, "end_ns", result->devices[i].end_ps);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_cpus(struct json *json, const struct sys_config *config)
{
	struct sim_cpu_stats stats;

	json_open_array(json, "cpus");
	for (u32 i = 0; i < config->cpu.nr_cpus; i++) {
		sim_cpu_stats(i, &stats);
		json_open_object(json, NULL);
		json_ns(json, "idle_ns", stats.idle_ps);
		json_ns(json, "irq_ns", stats.irq_ps);
		json_ns(json, "rt_ns", stats.rt_ps);
		json_ns(json, "normal_ns", stats.normal_ps);
		json_ns(json, "spin_ns", stats.spin_ps);
		json_u64(json, "switches", stats.switches);
		json_u64(json, "preemptions", stats.preemptions);
		json_u64(json, "irqs", stats.irqs);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_head(struct json *json, const struct output_run *run)
{
	const struct sys_result *result = run->result;

	json_string(json, "version", IOPFSIM_VERSION);
	json_string(json, "workload", run->config->name);
	json_u64(json, "seed", run->config->seed);
	json_hex(json, "config_hash", wl_config_hash(run->config));
	json_hex(json, "trace_hash", result->trace_hash);
	json_bool(json, "interrupted", run->is_interrupted);
	json_bool(json, "stuck", run->stuck != NULL);
	json_ns(json, "simulated_time_ns", result->simulated_ps);
	json_u64(json, "accesses", result->accesses);
	json_u64(json, "bytes", result->bytes);
	json_u64(json, "aborted", result->aborted);
	json_u64(json, "throughput_bytes_per_s", result->throughput_bytes_per_s);
}

void output_result_members(struct json *json, const struct output_run *run)
{
	const struct sys_result *result = run->result;

	write_head(json, run);
	write_faults(json, result);
	write_locks(json);
	write_queues(json, result);
	write_iommu(json, result);
	write_devices(json, result);
	write_cpus(json, run->config);
	json_open_object(json, "engine");
	json_u64(json, "events", result->events_dispatched);
	json_u64(json, "switches", result->switches);
	json_close_object(json);
	json_open_object(json, "configuration");
	output_config_members(json, run->config);
	json_close_object(json);
}

void output_result_json(FILE *out, const struct output_run *run)
{
	struct json json;

	json_init(&json, out, 0);
	json_open_object(&json, NULL);
	output_result_members(&json, run);
	json_close_object(&json);
}
