// SPDX-License-Identifier: GPL-2.0-only
/*
 * tool/here and tool/host. Nothing here fails on a time: what is claimed of the measuring half is
 * that its locks exclude and that bursts do what they were asked, and end; of the simulated half,
 * that it depends on its parameters alone; of the platform file, that it says what was measured.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/config/workload.h"
#include "tool/common/data.h"
#include "tool/here/here.h"
#include "tool/here/simulated.h"
#include "tool/host/locks.h"

/* --- the locks of the measuring half --- */

#define NR_THREADS 4 /* more than the two that never queue */
#define NR_ROUNDS 150

static struct {
	struct host_spinlock spinlock;
	struct host_mutex mutex;
	u64 nr, inside, worst;
} guarded;

static void enter(void)
{
	u64 inside = ++guarded.inside;

	if (inside > guarded.worst)
		guarded.worst = inside;
	host_loop(50);
	guarded.nr++;
	guarded.inside--;
}

static void under_spinlock(struct host_thread *thread)
{
	for (u32 i = 0; i < NR_ROUNDS; i++) {
		host_spin_lock(&guarded.spinlock, thread->index);
		enter();
		host_spin_unlock(&guarded.spinlock);
	}
	thread->nr_done = NR_ROUNDS;
}

static void under_mutex(struct host_thread *thread)
{
	for (u32 i = 0; i < NR_ROUNDS; i++) {
		host_mutex_lock(&guarded.mutex, thread->index);
		enter();
		host_mutex_unlock(&guarded.mutex, thread->index);
	}
	thread->nr_done = NR_ROUNDS;
}

/* As many threads as there are places, CPUs shared: real-time ones would keep each other out. */
static void burst(void (*work)(struct host_thread *), u32 nr_threads)
{
	struct host_machine machine;
	struct host_burst burst = {
		.machine = &machine, .nr_threads = nr_threads, .step = 1, .work = work};

	assert_int_equal(host_machine_find(&machine), 0);
	host_machine_leave(&machine);
	machine.is_realtime = false;
	memset(&guarded, 0, sizeof(guarded));
	assert_int_equal(host_burst(&burst), 0);
	assert_int_equal(burst.nr_done, nr_threads * NR_ROUNDS);
	assert_int_equal(guarded.nr, nr_threads * NR_ROUNDS);
	assert_int_equal(guarded.worst, 1);
}

static void real_spinlock_excludes(void **state)
{
	burst(under_spinlock, 1);
	burst(under_spinlock, NR_THREADS);
	assert_int_equal(guarded.spinlock.word.all, 0);
}

static void real_mutex_excludes(void **state)
{
	burst(under_mutex, 1);
	burst(under_mutex, NR_THREADS);
	assert_int_equal(guarded.mutex.owner, 0);
	assert_null(guarded.mutex.tail);
}

/* --- bursts and claims have an end --- */

static u32 nr_lost;

/* Waits for something that never comes, as for a thread that is kept off its CPU. */
static void get_lost(struct host_thread *thread)
{
	__atomic_fetch_add(&nr_lost, 1, __ATOMIC_RELAXED);
	while (!host_is_over())
		host_relax();
}

/* Real-time where that is allowed, or not. */
static void burst_that_hangs_is_called_off(void **state)
{
	for (u32 is_realtime = 0; is_realtime <= 1; is_realtime++) {
		struct host_machine machine;
		struct host_burst burst = {
			.machine = &machine, .nr_threads = 1, .step = 1, .work = get_lost};

		assert_int_equal(host_machine_find(&machine), 0);
		if (!is_realtime) {
			host_machine_leave(&machine);
			machine.is_realtime = false;
		}
		machine.until_ns -= (HOST_SPAN_S - 1) * 1e9;
		nr_lost = 0;
		assert_int_equal(host_burst(&burst), -ETIME);
		assert_true(nr_lost > 0);
		host_machine_leave(&machine);
	}
}

static u32 nr_prepared;

static void prepare(const struct host_burst *burst)
{
	nr_prepared++;
}

/* Who is called off has done a part; the next try does not begin with that. */
static void get_lost_once(struct host_thread *thread)
{
	if (nr_prepared < 2)
		get_lost(thread);
	thread->nr_done = nr_prepared;
}

static void burst_that_was_called_off_is_tried_again_from_its_beginning(void **state)
{
	struct host_machine machine;
	struct host_burst burst = {
		.machine = &machine, .nr_threads = 1, .work = get_lost_once, .prepare = prepare};

	assert_int_equal(host_machine_find(&machine), 0);
	/* only real-time threads are called off at their end */
	if (machine.is_realtime) {
		nr_prepared = 0;
		assert_int_equal(host_burst(&burst), 0);
		assert_true(nr_prepared >= 2);
		assert_int_equal(burst.nr_done, nr_prepared);
	}
	host_machine_leave(&machine);
}

static bool is_stopped(void)
{
	return nr_prepared >= 2;
}

