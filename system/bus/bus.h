/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine without CPUs and software, as a test bench on its system bus sees
 * it: RAM, the registers of one IOMMU, a window that keeps the interrupt messages written
 * to it, and DMA masters behind the IOMMU, which may be PCIe endpoints. The addresses are
 * those of a machine of QEMU's, so that one test drives both: of virt for an SMMUv3,
 * of q35 for VT-d.
 *
 * No clock drives the IOMMU: what a request sets off has happened when the
 * request returns. A DMA that stalls stays in the machine until software (who
 * uses the bus) answers it through the IOMMU's queues.
 *
 * One process holds one such machine: it lives in the arena (sim/arena.h).
 */
#ifndef SYSTEM_BUS_H
#define SYSTEM_BUS_H

#include "sim/types.h"

/* Of one DMA; more is for several. */
#define SYS_BUS_MAX_DMA_BYTES (64U << 10)
/* Stalled, or ended and not collected. */
#define SYS_BUS_MAX_DMAS 1024
/* Different StreamIDs since the last reset. */
#define SYS_BUS_MAX_STREAMS 256

struct sys_bus;
struct sys_bus_dma;

/* An access to a register. */
struct sys_bus_mmio {
	pa_t pa;
	u32 bytes;
	bool is_write;
	u64 value;
	const char *name; /* of the register; "" where none is */
	u32 offset;	  /* in it */
};

struct sys_bus_attr {
	const char *model; /* "smmuv3" or "vtd" */
	/*
	 * What the IOMMU is able to do; NULL: the model's defaults. "qemu72": as far as the
	 * model can, the ID or capability registers of QEMU 7.2's, and masters that behave
	 * behind an abort as there. For VT-d, properties of its intel-iommu device may
	 * follow: "qemu72,aw-bits=39".
	 */
	const char *profile;
	/* The model's parameters (sys_bus_params()), in place of the profile's; or NULL. */
	const void *params;
	/* Sees each access to a register, behind it; NULL: nobody does. */
	void (*mmio)(void *opaque, const struct sys_bus_mmio *access);
	void *opaque;
};

/**
 * sys_bus_params() - what the model of @attr is able to do with its profile
 * @params: struct smmu_params or struct vtd_params
 *
 * Return: 0, or -EINVAL with @message.
 */
int sys_bus_params(const struct sys_bus_attr *attr, void *params, char *message,
		   size_t message_bytes);

/**
 * sys_bus_create() - build the machine
 * @message: one line if it fails
 *
 * Return: 0; -EINVAL for a model or profile that does not exist, or parameters that do not
 * go together; -ENOMEM;
 * -EBUSY if the process holds a machine already.
 */
int sys_bus_create(struct sys_bus **bus, const struct sys_bus_attr *attr, char *message,
		   size_t message_bytes);
void sys_bus_destroy(struct sys_bus *bus);

/**
 * sys_bus_reset() - the IOMMU as after power-on
 * RAM and time stay as they are; DMAs that are not collected are gone.
 *
 * Return: 0, or -ENOMEM: the IOMMU is gone, only sys_bus_destroy() is left.
 */
int sys_bus_reset(struct sys_bus *bus);

/**
 * sys_bus_load() / sys_bus_store() - one access of a CPU
 * @bytes: 1, 2, 4 or 8; which sizes and alignments a register takes is the
 *	IOMMU's to say
 *
 * Where nothing is, loads give 0 and stores are ignored.
 * Context: what a store sets off has happened on return; virtual time may have advanced.
 * Return (store): 0 or -ENOMEM.
 */
u64 sys_bus_load(struct sys_bus *bus, pa_t pa, u32 bytes);
int sys_bus_store(struct sys_bus *bus, pa_t pa, u64 value, u32 bytes);

/**
 * sys_bus_read() / sys_bus_write() / sys_bus_fill() - any number of bytes
 * Of registers, in aligned words of 4 bytes; parts of a word read as 0 and are
 * not written. Where nothing is, as sys_bus_load() and sys_bus_store().
 * @bytes: the range may not wrap around
 *
 * Return: 0; -EFAULT if nothing is at any byte, and nothing is written; -ENOMEM.
 */
void sys_bus_read(struct sys_bus *bus, pa_t pa, void *buf, u64 bytes);
int sys_bus_write(struct sys_bus *bus, pa_t pa, const void *buf, u64 bytes);
int sys_bus_fill(struct sys_bus *bus, pa_t pa, u8 value, u64 bytes);

/** sys_bus_max_stream() - the largest StreamID, or source-id, of a master. */
u32 sys_bus_max_stream(const struct sys_bus *bus);

/** sys_bus_now_ns() - virtual time. */
u64 sys_bus_now_ns(const struct sys_bus *bus);

/**
 * sys_bus_advance() - let time pass
 * Return: 0, or -ERANGE if virtual time does not reach so far.
 */
int sys_bus_advance(struct sys_bus *bus, u64 ns);

/* --- DMA (dma.c) --- */

enum sys_bus_dma_status {
	SYS_BUS_DMA_DONE,
	SYS_BUS_DMA_ABORTED,
	SYS_BUS_DMA_STALLED,
};

