/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The effective configuration of one run: what a workload file, its platform
 * file and --set come to. Numbers are rows of parameter tables (sim/param.h);
 * the few words are enums with name tables.
 */
#ifndef SYSTEM_CONFIG_H
#define SYSTEM_CONFIG_H

#include "handler/designs.h"
#include "kapi/params.h"
#include "models/device/pcie.h"
#include "models/mem/mem.h"
#include "models/smmuv3/params.h"
#include "models/vtd/params.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/param.h"
#include "system/config/generators.h"

#define SYS_NAME_MAX 64
#define SYS_TEXT_MAX 512
#define SYS_MAX_MAPPINGS 1024
#define SYS_MAX_DEVICES 1024
#define SYS_MAX_IOMMUS 64
#define SYS_MAX_GROUPS 32

/* The machine around CPUs and memory: section `machine`. */
#define SYS_MACHINE_PARAMS(X)                                                                      \
	X(nr_iommus, "iommus", COUNT, 1, 1, SYS_MAX_IOMMUS,                                        \
	  "IOMMUs of the kind that 'iommu' names; 'smmus' says the same", "")                      \
	X(nr_devices, "devices", COUNT, 1, 1, SYS_MAX_DEVICES,                                     \
	  "devices, dealt out to the IOMMUs in turn", "")                                          \
	X(first_irq_cpu, "first_irq_cpu", COUNT, 0, 0, SIM_MAX_CPUS - 1,                           \
	  "CPU that takes the first IOMMU's interrupts; the others: irq_placement", "")            \
	X(nr_cpus, "cpus", COUNT, 0, 0, SIM_MAX_CPUS,                                              \
	  "CPUs of the platform that this machine has, 0: all", "")

/* Section `pcie`: the endpoint's own (DEV_PCIE_PARAMS), and what the driver makes of it. */
#define SYS_PCIE_PARAMS(X)                                                                         \
	X(credits, "page_request_credits", COUNT, 32, 0, 1 << 19,                                  \
	  "outstanding page requests that the driver allots to an endpoint, 0: its share of the "  \
	  "queue",                                                                                 \
	  "Linux intel-iommu: 32; IHI 0070 8: no more than the queue has room for")

/* Section `vtd.driver`: what the driver chooses. */
#define SYS_VTD_DRIVER_PARAMS(X)                                                                   \
	X(prq_order, "prq_order", COUNT, 4, 0, 7,                                                  \
	  "page request queue: 2^order pages of 128 requests; the hardware may have less",         \
	  "Linux: PRQ_ORDER 4 since 3cbb7c447 (2022), 2 since 418dbabf5 (2021), 0 before")         \
	X(prq_head_per_record, "prq_head_per_record", BOOL, 0, 0, 1,                               \
	  "places of the page request queue are free one by one, else all that the thread found "  \
	  "at once",                                                                               \
	  "Linux: at once")                                                                        \
	X(batched_inval, "batched_invalidation", BOOL, 0, 0, 1,                                    \
	  "SVA: a range is invalidated in IOTLB and device-TLB by one submission, else by two",    \
	  "Linux: one from 6.12 on")                                                               \
	X(prq_refuses_rid, "prq_refuses_rid", BOOL, 0, 0, 1,                                       \
	  "page requests without PASID are answered Invalid", "Linux: before 9f831c16c69e")

/* Section `smmu.driver`: what the driver of the SMMUv3 chooses. */
#define SYS_SMMU_DRIVER_PARAMS(X)                                                                  \
	X(msi_polling, "msi_polling", BOOL, 1, 0, 1,                                               \
	  "CMD_SYNC is waited for by its message, else by reading CONS; spinlock: by message",     \
	  "Linux: arm-smmu-v3.disable_msipolling")

/* How commands are inserted: smmu.driver.cmdq. */
enum sys_cmdq_way {
	SYS_CMDQ_CMPXCHG,
	SYS_CMDQ_SPINLOCK,
	SYS_CMDQ_SPINLOCK_FALLBACK,
	SYS_CMDQ_ATOMIC_ADD,
	SYS_NR_CMDQS
};
extern const char *const sys_cmdq_names[]; /* "cmpxchg", ... NULL */

