// SPDX-License-Identifier: GPL-2.0-only
/* A build without a kernel refuses driver linux, and says what it takes. */
#include "tests/system/run_workload.h"

#include <errno.h>

static void the_kernels_drivers_are_refused_with_what_they_take(void **state)
{
	const char *settings[] = {"driver=linux", NULL};
	struct wl_workload *workload = load_workload("workloads/uadk-sva.yaml", settings);
	char message[TEXT_MESSAGE_MAX] = "";

	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), -EINVAL);
	assert_string_equal(message,
			    "driver linux needs a kernel: build with 'scripts/linux build TREE -o "
			    "DIR', and run DIR/iopfsim (docs/linux-drivers.md)");
	free_workload(workload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernels_drivers_are_refused_with_what_they_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
