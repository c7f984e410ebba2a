/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of IOMMU drivers where things go wrong: a machine with one IOMMU, its driver,
 * and one device in an empty domain, that no fault handler knows. The test is the device:
 * it accesses memory through the port, sends page requests and answers invalidations.
 */
#ifndef TESTS_SYSTEM_DRIVER_RIG_H
#define TESTS_SYSTEM_DRIVER_RIG_H

#include <errno.h>
#include <linux/iommu.h>

#include "kapi/debug.h"
#include "kapi/params.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/iommu/irqchip.h"
#include "system/machine/drivers.h"
#include "system/machine/engine.h"
#include "system/measure/collect.h"
#include "tests/system/run_workload.h"

#define RIG_MAX_ACCESSES 16

struct driver_rig {
	struct port_endpoint endpoint; /* first: what the driver's commands reach */
	struct wl_workload *workload;
	struct mem *mem;
	struct sys_iommu *iommu;
	struct port *port;
	struct sys_pci_host *pci_host;
	struct sys_pci pci;
	struct sys_engine engine; /* a PCIe endpoint's configuration space */
	struct device dev;
	struct sys_master master;
	struct iommu_domain *domain;

	bool is_over; /* the thread that was started last */
	int error;    /* of bring-up */
	/* Of the endpoint: how many of the next invalidations it keeps, and what it got. */
	u32 nr_held, nr_invalidations, nr_responses;
	struct port_invalidation *held; /* the last one that it kept */
	struct port_page_response response;
};

static struct driver_rig rig;

/* --- threads --- */

static void (*rig_fn)(void);

static void rig_thread(void *arg)
{
	void (*fn)(void) = rig_fn;

	fn();
	rig.is_over = true;
}

static inline void rig_start_thread(void (*fn)(void))
{
	const struct sim_thread_attr attr = {.name = "test", .cpu = 0};
	struct sim_thread *thread = sim_thread_create(&attr, rig_thread, NULL);

	assert_non_null(thread);
	rig_fn = fn;
	rig.is_over = false;
	sim_thread_wake(thread);
}

/* Until nothing is left to happen. */
static inline void rig_run(void)
{
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
}

/* @fn as a thread; it must come to its end. */
static inline void rig_run_thread(void (*fn)(void))
{
	rig_start_thread(fn);
	rig_run();
	assert_true(rig.is_over);
}

/* --- the endpoint --- */

static inline void rig_invalidate(struct port_endpoint *endpoint, struct port_invalidation *inv)
{
	rig.nr_invalidations++;
	if (!rig.nr_held) {
		inv->completed(inv);
		return;
	}
	rig.nr_held--;
	rig.held = inv;
}

static inline void rig_page_response(struct port_endpoint *endpoint,
				     const struct port_page_response *response)
{
	rig.nr_responses++;
	rig.response = *response;
}

static const struct port_endpoint_ops rig_endpoint_ops = {
	.invalidate = rig_invalidate,
	.page_response = rig_page_response,
};

/* --- the machine --- */

static void rig_describe_master(const struct sys_config *config)
{
	bool is_pcie = config->device_kind == SYS_DEVICE_PCIE;

	rig.master = (struct sys_master){
		.dev = &rig.dev,
		.iommu = rig.iommu,
		.pci = is_pcie ? &rig.pci : NULL,
		.can_stall = !is_pcie && config->handler.iopf,
		.can_page_request = is_pcie,
	};
	device_initialize(&rig.dev);
	dev_set_name(&rig.dev, "dma0");
	dev_set_drvdata(&rig.dev, &rig.master);
}

static int rig_attach(void)
{
	int err = device_add(&rig.dev);

	if (err)
		return err;
	rig.domain = iommu_domain_alloc(&platform_bus_type);
	assert_non_null(rig.domain);
	return iommu_attach_device(rig.domain, &rig.dev);
}

static void rig_boot(void)
{
	const struct sys_iommu_driver *driver = rig.iommu->driver;

	rig_describe_master(&rig.workload->config);
	rig.error = driver->probe(rig.iommu, 0);
	if (!rig.error)
		rig.error = iommu_device_register(&rig.iommu->handle, driver->iommu_ops, NULL);
	if (!rig.error && rig.pci_host) {
		rig.error = sys_pci_host_probe(rig.pci_host);
		sys_pci_probe(rig.pci_host, 0, &rig.pci);
	}
	if (!rig.error)
		rig.error = rig_attach();
	if (rig.pci_host)
		rig.port->endpoint = &rig.endpoint;
}

