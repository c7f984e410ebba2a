// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queued invalidation (VT-d 6.5.2) as Linux's qi_submit_sync() does it: one spinlock orders
 * the writers; whoever submits adds a wait descriptor of its own and polls its status word
 * with interrupts off, and with the lock, which it lets go between two looks. A look at a
 * wait that is not over reads FSTS. The first one is taken at once, further ones when the
 * word or FSTS has changed: those in between would find nothing. What they would cost, the
 * lock's cache line and the register's reads, is left out.
 *
 * An error stops the queue, and FSTS says which (6.5.2.11). A descriptor that the hardware
 * refuses is replaced by one that does nothing, or, where it was somebody's wait, by that: so
 * that nobody's wait ends before what it is for. (Linux puts the wait of the submission there, and
 * ends it.) A device-TLB that did not answer in time aborts the waits, and what they were to
 * wait for is submitted again.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/printk.h>

#include <errno.h>

#include "models/vtd/regs.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/iommu/memory.h"
#include "system/vtd/driver.h"

/* A CPU that polls; on its stack. Under nobody's lock: a CPU is added and goes by itself. */
struct sys_vtd_qi_waiter {
	struct sim_thread *thread;
	u32 index;
	bool is_spinning;
	struct sys_vtd_qi_waiter *next;
};

static void end_spin(const struct sys_vtd *vtd, struct sys_vtd_qi_waiter *waiter)
{
	if (!waiter->is_spinning)
		return;
	waiter->is_spinning = false;
	sim_spin_end(waiter->thread, vtd->iommu.config->cpu.line_memory_ps);
}

/* The hardware writes the word: the line moves to who polls it. */
static void on_status(void *opaque, u64 offset, u32 data)
{
	struct sys_vtd *vtd = opaque;
	u32 index = ring_index(offset / 4, SYS_VTD_QI_LG2);

	vtd->qi.status[index] = data;
	for (struct sys_vtd_qi_waiter *waiter = vtd->qi.waiters; waiter; waiter = waiter->next) {
		if (waiter->index == index)
			end_spin(vtd, waiter);
	}
}

/* The hardware sets a bit of FSTS. */
static void on_fault_status(void *opaque)
{
	struct sys_vtd *vtd = opaque;

	vtd->qi.has_fault = true;
	for (struct sys_vtd_qi_waiter *waiter = vtd->qi.waiters; waiter; waiter = waiter->next)
		end_spin(vtd, waiter);
}

static pa_t status_word(const struct sys_vtd *vtd, u32 index)
{
	return SYS_VTD_STATUS_WORDS + 4ULL * (SYS_VTD_QI_LENGTH * vtd->iommu.number + index);
}

int sys_vtd_qi_init(struct sys_vtd *vtd)
{
	struct sys_vtd_qi *qi = &vtd->qi;

	spin_lock_init(&qi->lock);
	vtd_set_status_watch(vtd->model, on_fault_status, vtd);
	qi->nr_free = SYS_VTD_QI_LENGTH;
	qi->base = sys_iommu_alloc(&vtd->iommu, SYS_VTD_QI_LENGTH * SYS_VTD_QI_BYTES);
	if (!qi->base)
		return -ENOMEM;
	return mem_add_doorbell(vtd->iommu.mem,
				&(struct mem_doorbell){.pa = status_word(vtd, 0),
						       .bytes = 4 * SYS_VTD_QI_LENGTH,
						       .fn = on_status,
						       .opaque = vtd});
}

/* --- called with the lock --- */

static void write_desc(struct sys_vtd *vtd, u32 index, u64 word0, u64 word1)
{
	const u64 words[4] = {word0, word1};

	sim_charge_cost(vtd->iommu.config->host.cmd_build_ps);
	sim_settle();
	sys_iommu_write(&vtd->iommu, vtd->qi.base + SYS_VTD_QI_BYTES * index, words, 4);
	vtd->qi.status[index] = SYS_VTD_QI_IN_USE;
}

static void write_wait(struct sys_vtd *vtd, u32 index, bool drains)
{
	write_desc(vtd, index,
		   INVDESC_TYPE_WAIT | INVDESC_WAIT_0_SW | (drains ? INVDESC_WAIT_0_PD : 0) |
			   FIELD_PREP(INVDESC_WAIT_0_DATA, (u64)SYS_VTD_QI_DONE),
		   status_word(vtd, index));
	vtd->qi.status[index] = SYS_VTD_QI_AWAITED;
}

