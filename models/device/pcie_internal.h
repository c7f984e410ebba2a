/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the endpoint: slots of accesses (pcie.c), translations (pcie_ats.c), page
 * request groups (pcie_pri.c), registers (pcie_config.c).
 *
 * A slot waits in one list at most: the free ones, those that need a page request
 * which can not be sent yet, or those that wait for a group.
 */
#ifndef MODELS_DEVICE_PCIE_INTERNAL_H
#define MODELS_DEVICE_PCIE_INTERNAL_H

#include <string.h>

#include "models/common/tlb_array.h"
#include "models/device/pcie.h"
#include "sim/event.h"
#include "sim/sim.h"

enum slot_state {
	SLOT_FREE,
	SLOT_REQUESTING,   /* a translation request is under way */
	SLOT_PAUSING,	   /* before it asks again */
	SLOT_QUEUED,	   /* for credits */
	SLOT_ASKED,	   /* waits for a group */
	SLOT_TRANSLATED,   /* in the port, translated */
	SLOT_UNTRANSLATED, /* in the port, as it is */
	SLOT_MOVING,	   /* done at done_ps */
	SLOT_ABORTED,	   /* done at done_ps */
	SLOT_THINKING,	   /* its access has ended, and it is not free until done_ps */
	SLOT_REPORTED,	   /* its completion record is there at done_ps */
};

struct group;

struct slot {
	struct port_translation translation; /* first */
	struct sim_event event;		     /* the end of MOVING and ABORTED */
	struct port_access access;	     /* as it goes out */
	struct dev_pcie *pcie;
	enum slot_state state;
	iova_t record_end; /* the record goes on up to here */
	u64 issued_ps;
	u64 think_ps;		 /* it stays taken behind the end of the access */
	u64 began_ps;		 /* of the translation request */
	u64 queued_ps;		 /* since when it needs a page request */
	u64 epoch;		 /* of invalidations, when its translation was last used */
	bool is_stale;		 /* ATS went off during the translation request: begin again */
	bool is_overtaken;	 /* by an invalidation, which waits: the answer is used, not kept */
	bool has_asked;		 /* it waited for a page request */
	u64 serial;		 /* in order of issue */
	bool has_group, is_last; /* of a group of page requests that was recorded: @group */
	u16 group;
	bool is_request_out; /* the port has @request, of its recorded group */
	struct port_page_request request;
	struct group *leads; /* was sent for this access, which is not translated yet */
	struct slot *next;
};

enum group_state {
	GROUP_FREE,
	GROUP_OPEN, /* recorded; its Last has not been sent */
	GROUP_OUTSTANDING,
	GROUP_STALE,	/* nobody waits for the answer any more */
	GROUP_ANSWERED, /* its leader translates again, or is about to ask again */
};

struct group {
	enum group_state state;
	struct slot *leader;		/* that it was sent for, until that has translated again */
	struct slot *slots, *last_slot; /* wait for it */
	iova_t first;
	u32 nr_pages;
	u32 nr_untaken; /* of its requests the port still has the memory */
	u32 pasid;
	bool has_pasid, is_write, is_exec, is_privileged;

	/* pcie_recorded.c; @first and what is read or written are each request's own there */
	struct dev_pcie *pcie;
	bool is_recorded;
	bool must_end;		 /* its Last needed no page */
	struct port_access last; /* that sent a request */
};

struct atc_entry {
	pa_t pa; /* of the first byte */
	bool is_readable, is_writable, is_executable;
};

struct dev_pcie {
	struct port_endpoint endpoint; /* first */
	struct dev_dma_params dma;
	struct dev_pcie_params params;
	struct sim_event event;
	struct port *port;
	struct mem *mem;
	struct dev_source *source;
	struct dev_dma_times *times;
	void (*done)(struct dev_pcie *pcie, void *opaque);
	void (*report)(struct dev_pcie *pcie, void *opaque, const struct dev_record *record);
	void *opaque;
	const struct iommu_observer *observer;
	void *observer_opaque;

	/* registers */
	bool is_ats_enabled, is_pri_enabled, is_pasid_enabled;
	bool has_failed, has_unexpected;
	u32 stu, allocation, command;

	u64 start_ps;
	u64 engine_free_ps;
	struct dev_record record;
	u64 record_at_ps;
	u64 issued_ps; /* the last access was */
	u64 nr_issued;
	u32 left_bytes;
	struct dev_record held; /* of the source, before its time; with has_held */
	bool has_held;
	bool is_of_source; /* @record is no retry */
	bool is_fresh;	   /* and nothing of it has been issued */
	bool has_ended, is_waiting, is_done;

	struct tlb_array atc;
	struct slot *slots, *free;
	u32 nr_free;
	struct port_invalidation *inv, *inv_tail; /* not completed yet, oldest first */
	u64 epoch;				  /* invalidations so far */

