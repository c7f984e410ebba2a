/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: see linux/module.h. */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#define module_param(name, type, perm) extern int kapi_export_unused
#define module_param_named(name, value, type, perm) extern int kapi_export_unused
#define MODULE_PARM_DESC(name, text) extern int kapi_export_unused

#endif