static inline void rig_create(const struct sys_config *config)
{
	struct sim_cpu_params cpu = config->cpu;
	struct sys_iommu parts = {.driver = sys_iommu_driver_of(config), .config = config};

	assert_int_equal(sim_init(1, 0), 0);
	cpu.nr_cpus = sys_config_cpus(config);
	assert_int_equal(sim_dists_init(config->dists, config->nr_dists), 0);
	assert_int_equal(sim_cpus_init(&cpu), 0);
	assert_int_equal(kapi_init(&config->kernel), 0);
	/* what drivers say of errors is expected here */
	kapi_set_console_level(3);
	parts.mem = rig.mem = mem_create(&config->mem);
	parts.frames = sys_frames_create(&config->mem, rig.mem);
	parts.collect = sys_collect_create(config);
	assert_int_equal(sys_irqchip_init(rig.mem), 0);
	rig.iommu = parts.driver->create(&parts);
	assert_non_null(rig.iommu);
	rig.port = parts.driver->port_create(rig.iommu, 0);
	rig.engine = (struct sys_engine){
		.group = &config->common, .port = rig.port, .mem = rig.mem};
	assert_int_equal(sys_engine_init(&rig.engine), 0);
	if (!rig.engine.pcie)
		return;
	rig.pci_host = sys_pci_host_create(1);
	sys_pci_host_add(rig.pci_host, 0, rig.engine.pcie);
}

/** rig_try() - the machine of @file with settings, up and idle. Return: 0 or what the driver says
 */
static inline int rig_try(const char *file, const char *const *settings)
{
	char message[TEXT_MESSAGE_MAX];

	/* A failed assertion in a fiber cannot be jumped out of: print it and end. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	rig = (struct driver_rig){.endpoint.ops = &rig_endpoint_ops};
	rig.workload = load_workload(file, settings);
	if (sys_config_check(&rig.workload->config, message, sizeof(message)))
		fail_msg("%s", message);
	rig_create(&rig.workload->config);
	rig_run_thread(rig_boot);
	return rig.error;
}

static inline void rig_start(const char *file, const char *const *settings)
{
	assert_int_equal(rig_try(file, settings), 0);
}

static inline int rig_stop(void **state)
{
	kapi_finish();
	sim_finish();
	free_workload(rig.workload);
	return 0;
}

/** rig_grow() - bring-up with more and more memory fails for want of it, until it does not */
static inline void rig_grow(const char *file, const char *setting)
{
	for (u32 kib = 1024;; kib += 16) {
		char size[32];
		const char *settings[] = {size, setting, NULL};

		snprintf(size, sizeof(size), "memory.size=%uKiB", kib);
		if (!rig_try(file, settings))
			break;
		assert_int_equal(rig.error, -ENOMEM);
		rig_stop(NULL);
	}
	assert_true(rig.workload->config.mem.size_bytes > 1 << 20);
}

/* --- what the device does --- */

struct rig_access {
	struct port_access access; /* first */
	bool is_complete;
};

static struct rig_access rig_accesses[RIG_MAX_ACCESSES];

static inline void rig_complete(struct port_access *access)
{
	((struct rig_access *)access)->is_complete = true;
}

/** rig_access_pages() - write to @nr pages from @iova on, at once; each must be aborted */
static inline void rig_access_pages(u64 iova, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		struct rig_access *a = &rig_accesses[i];

		*a = (struct rig_access){.access = {.iova = iova + 4096ULL * i,
						    .len_bytes = 64,
						    .is_write = true,
						    .complete = rig_complete}};
		a->access.status = rig.port->ops->translate(rig.port, &a->access);
	}
	rig_run();
	for (u32 i = 0; i < nr; i++)
		assert_int_equal(rig_accesses[i].access.status, PORT_ABORTED);
}

static inline void rig_taken(struct port_page_request *request)
{
}

/** rig_page_request() - one of the group @index, with PASID 1 or without */
static inline void rig_page_request(u32 index, bool has_pasid, bool is_last)
{
	static struct port_page_request request;

	request = (struct port_page_request){
		.iova = 0x5000,
		.has_pasid = has_pasid,
		.pasid = has_pasid,
		.prg_index = index,
		.is_last = is_last,
		.is_read = true,
		.taken = rig_taken,
	};
	rig.port->ops->page_request(rig.port, &request);
	rig_run();
}

#endif
