/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the platform layer share. It is compiled with the kernel's headers. */
#ifndef LINUX_PLATFORM_H
#define LINUX_PLATFORM_H

#include <ksim.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/version.h>

#define KSIM_JIFFY_PS (1000000000000ULL / HZ)

/* A task of the kernel's, and the thread of the machine's that runs it. */
struct ksim_task {
	struct task_struct task;
	void *thread; /* NULL until it is woken first */
	int (*fn)(void *data);
	void *data;
	int cpu; /* the only one that it may run on; -1: any */
	bool is_rt;
};

static inline struct ksim_task *ksim_task_of(struct task_struct *task)
{
	return container_of(task, struct ksim_task, task);
}

/* task.c */
struct task_struct *ksim_spawn(int (*fn)(void *data), void *data, const char *name);
struct task_struct *ksim_adopt(const char *name);
struct task_struct *ksim_irq_task(int cpu);
int ksim_wake(struct task_struct *task, unsigned int state);
void ksim_sleep_ps(u64 ps);

/* time.c, rcu.c, irqwork.c: what is due, in the timer interrupt */
void ksim_timers_init(void);
void ksim_timers_run(void);
void ksim_rcu_init(void);
void ksim_rcu_run(void);
void ksim_irq_works_run(void);
void ksim_jiffies_update(void);
void ksim_timer_interrupt_after(u64 ps);

/* pages.c, percpu.c */
void ksim_pages_init(void);
struct page *ksim_pages_get(gfp_t gfp, unsigned int order);
void ksim_pages_put(struct page *page, unsigned int order);
void ksim_percpu_init(void);
void ksim_slab_init(void);
unsigned long ksim_nr_objects(void); /* that are not freed */

/* irq.c */
int ksim_irq_of_line(unsigned int line, unsigned int cpu);
void ksim_irq(unsigned int line);

/* domain.c */
int ksim_domain_create(unsigned int device, void **domain);
int ksim_map(void *domain, const struct ksim_mapping *mapping);
unsigned long ksim_unmap(void *domain, unsigned long iova, unsigned long bytes);
void ksim_domain_destroy(void *domain, unsigned int device);

/* process.c */
void ksim_processes_init(void);
int ksim_process_create(void **process);
int ksim_process_map(void *process, const struct ksim_area *area);
int ksim_process_remap(void *process, const struct ksim_area *area);
int ksim_process_populate(void *process, const struct ksim_area *area);
int ksim_process_unmap(void *process, const struct ksim_area *area);
int ksim_process_protect(void *process, const struct ksim_area *area);
unsigned long ksim_process_page(void *process, unsigned long address);
void ksim_process_end(void *process);

/* printk.c: what has no end of its own yet, ends */
void ksim_log_end(void);
unsigned long ksim_nr_warnings(void);

/* lockdep.c, or nolockdep.c */
void ksim_lockdep_init(void);
void ksim_hardirq_enter(void);
void ksim_hardirq_exit(void);

/* hooks.c */
unsigned long ksim_nr_page_faults(void);

/* device.c: devices behind IOMMUs */
int ksim_add_device(unsigned int number, int is_twice);
int ksim_enable_features(unsigned int number);
void ksim_remove_device(unsigned int number);
struct device *ksim_device_of(unsigned int number);
int ksim_device_number(const struct device *dev);
int ksim_bind(unsigned int number, void *process, unsigned int *pasid);
void ksim_unbind(unsigned int number);

/* pci.c: find all endpoints; one that has been found, and has its driver, or NULL */
int ksim_pci_scan(void);
struct device *ksim_find_endpoint(unsigned int number);

/* device.c of the architecture */
extern const char ksim_iommu_kind[];
int ksim_add_iommu(unsigned int number);
/* NULL: it is not there */
struct device *ksim_add_platform_device(unsigned int number, int is_twice);
struct pci_host_bridge;
int ksim_pci_describe(struct pci_host_bridge *bridge); /* before it is scanned */

/* space.c */
int ksim_space_create(unsigned int device, enum ksim_handler handler, void **domain);
void ksim_space_free(void *domain);
int ksim_space_attach(void *domain, unsigned int device);
void ksim_space_detach(void *domain, unsigned int device);
int ksim_space_map(void *domain, const struct ksim_area *area);
int ksim_space_unmap(void *domain, const struct ksim_area *area);
unsigned long ksim_space_page(void *domain, unsigned long iova);
int ksim_device_claim(unsigned int device);
void ksim_device_release(unsigned int device);
int ksim_sva_bind(unsigned int device, void *process, struct ksim_bond *bond);
void ksim_sva_unbind(const struct ksim_bond *bond);

#endif