/* Costs of the IOMMU driver and of memory management: section `host`. */
#define SYS_HOST_PARAMS(X)                                                                          \
	X(event_decode_ps, "event_decode", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                 \
	  "driver: copying and decoding one event record", "")                                      \
	X(cmd_build_ps, "cmd_build", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                       \
	  "driver: building one command, before it goes into the queue", "")                        \
	X(map_call_ps, "map_call", COST, 0, 0, 1000000000,                                          \
	  "driver: mapping pages of one size that follow each other, beside their entries", "")     \
	X(pte_write_ps, "pte_write", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                       \
	  "driver: io-pgtable map of one page", "")                                                 \
	X(pte_flush_ps, "pte_flush", COST, 0, 0, 1000000000,                                        \
	  "driver: writing an entry back to memory, where the IOMMU's walks are not coherent", "")  \
	X(unmap_call_ps, "unmap_call", COST, 0, 0, 1000000000,                                      \
	  "driver: unmapping such pages, beside their entries and the invalidation", "")            \
	X(pte_clear_ps, "pte_clear", COST, 0, 0, 1000000000,                                        \
	  "driver: io-pgtable unmap of one page, 0: as pte_write", "")                              \
	X(snoop_node_ps, "snoop_node", PS, 0, 0, 1000000000,                                        \
	  "added to an SMMU's access to a command that is in the cache of a CPU of its NUMA "       \
	  "node; an SMMU is where its interrupts go",                                               \
	  "")                                                                                       \
	X(snoop_socket_ps, "snoop_socket", PS, 0, 0, 1000000000,                                    \
	  "the same, of a CPU of another node of its socket", "")                                   \
	X(snoop_remote_ps, "snoop_remote", PS, 0, 0, 1000000000,                                    \
	  "the same, of a CPU of another socket", "")                                               \
	X(dma_map_ps, "dma_map", COST, 0, 0, 1000000000,                                            \
	  "dma_map_single() or dma_unmap_single() of one page, beside its table entry and its "     \
	  "invalidation: finding an IOVA, checks",                                                  \
	  "")                                                                                       \
	X(copy_page_ps, "copy_page", COST, 0, 0, 1000000000, "memcpy() of one page", "")            \
	X(mm_fault_ps, "mm_fault", COST, SIM_PARAM_REQUIRED, 0, 1000000000000ULL,                   \
	  "handle_mm_fault() of a missing anonymous page: allocate, zero, map", "")                 \
	X(zero_ps, "zero", COST, 0, 0, 1000000000,                                                  \
	  "zeroing 4 KiB of a new page, added to mm_fault; not of a page that is only read, which " \
	  "is the zero page",                                                                       \
	  "")                                                                                       \
	X(mm_write_ps, "mm_write", COST, 0, 0, 1000000000,                                          \
	  "munmap(), mprotect(), fork(): each, beside its pages, with mmap_lock written", "")       \
	X(mm_write_page_ps, "mm_write_page", COST, 0, 0, 1000000000,                                \
	  "the same, of each entry that is taken, changed, or copied", "")                          \
	X(page_bytes, "page_size", BYTES, 4096, 4096, 2 << 20,                                      \
	  "4KiB, or 2MiB: a fault brings in a huge page where an area holds one; 'pages' of a "     \
	  "mapping overrides it",                                                                   \
	  "Linux: transparent_hugepage=always")                                                     \
	X(superpages, "superpages", BOOL, 0, 0, 1,                                                  \
	  "IOMMU drivers map blocks of 2MiB where IOVA and memory are aligned to it",               \
	  "Linux: always")                                                                          \
	X(mm_lines, "mm_lines", BOOL, 0, 0, 1,                                                      \
	  "page table locks, rss_stat, LRU lock, reference counts of pages cost their cache "       \
	  "lines",                                                                                  \
	  "Linux: always")                                                                          \
	X(rss_percpu, "rss_percpu", BOOL, 0, 0, 1,                                                  \
	  "with mm_lines: counters of an address space are per CPU",                                \
	  "Linux from 6.2 on (f1a7941243c1)")                                                       \
	X(mm_spurious_ps, "mm_spurious", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                   \
	  "handle_mm_fault() of a page that is present", "")                                        \
	X(resubmit_ps, "resubmit", COST, 0, 0, 1000000000,                                          \
	  "a program that sees a page fault in a completion record and submits the access again, "  \
	  "beside the page",                                                                        \
	  "")                                                                                       \
	X(pin_call_ps, "pin_call", COST, 0, 0, 1000000000,                                          \
	  "pin_user_pages() of any number of pages, beside each of them", "")                       \
	X(pin_ps, "pin", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                                   \
	  "pin_user_pages() of a present page, each", "")                                           \
	X(pin_huge_ps, "pin_huge", COST, 0, 0, 1000000000,                                          \
	  "the same, of 4 KiB of a huge page, 0: as pin", "")

