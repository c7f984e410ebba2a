/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: initialization is called by name. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#define __init
#define __exit
#define __initdata
#ifndef __ro_after_init
#define __ro_after_init
#endif

#endif
