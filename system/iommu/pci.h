/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI endpoints as IOMMU drivers see them: configuration space behind one window
 * (ECAM), and on it what Linux's drivers/pci/ats.c offers.
 */
#ifndef SYSTEM_PCI_H
#define SYSTEM_PCI_H

#include <linux/types.h>

#include "models/device/pcie.h"

struct sys_pci_host;

/* An endpoint's configuration space, and where its capabilities are. */
struct sys_pci {
	void __iomem *config;
	u32 ats, pri, pasid; /* 0: it has none */
};

/** sys_pci_host_create() - a window with room for @nr endpoints, arena; NULL without memory. */
struct sys_pci_host *sys_pci_host_create(u32 nr);

/** sys_pci_host_add() - endpoint @number is @model. */
void sys_pci_host_add(struct sys_pci_host *host, u32 number, struct dev_pcie *model);

/**
 * sys_pci_host_probe() - map the window
 * Context: boot thread, before sys_pci_probe().
 * Return: 0 or -ENOMEM.
 */
int sys_pci_host_probe(struct sys_pci_host *host);

/** sys_pci_probe() - find the capabilities of endpoint @number. Context: sim thread. */
void sys_pci_probe(struct sys_pci_host *host, u32 number, struct sys_pci *pci);

/* The rest. Context: sim thread; each takes the time of its configuration accesses, none sleeps. */

void sys_pci_enable_pasid(struct sys_pci *pci);
/* Smallest translation unit of 4 KiB. */
void sys_pci_enable_ats(struct sys_pci *pci);
void sys_pci_disable_ats(struct sys_pci *pci);

/**
 * sys_pci_enable_pri() - let the endpoint send page requests, after a reset
 * @nr_requests: that it may have outstanding; it gets no more than it is able to
 *
 * Return: 0; -EBUSY while requests from before are outstanding.
 */
int sys_pci_enable_pri(struct sys_pci *pci, u32 nr_requests);
void sys_pci_disable_pri(struct sys_pci *pci);
/* Forget what is outstanding. PRI is off. */
void sys_pci_reset_pri(struct sys_pci *pci);
/* Off, and nothing is outstanding. */
bool sys_pci_pri_has_stopped(struct sys_pci *pci);
/* Does a response need the PASID of the request? */
bool sys_pci_prg_resp_pasid_required(struct sys_pci *pci);

#endif
