// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault reporting as in Linux 6.1:
 *  - a device has one handler, and none without the IOMMU's state;
 *  - the last fault of a group waits for a response, of its group and, where it needs
 *    one, its PASID; others do not wait;
 *  - a response goes to the driver once, and one that nobody waits for is refused;
 *  - what the handler refuses does not wait;
 *  - a handler with faults that wait stays.
 */
#include "tests/kapi/machine.h"

#include <linux/errno.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static u32 nr_reports, nr_responses;
static int handler_error;
static struct iommu_page_response last_response;

static int handle(struct iommu_fault *fault, void *cookie)
{
	assert_ptr_equal(cookie, &nr_reports);
	nr_reports++;
	return handler_error;
}

static int take_response(struct device *dev, struct iommu_fault_event *event,
			 struct iommu_page_response *response)
{
	assert_int_equal(event->fault.prm.grpid, response->grpid);
	nr_responses++;
	last_response = *response;
	return 0;
}

static const struct iommu_ops ops = {.page_response = take_response};

static int report(struct device *dev, u32 flags, u32 grpid, u32 pasid)
{
	struct iommu_fault_event event = {
		.fault.type = IOMMU_FAULT_PAGE_REQ,
		.fault.prm = {.flags = flags, .grpid = grpid, .pasid = pasid},
	};

	return iommu_report_device_fault(dev, &event);
}

static int respond(struct device *dev, u32 flags, u32 grpid, u32 pasid)
{
	struct iommu_page_response response = {
		.version = IOMMU_PAGE_RESP_VERSION_1,
		.flags = flags,
		.grpid = grpid,
		.pasid = pasid,
		.code = IOMMU_PAGE_RESP_SUCCESS,
	};

	return iommu_page_response(dev, &response);
}

#define LAST IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE
#define PASID IOMMU_FAULT_PAGE_REQUEST_PASID_VALID
#define NEEDS IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID

static void responses(struct device *dev)
{
	assert_int_equal(report(dev, 0, 1, 0), 0);
	assert_int_equal(respond(dev, 0, 1, 0), -EINVAL);
	assert_int_equal(report(dev, LAST | PASID | NEEDS, 2, 7), 0);
	assert_int_equal(report(dev, LAST | PASID, 3, 7), 0);
	assert_int_equal(iommu_unregister_device_fault_handler(dev), -EBUSY);
	/* Without, and with another PASID. */
	assert_int_equal(respond(dev, 0, 2, 7), -EINVAL);
	assert_int_equal(respond(dev, IOMMU_PAGE_RESP_PASID_VALID, 2, 8), -EINVAL);
	assert_int_equal(respond(dev, IOMMU_PAGE_RESP_PASID_VALID, 2, 7), 0);
	assert_int_equal(last_response.pasid, 7);
	assert_int_equal(respond(dev, IOMMU_PAGE_RESP_PASID_VALID, 2, 7), -EINVAL);
	/* It was not asked for. */
	assert_int_equal(respond(dev, IOMMU_PAGE_RESP_PASID_VALID, 3, 9), 0);
	assert_int_equal(last_response.flags, 0);
	assert_int_equal(last_response.pasid, 0);
	assert_int_equal(nr_responses, 2);
	assert_int_equal(nr_reports, 3);
}

static void refusals(struct device *dev)
{
	handler_error = -ENODEV;
	assert_int_equal(report(dev, LAST, 4, 0), -ENODEV);
	assert_int_equal(respond(dev, 0, 4, 0), -EINVAL);
	handler_error = 0;
	kapi_fail_nth(1);
	assert_int_equal(report(dev, LAST, 5, 0), -ENOMEM);
	kapi_fail_nth(0);
	assert_int_equal(respond(dev, 0, 5, 0), -EINVAL);
	assert_int_equal(respond(dev, 2, 5, 0), -EINVAL);
}

static void all(void *arg)
{
	static struct iommu_device iommu;
	struct platform_device *platform;
	struct device *dev;

	nr_reports = nr_responses = 0;
	/* Responses that nobody waits for are logged. */
	kapi_set_console_level(3);
	assert_int_equal(iommu_device_register(&iommu, &ops, NULL), 0);
	platform = platform_device_register_simple("faulty", PLATFORM_DEVID_NONE, NULL, 0);
	dev = &platform->dev;
	assert_int_equal(iommu_register_device_fault_handler(dev, handle, &nr_reports), -EINVAL);
	assert_int_equal(report(dev, LAST, 1, 0), -EINVAL);
	assert_int_equal(kapi_dev_iommu_create(dev), 0);
	assert_int_equal(report(dev, LAST, 1, 0), -EINVAL);
	assert_int_equal(iommu_register_device_fault_handler(dev, handle, &nr_reports), 0);
	assert_int_equal(iommu_register_device_fault_handler(dev, handle, NULL), -EBUSY);
	responses(dev);
	refusals(dev);
	assert_int_equal(iommu_unregister_device_fault_handler(dev), 0);
	assert_int_equal(iommu_unregister_device_fault_handler(dev), -EINVAL);
	kapi_dev_iommu_destroy(dev);
	platform_device_unregister(platform);
	iommu_device_unregister(&iommu);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void faults_are_reported_and_answered_as_linux_does(void **state)
{
	machine_run(0, all, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(faults_are_reported_and_answered_as_linux_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