static void stopped_burst_is_not_tried_again(void **state)
{
	struct host_machine machine;
	struct host_burst burst = {
		.machine = &machine,
		.nr_threads = 1,
		.us = 100,
		.work = get_lost,
		.prepare = prepare,
	};

	assert_int_equal(host_machine_find(&machine), 0);
	host_machine_leave(&machine);
	machine.is_realtime = false;
	machine.is_stopped = is_stopped;
	nr_prepared = 0;
	assert_int_equal(host_burst(&burst), 0);
	assert_int_equal(host_burst(&burst), 0);
	assert_int_equal(host_burst(&burst), -EINTR);
	assert_int_equal(nr_prepared, 2);
}

/* The other process has it, then is gone without a word. */
static void claim_is_one_process_until_its_end(void **state)
{
	struct host_claim claim;
	int ready[2], status;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		while (host_claim(&claim))
			usleep(1000);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(host_claim(&claim), -EBUSY);
	assert_true(claim.holder == child || !claim.holder);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* somebody who really measures may be next */
	while (host_claim(&claim))
		assert_int_not_equal(claim.holder, child);
	host_unclaim(&claim);
	host_unclaim(&claim);
	close(ready[0]);
	close(ready[1]);
}

static void spread_is_median_and_quartiles(void **state)
{
	double values[9] = {9, 1, 8, 2, 7, 3, 6, 4, 5};
	struct host_spread spread = host_spread(values, 9);

	assert_true(spread.median == 5 && spread.low == 3 && spread.high == 7);
	assert_int_equal(spread.nr, 9);
}

/* --- a machine that nobody has measured --- */

static struct host_spread near(double ns)
{
	return (struct host_spread){ns, ns * 0.99, ns * 1.01, 9};
}

/* Two sockets of two last level caches of two cores. */
static struct here made_up(void)
{
	struct here here = {
		.machine = {.model = "Model", .name = "name", .nr_cpus = 8, .is_realtime = true},
		.level_cpus = {1, 2, 4, 4, 8},
		.is_regular = true,
		.loop = near(0.5),
		.hit = near(1.25),
		.atomic = near(4.25),
		.memory = near(99),
		.add = near(20),
		.retention_per_mille = 250,
	};

	here.lines[HOST_LEVEL_CACHE] = near(33);
	here.lines[HOST_LEVEL_NODE] = near(53);
	here.lines[HOST_LEVEL_SYSTEM] = (struct host_spread){153, 100, 200, 72};
	return here;
}

static const char base[] = "# Another one.\n"
			   "iommu: vtd\n"
			   "cpu:\n"
			   "  cpus: 96        # many\n"
			   "  line_hit: 7ns   # estimate\n"
			   "  line_socket: 61ns\n"
			   "  line_remote: 140ns  # estimate\n"
			   "  wakeup: 2480ns  # fitted\n"
			   "memory:\n"
			   "  size: 64GiB     # that much\n";

static char *written(const struct here *here, const char *text, int expected)
{
	char *file = NULL;
	size_t bytes;
	FILE *out = open_memstream(&file, &bytes);

	assert_non_null(out);
	assert_int_equal(here_write_platform(out, here, text, "other"), expected);
	fclose(out);
	return file;
}

static void platform_has_what_was_measured_and_names_the_rest(void **state)
{
	struct here here = made_up();
	char *file = written(&here, base, 0);

	assert_non_null(strstr(file, "name, Model, 8 CPUs."));
	assert_non_null(strstr(file, "\n  cpus: 8  #"));
	assert_non_null(strstr(file, "\n  node_cpus: 4  #"));
	assert_non_null(strstr(file, "\n  line_hit: 1.25ns  # measured here: "));
	assert_non_null(strstr(file, "\n  atomic: 3.00ns  # measured here: "));
	assert_non_null(strstr(file, "\n  line_cluster: 30.00ns  # measured here: "));
	assert_non_null(strstr(file, "\n  line_node: 50.00ns  # measured here: "));
	assert_non_null(strstr(file, "\n  line_remote: 150.00ns  # measured here, not sure: "));
	assert_non_null(strstr(file, "\n  line_socket: 61ns  # as other\n"));
	assert_non_null(strstr(file, "\n  line_retention_per_mille: 250  # fitted here: "));
	assert_non_null(strstr(file, "\n  wakeup: 2480ns  # as other\n"));
	assert_non_null(strstr(file, "\niommu: vtd  # as other\n"));
	assert_non_null(strstr(file, "\n  size: 64GiB  # as other\n"));
	assert_null(strstr(file, "7ns   # estimate"));
	free(file);
	here.machine.is_realtime = false;
	file = written(&here, base, 0);
	assert_non_null(strstr(file, "\n  line_hit: 1.25ns  # measured here, not sure: "));
	assert_non_null(strstr(file, "NOT real-time"));
	free(file);
	free(written(&here, "memory:\n  size: 1GiB\n", -EINVAL));
}

