// SPDX-License-Identifier: GPL-2.0-only
/* The world with a kernel of a few lines: whose polling is given up, who waited for a lock and
 * where, what it says that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ksim.h>

#include "kapi/params.h"
#include "linux/world/internal.h"
#include "models/mem/mem.h"
#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/sim.h"

/* --- the kernel: as linux/link makes one --- */

extern const char *const linux_missing[];
const char *const linux_missing[] = {NULL};
extern char __per_cpu_start[];
char __per_cpu_start[8];
static u64 variable __attribute__((section("ksim_data"), used));

static int boot_result;
static void nothing(void)
{
}

static void on_irq(unsigned int line)
{
}

static struct task_struct *any_task(int cpu)
{
	return (struct task_struct *)&variable;
}

static struct task_struct *adopt(const char *name)
{
	return (struct task_struct *)&variable;
}

static int boot(void)
{
	return boot_result;
}

extern const struct ksim_kernel ksim_kernel;
const struct ksim_kernel ksim_kernel = {
	.release = "0.0",
	.start = nothing,
	.boot = boot,
	.irq = on_irq,
	.irq_task = any_task,
	.adopt = adopt,
	.log_end = nothing,
};

/* --- the machine --- */

static char died[256];
static u64 died_at_ps;

static void on_died(void *opaque, const char *why)
{
	died_at_ps = sim_now_ps();
	strncpy(died, why, sizeof(died) - 1);
}

static struct kapi_params costs = {.relax_ps = 10000};

static void start(void (*fn)(void *arg), const char *const *names)
{
	const struct sim_cpu_params cpus = {
		.nr_cpus = 2, .cluster_cpus = 4, .socket_cpus = 8, .slice_ps = 1000000};
	static const struct linux_iommu iommu = {.pa = 1 << 30, .bytes = 1 << 16};
	static const struct linux_device device;
	struct linux_attr attr = {
		.costs = &costs,
		.ram_bytes = 1 << 20,
		.iommus = &iommu,
		.nr_iommus = 1,
		.devices = &device,
		.nr_devices = 1,
		.observer.died = on_died,
	};
	struct mem_params mem;

	assert_int_equal(sim_init(1, 0), 0);
	assert_int_equal(sim_cpus_init(&cpus), 0);
	mem_params_default(&mem);
	mem.size_bytes = 0;
	attr.mem = mem_create(&mem);
	died[0] = '\0';
	assert_int_equal(linux_create(&attr), 0);
	for (; *names; names++) {
		const struct sim_thread_attr thread = {.name = *names, .cpu = -1};

		sim_thread_wake(sim_thread_create(&thread, fn, NULL));
	}
}

/* --- who polls for ever --- */

static void poll_for_ever(void *arg)
{
	for (;;)
		ksim_relax();
}

static void polling_for_5_s_ends_the_run_and_names_the_thread(void **state)
{
	static const char *const names[] = {"poller", NULL};

	start(poll_for_ever, names);
	assert_int_equal(sim_run(60 * SIM_PS_PER_S), SIM_RUN_STOPPED);
	assert_non_null(strstr(died, "thread 'poller': polls for ever: 5 s"));
	assert_true(died_at_ps > 5 * SIM_PS_PER_S && died_at_ps < 6 * SIM_PS_PER_S);
	sim_finish();
}

static void poll_for_4_s(void *arg)
{
	while (sim_now_ps() < 4 * SIM_PS_PER_S)
		ksim_relax();
}

static void polling_for_4_s_is_a_time_out_of_its_own(void **state)
{
	static const char *const names[] = {"poller", NULL};

	start(poll_for_4_s, names);
	assert_int_equal(sim_run(60 * SIM_PS_PER_S), SIM_RUN_IDLE);
	assert_string_equal(died, "");
	sim_finish();
}

/* Each poll is short, what is between them is work: nobody waits in vain. */
static void poll_again_and_again(void *arg)
{
	for (u32 i = 0; i < 70; i++) {
		u64 until_ps = sim_now_ps() + SIM_PS_PER_S / 10;

		while (sim_now_ps() < until_ps)
			ksim_relax();
		ksim_charge_ns(20000000);
	}
}

static void polls_with_work_between_them_are_not_one(void **state)
{
	static const char *const names[] = {"poller", NULL};

	start(poll_again_and_again, names);
	assert_int_equal(sim_run(60 * SIM_PS_PER_S), SIM_RUN_IDLE);
	assert_string_equal(died, "");
	sim_finish();
}

/* Polls of 1 us, a write behind each: the looks of the last are as close as those of the first. */
static u64 longest_poll_ps;

static void poll_for_1_us_and_write(void *arg)
{
	for (u32 i = 0; i < 100000; i++) {
		u64 begin_ps = sim_now_ps();

		while (sim_now_ps() < begin_ps + SIM_PS_PER_US)
			ksim_relax();
		if (sim_now_ps() - begin_ps > longest_poll_ps)
			longest_poll_ps = sim_now_ps() - begin_ps;
		ksim_line_write(&variable);
		ksim_settle();
	}
}

