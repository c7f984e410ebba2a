// SPDX-License-Identifier: GPL-2.0-only
/* How the kernel comes up: memory, CPUs, work queues, the driver core, the initcalls of what is
 * linked. */
#include <generated/utsrelease.h>
#ifdef CONFIG_KUNIT
#include <kunit/test.h>
#endif
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kthread.h>
#include <linux/maple_tree.h>
#include <linux/platform_device.h>
#include <linux/radix-tree.h>
#include <linux/workqueue.h>

#include "platform.h"

extern initcall_t __initcall_start[], __initcall_end[];

int devices_init(void);
int buses_init(void);
int classes_init(void);
int platform_bus_init(void);
void workqueue_init_topology(void);
bool set_kthread_struct(struct task_struct *p);

static void boot_cpus(void)
{
	unsigned int cpu;

	nr_cpu_ids = ksim_machine()->nr_cpus;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		set_cpu_possible(cpu, true);
		set_cpu_present(cpu, true);
		set_cpu_online(cpu, true);
		set_cpu_active(cpu, true);
	}
}

static void boot_workqueues(void)
{
	set_kthread_struct(current);
	kthreadd_task = ksim_spawn(kthreadd, NULL, "kthreadd");
	workqueue_init_early();
	workqueue_init();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	workqueue_init_topology();
#endif
	ksim_rcu_init();
}

static int boot_driver_core(void)
{
	int err = devices_init();

	if (!err)
		err = buses_init();
	if (!err)
		err = classes_init();
	return err ? err : platform_bus_init();
}

static int boot(void)
{
	initcall_t *call;
	int err;

	ksim_processes_init();
	radix_tree_init();
	maple_tree_init();
	early_irq_init();
	ksim_timers_init();
	boot_workqueues();
	err = boot_driver_core();
	for (call = __initcall_start; !err && call < __initcall_end; call++) {
		int failed = (*call)();

		if (failed)
			pr_warn("initcall %td: %d\n", call - __initcall_start, failed);
	}
#ifdef CONFIG_ARM_SMMU_V3_KUNIT_TEST
	kunit_run_all_tests();
#endif
	return err;
}

/* The first thing that the machine asks for: memory and CPUs, without which nobody is current. */
static void start(void)
{
	ksim_pages_init();
	ksim_slab_init();
	ksim_percpu_init();
	boot_cpus();
	ksim_lockdep_init();
}

const struct ksim_kernel ksim_kernel = {
	.release = UTS_RELEASE,
	.iommu = ksim_iommu_kind,
	.start = start,
	.boot = boot,
	.irq = ksim_irq,
	.irq_task = ksim_irq_task,
	.adopt = ksim_adopt,
	.add_iommu = ksim_add_iommu,
	.add_device = ksim_add_device,
	.remove_device = ksim_remove_device,
	.process_create = ksim_process_create,
	.process_map = ksim_process_map,
	.process_remap = ksim_process_remap,
	.process_populate = ksim_process_populate,
	.process_unmap = ksim_process_unmap,
	.process_protect = ksim_process_protect,
	.process_page = ksim_process_page,
	.process_end = ksim_process_end,
	.bind = ksim_bind,
	.unbind = ksim_unbind,
	.domain_create = ksim_domain_create,
	.map = ksim_map,
	.unmap = ksim_unmap,
	.domain_destroy = ksim_domain_destroy,
	.log_end = ksim_log_end,
	.sva_bind = ksim_sva_bind,
	.sva_unbind = ksim_sva_unbind,
	.space_create = ksim_space_create,
	.space_free = ksim_space_free,
	.space_attach = ksim_space_attach,
	.space_detach = ksim_space_detach,
	.space_map = ksim_space_map,
	.space_unmap = ksim_space_unmap,
	.space_page = ksim_space_page,
	.claim = ksim_device_claim,
	.release_claim = ksim_device_release,
	.nr_objects = ksim_nr_objects,
	.nr_warnings = ksim_nr_warnings,
	.nr_page_faults = ksim_nr_page_faults,
};
