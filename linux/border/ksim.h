/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The border between a kernel and the simulated machine that it runs on, in plain C: the kernel's
 * side (linux/arch, linux/platform) is compiled with the kernel's headers, the world (linux/world)
 * with the C library's, and neither sees the other's types. What begins with ksim_ is the
 * machine's, called by the kernel; struct ksim_kernel is the kernel's, called by the machine.
 */
#ifndef LINUX_BORDER_KSIM_H
#define LINUX_BORDER_KSIM_H
#ifndef __ASSEMBLY__

/* --- what kind of machine it is --- */

/* Of VT-d: fault events, none, page request events. */
enum { KSIM_IRQ_EVTQ, KSIM_IRQ_GERROR, KSIM_IRQ_PRIQ, KSIM_NR_IOMMU_IRQS };

struct ksim_iommu {
	unsigned long long pa;
	unsigned long bytes; /* of its registers */
	unsigned int cpu;    /* that its interrupts go to */
	/* interrupts: numbers of lines, which are wired, or data of messages to msi_pa */
	unsigned int lines[KSIM_NR_IOMMU_IRQS];
};

struct ksim_device {
	unsigned int iommu; /* that it is behind */
	unsigned int sid;
	unsigned int pasid_bits;
	int can_stall;
	int is_pci; /* its configuration space says what it has; else a platform device */
};

struct ksim_machine {
	unsigned long ram_va, ram_pa, ram_bytes; /* where RAM is for software; for hardware */
	unsigned int nr_cpus;
	unsigned int nr_iommus, nr_devices;
	const struct ksim_iommu *iommus;
	const struct ksim_device *devices;
	unsigned int timer_line; /* interrupt of the timers; of CPU 0 */
	unsigned long msi_pa;	 /* where messages are written; 0: interrupts are wired */
};

/** ksim_machine() - this one; as long as it is there. */
const struct ksim_machine *ksim_machine(void);

/* --- CPUs, time --- */

struct task_struct;
struct task_struct *ksim_current(void);
int ksim_cpu(void);
unsigned long long ksim_now_ps(void);
void ksim_charge_ns(unsigned long ns); /* of the running thread; passes */
void ksim_settle(void);		       /* what was charged before passes now */
void ksim_relax(void);		       /* one pass of a polling loop */

/* Costs that a platform file states. */
enum ksim_cost { KSIM_COST_ALLOC, KSIM_COST_FREE, KSIM_COST_MINOR_FAULT };
void ksim_charge(enum ksim_cost cost);

void ksim_irq_disable(void);
void ksim_irq_enable(void);
int ksim_irq_is_disabled(void);
void ksim_irq_mark(int is_off); /* the count alone, for what takes no time (asm/charge.h) */
int ksim_preempt_count(void);
void ksim_preempt_add(int n);

/* The cache line of 64 bytes that is at @addr: debt; an atomic has just happened on return. */
void ksim_line_read(const volatile void *addr);
void ksim_line_write(const volatile void *addr);
void ksim_line_atomic(const volatile void *addr);

/* @word: where the lock keeps what is behind it; NULL at first. */
void ksim_spin_lock(void **word);
int ksim_spin_trylock(void **word);
void ksim_spin_unlock(void **word);
int ksim_spin_is_locked(void **word);

/*
 * What the kernel's lock_stat is told of a lock (linux/lockdep.h). @word: where what is behind it
 * is kept, NULL at first. @ip: who wants it; ksim_called_from() knows it better, of the lock that
 * is wanted next. The name of a spinlock is for the one that is taken next.
 */
void ksim_lock_wanted(void **word, const char *name, int is_shared, unsigned long ip);
void ksim_lock_contended(void **word);
void ksim_lock_acquired(void **word);
void ksim_lock_released(void **word);
void ksim_spin_wanted(const char *name, unsigned long ip);
void ksim_called_from(unsigned long ip);

/* --- threads --- */

/* @cpu: -1 is any. It runs from the first ksim_thread_wake() on; NULL without memory. */
void *ksim_thread_create(void (*fn)(void *task), void *task, const char *name, int cpu);
/* From now on @on_cpu says whether it is on a CPU: not while it waits for one. */
void ksim_thread_show_on_cpu(void *thread, unsigned char *on_cpu);
void *ksim_thread_self(void);
void ksim_thread_wake(void *thread);
void ksim_thread_set_cpu(void *thread, int cpu);
void ksim_thread_set_rt(void *thread);
void ksim_thread_set_name(void *thread, const char *name);
void ksim_thread_exit(void) __attribute__((noreturn));
void ksim_park(void);
void ksim_yield(void);

/* --- events, interrupts --- */

struct ksim_call;
/* @fn(@arg) outside of threads, in @ps; the handle lasts until then, or ksim_call_cancel(). */
struct ksim_call *ksim_call_after(unsigned long long ps, void (*fn)(void *arg), void *arg);
void ksim_call_cancel(struct ksim_call *call);
void ksim_irq_raise(unsigned int line);

/* --- memory, registers --- */

/* Zeroed, for each CPU; where what is missing has no neighbour. NULL without memory. */
void *ksim_percpu_areas(unsigned long bytes_each);
void *ksim_alloc(unsigned long bytes); /* zeroed, beside RAM: what no hardware sees */
void ksim_free(void *p);
/* Nobody may touch it any more; everybody may again. Sanitizers learn it. */
void ksim_poison(const void *p, unsigned long bytes);
void ksim_unpoison(const void *p, unsigned long bytes);