static void short_polls_with_writes_between_them_stay_short(void **state)
{
	static const char *const names[] = {"poller", NULL};

	longest_poll_ps = 0;
	start(poll_for_1_us_and_write, names);
	assert_int_equal(sim_run(60 * SIM_PS_PER_S), SIM_RUN_IDLE);
	assert_true(longest_poll_ps < 2 * SIM_PS_PER_US);
	sim_finish();
}

/* --- where a lock was wanted --- */

static void *spin_word, *mutex_word;

__attribute__((noinline)) static void take_spinlock(void)
{
	ksim_spin_wanted("a spinlock", (unsigned long)__builtin_return_address(0));
	ksim_spin_lock(&spin_word);
	ksim_charge_ns(100);
	ksim_spin_unlock(&spin_word);
}

__attribute__((noinline)) static void want_spinlock(void *arg)
{
	take_spinlock();
	ksim_charge_ns(1); /* no tail call */
}

static const struct sim_site *site_of(const char *class)
{
	return sim_lock_class_get(class)->sites[0].site;
}

static void a_spinlocks_site_is_who_called(void **state)
{
	static const char *const names[] = {"one", "two", NULL};

	spin_word = NULL;
	start(want_spinlock, names);
	sim_run(SIM_PS_PER_S);
	assert_non_null(site_of("a spinlock"));
	assert_true(!strncmp(site_of("a spinlock")->func, "want_spinlock+0x", 16));
	assert_string_equal(site_of("a spinlock")->file, "test_world.c");
	sim_finish();
}

/* As a mutex of the kernel's says it; who calls for somebody says for whom. */
__attribute__((noinline)) static void want_mutex(void *arg)
{
	static bool is_taken;

	ksim_called_from((unsigned long)want_spinlock + 2);
	ksim_lock_wanted(&mutex_word, "a mutex", 0, (unsigned long)want_mutex + 2);
	if (is_taken) {
		ksim_lock_contended(&mutex_word);
		ksim_charge_ns(500);
	}
	is_taken = true;
	ksim_lock_acquired(&mutex_word);
	ksim_charge_ns(100);
	ksim_lock_released(&mutex_word);
}

static void a_mutexs_site_is_for_whom_it_was_taken(void **state)
{
	static const char *const names[] = {"one", "two", NULL};

	mutex_word = NULL;
	start(want_mutex, names);
	sim_run(SIM_PS_PER_S);
	assert_non_null(site_of("a mutex"));
	assert_string_equal(site_of("a mutex")->func, "want_spinlock+0x2");
	sim_finish();
}

/* --- what it says --- */

static void warn(void *arg)
{
	ksim_warned("WARNING: at here.c:1");
}

static void a_warning_is_a_defect_of_the_run(void **state)
{
	static const char *const names[] = {"warner", NULL};

	start(warn, names);
	sim_run(SIM_PS_PER_S);
	assert_int_equal(sim_defects()->counts.warnings, 1);
	assert_string_equal(sim_defects()->lines[0],
			    "Linux in thread 'warner': WARNING: at here.c:1 (dmesg.txt)");
	sim_finish();
}

static void rename_and_warn(void *arg)
{
	ksim_thread_set_name(ksim_thread_self(), "irq/1-eventq");
	warn(arg);
}

static void a_thread_is_called_by_its_last_name(void **state)
{
	static const char *const names[] = {"kthread", NULL};

	start(rename_and_warn, names);
	sim_run(SIM_PS_PER_S);
	assert_string_equal(sim_defects()->lines[0],
			    "Linux in thread 'irq/1-eventq': WARNING: at here.c:1 (dmesg.txt)");
	sim_finish();
}

static void a_symbol_has_its_name_and_what_is_none_is_refused(void **state)
{
	char text[128];

	assert_int_equal(ksim_symbol((unsigned long)want_mutex + 3, text, sizeof(text)), 1);
	assert_true(!strncmp(text, "want_mutex+0x3/0x", 17));
	assert_int_equal(ksim_symbol(16, text, sizeof(text)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polling_for_5_s_ends_the_run_and_names_the_thread),
		cmocka_unit_test(polling_for_4_s_is_a_time_out_of_its_own),
		cmocka_unit_test(polls_with_work_between_them_are_not_one),
		cmocka_unit_test(short_polls_with_writes_between_them_stay_short),
		cmocka_unit_test(a_spinlocks_site_is_who_called),
		cmocka_unit_test(a_mutexs_site_is_for_whom_it_was_taken),
		cmocka_unit_test(a_warning_is_a_defect_of_the_run),
		cmocka_unit_test(a_thread_is_called_by_its_last_name),
		cmocka_unit_test(a_symbol_has_its_name_and_what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
