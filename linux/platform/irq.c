// SPDX-License-Identifier: GPL-2.0-only
/* An interrupt controller: lines of the machine below, the kernel's own interrupt core above. */
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/kernel_stat.h>
#include <linux/msi.h>

#include "platform.h"

#define NR_LINES 1024

DEFINE_PER_CPU(struct kernel_stat, kstat);
int __init arch_probe_nr_irqs(void);
int __init arch_early_irq_init(void);

static unsigned int irq_of_line[NR_LINES]; /* 0: none */

static void do_nothing(struct irq_data *data)
{
}

/* Where a line goes is the machine's: it stays there, and so does its thread. */
static int set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	unsigned int cpu = (unsigned long)irq_data_get_irq_chip_data(data);

	irq_data_update_effective_affinity(data, cpumask_of(cpu));
	return IRQ_SET_MASK_OK;
}

static struct irq_chip chip = {
	.name = "sim",
	.irq_mask = do_nothing,
	.irq_unmask = do_nothing,
	.irq_ack = do_nothing,
	.irq_set_affinity = set_affinity,
};

int ksim_irq_of_line(unsigned int line, unsigned int cpu)
{
	int irq;

	if (line >= NR_LINES)
		return -EINVAL;
	irq = irq_alloc_desc(0);
	if (irq <= 0)
		return irq ? irq : -ENOSPC;
	irq_set_chip_and_handler(irq, &chip, handle_edge_irq);
	irq_set_chip_data(irq, (void *)(unsigned long)cpu);
	irq_modify_status(irq, IRQ_NOREQUEST, 0);
	irq_of_line[line] = irq;
	return irq;
}

void ksim_irq(unsigned int line)
{
	preempt_count_add(HARDIRQ_OFFSET);
	ksim_hardirq_enter();
	if (line == ksim_machine()->timer_line) {
		ksim_jiffies_update();
		ksim_rcu_run();
		ksim_irq_works_run();
		ksim_timers_run();
	} else {
		ksim_interrupted(line);
		generic_handle_irq(irq_of_line[line]);
	}
	ksim_hardirq_exit();
	preempt_count_sub(HARDIRQ_OFFSET);
}

int __init arch_probe_nr_irqs(void)
{
	return 64;
}

int __init arch_early_irq_init(void)
{
	return 0;
}

unsigned int arch_dynirq_lower_bound(unsigned int from)
{
	return from;
}
