// SPDX-License-Identifier: GPL-2.0-only
/*
 * An Intel VT-d unit in a program of one's own, with the clock: what embed.c does at
 * once takes its time here, and the device is told when its access is translated.
 *
 *	cc examples/embed_vtd.c $(pkg-config --cflags --libs iopfsim)
 *
 * What is in the tables is said in the VT-d specification, chapters 9 and 11.
 */
#include <iopfsim/event.h>
#include <iopfsim/sim.h>
#include <iopfsim/vtd.h>
#include <stdio.h>

/* Registers (11.4), and the bits of GCMD, which GSTS shows when they have taken effect. */
enum { CAP = 0x08, GCMD = 0x18, GSTS = 0x1c, RTADDR = 0x20, FSTS = 0x34 };
#define SRTP (1U << 30) /* use the root table that RTADDR says */
#define TE (1U << 31)	/* translate */

/* 64 KiB of memory that this program owns; the unit finds them at RAM. */
#define RAM 0x80000000ULL
static __u64 ram[0x10000 / 8];

/* What lies where in it: root table, context table, four levels of page tables, a page. */
enum { ROOT = 0, CONTEXT = 0x1000, L4 = 0x2000, L3 = 0x3000, L2 = 0x4000, L1 = 0x5000 };
enum { PAGE = 0x8000 };

/* The requester ID of our device: bus 1, device 2, function 0. */
enum { BUS = 1, DEVFN = 2 << 3, SOURCE_ID = BUS << 8 | DEVFN };

static void build_tables(void)
{
	ram[ROOT / 8 + 2 * BUS] = (RAM + CONTEXT) | 1; /* present */
	ram[CONTEXT / 8 + 2 * DEVFN] = (RAM + L4) | 1; /* present, type: second stage */
	ram[CONTEXT / 8 + 2 * DEVFN + 1] = 7 << 8 | 2; /* domain 7, addresses of 48 bits */
	ram[L4 / 8] = (RAM + L3) | 3;		       /* readable, writable */
	ram[L3 / 8] = (RAM + L2) | 3;
	ram[L2 / 8] = (RAM + L1) | 3;
	ram[L1 / 8 + 1] = (RAM + PAGE) | 3; /* 0x1000 leads to RAM + PAGE */
}

/* A command of GCMD takes effect after a while: let time pass until nothing is to do. */
static void command(struct vtd *vtd, __u32 bit)
{
	vtd_mmio_write(vtd, GCMD, bit, 4);
	sim_run(SIM_TIME_NEVER);
	printf("%6llu ns: GSTS is 0x%08llx\n", sim_now_ps() / SIM_PS_PER_NS,
	       vtd_mmio_read(vtd, GSTS, 4));
}

/* The time becomes @ps. sim_run() leaves it at the last event, if there is none further on. */
static void run_until(__u64 ps)
{
	if (sim_run(ps) == SIM_RUN_IDLE)
		sim_try_advance(ps);
}

/* The port has done with an access that was pending. */
static void completed(struct port_access *access)
{
	printf("%6llu ns: write at 0x%llx ", sim_now_ps() / SIM_PS_PER_NS, access->iova);
	if (access->status == PORT_DONE)
		printf("goes to 0x%llx\n", access->pa);
	else
		printf("is aborted\n");
}

/* The device writes 64 bytes. */
static void write_at(struct port *port, __u64 iova)
{
	struct port_access access = {
		.iova = iova, .len_bytes = 64, .is_write = true, .complete = completed};

	access.status = port->ops->translate(port, &access);
	if (access.status == PORT_PENDING) {
		sim_run(SIM_TIME_NEVER); /* calls completed() */
		return;
	}
	/* The IOTLB knew. It answers at once and says when that is; the time is ours to pass. */
	run_until(access.done_ps);
	completed(&access);
}

/* The first fault recording register; CAP says where they are. */
static void print_fault(struct vtd *vtd)
{
	__u32 offset = (vtd_mmio_read(vtd, CAP, 8) >> 24 & 0x3ff) * 16;
	__u64 info = vtd_mmio_read(vtd, offset, 8);
	__u64 what = vtd_mmio_read(vtd, offset + 8, 8);

	if (!(what >> 63)) /* F */
		return;
	printf("fault: reason 0x%llx, requester 0x%llx, page 0x%llx\n", what >> 32 & 0xff,
	       what & 0xffff, info);
	vtd_mmio_write(vtd, offset + 8, 1ULL << 63, 8); /* seen */
}

int main(void)
{
	struct mem_params mem_params;
	struct vtd_params vtd_params;
	struct vtd *vtd;
	struct mem *mem;
	struct port *port;

	if (sim_init(1, 0)) /* a machine: seed 1, an arena of the usual size */
		return 1;
	mem_params_default(&mem_params);
	mem_params.size_bytes = 0; /* no memory but ours */
	mem = mem_create(&mem_params);
	if (!mem || mem_add_region(mem, RAM, ram, sizeof(ram)))
		return 1;
	vtd_params_default(&vtd_params);
	vtd = vtd_create(&vtd_params, mem, 0);
	port = vtd ? vtd_port_create(vtd, SOURCE_ID) : NULL;
	if (!port)
		return 1;

	build_tables();
	vtd_mmio_write(vtd, RTADDR, RAM + ROOT, 8);
	command(vtd, SRTP);
	command(vtd, TE);
	write_at(port, 0x1040); /* walks the tables */
	write_at(port, 0x1080); /* finds the page in the IOTLB */
	write_at(port, 0x2040); /* there is no such page */
	print_fault(vtd);	/* 5 is a write without permission */

	vtd_destroy(vtd);
	mem_destroy(mem);
	sim_finish();
	return 0;
}
