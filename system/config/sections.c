// SPDX-License-Identifier: GPL-2.0-only
/*
 * All numbers of a configuration: which table is which section of a workload
 * file, and where its struct is in sys_config. The tables of `machine`, `host`,
 * `handler`, `workload` and `output` are made here, and `pcie` is put together; the others belong
 * to the rooms whose parts they describe.
 */
#include "sim/time.h"
#include "system/config/config.h"

/* Parts of sys_config are nameless structs; offsets count from the part. */
#define PART_OFFSET(part, field)                                                                   \
	(offsetof(struct sys_config, part.field) - offsetof(struct sys_config, part))

#define PART_ROW(part, field, ...) SIM_PARAM_ROW_AT(PART_OFFSET(part, field), __VA_ARGS__)

#define ENDPOINT_ROW(field, ...) PART_ROW(pcie, endpoint.field, __VA_ARGS__)
#define GROUP_ROW(...) PART_ROW(common, __VA_ARGS__)
#define PCIE_ROW(...) PART_ROW(pcie, __VA_ARGS__)
#define MACHINE_ROW(...) PART_ROW(machine, __VA_ARGS__)
#define VTD_DRIVER_ROW(...) PART_ROW(vtd_driver, __VA_ARGS__)
#define SMMU_DRIVER_ROW(...) PART_ROW(smmu_driver, __VA_ARGS__)
#define HOST_ROW(...) PART_ROW(host, __VA_ARGS__)
#define HANDLER_ROW(...) PART_ROW(handler, __VA_ARGS__)
#define WORKLOAD_ROW(...) PART_ROW(workload, __VA_ARGS__)
#define LINUX_ROW(...) PART_ROW(linux_kernel, __VA_ARGS__)
#define MM_MUNMAP_ROW(...) PART_ROW(mm_munmap, __VA_ARGS__)
#define MM_MPROTECT_ROW(...) PART_ROW(mm_mprotect, __VA_ARGS__)
#define MM_FORK_ROW(...) PART_ROW(mm_fork, __VA_ARGS__)
#define MM_EXIT_ROW(...) PART_ROW(mm_exit, __VA_ARGS__)
#define BENCHMARK_ROW(...) PART_ROW(benchmark, __VA_ARGS__)
#define LOAD_ROW(...) PART_ROW(load, __VA_ARGS__)
#define OUTPUT_ROW(...) PART_ROW(output, __VA_ARGS__)

static const struct sim_param machine_params[] = {SYS_MACHINE_PARAMS(MACHINE_ROW)};
static const struct sim_param group_params[] = {SYS_GROUP_PARAMS(GROUP_ROW)};
static const struct sim_param pcie_params[] = {DEV_PCIE_PARAMS(ENDPOINT_ROW)
						       SYS_PCIE_PARAMS(PCIE_ROW)};
static const struct sim_param vtd_driver_params[] = {SYS_VTD_DRIVER_PARAMS(VTD_DRIVER_ROW)};
static const struct sim_param smmu_driver_params[] = {SYS_SMMU_DRIVER_PARAMS(SMMU_DRIVER_ROW)};
static const struct sim_param host_params[] = {SYS_HOST_PARAMS(HOST_ROW)};
static const struct sim_param handler_params[] = {SYS_HANDLER_PARAMS(HANDLER_ROW)};
static const struct sim_param workload_params[] = {SYS_WORKLOAD_PARAMS(WORKLOAD_ROW)};
static const struct sim_param linux_params[] = {SYS_LINUX_PARAMS(LINUX_ROW)};
static const struct sim_param mm_munmap_params[] = {SYS_MM_CHANGE_PARAMS(MM_MUNMAP_ROW)};
static const struct sim_param mm_mprotect_params[] = {SYS_MM_CHANGE_PARAMS(MM_MPROTECT_ROW)};
static const struct sim_param mm_fork_params[] = {SYS_MM_FORK_PARAMS(MM_FORK_ROW)};
static const struct sim_param mm_exit_params[] = {SYS_MM_EXIT_PARAMS(MM_EXIT_ROW)};
static const struct sim_param benchmark_params[] = {SYS_BENCHMARK_PARAMS(BENCHMARK_ROW)};
static const struct sim_param load_params[] = {SYS_LOAD_PARAMS(LOAD_ROW)};
static const struct sim_param output_params[] = {SYS_OUTPUT_PARAMS(OUTPUT_ROW)};

