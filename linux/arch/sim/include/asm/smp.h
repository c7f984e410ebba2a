/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: which CPU this is. */
#ifndef _ASM_SIM_SMP_H
#define _ASM_SIM_SMP_H
#include <ksim.h>
#include <linux/cpumask.h>
#define raw_smp_processor_id() ksim_cpu()
void arch_send_call_function_single_ipi(int cpu);
void arch_send_call_function_ipi_mask(const struct cpumask *mask);
#endif