void *ksim_ioremap(unsigned long long pa, unsigned long bytes); /* NULL: nothing is there */
unsigned long ksim_mmio_read(const volatile void *addr, unsigned int bytes);
void ksim_mmio_write(volatile void *addr, unsigned long value, unsigned int bytes);

/* A word of the configuration space of a PCI device; @offset is a multiple of 4. */
unsigned int ksim_config_read(unsigned int device, unsigned int offset);
void ksim_config_write(unsigned int device, unsigned int offset, unsigned int value);

/* --- what is said --- */

void ksim_print(int level, const char *text);
/* WARN(), BUG(), lockdep: the kernel's own word that it is wrong. */
void ksim_warned(const char *text);
/* Where the running thread's stack ends; 0: outside of threads. */
unsigned long ksim_stack_end(void);
/* Name and offset of the function or variable at @address; 0: the number alone. */
int ksim_symbol(unsigned long address, char *text, unsigned long bytes);
void ksim_die(const char *why) __attribute__((noreturn));

/* Where a fault is on its way through the kernel; see linux/platform/hooks.c. */
enum ksim_stage {
	KSIM_STAGE_DEQUEUED,
	KSIM_STAGE_HANDLED,
	KSIM_STAGE_LOCKED,
	KSIM_STAGE_PINNED,
};
void ksim_stamp(enum ksim_stage stage, unsigned int device, unsigned int tag);
/* The running thread answers it: until the end, or its first write to a register. */
void ksim_answer_begin(unsigned int device, unsigned int tag);
void ksim_answer_end(unsigned int device, unsigned int tag);
void ksim_interrupted(unsigned int line);
/* The thread of the event queue has reported a fault of @device, and turns to what is next. */
void ksim_turned(unsigned int device);

/* --- the kernel --- */

enum { KSIM_PROT_READ = 1, KSIM_PROT_WRITE = 2 };

struct ksim_area {
	unsigned long start, bytes;
	int prot;
	int is_block; /* of a domain: it leads to where its addresses are, whatever is there */
};

struct ksim_mapping {
	unsigned long iova, pa, bytes;
	int prot;
};

/* What a domain does about faults; 6.9 and later. */
enum ksim_handler {
	KSIM_HANDLER_NONE,
	KSIM_HANDLER_MAPS,  /* it maps a page, and answers */
	KSIM_HANDLER_KEEPS, /* it never answers */
};

struct ksim_bond {
	void *handle;
	unsigned int pasid;
};

/* Each is called in a thread and may sleep, but for the three that say otherwise. 0 or -errno. */
struct ksim_kernel {
	const char *release;
	const char *iommu;   /* kind that it has a driver for: "smmuv3", "vtd" */
	void (*start)(void); /* memory, CPUs: before the others; outside of threads */
	int (*boot)(void);
	void (*irq)(unsigned int line);			/* in a hard interrupt */
	struct task_struct *(*irq_task)(int cpu);	/* anywhere */
	struct task_struct *(*adopt)(const char *name); /* the running thread; anywhere */
	int (*add_iommu)(unsigned int number);
	/* @is_twice: its firmware names its StreamID twice */
	int (*add_device)(unsigned int number, int is_twice);
	void (*remove_device)(unsigned int number);
	int (*process_create)(void **process);
	int (*process_map)(void *process, const struct ksim_area *area);
	/* fresh memory in its place, as mmap() with MAP_FIXED */
	int (*process_remap)(void *process, const struct ksim_area *area);
	/* every page of it is there, as if a CPU had touched it */
	int (*process_populate)(void *process, const struct ksim_area *area);
	int (*process_unmap)(void *process, const struct ksim_area *area);
	int (*process_protect)(void *process, const struct ksim_area *area);
	/* physical address of the page; 0: it is not present */
	unsigned long (*process_page)(void *process, unsigned long address);
	void (*process_end)(void *process);
	int (*bind)(unsigned int device, void *process, unsigned int *pasid);
	void (*unbind)(unsigned int device);
	/* a domain of a device, without a process: physical addresses by hand */
	int (*domain_create)(unsigned int device, void **domain);
	int (*map)(void *domain, const struct ksim_mapping *mapping);
	unsigned long (*unmap)(void *domain, unsigned long iova, unsigned long bytes);
	void (*domain_destroy)(void *domain, unsigned int device);
	void (*log_end)(void); /* a line without an end is one */
	/* the same, of as many processes as one likes */
	int (*sva_bind)(unsigned int device, void *process, struct ksim_bond *bond);
	void (*sva_unbind)(const struct ksim_bond *bond);
	/* a domain that is fit for @device */
	int (*space_create)(unsigned int device, enum ksim_handler handler, void **domain);
	void (*space_free)(void *domain);
	int (*space_attach)(void *domain, unsigned int device);
	void (*space_detach)(void *domain, unsigned int device);
	int (*space_map)(void *domain, const struct ksim_area *area); /* to fresh pages */
	int (*space_unmap)(void *domain, const struct ksim_area *area);
	unsigned long (*space_page)(void *domain, unsigned long iova);
	/* DMA is blocked until it is released */
	int (*claim)(unsigned int device);
	void (*release_claim)(unsigned int device);
	unsigned long (*nr_objects)(void); /* of kmalloc() that are not freed */
	unsigned long (*nr_warnings)(void);
	unsigned long (*nr_page_faults)(void);
};

extern const struct ksim_kernel ksim_kernel;

#endif
#endif