/* Section `handler`; extra_ps becomes pfh_extra_delay_ns. */
#define SYS_HANDLER_PARAMS(X)                                                                       \
	X(iopf, "iopf", BOOL, 1, 0, 1,                                                              \
	  "I/O page faults on; off: everything is mapped before the start", "")                     \
	X(premap_pages, "premap_pages", COUNT, 1, 1, 1 << 20,                                       \
	  "pages mapped per VFIO fault at most", "")                                                \
	X(extra_ps, "extra", PS, 0, 0, 1000000000000ULL,                                            \
	  "time added to the handler for each group, whole ns", "")                                 \
	X(pin_batch, "pin_batch", COUNT, 512, 1, 512,                                               \
	  "pages that one pin_user_pages() takes at most, of what is pinned as a whole",            \
	  "Linux: 512 from 4d83de6da265 (5.12) on, 1 before")                                       \
	X(max_repeats, "max_repeats", COUNT, 1000, 0, 1000000000,                                   \
	  "a page answered with success so often in a row that still faults ends the run, 0: none", \
	  "")

/* Section `linux`: of driver linux. */
#define SYS_LINUX_PARAMS(X)                                                                          \
	X(jitter_per_mille, "jitter_per_mille", COUNT, 0, 0, 1000,                                   \
	  "atomics, registers and polls of a kernel take up to so much longer, of 1000, at random: " \
	  "lockstep makes livelocks total that hardware would break",                                \
	  "")

/* Sections `mm_events.munmap` and `.mprotect`: what the process does to its memory meanwhile. */
#define SYS_MM_CHANGE_PARAMS(X)                                                                    \
	X(interval_ps, "interval", PS, 0, 0, SIM_TIME_NEVER >> 8,                                  \
	  "from the end of one to the beginning of the next, 0: none", "")                         \
	X(is_poisson, "poisson", BOOL, 1, 0, 1,                                                    \
	  "intervals are exponentially distributed, else all the same", "")                        \
	X(nr_pages, "pages", COUNT, 16, 1, 1 << 20, "pages of each", "")                           \
	X(is_elsewhere, "elsewhere", BOOL, 0, 0, 1,                                                \
	  "in memory that no device reaches, whose pages the process writes before", "")

/* Section `mm_events.fork`. */
#define SYS_MM_FORK_PARAMS(X)                                                                      \
	X(interval_ps, "interval", PS, 0, 0, SIM_TIME_NEVER >> 8,                                  \
	  "from the end of the child to the next fork(), 0: none", "")                             \
	X(is_poisson, "poisson", BOOL, 1, 0, 1,                                                    \
	  "intervals are exponentially distributed, else all the same", "")                        \
	X(life_ps, "life", PS, 0, 0, SIM_TIME_NEVER >> 8,                                          \
	  "how long the child lives; pages that are written meanwhile are copied", "")

/* Section `mm_events.exit`. */
#define SYS_MM_EXIT_PARAMS(X)                                                                      \
	X(at_ps, "at", PS, 0, 0, SIM_TIME_NEVER >> 8,                                              \
	  "when the process ends, from the start on, 0: not before its devices are done", "")

/* Section `workload`: what every generator has, then what each has beside; or a trace file. */
#define SYS_WORKLOAD_PARAMS(X)                                                                     \
	X(startup_ps, "startup", PS, 0, 0, SIM_TIME_NEVER >> 8,                                    \
	  "before the first access; counts in the throughput", "")                                 \
	X(access_bytes, "access", BYTES, 4096, 1, 1 << 20,                                         \
	  "size of one access; none crosses a page", "")                                           \
	X(populated, "populated", BOOL, 0, 0, 1,                                                   \
	  "pages are present before the start, as if a CPU had touched them", "")                  \
	X(device_stride_bytes, "device_stride", BYTES, 0, 0, 1ULL << 47,                           \
	  "distance between the first IOVAs of two devices, 0: they share", "")                    \
	X(trace_time_percent, "trace_time", COUNT, 100, 0, 100000,                                 \
	  "trace: its times in percent of what they are, 0: as fast as possible", "")              \
	SYS_GENERATOR_PARAMS(X)

