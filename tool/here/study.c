// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contention cell by cell: measured in bursts, and each burst simulated with what
 * a line took right before it, and its sections as long as its CPUs made them.
 */
#include "tool/here/study.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "system/config/workload.h"
#include "tool/common/human.h"
#include "tool/common/json_writer.h"
#include "tool/here/simulated.h"

#define BURST_US 3000

static const u32 spans_ns[] = {0, 14, 56, 280, 1120};

#define NR_SPANS (sizeof(spans_ns) / sizeof(spans_ns[0]))

/* --- the cells --- */

static void make_cells(struct here_study *study)
{
	u32 nr_cpus = study->here.machine.nr_cpus;
	const u32 threads[] = {1, 2, nr_cpus};

	for (u32 lock = 0; lock < CONTENTION_NR_LOCKS; lock++) {
		for (u32 i = 0; i < (nr_cpus > 2 ? 3 : 2) * NR_SPANS; i++) {
			u32 span_ns = spans_ns[i % NR_SPANS];

			study->cells[study->nr_cells++] = (struct here_cell){
				.lock = lock,
				.nr_threads = threads[i / NR_SPANS],
				.section_ns = lock == CONTENTION_FETCH_ADD ? 0 : span_ns,
				.gap_ns = span_ns,
				.is_fitted = lock == CONTENTION_FETCH_ADD && span_ns == 14 &&
					     threads[i / NR_SPANS] == 2,
			};
		}
	}
}

_Static_assert(3 * CONTENTION_NR_LOCKS * NR_SPANS <= HERE_MAX_CELLS, "all cells have a place");

/* --- both ways --- */

/* One repetition. Lines and CPUs change with the time: both are taken beside it. */
struct sample {
	double line_ns, loop_ns;
	double add_ns, add_loop_ns;
	double measured_ns, simulated_ns, ratio;
};

/* Loops that take so long, at the speed that CPUs have now. */
static u32 loops(const struct here_cell *cell, u32 ns)
{
	return (u32)(ns / cell->loop_ns + 0.5);
}

static int measure(const struct here *here, const struct here_cell *cell, struct sample *sample)
{
	const struct host_contention contention = {
		.machine = &here->machine,
		.lock = cell->lock,
		.nr_threads = cell->nr_threads,
		.section_loops = loops(cell, cell->section_ns),
		.gap_loops = loops(cell, cell->gap_ns),
		.us = BURST_US,
	};
	struct host_contended contended = {0};
	struct here_add add = {0};
	int err = host_transfer_ns(&here->machine, 0, 1, &sample->line_ns);

	if (!err)
		err = here_add(here, &add);
	sample->add_ns = add.ns;
	sample->add_loop_ns = add.loop_ns;
	if (!err)
		err = host_contend(&contention, &contended);
	sample->measured_ns = contended.ns;
	sample->loop_ns = contended.loop_ns;
	return err;
}

static int simulate(const struct here *here, const struct here_cell *cell, struct sample *sample)
{
	double ps_a_loop = sample->loop_ns * 1000;
	struct simulated_contention contention = {
		.cpu = here_cpu(here, sample->line_ns),
		.lock = cell->lock,
		.nr_threads = cell->nr_threads,
		.section_ps = (u64)(loops(cell, cell->section_ns) * ps_a_loop + 0.5),
		.gap_ps = (u64)(loops(cell, cell->gap_ns) * ps_a_loop + 0.5),
	};
	u64 ps = 0;
	int err;

	contention.cpu.line_retention_per_mille = cell->retention_per_mille;
	err = simulated_contend(&contention, &ps);
	sample->simulated_ns = (double)ps / 1000;
	sample->ratio = sample->simulated_ns / sample->measured_ns;
	return err;
}

/* Of one number of all samples. */
static struct host_spread spread_of(const struct sample *samples, size_t offset)
{
	double values[HOST_REPEATS];

	for (u32 i = 0; i < HOST_REPEATS; i++)
		memcpy(&values[i], (const char *)&samples[i] + offset, sizeof(values[i]));
	return host_spread(values, HOST_REPEATS);
}

#define SPREAD(samples, field) spread_of(samples, offsetof(struct sample, field))

static int run_cell(struct here *here, struct here_cell *cell)
{
	struct sample samples[HOST_REPEATS] = {{0}};
	struct here_add add;
	int err = host_loop_ns(&here->machine, &cell->loop_ns);

	for (u32 i = 0; i < HOST_REPEATS && !err; i++)
		err = measure(here, cell, &samples[i]);
	if (err)
		return err;
	cell->line = SPREAD(samples, line_ns);
	cell->measured = SPREAD(samples, measured_ns);
	add = (struct here_add){SPREAD(samples, add_ns).median,
				SPREAD(samples, add_loop_ns).median};
	host_machine_leave(&here->machine); /* nothing is measured while it is simulated */
	err = here_retention(here, cell->line.median, &add, &cell->retention_per_mille);
	for (u32 i = 0; i < HOST_REPEATS && !err; i++)
		err = simulate(here, cell, &samples[i]);
	host_machine_enter(&here->machine);
	cell->simulated = SPREAD(samples, simulated_ns);
	cell->ratio = SPREAD(samples, ratio);
	return err;
}

