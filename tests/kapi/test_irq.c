// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts and registers:
 *  - the hard handler runs on the line's CPU and may not sleep, the thread runs
 *    on the same CPU, above normal threads, and may;
 *  - a one-shot line is masked until its thread has run, and an edge meanwhile
 *    is taken afterwards: no edge is lost, many may become one;
 *  - an edge while disabled or without handler is taken later;
 *  - synchronize_irq() and free_irq() wait for handler and thread;
 *  - a register access costs what the platform says, and happens at its end.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/sched.h>

#include "kapi/irq.h"

struct line {
	int irq;
	u32 nr_hard, nr_thread, nr_in_thread;
	u32 hard_cpu, thread_cpu;
	u64 hard_ps, thread_ps;
	u32 thread_us;
	bool slept;
};

static irqreturn_t hard(int irq, void *dev_id)
{
	struct line *line = dev_id;

	assert_int_equal(irq, line->irq);
	assert_true(in_hardirq());
	assert_false(sim_may_sleep());
	line->nr_hard++;
	line->hard_cpu = smp_processor_id();
	line->hard_ps = machine_now_ps();
	return IRQ_WAKE_THREAD;
}

static irqreturn_t threaded(int irq, void *dev_id)
{
	struct line *line = dev_id;

	assert_false(in_hardirq());
	line->nr_thread++;
	line->nr_in_thread++;
	line->thread_cpu = smp_processor_id();
	line->thread_ps = machine_now_ps();
	if (line->slept)
		msleep(1);
	udelay(line->thread_us);
	sim_settle();
	line->nr_in_thread--;
	return IRQ_HANDLED;
}

static void line_init(struct line *line, u32 cpu)
{
	*line = (struct line){.irq = kapi_irq_create(cpu)};
	assert_true(line->irq > 0);
}

static void busy(void *arg)
{
	udelay(10000);
}

