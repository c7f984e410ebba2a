// SPDX-License-Identifier: GPL-2.0-only
/*
 * pfh.ko: the core as a module. Other modules (the mock IOMMU, the tests) use
 * what it exports.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../pfh.h"

module_param_named(extra_delay_ns, pfh_extra_delay_ns, uint, 0644);
module_param_named(pin_batch, pfh_pin_batch, uint, 0644);
MODULE_PARM_DESC(extra_delay_ns, "time spent in the handler for each group, in ns");
module_param_named(partial_tree, pfh_partial_tree, bool, 0644);
MODULE_PARM_DESC(partial_tree, "parts of groups that are not whole wait in a tree, not a list");

static int set_sva_design(const char *value, const struct kernel_param *param)
{
	char name[32];

	strscpy(name, value, sizeof(name));
	return pfh_sva_choose_design(strim(name));
}

static int get_sva_design(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%s\n", pfh_sva_design_name());
}

module_param_call(sva_design, set_sva_design, get_sva_design, NULL, 0644);
MODULE_PARM_DESC(sva_design, "locking design of SVA: mmap-lock, or another of the list");

EXPORT_SYMBOL_GPL(pfh_device_register);
EXPORT_SYMBOL_GPL(pfh_device_unregister);
EXPORT_SYMBOL_GPL(pfh_device_get);
EXPORT_SYMBOL_GPL(pfh_device_put);
EXPORT_SYMBOL_GPL(pfh_report_fault);
EXPORT_SYMBOL_GPL(pfh_respond);
EXPORT_SYMBOL_GPL(pfh_sva_bind);
EXPORT_SYMBOL_GPL(pfh_sva_unbind);
EXPORT_SYMBOL_GPL(pfh_device_capabilities);
EXPORT_SYMBOL_GPL(pfh_device_flush);
EXPORT_SYMBOL_GPL(pfh_discard_partials);
EXPORT_SYMBOL_GPL(pfh_guest_attach);
EXPORT_SYMBOL_GPL(pfh_guest_detach);
EXPORT_SYMBOL_GPL(pfh_guest_respond);
EXPORT_SYMBOL_GPL(pfh_guest_stats);
EXPORT_SYMBOL_GPL(pfh_container_create);
EXPORT_SYMBOL_GPL(pfh_container_destroy);
EXPORT_SYMBOL_GPL(pfh_container_attach);
EXPORT_SYMBOL_GPL(pfh_container_detach);
EXPORT_SYMBOL_GPL(pfh_container_map);
EXPORT_SYMBOL_GPL(pfh_container_unmap);
EXPORT_SYMBOL_GPL(pfh_container_unmap_dirty);
EXPORT_SYMBOL_GPL(pfh_container_set_iopf);
EXPORT_SYMBOL_GPL(pfh_container_pin);
EXPORT_SYMBOL_GPL(pfh_container_unpin);
EXPORT_SYMBOL_GPL(pfh_container_dirty_start);
EXPORT_SYMBOL_GPL(pfh_container_dirty_stop);
EXPORT_SYMBOL_GPL(pfh_container_dirty_get);
EXPORT_SYMBOL_GPL(pfh_container_stats);
EXPORT_SYMBOL_GPL(pfh_container_info);
EXPORT_SYMBOL_GPL(pfh_container_tell_pages);
EXPORT_SYMBOL_GPL(pfh_design_names);
EXPORT_SYMBOL_GPL(pfh_partial_tree);
EXPORT_SYMBOL_GPL(pfh_design_is_as_posted);
EXPORT_SYMBOL_GPL(pfh_sva_design_names);
EXPORT_SYMBOL_GPL(pfh_sva_choose_design);

static int __init pfh_module_init(void)
{
	return pfh_init();
}

static void __exit pfh_module_exit(void)
{
	pfh_exit();
}

module_init(pfh_module_init);
module_exit(pfh_module_exit);

MODULE_DESCRIPTION("I/O page fault handler core of iopfsim");
MODULE_LICENSE("GPL");