int here_study_run(struct here_study *study, char *message)
{
	int err;

	memset(study, 0, sizeof(*study));
	err = here_measure(&study->here, message);
	if (err)
		return err;
	make_cells(study);
	for (u32 i = 0; i < study->nr_cells && !err; i++)
		err = run_cell(&study->here, &study->cells[i]);
	if (err)
		here_complain(err, message);
	return err;
}

/* --- what it says --- */

static void add_cell(struct table *table, const struct here_study *study,
		     const struct here_cell *cell)
{
	table_cell(table, "%s", contention_lock_names[cell->lock]);
	table_cell(table, "%u", cell->nr_threads);
	table_cell(table, "%u", cell->section_ns);
	table_cell(table, "%u", cell->gap_ns);
	table_cell(table, "%.1f", cell->line.median);
	table_cell(table, "%llu", cell->retention_per_mille);
	table_cell(table, "%.1f", cell->measured.median);
	table_cell(table, "%.1f", cell->simulated.median);
	table_cell(table, "%.2f", cell->ratio.median);
	table_cell(table, "%.2f", cell->ratio.low);
	table_cell(table, "%.2f", cell->ratio.high);
	table_cell(table, "%s%s", cell->is_fitted ? "fitted" : "",
		   here_is_sure(&study->here, &cell->ratio) ? ""
		   : cell->is_fitted			    ? ", not sure"
							    : "not sure");
}

void here_study_print(FILE *out, const struct here_study *study)
{
	static const char *const heads[] = {"",	     "threads",	  "section",  "gap",
					    "line",  "kept",	  "measured", "simulated",
					    "ratio", "quartiles", "",	      ""};
	const u32 nr_heads = sizeof(heads) / sizeof(heads[0]);
	struct table table;

	here_print(out, &study->here);
	fputs("\nNanoseconds for an operation of any thread, medians of 9. Beside each cell: line, "
	      "moved between two\nCPUs by cmpxchg; kept, the retention (of 1000) with which fetch_add "
	      "comes out; both change with the\ntime. Ratio: simulated over measured\n\n",
	      out);
	table_init(&table, nr_heads);
	table.is_left[0] = table.is_left[nr_heads - 1] = true;
	for (u32 i = 0; i < nr_heads; i++)
		table_cell(&table, "%s", heads[i]);
	for (u32 i = 0; i < study->nr_cells; i++)
		add_cell(&table, study, &study->cells[i]);
	table_print(&table, out, "  ", 1);
	fputs("\n  measured: spinlock, mutex and rwsem take the steps of Linux 6.1's, on this machine's "
	      "lines\n",
	      out);
}

static void write_number(struct json_writer *json, const char *key, double value)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%.3f", value);
	jw_number(json, key, digits);
}

static void write_cell(struct json_writer *json, const struct here_study *study,
		       const struct here_cell *cell)
{
	jw_open_object(json, NULL);
	jw_open_object(json, "parameters");
	jw_string(json, "lock", contention_lock_names[cell->lock]);
	jw_u64(json, "threads", cell->nr_threads);
	jw_u64(json, "section_ns", cell->section_ns);
	jw_u64(json, "gap_ns", cell->gap_ns);
	jw_close_object(json);
	jw_open_object(json, "measured");
	write_number(json, "ns_per_operation", cell->measured.median);
	write_number(json, "line_ns", cell->line.median);
	jw_u64(json, "line_retention_per_mille", cell->retention_per_mille);
	jw_bool(json, "is_sure", here_is_sure(&study->here, &cell->ratio));
	jw_bool(json, "is_fitted", cell->is_fitted);
	jw_close_object(json);
	jw_open_object(json, "result");
	write_number(json, "ns_per_operation", cell->simulated.median);
	jw_close_object(json);
	jw_open_object(json, "ratio");
	write_number(json, "median", cell->ratio.median);
	write_number(json, "low_quartile", cell->ratio.low);
	write_number(json, "high_quartile", cell->ratio.high);
	jw_close_object(json);
	jw_close_object(json);
}

void here_study_write_json(FILE *out, const struct here_study *study)
{
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "machine", study->here.machine.name);
	jw_string(&json, "model", study->here.machine.model);
	jw_bool(&json, "is_realtime", study->here.machine.is_realtime);
	jw_u64(&json, "line_retention_per_mille", study->here.retention_per_mille);
	jw_open_array(&json, "points");
	for (u32 i = 0; i < study->nr_cells; i++)
		write_cell(&json, study, &study->cells[i]);
	jw_close_array(&json);
	jw_close_object(&json);
}