/* Section `benchmark`: threads of the kernel in place of the devices' accesses. */
#define SYS_BENCHMARK_PARAMS(X)                                                                    \
	X(nr_threads, "threads", COUNT, 0, 0, 4096,                                                \
	  "threads, one a CPU and in turn; 0: as many as there are CPUs", "")                      \
	X(nr_iterations, "iterations", COUNT, 1000, 1, 1000000000,                                 \
	  "how often each of them does what the benchmark measures", "")                           \
	X(burst, "burst", COUNT, 50, 1, 4096,                                                      \
	  "map-unmap: pages that a thread maps and fills before it unmaps them one by one",        \
	  "COMPLETIONS_SIZE of the program in linux-iommu "                                        \
	  "cfd36aff-94ae-2019-3331-d43fba01070b@huawei.com, 2020-07-16")                           \
	SYS_PINNING_PARAMS(X)                                                                      \
	SYS_CYCLIC_PARAMS(X)                                                                       \
	SYS_MAPPING_PARAMS(X)

/* Of benchmarks iommu-map and vfio-map. */
#define SYS_MAPPING_PARAMS(X)                                                                      \
	X(leaf_bytes, "leaf", BYTES, 4096, 4096, 2 << 20,                                          \
	  "iommu-map: a run is run_pages times so much, 4KiB or 2MiB", "")                         \
	X(startup_ps, "startup", PS, 0, 0, SIM_TIME_NEVER >> 8,                                    \
	  "vfio-map: time of the program beside, added to what is told", "")

/* Of benchmark pinning. */
#define SYS_PINNING_PARAMS(X)                                                                      \
	X(total_pages, "pages", COUNT, 0, 0, 1ULL << 40,                                           \
	  "pages for which the time is told; 0: those that were pinned", "")                       \
	X(run_pages, "run_pages", COUNT, 512, 1, 1 << 18,                                          \
	  "base pages that lie side by side in memory, a run", "")                                 \
	X(page_ps, "page", PS, 0, 0, 1000000000ULL,                                                \
	  "time for each base page beside the lock: fault, zeroing, look-up", "")                  \
	X(page_spread_per_mille, "page_spread_per_mille", COUNT, 0, 0, 1000,                       \
	  "how far a page's time may lie from `page` at most, evenly spread, in 1/1000 of it", "")

/* Of benchmark cyclic. */
#define SYS_CYCLIC_PARAMS(X)                                                                       \
	X(interval_ps, "interval", PS, 100000000, 1000, 1000000000000ULL,                          \
	  "how long a thread sleeps at a time", "stress-ng: --cyclic-sleep, 100 us")

/* Section `load`: what the host does beside (system/machine/load.c). */
#define SYS_LOAD_PARAMS(X)                                                                         \
	X(threads_per_cpu, "threads_per_cpu", COUNT, 0, 0, 64,                                     \
	  "threads of background load on each of its CPUs, bound there", "")                       \
	X(first_cpu, "first_cpu", COUNT, 0, 0, SIM_MAX_CPUS - 1, "the first CPU with load", "")    \
	X(nr_cpus, "cpus", COUNT, 0, 0, SIM_MAX_CPUS, "CPUs with load, from that one on; 0: all",  \
	  "")                                                                                      \
	X(nice, "nice", COUNT, 0, 0, 19,                                                           \
	  "nice of its normal threads, with kernel.wakeup_preemption", "")                         \
	X(user_ps, "user_section", COST, 100000000, 1000, 1000000000000ULL,                        \
	  "a thread is in user mode for so long at a time", "a choice")                            \
	X(kernel_ps, "kernel_section", COST, 10000000, 0, 1000000000000ULL,                        \
	  "and then in the kernel, which ends with cond_resched()", "a choice")                    \
	X(might_sleep_ps, "might_sleep_every", PS, 0, 0, 1000000000000ULL,                         \
	  "parts of a kernel section with might_sleep() between them; 0: it is one part", "")      \
	X(atomic_per_mille, "atomic_per_mille", COUNT, 0, 0, 1000,                                 \
	  "share of each part that has preemption off, its begin, of 1000", "")                    \
	X(sleep_ps, "sleep", COST, 0, 0, 1000000000000ULL, "and then asleep; 0: never", "")        \
	X(irq_interval_ps, "interrupt_interval", PS, 0, 0, 1000000000000ULL,                       \
	  "mean time between two interrupts of other devices at a CPU, exponential; 0: none", "")  \
	X(irq_ps, "interrupt", COST, 0, 0, 1000000000,                                             \
	  "such a hard interrupt, beside cpu.irq_entry and irq_exit", "")                          \
	X(softirq_ps, "softirq", COST, 0, 0, 1000000000000ULL,                                     \
	  "the soft interrupt behind it, into which hard ones may come", "")