struct sys_bus_dma_request {
	u32 stream_id; /* up to sys_bus_max_stream() */
	u32 pasid;     /* below 2^20 */
	bool has_pasid;
	bool is_write;
	bool is_translated; /* iova is what a translation request gave */
	iova_t iova;
	u32 bytes; /* 1 to SYS_BUS_MAX_DMA_BYTES, without wrapping around */
};

/**
 * sys_bus_dma_start() - one DMA of a master, unprivileged data accesses
 * It is split where it crosses 4 KiB of IOVA; each piece is an access of its
 * own, issued in order without waiting for the one before. A piece that is
 * aborted moves nothing, the others do. With profile "qemu72" a master goes on
 * behind the first 4 bytes of what was aborted, as an access of its own.
 * @data: what a write writes; copied
 * @dma: the caller gives it back with sys_bus_dma_collect() unless the machine
 *	is reset
 *
 * Context: as sys_bus_store().
 *
 * Return: 0; -EBUSY if there are SYS_BUS_MAX_DMAS; -ENOSPC for a StreamID
 * beyond SYS_BUS_MAX_STREAMS of them; -ENOMEM.
 */
int sys_bus_dma_start(struct sys_bus *bus, const struct sys_bus_dma_request *request,
		      const void *data, struct sys_bus_dma **dma);

/** sys_bus_dma_status() - DONE once every piece is; STALLED while one is. */
enum sys_bus_dma_status sys_bus_dma_status(const struct sys_bus_dma *dma);

/** sys_bus_dma_number() - its name, 0, 1, 2, ... since the machine was made. */
u64 sys_bus_dma_number(const struct sys_bus_dma *dma);

/** sys_bus_dma_find() - NULL if there is no such DMA, or it was collected. */
struct sys_bus_dma *sys_bus_dma_find(struct sys_bus *bus, u64 number);

const struct sys_bus_dma_request *sys_bus_dma_request(const struct sys_bus_dma *dma);

/** sys_bus_dma_data() - what a read that is DONE has read. */
const u8 *sys_bus_dma_data(const struct sys_bus_dma *dma);

/** sys_bus_dma_collect() - forget a DMA that is not STALLED. */
void sys_bus_dma_collect(struct sys_bus_dma *dma);

/*
 * --- what a PCIe endpoint has beside (pcie.c) ---
 *
 * A master is one from its first translation request, page request or translated access on,
 * until a reset: it gets responses and invalidations, and its accesses do not stall.
 */

/* A translation request of one translation (ATS). */
struct sys_bus_translation {
	u32 stream_id, pasid;
	bool has_pasid;
	bool wants_write, wants_exec, is_privileged;
	iova_t iova;
	/* result */
	const char *refusal; /* NULL, or the completion: "unsupported", "aborted" */
	pa_t pa;
	u32 lg2; /* of the range that is translated alike */
	bool is_readable, is_writable, is_executable, is_untranslated_only;
};

/**
 * sys_bus_translate() - ask for a translation, and wait for the completion
 * Return: 0; -EOPNOTSUPP: the IOMMU has no ATS; -ENOSPC and -ENOMEM as
 * sys_bus_dma_start().
 */
int sys_bus_translate(struct sys_bus *bus, struct sys_bus_translation *translation);

/* A page request, or with is_last alone and a PASID a stop marker (PRI). */
struct sys_bus_page_request {
	u32 stream_id, pasid, prg_index; /* prg_index up to 511 */
	bool has_pasid;
	bool is_read, is_write, is_exec, is_privileged, is_last;
	iova_t iova;
};

/**
 * sys_bus_page_request() - send one; responses come into a log
 * Return: 0; -EOPNOTSUPP: the IOMMU has no PRI; -ENOSPC and -ENOMEM as above.
 */
int sys_bus_page_request(struct sys_bus *bus, const struct sys_bus_page_request *request);

/* --- what came, until somebody asks (log.c) --- */

#define SYS_BUS_LOG_ENTRIES 1024

enum sys_bus_log_kind {
	SYS_BUS_MESSAGES,      /* interrupt messages: address, data */
	SYS_BUS_RESPONSES,     /* to page requests: StreamID, PASID, PRG index, code */
	SYS_BUS_INVALIDATIONS, /* of endpoints' translations: StreamID, PASID, IOVA, lg2 */
	SYS_BUS_NR_LOGS
};

/* In place of a PASID. */
#define SYS_BUS_NO_PASID (~0ULL)
#define SYS_BUS_ANY_PASID (~1ULL)

#define SYS_BUS_LOG_WORDS 4

/** sys_bus_log_take() - the oldest entry leaves @which. Return: was there one? */
bool sys_bus_log_take(struct sys_bus *bus, enum sys_bus_log_kind which,
		      u64 words[SYS_BUS_LOG_WORDS]);

/** sys_bus_log_length() - how many there are. */
u32 sys_bus_log_length(const struct sys_bus *bus, enum sys_bus_log_kind which);

/** sys_bus_log_lost() - how many newer ones found no room since this was asked last. */
u64 sys_bus_log_lost(struct sys_bus *bus, enum sys_bus_log_kind which);

#endif
