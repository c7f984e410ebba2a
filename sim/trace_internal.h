/* SPDX-License-Identifier: GPL-2.0-only */
/* Between sim.c and trace.c. */
#ifndef SIM_TRACE_INTERNAL_H
#define SIM_TRACE_INTERNAL_H

/* As at the start of a machine: on, no sink. */
void sim_trace_init(void);

#endif