/* Of the load's threads, and of benchmark cyclic's. */
enum sys_class { SYS_CLASS_NORMAL, SYS_CLASS_REAL_TIME };
extern const char *const sys_class_names[]; /* "normal", "real-time", NULL */

/* Section `output`. */
#define SYS_OUTPUT_PARAMS(X)                                                                        \
	X(trace_limit, "trace_limit", COUNT, 100000, 0, 10000000,                                   \
	  "faults kept, the first and the slowest, in faults.csv; percentiles of faults are exact " \
	  "while all are",                                                                          \
	  "")                                                                                       \
	X(timeline_limit, "timeline_limit", COUNT, 5000, 0, 1000000,                                \
	  "faults in timeline.json, the first; it ends when so many have ended", "")                \
	X(window_begin_ps, "window_begin", PS, 0, 0, SIM_TIME_NEVER >> 8,                           \
	  "where the window begins, since the start", "")                                           \
	X(window_end_ps, "window_end", PS, 0, 0, SIM_TIME_NEVER >> 8,                               \
	  "where it ends, 0: with the run", "")

/* X(ID, name, about): a program of system/benchmark/ */
#define SYS_BENCHMARKS(X)                                                                          \
	X(NONE, "none", "the devices' accesses, no benchmark")                                     \
	X(WORKQUEUE, "workqueue", "each thread queues one work at a time and waits for it")        \
	X(PINNING, "pinning", "each thread pins a guest's memory, a run of pages an iteration")    \
	X(MAP_UNMAP, "map-unmap",                                                                  \
	  "each thread maps pages for the first device and unmaps them, a millisecond an "         \
	  "iteration; the first one is not measured")                                              \
	X(IOMMU_MAP, "iommu-map",                                                                  \
	  "each thread maps a run of pages by one iommu_map() and takes it out by one "            \
	  "iommu_unmap()")                                                                         \
	X(VFIO_MAP, "vfio-map",                                                                    \
	  "one thread faults in, pins and maps a VFIO container's memory, a run of pages an "      \
	  "iteration")                                                                             \
	X(CYCLIC, "cyclic", "each thread sleeps and looks how late it runs again")

/* Of which part of the run latencies and rates are said first: output.window. */
enum sys_window { SYS_WINDOW_AUTO, SYS_WINDOW_WHOLE, SYS_WINDOW_EXPLICIT, SYS_NR_WINDOWS };
extern const char *const sys_window_names[]; /* "auto", "whole", "explicit", NULL */

#define SYS_BENCHMARK_ID(ID, name, about) SYS_BENCHMARK_##ID,
enum sys_benchmark_kind { SYS_BENCHMARKS(SYS_BENCHMARK_ID) SYS_NR_BENCHMARKS };
extern const char *const sys_benchmark_names[];
extern const char sys_benchmark_choices[]; /* "none, workqueue" */

/* X(ID, name, about): how benchmark pinning takes mmap_lock */
#define SYS_PINNINGS(X)                                                                            \
	X(WRITTEN_EACH_RUN, "written-each-run",                                                    \
	  "read per base page, and written for the accounting of each run")                        \
	X(READ_PER_PAGE, "read-per-base-page", "accounted without it")                             \
	X(READ_PER_RUN, "read-per-run", "taken once for all pages of a run")