/* Room for @nr and their wait, and one that stays free. */
static void wait_for_room(struct sys_vtd *vtd, u32 nr, unsigned long *flags)
{
	while (vtd->qi.nr_free < nr + 2) {
		spin_unlock_irqrestore(&vtd->qi.lock, *flags);
		cpu_relax();
		spin_lock_irqsave(&vtd->qi.lock, *flags);
	}
}

/* What is not free lies between the two ends; one place always is. */
static void check_places(const struct sys_vtd_qi *qi)
{
	u32 nr_used = ring_index(qi->free_head - qi->free_tail, SYS_VTD_QI_LG2);

	sim_assert(qi->nr_free && nr_used + qi->nr_free == SYS_VTD_QI_LENGTH);
}

static void reclaim(struct sys_vtd_qi *qi)
{
	while (qi->status[qi->free_tail] == SYS_VTD_QI_DONE ||
	       qi->status[qi->free_tail] == SYS_VTD_QI_ABORTED) {
		qi->status[qi->free_tail] = SYS_VTD_QI_FREE;
		qi->free_tail = ring_index(qi->free_tail + 1, SYS_VTD_QI_LG2);
		qi->nr_free++;
	}
	check_places(qi);
}

static u32 head_index(struct sys_vtd *vtd)
{
	return readl(vtd->base + DMAR_IQH_REG) / SYS_VTD_QI_BYTES;
}

/* The waits that were pending are gone: those that the head has passed. */
static void abort_waits(struct sys_vtd *vtd)
{
	u32 tail = readl(vtd->base + DMAR_IQT_REG) / SYS_VTD_QI_BYTES;
	u32 i = head_index(vtd);

	do {
		i = ring_index(i - 1, SYS_VTD_QI_LG2);
		if (vtd->qi.status[i] == SYS_VTD_QI_AWAITED)
			vtd->qi.status[i] = SYS_VTD_QI_ABORTED;
	} while (i != tail && vtd->qi.status[i] != SYS_VTD_QI_FREE);
}

static void replace_refused(struct sys_vtd *vtd)
{
	u32 head = head_index(vtd);

	pr_err("dmar%u: descriptor %u refused, error %llu\n", vtd->iommu.number, head,
	       readq(vtd->base + DMAR_IQERCD_REG) & IQERCD_IQEI);
	if (vtd->qi.status[head] == SYS_VTD_QI_AWAITED)
		write_wait(vtd, head, false);
	else
		write_desc(vtd, head, INVDESC_TYPE_WAIT, 0);
}

/* Linux: qi_check_fault(). What comes after the read is a change, for the next look. */
static void check_fault(struct sys_vtd *vtd)
{
	u32 fault;

	vtd->qi.has_fault = false;
	fault = readl(vtd->base + DMAR_FSTS_REG);
	if (fault & FSTS_IQE) {
		replace_refused(vtd);
		writel(FSTS_IQE, vtd->base + DMAR_FSTS_REG);
	}
	if (fault & FSTS_ITE) {
		pr_err("dmar%u: device %llu did not complete an invalidation in time\n",
		       vtd->iommu.number,
		       FIELD_GET(IQERCD_ITESID, readq(vtd->base + DMAR_IQERCD_REG)));
		abort_waits(vtd);
		writel(FSTS_ITE, vtd->base + DMAR_FSTS_REG);
	}
	if (fault & FSTS_ICE)
		writel(FSTS_ICE, vtd->base + DMAR_FSTS_REG);
}

/* --- submitting --- */

/* With the lock, which is not held while polling. */
static void poll(struct sys_vtd *vtd, u32 index)
{
	struct sys_vtd_qi *qi = &vtd->qi;
	struct sys_vtd_qi_waiter self = {sim_thread_self(), index, false, qi->waiters};
	struct sys_vtd_qi_waiter **link = &qi->waiters;

	qi->waiters = &self;
	while (qi->status[index] == SYS_VTD_QI_AWAITED) {
		check_fault(vtd);
		spin_unlock(&qi->lock);
		sim_settle();
		if (qi->status[index] == SYS_VTD_QI_AWAITED && !qi->has_fault) {
			self.is_spinning = true;
			sim_spin();
		}
		spin_lock(&qi->lock);
	}
	while (*link != &self)
		link = &(*link)->next;
	*link = self.next;
}

