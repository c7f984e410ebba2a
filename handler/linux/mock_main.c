// SPDX-License-Identifier: GPL-2.0-only
/*
 * pfh_mock.ko: the mock IOMMU and the scenarios, for pfh_test.ko. It stays once
 * it is loaded: Linux 6.1 keeps pointing at the operations of an IOMMU driver
 * that has gone. Loads where no other IOMMU driver is active.
 */
#include <linux/module.h>

#include "../scenario/mock_iommu.h"
#include "../scenario/scenario.h"
#include "mock_break.h"
#include "test_params.h"

/* pfh_test.ko's, but KUnit runs its suite before its own parameters are read. */
char *test_only = "";
module_param_named(only, test_only, charp, 0444);
MODULE_PARM_DESC(only, "test only scenarios whose name contains this");
EXPORT_SYMBOL_GPL(test_only);

char *test_design = "";
module_param_named(design, test_design, charp, 0444);
MODULE_PARM_DESC(design,
		 "test only this design; default: all but the posted one, which upsets lockdep");
EXPORT_SYMBOL_GPL(test_design);

bool test_all;
module_param_named(all, test_all, bool, 0444);
MODULE_PARM_DESC(all, "test every design with every dispatch, not with two of them in turn");
EXPORT_SYMBOL_GPL(test_all);

EXPORT_SYMBOL_GPL(scn_run);
EXPORT_SYMBOL_GPL(scn_failure_on);
EXPORT_SYMBOL_GPL(scn_table);
EXPORT_SYMBOL_GPL(scn_table_size);

static int __init mock_module_init(void)
{
	int err = mock_iommu_register();

	if (err)
		return err;
	err = mock_break_init();
	if (err)
		mock_iommu_unregister();
	return err;
}

module_init(mock_module_init);

MODULE_DESCRIPTION("Mock IOMMU and scenarios of iopfsim's fault handler");
MODULE_LICENSE("GPL");