#define SYS_PINNING_ID(ID, name, about) SYS_PINNING_##ID,
enum sys_pinning { SYS_PINNINGS(SYS_PINNING_ID) SYS_NR_PINNINGS };
extern const char *const sys_pinning_names[];
extern const char sys_pinning_choices[];

enum sys_iommu_kind { SYS_IOMMU_SMMUV3, SYS_IOMMU_VTD, SYS_NR_IOMMU_KINDS };
extern const char *const sys_iommu_kind_names[]; /* "smmuv3", "vtd", NULL */
extern const char *const sys_iommu_titles[];	 /* for people: "SMMU", "VT-d unit" */

/* Whose software drives the IOMMUs and handles faults. */
enum sys_driver { SYS_DRIVER_SIMULATED, SYS_DRIVER_LINUX, SYS_NR_DRIVERS };
extern const char *const sys_driver_names[]; /* "simulated", "linux", NULL */

enum sys_device_kind { SYS_DEVICE_PLATFORM, SYS_DEVICE_PCIE, SYS_NR_DEVICE_KINDS };
extern const char *const sys_device_kind_names[]; /* "platform", "pcie", NULL */

/* Which CPU takes an IOMMU's interrupts, and so where its threads run. */
enum sys_irq_placement {
	SYS_IRQ_CONSECUTIVE, /* one CPU after the other, from first_irq_cpu on */
	SYS_IRQ_SPREAD,	     /* as far from each other as they can be, over all nodes */
	SYS_IRQ_ONE_CPU,     /* all on first_irq_cpu */
	SYS_NR_IRQ_PLACEMENTS
};
extern const char *const sys_irq_placement_names[]; /* "consecutive", ... */

/* How accesses fault recoverably. */
enum sys_faults {
	SYS_FAULTS_AUTO, /* platform: stall, pcie: pri */
	SYS_FAULTS_STALL,
	SYS_FAULTS_PRI,
	SYS_FAULTS_REPORT, /* they do not: the device says so in a completion record, and goes on */
	SYS_NR_FAULTS
};
extern const char *const sys_faults_names[]; /* "auto", "stall", "pri", "report", NULL */

enum sys_handler_mode { SYS_HANDLER_SVA, SYS_HANDLER_VFIO, SYS_NR_HANDLER_MODES };
extern const char *const sys_handler_mode_names[]; /* "sva", "vfio", NULL */

/* Of devices without groups. */
enum sys_containers { SYS_CONTAINERS_ONE, SYS_CONTAINERS_EACH, SYS_NR_CONTAINERS };
extern const char *const sys_containers_names[]; /* "one", "each", NULL */

enum sys_dispatch {
	SYS_DISPATCH_AUTO,
	SYS_DISPATCH_EVENT_THREAD,
	SYS_DISPATCH_WORKQUEUE,
	SYS_DISPATCH_DEVICE_WORKQUEUE,
	SYS_DISPATCH_CPU_THREADS,
	SYS_NR_DISPATCHES
};
extern const char
	*const sys_dispatch_names[]; /* "auto" (sva: workqueue, vfio: event-thread), ... */

/* Where parts of page request groups wait for their last one. */
enum sys_partials { SYS_PARTIALS_LIST, SYS_PARTIALS_TREE, SYS_NR_PARTIALS };
extern const char *const sys_partials_names[]; /* "list", "tree", NULL */

/* Of containers and of SVA (handler/designs.h), in one list; NULL at the end. */
extern const char *const sys_design_names[];
extern const char *const sys_design_abouts[]; /* one line each */

#define SYS_GENERATOR_ID(ID, symbol, name, about) SYS_GEN_##ID,
enum sys_generator { SYS_GENERATORS(SYS_GENERATOR_ID) SYS_GEN_TRACE, SYS_NR_GENERATORS };
extern const char *const sys_generator_names[]; /* of system/config/generators.h, and "trace" */
extern const char *const sys_generator_abouts[];
extern const char sys_generator_choices[]; /* "messages, ..., trace" */

/* A range that the device may touch: a VMA (sva) or a DMA mapping (vfio). */
struct sys_mapping {
	u64 iova, bytes; /* page multiples */
	bool is_readable, is_writable;
	bool is_executable; /* of a VMA */
	u64 page_bytes;	    /* 4KiB or 2MiB; 0: host.page_size */
	u32 line, column;   /* of the file, for messages */
	u32 of;		    /* number of its group, from 1 on; 0: of the top level */
	u32 space;	    /* address space that it is in */
	u64 va_offset;	    /* from the IOVA to the process's address; sva: 0 */
};