struct submission {
	const u64 (*descs)[2];
	u32 nr;
	bool drains;
	const struct port_fault *answered; /* NULL: it is no response */
};

/* From here on the hardware may carry it out. */
static void hand_over(struct sys_vtd *vtd, const struct submission *s)
{
	writel(vtd->qi.free_head * SYS_VTD_QI_BYTES, vtd->base + DMAR_IQT_REG);
	if (s->answered)
		sys_collect_stamp(vtd->iommu.collect, vtd->iommu.number, *s->answered,
				  SYS_STAGE_ANSWERED);
}

static void poll_noted(struct sys_vtd *vtd, u32 index, const struct submission *s)
{
	u64 from_ps = sim_now_ps();

	poll(vtd, index);
	if (s->answered)
		return;
	vtd->qi_waits.nr++;
	vtd->qi_waits.total_ps += sim_now_ps() - from_ps;
}

/* Return: were they carried out? */
static bool submit_once(struct sys_vtd *vtd, const struct submission *s)
{
	struct sys_vtd_qi *qi = &vtd->qi;
	unsigned long flags;
	u32 index, wait_index;
	bool is_done;

	spin_lock_irqsave(&qi->lock, flags);
	wait_for_room(vtd, s->nr, &flags);
	index = qi->free_head;
	wait_index = ring_index(index + s->nr, SYS_VTD_QI_LG2);
	for (u32 i = 0; i < s->nr; i++)
		write_desc(vtd, ring_index(index + i, SYS_VTD_QI_LG2), s->descs[i][0],
			   s->descs[i][1]);
	write_wait(vtd, wait_index, s->drains);
	qi->free_head = ring_index(wait_index + 1, SYS_VTD_QI_LG2);
	qi->nr_free -= s->nr + 1;
	check_places(qi);
	hand_over(vtd, s);
	poll_noted(vtd, wait_index, s);
	is_done = qi->status[wait_index] == SYS_VTD_QI_DONE;
	for (u32 i = 0; i < s->nr; i++)
		qi->status[ring_index(index + i, SYS_VTD_QI_LG2)] = SYS_VTD_QI_DONE;
	reclaim(qi);
	spin_unlock_irqrestore(&qi->lock, flags);
	return is_done;
}

static void measure(struct sys_vtd *vtd, u64 word0, u64 began_ps)
{
	enum sys_vtd_latency_kind kind;

	switch (FIELD_GET(INVDESC_0_TYPE, word0)) {
	case INVDESC_TYPE_IOTLB:
	case INVDESC_TYPE_PIOTLB:
		kind = SYS_VTD_LATENCY_IOTLB;
		break;
	case INVDESC_TYPE_DEVTLB:
	case INVDESC_TYPE_PDEVTLB:
		kind = SYS_VTD_LATENCY_DEVTLB;
		break;
	case INVDESC_TYPE_IEC:
		kind = SYS_VTD_LATENCY_IEC;
		break;
	default:
		return;
	}
	sim_settle();
	sys_iommu_latency_add(&vtd->latencies[kind], sim_now_ps() - began_ps);
}

static void submit(struct sys_vtd *vtd, const struct submission *s)
{
	u64 began_ps;

	sim_settle();
	began_ps = sim_now_ps();
	while (!submit_once(vtd, s))
		continue;
	if (s->nr)
		measure(vtd, s->descs[0][0], began_ps);
}

void sys_vtd_submit(struct sys_vtd *vtd, const u64 (*descs)[2], u32 nr, bool drains)
{
	const struct submission s = {.descs = descs, .nr = nr, .drains = drains};

	submit(vtd, &s);
}

void sys_vtd_submit_response(struct sys_vtd *vtd, const u64 desc[2], struct port_fault fault)
{
	const u64 descs[1][2] = {{desc[0], desc[1]}};
	const struct submission s = {.descs = descs, .nr = 1, .answered = &fault};

	submit(vtd, &s);
}