/* The other rooms' tables have no length that the compiler sees from here. */
#define ONE(...) +1
#define ROWS(LIST) (0 LIST(ONE))

#define KERNEL_ALL(X) KAPI_PARAMS(X) SIM_SCHED_PARAMS(X)
#define PCIE_ALL(X) DEV_PCIE_PARAMS(X) SYS_PCIE_PARAMS(X)

#define SECTION(path_, brief_, table_, list_, part_)                                               \
	{                                                                                          \
		.path = path_, .brief = brief_, .params = table_, .nr_params = ROWS(list_),        \
		.offset = offsetof(struct sys_config, part_),                                      \
	}

const struct sys_section sys_sections[] = {
	SECTION("machine", "how many IOMMUs and devices; where interrupts go", machine_params,
		SYS_MACHINE_PARAMS, machine),
	SECTION("cpu",
		"simulated CPUs, their topology, the costs of cache lines, interrupts, wake-ups, switches",
		sim_cpu_param_table, SIM_CPU_PARAMS, cpu),
	SECTION("memory", "physical memory, its latency and bandwidth", mem_param_table, MEM_PARAMS,
		mem),
	SECTION("kernel", "costs of the kernel API, and how it schedules", kapi_param_table,
		KERNEL_ALL, kernel),
	SECTION("host", "costs of the IOMMU driver and of memory management", host_params,
		SYS_HOST_PARAMS, host),
	SECTION("smmu.features", "what the SMMU is able to do", smmu_feature_table, SMMU_FEATURES,
		smmu),
	SECTION("smmu.caches", "the caches of the SMMU", smmu_cache_table, SMMU_CACHES, smmu),
	SECTION("smmu.timing", "the times of the SMMU", smmu_timing_table, SMMU_TIMING, smmu),
	SECTION("smmu.driver", "what its driver has a choice in", smmu_driver_params,
		SYS_SMMU_DRIVER_PARAMS, smmu_driver),
	SECTION("vtd.features", "what the VT-d unit is able to do", vtd_feature_table, VTD_FEATURES,
		vtd),
	SECTION("vtd.caches", "the caches of the VT-d unit", vtd_cache_table, VTD_CACHES, vtd),
	SECTION("vtd.timing", "the times of the VT-d unit", vtd_timing_table, VTD_TIMING, vtd),
	SECTION("vtd.driver", "what its driver has a choice in", vtd_driver_params,
		SYS_VTD_DRIVER_PARAMS, vtd_driver),
	SECTION("device", "the DMA engine: accesses in flight, faults in flight, rate",
		dev_dma_param_table, DEV_DMA_PARAMS, device),
	SECTION("pcie",
		"what a PCIe endpoint has beside: translation cache, page request groups and credits, PASIDs of responses",
		pcie_params, PCIE_ALL, pcie),
	SECTION("handler",
		"whose address space, locking design, dispatch, faults on or off, pre-mapping",
		handler_params, SYS_HANDLER_PARAMS, handler),
	SECTION("workload", "the generator and its numbers, or a trace", workload_params,
		SYS_WORKLOAD_PARAMS, workload),
	SECTION("linux", "a kernel as the machine's software: driver linux", linux_params,
		SYS_LINUX_PARAMS, linux_kernel),
	SECTION("mm_events.munmap",
		"the process maps fresh memory over some of its pages while devices run",
		mm_munmap_params, SYS_MM_CHANGE_PARAMS, mm_munmap),
	SECTION("mm_events.mprotect",
		"it changes what CPUs may execute, and so the entries of some of its pages",
		mm_mprotect_params, SYS_MM_CHANGE_PARAMS, mm_mprotect),
	SECTION("mm_events.fork", "it forks: all of its pages become read-only", mm_fork_params,
		SYS_MM_FORK_PARAMS, mm_fork),
	SECTION("mm_events.exit", "it ends while devices run", mm_exit_params, SYS_MM_EXIT_PARAMS,
		mm_exit),
	SECTION("benchmark", "a program of kernel threads in place of the devices' accesses",
		benchmark_params, SYS_BENCHMARK_PARAMS, benchmark),
	SECTION("load", "background load: threads and interrupts beside the measured work",
		load_params, SYS_LOAD_PARAMS, load),
	SECTION("output", "how much a run keeps, and of which part of it is spoken first",
		output_params, SYS_OUTPUT_PARAMS, output),
};

