/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: there is one program. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#define EXPORT_SYMBOL(sym) extern int kapi_export_unused
#define EXPORT_SYMBOL_GPL(sym) extern int kapi_export_unused

#endif
