// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is there in every kernel, and of which the linked files need the name more than the thing:
 * CPUs that never come or go, random numbers that are not, nobody who listens to events. Each does
 * what its comment says; what is missing here is an address that names itself (linux/link).
 */
#include <linux/async.h>
#include <linux/backing-dev.h>
#include <linux/capability.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/iommu.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/task_work.h>

#include "platform.h"

/* --- CPUs --- */

struct cpumask __cpu_possible_mask, __cpu_online_mask, __cpu_present_mask, __cpu_active_mask,
	__cpu_dying_mask;
atomic_t __num_online_cpus;
unsigned int nr_cpu_ids = NR_CPUS;
const DECLARE_BITMAP(cpu_all_bits, NR_CPUS) = CPU_BITS_ALL;
int __boot_cpu_id;

/* Static keys without code that is patched work from the beginning. */
bool static_key_initialized = true;

#define BIT_1(x) [(x) + 1][0] = 1UL << (x)
#define BIT_8(x)                                                                                   \
	BIT_1(x), BIT_1((x) + 1), BIT_1((x) + 2), BIT_1((x) + 3), BIT_1((x) + 4), BIT_1((x) + 5),  \
		BIT_1((x) + 6), BIT_1((x) + 7)
const unsigned long cpu_bit_bitmap[BITS_PER_LONG + 1][BITS_TO_LONGS(NR_CPUS)] = {
	BIT_8(0), BIT_8(8), BIT_8(16), BIT_8(24), BIT_8(32), BIT_8(40), BIT_8(48), BIT_8(56),
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
unsigned int __num_possible_cpus;

void set_cpu_possible(unsigned int cpu, bool possible)
{
	if (possible && !cpumask_test_and_set_cpu(cpu, &__cpu_possible_mask))
		__num_possible_cpus++;
}
#endif

void set_cpu_online(unsigned int cpu, bool online)
{
	if (online && !cpumask_test_and_set_cpu(cpu, &__cpu_online_mask))
		atomic_inc(&__num_online_cpus);
}

/* All CPUs are there before anybody asks: whoever wants to be told of one has nothing to do. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int), int (*teardown)(unsigned int), bool multi)
{
	return 0;
}

int __cpuhp_setup_state_cpuslocked(enum cpuhp_state state, const char *name, bool invoke,
				   int (*startup)(unsigned int), int (*teardown)(unsigned int),
				   bool multi)
{
	return 0;
}

int __cpuhp_state_add_instance(enum cpuhp_state state, struct hlist_node *node, bool invoke)
{
	return 0;
}

/* --- the state of the system --- */

enum system_states system_state = SYSTEM_RUNNING;
struct kobject *kernel_kobj, *firmware_kobj, *power_kobj;
int no_unhandled_irqs;

bool capable(int cap)
{
	return true;
}

/* --- events that user space would be told of --- */

int kobject_uevent(struct kobject *kobj, enum kobject_action action)
{
	return 0;
}

int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *env[])
{
	return 0;
}

int kobject_synth_uevent(struct kobject *kobj, const char *buf, size_t count)
{
	return 0;
}

int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...)
{
	return 0;
}

/* --- file systems: none --- */

int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count)
{
	return -ENODEV;
}

/* --- parameters of modules: their defaults --- */

const struct kernel_param_ops param_ops_bool, param_ops_int, param_ops_uint, param_ops_ulong,
	param_ops_charp;

bool parse_option_str(const char *str, const char *option)
{
	return false;
}

/* --- random numbers: the same each time --- */

void get_random_bytes(void *p, size_t bytes)
{
	memset(p, 0x42, bytes);
}

bool rng_is_initialized(void)
{
	return true;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
int execute_with_initialized_rng(struct notifier_block *nb)
{
	nb->notifier_call(nb, 0, NULL);
	return 0;
}
#endif

void add_device_randomness(const void *buf, size_t bytes)
{
}

void add_interrupt_randomness(int irq)
{
}

u64 siphash_1u64(const u64 value, const siphash_key_t *key)
{
	return value * 0x9E3779B97F4A7C15ULL;
}

/* --- soft interrupts, task work: nobody raises one here --- */

#ifdef CONFIG_TRACE_IRQFLAGS
/* Not in lockdep.c, where nothing counts. */
void __local_bh_disable_ip(unsigned long ip, unsigned int count)
{
	preempt_count_add(count);
}
#endif

void __local_bh_enable_ip(unsigned long ip, unsigned int count)
{
	preempt_count_sub(count);
}

int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode mode)
{
	return 0;
}

/* --- the DMA API's domains have no cookie: dma-iommu.c is not here --- */

int iommu_get_dma_cookie(struct iommu_domain *domain);
void iommu_put_dma_cookie(struct iommu_domain *domain);
void iommu_put_msi_cookie(struct iommu_domain *domain);
void iommu_dma_get_resv_regions(struct device *dev, struct list_head *list);
int iommu_dma_init_fq(struct iommu_domain *domain);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
void iommu_setup_dma_ops(struct device *dev);
#else
void iommu_setup_dma_ops(struct device *dev, u64 first, u64 last);
#endif

int iommu_get_dma_cookie(struct iommu_domain *domain)
{
	return 0;
}

void iommu_put_dma_cookie(struct iommu_domain *domain)
{
}

void iommu_put_msi_cookie(struct iommu_domain *domain)
{
}

void iommu_dma_get_resv_regions(struct device *dev, struct list_head *list)
{
}

int iommu_dma_init_fq(struct iommu_domain *domain)
{
	return -EINVAL;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
void iommu_setup_dma_ops(struct device *dev)
{
}
#else
void iommu_setup_dma_ops(struct device *dev, u64 first, u64 last)
{
}
#endif

/* --- symbols of a linker's --- */

char __start_rodata[1], __end_rodata[1], _stext[1], _etext[1], _sinittext[1], _einittext[1],
	__start_ro_after_init[1], __end_ro_after_init[1];

/* Who looks for it reads the log. */
void add_taint(unsigned flag, enum lockdep_ok lockdep_ok)
{
}

void async_synchronize_full(void)
{
}

long copy_from_kernel_nofault(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
	return 0;
}