const struct sys_section sys_group_section = SECTION(
	"devices",
	"a group of like devices: how many, behind which IOMMUs; its sections device, "
	"pcie, workload and mappings",
	group_params, SYS_GROUP_PARAMS, common);

const size_t sys_section_count = sizeof(sys_sections) / sizeof(sys_sections[0]);

const char *const sys_iommu_kind_names[] = {"smmuv3", "vtd", NULL};
const char *const sys_iommu_titles[] = {"SMMU", "VT-d unit"};
const char *const sys_driver_names[] = {"simulated", "linux", NULL};
const char *const sys_cmdq_names[] = {"cmpxchg", "spinlock", "spinlock-fallback", "atomic-add",
				      NULL};
const char *const sys_device_kind_names[] = {"platform", "pcie", NULL};
const char *const sys_irq_placement_names[] = {"consecutive", "spread", "one-cpu", NULL};
const char *const sys_faults_names[] = {"auto", "stall", "pri", "report", NULL};
const char *const sys_handler_mode_names[] = {"sva", "vfio", NULL};
const char *const sys_containers_names[] = {"one", "each", NULL};
const char *const sys_dispatch_names[] = {
	"auto", "event-thread", "workqueue", "device-workqueue", "cpu-threads", NULL};

const char *const sys_window_names[] = {"auto", "whole", "explicit", NULL};

#define BENCHMARK_NAME(ID, name, about) name,
#define BENCHMARK_CHOICE(ID, name, about) ", " name

const char *const sys_benchmark_names[] = {SYS_BENCHMARKS(BENCHMARK_NAME) NULL};
const char sys_benchmark_choices[] = "one of" SYS_BENCHMARKS(BENCHMARK_CHOICE);
const char *const sys_pinning_names[] = {SYS_PINNINGS(BENCHMARK_NAME) NULL};
const char sys_pinning_choices[] = "one of" SYS_PINNINGS(BENCHMARK_CHOICE);
const char *const sys_class_names[] = {"normal", "real-time", NULL};
const char *const sys_partials_names[] = {"list", "tree", NULL};

#define NAME(symbol, name, dispatch, about) name,
#define SVA_NAME(symbol, name, about) name,
#define ABOUT(symbol, name, dispatch, about) about,
#define SVA_ABOUT(symbol, name, about) about,

const char *const sys_design_names[] = {PFH_DESIGNS(NAME) PFH_SVA_DESIGNS(SVA_NAME) NULL};
const char *const sys_design_abouts[] = {PFH_DESIGNS(ABOUT) PFH_SVA_DESIGNS(SVA_ABOUT) NULL};

#define GENERATOR_NAME(ID, symbol, name, about) name,
#define GENERATOR_ABOUT(ID, symbol, name, about) about,
#define GENERATOR_CHOICE(ID, symbol, name, about) name ", "

const char *const sys_generator_names[] = {SYS_GENERATORS(GENERATOR_NAME) "trace", NULL};
const char *const sys_generator_abouts[] = {SYS_GENERATORS(GENERATOR_ABOUT) "as a file says", NULL};
const char sys_generator_choices[] = SYS_GENERATORS(GENERATOR_CHOICE) "trace";

u32 sys_config_irq_cpu(const struct sys_config *config, u32 number)
{
	u64 nr_cpus = sys_config_cpus(config), offset = number;

	if (config->irq_placement == SYS_IRQ_ONE_CPU)
		offset = 0;
	else if (config->irq_placement == SYS_IRQ_SPREAD)
		offset = number * nr_cpus / config->machine.nr_iommus;
	return (config->machine.first_irq_cpu + offset) % nr_cpus;
}