	struct slot *queue, *queue_tail; /* QUEUED, in order */
	bool is_queue_waiting;		 /* there are some, since queue_since_ps */
	u64 queue_since_ps;
	u32 max_requests; /* that may be outstanding: the allocation, or less */
	u32 nr_requests;  /* that are */
	bool is_shown;	  /* as places, of this number: */
	u32 places_number;
	u32 nr_groups;	    /* not free */
	u32 nr_outstanding; /* OUTSTANDING, STALE or OPEN */
	u32 nr_open;
	struct group *groups;		    /* DEV_PCIE_MAX_GROUPS */
	struct port_page_request *requests; /* params.group_pages for each group */

	/* with report(): accesses that software has to submit again, and those that it has */
	u32 max_reported, nr_reported;
	u64 reported_at_ps; /* stats.reported_ps is counted until then */
	u32 first_retry, nr_retries, nr_retry_places;
	struct dev_record *retries;

	/* dev_pcie_stop() */
	struct dev_pcie_space stop;
	bool is_stopped; /* @stop is not used any more */
	void (*stopped)(void *opaque);
	void *stopped_opaque;
	struct port_page_request marker;
	bool is_marker_busy; /* the port has its memory */

	struct dev_pcie_stats stats;
};

/* Look again at what may go on. */
static inline void pcie_kick(struct dev_pcie *pcie)
{
	sim_event_schedule(&pcie->event, sim_now_ps());
}

/* --- pcie.c --- */

void pcie_access_begin(struct slot *slot);
/* Send the access on, translated (SLOT_TRANSLATED) or as it is. */
void pcie_access_send(struct slot *slot, enum slot_state how, iova_t address);
void pcie_access_abort(struct slot *slot);
/* Does the access belong to what dev_pcie_stop() has stopped? */
bool pcie_is_stopped(const struct dev_pcie *pcie, const struct port_access *access);

/* --- pcie_ats.c --- */

int pcie_atc_init(struct dev_pcie *pcie);
/* With ATS on: from the ATC, or by a translation request. */
void pcie_translate(struct slot *slot);
void pcie_translation_request(struct slot *slot);
void pcie_invalidate(struct port_endpoint *endpoint, struct port_invalidation *inv);
/* Complete what no data under way is older than. */
void pcie_invalidations_complete(struct dev_pcie *pcie);
/* ATS goes off: forget everything; requests under way begin again. */
void pcie_ats_stop(struct dev_pcie *pcie);

/* --- pcie_pri.c --- */

/* There is no translation: ask for the page, or wait for a group that does. */
void pcie_page_ask(struct slot *slot);
void pcie_page_response(struct port_endpoint *endpoint, const struct port_page_response *response);
/* The group that @slot leads is done with: its access is translated, or aborted. */
void pcie_group_end(struct slot *slot, enum port_status status);
/* The pause of SLOT_PAUSING is over. */
void pcie_pause_ends(struct slot *slot);
/* Send what can be sent. */
void pcie_groups_send(struct dev_pcie *pcie);
void pcie_pri_start(struct dev_pcie *pcie);
/* Abort what waits to be asked for. */
void pcie_pri_stop(struct dev_pcie *pcie);
void pcie_pri_reset(struct dev_pcie *pcie);
/* dev_pcie_stop(): what becomes of page requests. */
void pcie_pri_stop_space(struct dev_pcie *pcie);
/* Is nothing left of the space that was stopped? */
bool pcie_pri_has_stopped(const struct dev_pcie *pcie);

/* --- pcie_group.c --- */

void pcie_observe_detected(struct dev_pcie *pcie, const struct group *group,
			   const struct slot *slot);
void pcie_observe_completed(struct dev_pcie *pcie, const struct group *group,
			    const struct slot *slot, enum port_status status);
/* Its index is free, if nobody needs it any more. */
void pcie_group_release(struct dev_pcie *pcie, struct group *group);
/* The port has done with it. */
void pcie_request_taken(struct port_page_request *request);
void pcie_wait_for(struct group *group, struct slot *slot);
/* How many requests are outstanding. */
void pcie_show_requests(const struct dev_pcie *pcie);

/* --- pcie_recorded.c --- */

/* Does @slot, which needs a page, ask as its record says? */
bool pcie_is_recorded(const struct slot *slot);
/* Send its request, and open the group if it is the first. False: not now. */
bool pcie_recorded_send(struct slot *slot);
/* Can it be sent at once, ahead of others in the queue, whom its group may keep waiting? */
bool pcie_recorded_may_join(const struct slot *slot);
/* The Last of a group has passed by. */
void pcie_recorded_passed(const struct slot *last);
/* @slot goes on, or ends, without a page request: if it is the Last, its group ends. */
void pcie_recorded_needs_none(struct slot *slot);
/* End groups that would not end by themselves. */
void pcie_recorded_end(struct dev_pcie *pcie);

/* --- pcie_report.c --- */

int pcie_report_init(struct dev_pcie *pcie);
/* May one more access be reported? */
bool pcie_can_report(const struct dev_pcie *pcie);
/* The access ends, when its completion record is written: pcie_report_end(). */
void pcie_report_begin(struct slot *slot);
void pcie_report_end(struct slot *slot);
/* The next access that was submitted again; false: there is none. */
bool pcie_retry_take(struct dev_pcie *pcie, struct dev_record *record);

#endif