struct sys_mm_change {
	SYS_MM_CHANGE_PARAMS(SIM_PARAM_FIELD)
};

struct sys_pcie_params {
	struct dev_pcie_params endpoint;
	SYS_PCIE_PARAMS(SIM_PARAM_FIELD)
};

struct sys_workload_params {
	SYS_WORKLOAD_PARAMS(SIM_PARAM_FIELD)
};

/* What devices may differ in: sections device, pcie and workload. */
#define SYS_GROUP_FIELDS                                                                           \
	struct dev_dma_params device;                                                              \
	struct sys_pcie_params pcie;                                                               \
	struct sys_workload_params workload;                                                       \
	enum sys_device_kind device_kind;  /* device.kind */                                       \
	enum sys_faults faults;		   /* device.faults */                                     \
	enum sys_generator generator;	   /* workload.generator */                                \
	char trace_path[SYS_TEXT_MAX * 2]; /* workload.trace, resolved against the file's folder   \
					    */

/* A group of like devices: one of the list devices. */
#define SYS_GROUP_PARAMS(X)                                                                        \
	X(count, "count", COUNT, 1, 1, SYS_MAX_DEVICES, "devices of the group", "")

struct sys_group {
	SYS_GROUP_FIELDS /* first: the same place in each group */
		SYS_GROUP_PARAMS(SIM_PARAM_FIELD) char name[SYS_NAME_MAX];
	char iommu[SYS_NAME_MAX]; /* "any", or the number of the one that they are behind */
	u32 space;		  /* number of its address space */
	u32 nr_mappings;	  /* that it states itself */
	u32 nr_before;		  /* devices of groups before it that have the same generator */
};

/* Whose address space a group uses, if it says so. */
enum sys_space_kind {
	SYS_SPACE_BY_MODE, /* not said: handler.mode */
	SYS_SPACE_PROCESS,
	SYS_SPACE_CONTAINER,
};

struct sys_space_name {
	enum sys_space_kind kind;
	char name[SYS_NAME_MAX]; /* "": of BY_MODE */
};

struct sys_config {
	char name[SYS_NAME_MAX];
	char title[SYS_TEXT_MAX];
	char platform[SYS_NAME_MAX];
	u64 seed;

	struct sim_cpu_params cpu; /* section cpu */
	struct mem_params mem;	   /* section memory */
	struct smmu_params smmu;   /* sections smmu.features, .caches, .timing */
	struct vtd_params vtd;	   /* sections vtd.features, .caches, .timing */
	struct kapi_params kernel; /* section kernel */
	union {
		struct {
			SYS_GROUP_FIELDS
		};
		struct sys_group common; /* the devices, where the file has no groups */
	};
	struct {
		SYS_VTD_DRIVER_PARAMS(SIM_PARAM_FIELD)
	} vtd_driver; /* section vtd.driver */
	struct {
		SYS_SMMU_DRIVER_PARAMS(SIM_PARAM_FIELD)
	} smmu_driver; /* section smmu.driver */
	struct {
		SYS_MACHINE_PARAMS(SIM_PARAM_FIELD)
	} machine;
	struct {
		SYS_HOST_PARAMS(SIM_PARAM_FIELD)
	} host;
	struct {
		SYS_HANDLER_PARAMS(SIM_PARAM_FIELD)
	} handler;
	struct {
		SYS_LINUX_PARAMS(SIM_PARAM_FIELD)
	} linux_kernel;				     /* section linux */
	struct sys_mm_change mm_munmap, mm_mprotect; /* sections mm_events.munmap, .mprotect */
	struct {
		SYS_MM_FORK_PARAMS(SIM_PARAM_FIELD)
	} mm_fork; /* section mm_events.fork */
	struct {
		SYS_MM_EXIT_PARAMS(SIM_PARAM_FIELD)
	} mm_exit; /* section mm_events.exit */
	struct {
		SYS_BENCHMARK_PARAMS(SIM_PARAM_FIELD)
	} benchmark;
	struct {
		SYS_LOAD_PARAMS(SIM_PARAM_FIELD)
	} load;
	struct {
		SYS_OUTPUT_PARAMS(SIM_PARAM_FIELD)
	} output;

