// SPDX-License-Identifier: GPL-2.0-only
/*
 * An Arm SMMUv3 in a program of one's own: memory, a stream table, a page table, the
 * registers, an access that is translated and one that faults. Needs nothing but the
 * installed library:
 *
 *	cc examples/embed.c $(pkg-config --cflags --libs iopfsim)
 *
 * What is in the tables is said in the SMMU's specification, Arm IHI 0070.
 */
#include <iopfsim/sim.h>
#include <iopfsim/smmuv3.h>
#include <stdio.h>

/* Registers (chapter 6): offsets, and the bits of CR0 that switch things on. */
enum { CR0 = 0x20, STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90 };
enum { EVTQ_BASE = 0xa0, EVTQ_PROD = 0x100a8, EVTQ_CONS = 0x100ac };
enum { SMMUEN = 1 << 0, EVTQEN = 1 << 2, CMDQEN = 1 << 3 };

/* 64 KiB of memory that this program owns; the SMMU finds them at RAM. */
#define RAM 0x80000000ULL
static __u64 ram[0x10000 / 8];

/* What lies where in it. */
enum { STRTAB = 0, CD = 0x1000, L1 = 0x2000, L2 = 0x3000, L3 = 0x4000 };
enum { CMDQ = 0x5000, EVTQ = 0x6000, PAGE = 0x8000 };

#define STREAM 3 /* the StreamID of our device */

/* A linear stream table of 8 entries (STEs), of which one is valid. */
static void build_stream_table(void)
{
	__u64 *ste = &ram[(STRTAB + 64 * STREAM) / 8];
	__u64 *cd = &ram[CD / 8];

	ste[0] = 1 | 5 << 1 | (RAM + CD); /* V, Config: stage 1, S1ContextPtr */
	cd[0] = 25 |			  /* T0SZ: addresses of 64 - 25 = 39 bits, pages of 4 KiB */
		1ULL << 30 |		  /* EPD1: no second table, for high addresses */
		1ULL << 31 |		  /* V */
		5ULL << 32 |		  /* IPS: physical addresses of 48 bits */
		1ULL << 41 |		  /* AA64 */
		1ULL << 45 |		  /* R: record faults */
		1ULL << 46;		  /* A: abort what faults */
	cd[1] = RAM + L1;		  /* TTB0 */
}

/* Three levels of tables map one page: 0x1000 to RAM + PAGE. */
static void build_page_table(void)
{
	ram[L1 / 8] = (RAM + L2) | 3; /* a table */
	ram[L2 / 8] = (RAM + L3) | 3;
	ram[L3 / 8 + 1] = (RAM + PAGE) | 3 | 1 << 6 | 1 << 10; /* a page; AP: EL0 too; AF */
}

/* What a driver does: where the tables and queues are, then on. */
static void program(struct smmu *smmu)
{
	smmu_mmio_write(smmu, STRTAB_BASE, RAM + STRTAB, 8);
	smmu_mmio_write(smmu, STRTAB_BASE_CFG, 3, 4);	       /* 2^3 entries */
	smmu_mmio_write(smmu, CMDQ_BASE, (RAM + CMDQ) | 4, 8); /* 2^4 commands */
	smmu_mmio_write(smmu, EVTQ_BASE, (RAM + EVTQ) | 4, 8); /* 2^4 events */
	smmu_mmio_write(smmu, CR0, SMMUEN | EVTQEN | CMDQEN, 4);
}

/* The device writes 64 bytes. Without a clock the answer is there at once. */
static void write_at(struct port *port, __u64 iova)
{
	struct port_access access = {.iova = iova, .len_bytes = 64, .is_write = true};

	if (port->ops->translate(port, &access) == PORT_DONE)
		printf("write at 0x%llx: goes to 0x%llx\n", iova, access.pa);
	else
		printf("write at 0x%llx: aborted\n", iova);
}

/* Read the event queue as a driver does: from CONS to PROD, then move CONS. */
static void print_events(struct smmu *smmu)
{
	__u64 prod = smmu_mmio_read(smmu, EVTQ_PROD, 4);
	__u64 cons = smmu_mmio_read(smmu, EVTQ_CONS, 4);

	for (; cons != prod; cons = (cons + 1) % 32) { /* 16 entries, and the wrap bit */
		const __u64 *event = &ram[(EVTQ + cons % 16 * 32) / 8];

		printf("event 0x%02llx from stream %llu at 0x%llx\n", event[0] & 0xff,
		       event[0] >> 32, event[2]);
	}
	smmu_mmio_write(smmu, EVTQ_CONS, cons, 4);
}

int main(void)
{
	struct mem_params mem_params;
	struct smmu_params smmu_params;
	struct smmu *smmu;
	struct mem *mem;
	struct port *port;

	if (sim_init(1, 0)) /* a machine: seed 1, an arena of the usual size */
		return 1;
	mem_params_default(&mem_params);
	mem_params.size_bytes = 0; /* no memory but ours */
	mem = mem_create(&mem_params);
	if (!mem || mem_add_region(mem, RAM, ram, sizeof(ram)))
		return 1;
	smmu_params_default(&smmu_params);
	smmu = smmu_create(&smmu_params, mem, 0);
	port = smmu ? smmu_port_create(smmu, STREAM) : NULL;
	if (!port)
		return 1;
	smmu_set_clockless(smmu, true);

	build_stream_table();
	build_page_table();
	program(smmu);
	write_at(port, 0x1040);
	write_at(port, 0x2040); /* there is no such page */
	print_events(smmu);	/* 0x10 is F_TRANSLATION */

	smmu_destroy(smmu);
	mem_destroy(mem);
	sim_finish();
	return 0;
}