static void take_one(void *arg)
{
	struct line line;
	u64 start_ps;

	line_init(&line, 3);
	assert_int_equal(request_threaded_irq(line.irq, hard, threaded, 0, "t", &line), 0);
	assert_int_equal(request_threaded_irq(line.irq, hard, threaded, 0, "t", &line), -EBUSY);
	assert_int_equal(request_irq(999, hard, 0, "t", &line), -EINVAL);
	assert_int_equal(request_threaded_irq(line.irq, NULL, NULL, 0, "t", &line), -EINVAL);
	line.slept = true;
	/* CPU 3 is busy: the thread does not wait for it. */
	machine_start(3, busy, NULL);
	msleep(1);
	start_ps = machine_now_ps();
	kapi_irq_raise(line.irq);
	msleep(4);
	assert_int_equal(line.nr_hard, 1);
	assert_int_equal(line.nr_thread, 1);
	assert_int_equal(line.hard_cpu, 3);
	assert_int_equal(line.thread_cpu, 3);
	assert_int_equal(line.hard_ps - start_ps, 300 * NS);
	assert_in_range(line.thread_ps - line.hard_ps, 1, 5 * SIM_PS_PER_US);
	free_irq(line.irq, &line);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void hard_handler_then_thread_on_the_lines_cpu(void **state)
{
	machine_run(0, take_one, NULL);
}

/* Edges at every distance; the thread must run after the last one. */
static void edges(unsigned long flags, bool is_masked)
{
	struct line line;

	line_init(&line, 1);
	line.thread_us = 20;
	assert_int_equal(request_threaded_irq(line.irq, hard, threaded, flags, "t", &line), 0);
	for (u32 gap_ns = 0; gap_ns < 60000; gap_ns += 711) {
		u32 nr_hard = line.nr_hard;
		u64 last_ps;

		kapi_irq_raise(line.irq);
		ndelay(gap_ns);
		last_ps = machine_now_ps();
		kapi_irq_raise(line.irq);
		udelay(10);
		sim_settle();
		if (is_masked && gap_ns > 5000 && gap_ns < 10000)
			assert_int_equal(line.nr_hard, nr_hard + 1);
		msleep(1);
		assert_true(line.thread_ps >= last_ps);
		assert_int_equal(line.nr_in_thread, 0);
	}
	free_irq(line.irq, &line);
}

static void edge_threads(void *arg)
{
	edges(0, false);
	edges(IRQF_ONESHOT, true);
}

static void no_edge_is_lost_and_one_shot_masks(void **state)
{
	machine_run(0, edge_threads, NULL);
}

static void oneshot_without_hard(void *arg)
{
	struct line line;

	line_init(&line, 1);
	assert_int_equal(request_threaded_irq(line.irq, NULL, threaded, 0, "t", &line), -EINVAL);
	/* Before anyone asks for it, and while it is disabled. */
	kapi_irq_raise(line.irq);
	msleep(1);
	assert_int_equal(request_threaded_irq(line.irq, NULL, threaded, IRQF_ONESHOT, "t", &line),
			 0);
	msleep(1);
	assert_int_equal(line.nr_thread, 1);
	disable_irq(line.irq);
	kapi_irq_raise(line.irq);
	kapi_irq_raise(line.irq);
	msleep(1);
	assert_int_equal(line.nr_thread, 1);
	enable_irq(line.irq);
	msleep(1);
	assert_int_equal(line.nr_thread, 2);
	free_irq(line.irq, &line);
}

static void edge_while_disabled_is_taken_later(void **state)
{
	machine_run(0, oneshot_without_hard, NULL);
}

static void wait_for_it(void *arg)
{
	struct line line;

	line_init(&line, 1);
	line.slept = true;
	assert_int_equal(request_threaded_irq(line.irq, hard, threaded, 0, "t", &line), 0);
	kapi_irq_raise(line.irq);
	synchronize_irq(line.irq);
	assert_int_equal(line.nr_thread, 1);
	assert_int_equal(line.nr_in_thread, 0);
	kapi_irq_raise(line.irq);
	udelay(10);
	sim_settle();
	assert_int_equal(line.nr_in_thread, 1);
	free_irq(line.irq, &line);
	assert_int_equal(line.nr_thread, 2);
	assert_int_equal(line.nr_in_thread, 0);
	kapi_irq_raise(line.irq);
	msleep(1);
	assert_int_equal(line.nr_hard, 2);
}

static void freeing_waits_for_handler_and_thread(void **state)
{
	machine_run(0, wait_for_it, NULL);
}

static void fail_request(void *arg)
{
	struct line line;

	line_init(&line, 1);
	for (u32 nth = 1; nth <= 2; nth++) {
		kapi_fail_nth(nth);
		assert_int_equal(request_threaded_irq(line.irq, hard, threaded, 0, "t", &line),
				 -ENOMEM);
		assert_int_equal(kapi_slab_objects(), 0);
	}
	assert_int_equal(request_threaded_irq(line.irq, hard, threaded, 0, "t", &line), 0);
	free_irq(line.irq, &line);
}

static void request_without_memory_leaves_nothing(void **state)
{
	machine_run(0, fail_request, NULL);
}

/* --- registers --- */

struct registers {
	u64 last_offset, last_value, access_ps;
	unsigned int last_bytes;
};

static u64 registers_read(void *opaque, u64 offset, unsigned int bytes)
{
	struct registers *registers = opaque;

	registers->last_offset = offset;
	registers->last_bytes = bytes;
	registers->access_ps = sim_now_ps();
	return 0x1122334455667788 + offset;
}

static void registers_write(void *opaque, u64 offset, u64 value, unsigned int bytes)
{
	struct registers *registers = opaque;

	registers->last_offset = offset;
	registers->last_value = value;
	registers->last_bytes = bytes;
	registers->access_ps = sim_now_ps();
}

static const struct kapi_mmio_ops registers_ops = {
	.read = registers_read,
	.write = registers_write,
};

static void access_registers(void *arg)
{
	struct registers a = {}, b = {};
	u8 __iomem *base_a = kapi_ioremap(&registers_ops, &a);
	u8 __iomem *base_b = kapi_ioremap(&registers_ops, &b);
	u64 start_ps = machine_now_ps();

	assert_int_equal(readl(base_a + 0x10), 0x55667798);
	assert_int_equal(a.access_ps - start_ps, 800 * NS);
	assert_int_equal(a.last_bytes, 4);
	start_ps = machine_now_ps();
	writeq(~0ULL, base_b + 0x100a8);
	assert_int_equal(b.access_ps - start_ps, 150 * NS);
	assert_int_equal(b.last_offset, 0x100a8);
	assert_int_equal(b.last_bytes, 8);
	assert_int_equal(b.last_value, ~0ULL);
	assert_int_equal(a.last_offset, 0x10);
	assert_true(readq(base_b) == 0x1122334455667788);
}

static void register_access_costs_and_happens_at_its_end(void **state)
{
	machine_run(0, access_registers, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(hard_handler_then_thread_on_the_lines_cpu),
		TEST_ON_MACHINE(no_edge_is_lost_and_one_shot_masks),
		TEST_ON_MACHINE(edge_while_disabled_is_taken_later),
		TEST_ON_MACHINE(freeing_waits_for_handler_and_thread),
		TEST_ON_MACHINE(request_without_memory_leaves_nothing),
		TEST_ON_MACHINE(register_access_costs_and_happens_at_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