	enum sys_iommu_kind iommu;		/* iommu */
	enum sys_driver driver;			/* driver */
	enum sys_irq_placement irq_placement;	/* machine.irq_placement */
	enum sys_cmdq_way cmdq;			/* smmu.driver.cmdq */
	enum sys_handler_mode mode;		/* handler.mode */
	char design[SYS_NAME_MAX];		/* handler.design, one of sys_design_names */
	enum sys_dispatch dispatch;		/* handler.dispatch */
	enum sys_containers containers;		/* handler.containers */
	enum sys_partials partials;		/* handler.partials */
	enum sys_benchmark_kind benchmark_kind; /* benchmark.kind */
	enum sys_pinning pinning;		/* benchmark.design */
	enum sys_class load_class;		/* load.class */
	enum sys_class benchmark_class;		/* benchmark.class */
	enum sys_window window;			/* output.window */

	struct sys_group
		groups[SYS_MAX_GROUPS]; /* section devices; then machine.devices is their sum */
	u32 nr_groups;			/* 0: all devices are alike, @common */
	struct sys_space_name spaces[SYS_MAX_GROUPS]; /* address spaces of the groups */
	u32 nr_spaces;

	/* sections mappings; by address space, sorted, disjoint */
	struct sys_mapping mappings[SYS_MAX_MAPPINGS];
	u32 nr_mappings;

	/* of numbers with unit COST, named by the key's path */
	struct sim_dist dists[SIM_MAX_DISTS];
	u32 nr_dists;
};

/**
 * sys_config_nr_groups() - groups of devices, 1 where all are alike
 * sys_config_group() - number @index of them
 */
static inline u32 sys_config_nr_groups(const struct sys_config *config)
{
	return config->nr_groups ? config->nr_groups : 1;
}

static inline const struct sys_group *sys_config_group(const struct sys_config *config, u32 index)
{
	return config->nr_groups ? &config->groups[index] : &config->common;
}

/** sys_config_group_devices() - how many devices group @index has. */
static inline u64 sys_config_group_devices(const struct sys_config *config, u32 index)
{
	return config->nr_groups ? config->groups[index].count : config->machine.nr_devices;
}

/** sys_config_cpus() - how many CPUs the machine has. */
static inline u64 sys_config_cpus(const struct sys_config *config)
{
	return config->machine.nr_cpus ? config->machine.nr_cpus : config->cpu.nr_cpus;
}

/** sys_config_has_load() - is there background load? */
static inline bool sys_config_has_load(const struct sys_config *config)
{
	return config->load.threads_per_cpu || config->load.irq_interval_ps;
}

/** sys_config_has_mm_events() - does the process change its memory again and again? */
static inline bool sys_config_has_mm_events(const struct sys_config *config)
{
	return config->mm_munmap.interval_ps || config->mm_mprotect.interval_ps ||
	       config->mm_fork.interval_ps;
}

/** sys_config_irq_cpu() - the CPU that takes the interrupts of IOMMU @number. */
u32 sys_config_irq_cpu(const struct sys_config *config, u32 number);

/* What every output says of such a one. */
#define SYS_UNCHECKED_TEXT                                                                         \
	"UNCHECKED: the IOMMU may have features that its specification excludes "                  \
	"(features.unchecked)"

/** sys_config_is_unchecked() - may its IOMMU have features that the specification excludes? */
static inline bool sys_config_is_unchecked(const struct sys_config *config)
{
	return config->iommu == SYS_IOMMU_VTD ? config->vtd.unchecked : config->smmu.unchecked;
}

/** sys_memory_end() - the first address beyond RAM. */
static inline u64 sys_memory_end(const struct sys_config *config)
{
	return config->mem.base + config->mem.size_bytes;
}

/* One section of numbers: its dotted path, its table, where it is in sys_config. */
struct sys_section {
	const char *path;
	const char *brief; /* what it says, for people */
	const struct sim_param *params;
	size_t nr_params;
	size_t offset; /* of the struct within sys_config */
};

extern const struct sys_section sys_sections[];
extern const size_t sys_section_count;
extern const struct sys_section sys_group_section; /* of each group, beside its sections */

#endif
