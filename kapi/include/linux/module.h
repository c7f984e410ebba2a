/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: there is one program; parameters are variables, module_init() and module_exit() name
 * functions that somebody else calls. */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>

struct module;
#define THIS_MODULE ((struct module *)NULL)
#define MODULE_LICENSE(text) extern int kapi_export_unused
#define MODULE_AUTHOR(text) extern int kapi_export_unused
#define MODULE_DESCRIPTION(text) extern int kapi_export_unused
#define MODULE_VERSION(text) extern int kapi_export_unused
#define MODULE_ALIAS(text) extern int kapi_export_unused
#define module_init(fn) extern int kapi_export_unused
#define module_exit(fn) extern int kapi_export_unused
#define try_module_get(module) true
#define module_put(module) ((void)(module))

#endif
