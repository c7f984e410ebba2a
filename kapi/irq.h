/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines, as whoever wires the machine sees them: a line has a number
 * for request_threaded_irq() and a CPU that takes it; a doorbell raises it.
 */
#ifndef KAPI_IRQ_H
#define KAPI_IRQ_H

#include "sim/cpu.h"

/** kapi_irq_create() - a new line that CPU @cpu takes. Return: its number, or -ENOMEM. */
int kapi_irq_create(u32 cpu);

/**
 * kapi_irq_raise() - signal the line (an edge); while it is masked, disabled or
 * has no handler, it stays pending, once.
 * Context: anywhere.
 */
void kapi_irq_raise(unsigned int irq);

/** kapi_irq_line() - the simulated line, for its counters. */
const struct sim_irq *kapi_irq_line(unsigned int irq);

#endif
