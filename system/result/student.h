/* SPDX-License-Identifier: GPL-2.0-only */
/* Student's t distribution: half of a 95 % confidence interval of a mean, in standard errors. */
#ifndef SYSTEM_RESULT_STUDENT_H
#define SYSTEM_RESULT_STUDENT_H

#include "sim/types.h"

/**
 * sys_student_t() - the 97.5th percentile of the distribution, in thousandths
 * @freedom: degrees of freedom, 1 or more; between those of the table the next lower one's
 */
u32 sys_student_t(u32 freedom);

#endif
