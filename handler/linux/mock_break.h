/* SPDX-License-Identifier: GPL-2.0-only */
/* Bugs on purpose, to see that a test run of the kernel fails with them. */
#ifndef PFH_MOCK_BREAK_H
#define PFH_MOCK_BREAK_H

/** mock_break_init() - as the module parameter `break` says. 0, -EINVAL: no such bug. */
int mock_break_init(void);

#endif