static void written_platform_loads(void **state)
{
	struct here here = made_up();
	char path[32], message[TEXT_MESSAGE_MAX] = "", text[16384] = "";
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	struct wl_workload *other = calloc(1, sizeof(*other));
	char platform[4200], *file;
	FILE *stream;
	int fd;

	assert_int_equal(tool_data_find(message), 0);
	snprintf(platform, sizeof(platform), "%s/workloads/platforms/kunpeng920.yaml",
		 wl_data_folder());
	stream = fopen(platform, "r");
	assert_non_null(stream);
	assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
	fclose(stream);
	file = written(&here, text, 0);
	/* a file of no folder: nothing is left of it, however this ends */
	fd = memfd_create("here", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, strlen(file)), strlen(file));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_true(here_is_platform(path));
	assert_false(here_is_platform(platform));
	assert_int_equal(wl_load(workload,
				 &(struct wl_request){.path = "uadk-sva", .platform = path},
				 message),
			 0);
	assert_int_equal(workload->config.cpu.nr_cpus, 8);
	assert_int_equal(workload->config.cpu.line_cluster_ps, 30000);
	assert_int_equal(workload->config.cpu.line_retention_per_mille, 250);
	/* and what was not measured is the base's */
	assert_int_equal(wl_load(other, &(struct wl_request){.path = "uadk-sva"}, message), 0);
	assert_string_equal(other->config.platform, "kunpeng920");
	assert_int_equal(workload->config.cpu.wakeup_ps, other->config.cpu.wakeup_ps);
	assert_string_equal(workload->config.platform, strrchr(path, '/') + 1);
	wl_free(other);
	free(other);
	wl_free(workload);
	free(workload);
	free(file);
	close(fd);
}

/* --- the simulated half --- */

static u64 simulate(enum contention_lock lock, u32 nr_threads, u64 span_ps)
{
	struct here here = made_up();
	const struct simulated_contention contention = {
		.cpu = here_cpu(&here, 33),
		.lock = lock,
		.nr_threads = nr_threads,
		.section_ps = span_ps,
		.gap_ps = span_ps,
	};
	u64 ps = 0;

	assert_int_equal(simulated_contend(&contention, &ps), 0);
	return ps;
}

static void simulated_half_is_deterministic(void **state)
{
	for (u32 lock = 0; lock < CONTENTION_NR_LOCKS; lock++) {
		for (u32 nr = 1; nr <= 8; nr += nr < 2 ? 1 : 6) {
			u64 ps = simulate(lock, nr, 56000);

			assert_true(ps > 0);
			assert_int_equal(simulate(lock, nr, 56000), ps);
		}
	}
}

/* Long sections: two threads exclude each other, or go on side by side. */
static void simulated_half_excludes_and_shares(void **state)
{
	const u64 span_ps = 10000000;

	assert_in_range(simulate(CONTENTION_SPINLOCK, 2, span_ps), span_ps, span_ps * 11 / 10);
	assert_in_range(simulate(CONTENTION_MUTEX, 2, span_ps), span_ps, span_ps * 11 / 10);
	assert_in_range(simulate(CONTENTION_MUTEX, 8, span_ps), span_ps, span_ps * 11 / 10);
	assert_in_range(simulate(CONTENTION_RWSEM_READ, 8, span_ps), span_ps / 4,
			span_ps * 11 / 40);
}

static void retention_is_found_again(void **state)
{
	struct here here = made_up();

	for (u64 per_mille = 0; per_mille <= 1000; per_mille += 250) {
		struct simulated_contention contention = {
			.cpu = here_cpu(&here, 133), .lock = CONTENTION_FETCH_ADD, .nr_threads = 2};
		struct simulated_add add = {{10000, 10000, 10000}, 0};
		u64 found = 0, again_ps = 0;

		contention.gap_ps = 10000;
		contention.cpu.line_retention_per_mille = per_mille;
		assert_int_equal(simulated_contend(&contention, &add.ps), 0);
		assert_int_equal(simulated_retention(&contention.cpu, &add, &found), 0);
		contention.cpu.line_retention_per_mille = found;
		assert_int_equal(simulated_contend(&contention, &again_ps), 0);
		assert_in_range(again_ps, add.ps - 1, add.ps + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_spinlock_excludes),
		cmocka_unit_test(real_mutex_excludes),
		cmocka_unit_test(burst_that_hangs_is_called_off),
		cmocka_unit_test(burst_that_was_called_off_is_tried_again_from_its_beginning),
		cmocka_unit_test(stopped_burst_is_not_tried_again),
		cmocka_unit_test(claim_is_one_process_until_its_end),
		cmocka_unit_test(spread_is_median_and_quartiles),
		cmocka_unit_test(platform_has_what_was_measured_and_names_the_rest),
		cmocka_unit_test(written_platform_loads),
		cmocka_unit_test(simulated_half_is_deterministic),
		cmocka_unit_test(simulated_half_excludes_and_shares),
		cmocka_unit_test(retention_is_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
