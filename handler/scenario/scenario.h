/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario: steps that drive the core between a mock IOMMU and an address
 * space, with what each must answer. tests/scenarios/NAME.yaml, compiled into a
 * table (tool/scenario) that the virtual world and a kernel run, by the same
 * code, with the same transcript.
 *
 * Pages are counted from SCN_IOVA for devices and from SCN_VADDR in an address
 * space, so that a transcript holds no address.
 */
#ifndef PFH_SCENARIO_H
#define PFH_SCENARIO_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "../pfh.h"

#define SCN_IOVA 0x10000000ULL
#define SCN_VADDR 0x500000000000UL
#define SCN_MAX_DEVICES 4	/* 0 and 1 behind one IOMMU, 2 and 3 behind one each; 3 is nested */
#define SCN_MAX_GUEST_GROUPS 16 /* of group indices that a guest gets */
#define SCN_MAX_SPACES 3
#define SCN_MAX_CONTAINERS 2
#define SCN_MAX_THREADS 4
#define SCN_MAX_ANSWERS 64
#define SCN_ANY_PAGE S32_MIN
#define SCN_NO_SPACE U8_MAX

/* Of each address space: pages that are readable and writable, then read-only ones. */
#define SCN_RW_PAGES 1024
#define SCN_RO_PAGES 64

enum scn_verb {
	SCN_ATTACH,
	SCN_DETACH,
	SCN_REGISTER,
	SCN_REMOVE,
	SCN_CREATE,
	SCN_DESTROY,
	SCN_MAP,
	SCN_UNMAP,
	SCN_FAULT,
	SCN_INVALIDATE,
	SCN_TOUCH,
	SCN_ACCESS,
	SCN_BIND,
	SCN_UNBIND,
	SCN_EXIT,
	SCN_RESPOND,
	SCN_HOLD,
	SCN_RELEASE,
	SCN_FAIL,
	SCN_INJECT,
	SCN_JOIN,
	SCN_STILL,
	SCN_EXPECT,
	SCN_PIN,
	SCN_UNPIN,
	SCN_TURN,
	SCN_TRACK,
	SCN_DIRTY,
	SCN_GUEST,
	SCN_GUEST_LEAVES,
	SCN_GUEST_ANSWERS,
	SCN_CAPABILITIES,
	SCN_OVERFLOW,
	SCN_MUNMAP,
	SCN_NR_VERBS,
};

/* What `hold` stops on its way, and `fail` makes fail. */
enum scn_what {
	SCN_FAULTS,  /* page faults of an address space */
	SCN_ANSWERS, /* page responses, in the driver */
	SCN_MAPS,    /* mapping, in the driver */
	SCN_ENABLE,  /* enabling faults of a device */
	SCN_BINDS,   /* attaching a PASID of a device */
	SCN_UNMAPS,  /* unmapping only what was asked: a driver may take out whole blocks */
};

/* When `inject` has a device fault. */
enum scn_moment { SCN_AT_ENABLE, SCN_AT_DISABLE };

enum scn_answer_code {
	SCN_NO_ANSWER,
	SCN_SUCCESS,
	SCN_INVALID,
	SCN_FAILURE,
};

struct scn_answer {
	u8 device;
	u8 code; /* enum scn_answer_code */
	u32 group;
};

/* What a step does, and what it must come to. A verb uses some of it. */
struct scn_step {
	const char *text; /* verb and arguments, for the transcript */
	u32 line;	  /* in the file */
	u8 verb;	  /* enum scn_verb */

	u8 device, container, space;
	u8 thread; /* 1 to SCN_MAX_THREADS: done beside; 0: here */
	u8 what;   /* enum scn_what */
	u8 moment; /* enum scn_moment */
	u8 perm;   /* PFH_PERM_ */
	bool is_last;
	bool is_pinned, is_on;
	u8 level;    /* of a fault: 1 or 2 */
	u8 of_space; /* whose address a mapping says it is of, or SCN_NO_SPACE: not said */
	bool is_old; /* a cookie: not the last one of the group, but the one before */
	u32 timeout_ms;
	u8 pasid_of; /* the PASID that this space is bound to, or SCN_NO_SPACE */
	s32 page, pages, at;
	s32 group; /* -1: the next free one of the device */
	u32 pasid; /* 0: none */
	u32 times;
	int with; /* -errno that is made */
	const s32 *parts;
	u32 nr_parts;
	u8 code; /* sent: enum scn_answer_code */

	/* expected */
	int err;
	u8 answer;	     /* enum scn_answer_code */
	u8 answers_too;	     /* bit n: enum scn_answer_code n is as good */
	const int *errs_too; /* as good as err */
	u32 nr_errs_too;
	bool is_reached;
	bool is_either;	    /* is_reached or not */
	const char *mapped; /* NULL: not looked at */
	const char *written, *of_device, *of_container;
	const struct scn_answer *answers;
	u32 nr_answers;
	s32 spurious, refused; /* of the container's statistics; -1: not looked at */
	s32 locked;	       /* pages of the container; -1: not looked at */
};

/* How a scenario goes wrong under a design whose defect it shows. */
enum scn_failure {
	SCN_PASSES,
	SCN_FAILS_ANSWERS, /* other answers or mappings: safe to run anywhere */
	SCN_FAILS_HANGS,
	SCN_FAILS_CRASHES,
};

struct scn_fails_on {
	const char *design;
	u8 failure; /* enum scn_failure */
};

/* What it runs on. */
enum scn_machine {
	SCN_MOCK,	/* a mock IOMMU and memory management of arrays */
	SCN_SMMUV3,	/* drivers and models (system/scenario): devices whose accesses stall */
	SCN_SMMUV3_PRI, /* PCIe endpoints that ask for pages */
	SCN_VTD,
};

struct scn_container {
	bool has_iopf;
	u32 premap_pages;
	u32 locked_limit;
	u8 space;
	bool is_late; /* made by `create` */
};

struct scenario {
	const char *name;
	const char *about;
	u32 rows;	/* of the review: bit n for row n */
	u32 dispatches; /* under which it is run: bit n for enum pfh_dispatch */
	/* Bit n: a step names number n. The others need not be made. */
	u32 devices, used_containers;
	u8 machine; /* enum scn_machine */
	u32 nr_spaces;
	const struct scn_container *containers;
	u32 nr_containers;
	const struct scn_fails_on *fails_on;
	u32 nr_fails_on;
	const struct scn_step *steps;
	u32 nr_steps;
	/* Taken at the same time after those, by the threads that they name; then the rest. */
	const struct scn_step *together;
	u32 nr_together;
	const struct scn_step *then;
	u32 nr_then;
	const char *thread_names[SCN_MAX_THREADS]; /* of together */
	bool may_warn; /* without memory something is lost, and the kernel says so */
};

/* The table that is compiled from the files, by name. */
extern const struct scenario scn_table[];
extern const unsigned int scn_table_size;

struct scn_setting {
	const char *design;
	enum pfh_dispatch dispatch;
	/* as the core's knobs; neither may change what comes out */
	bool has_partial_tree;
	const char *sva_design;
	bool stops_at_failure; /* takes no more steps after one that comes out wrong */
};

/** scn_setting() - a design and dispatch, with knobs that go with the dispatch. */
static inline struct scn_setting scn_setting(const char *design, enum pfh_dispatch dispatch)
{
	return (struct scn_setting){
		.design = design,
		.dispatch = dispatch,
		.has_partial_tree = dispatch & 1,
		.sva_design = pfh_sva_design_names[dispatch & 2 ? 1 : 0],
	};
}

#define SCN_TRANSCRIPT_BYTES 16384
#define SCN_WHY_BYTES 160

/* What is looked at whatever the steps state: scenario_oracle.c. */
enum scn_oracle { SCN_MAPPING, SCN_WRITES, SCN_IDENTITY, SCN_DMA };

struct scn_result {
	u32 nr_failures;
	u32 nr_by_oracles; /* of these */
	u32 oracles;	   /* bit n: enum scn_oracle n found something */
	u32 nr_broken;	   /* of the failures: what must not be, whatever fails: leaks, offences */
	u32 nr_refusals;   /* -ENOMEM, INVALID and FAILURE where something else was stated */
	u32 nr_short;	   /* less is mapped than stated, where pre-mapping may end early */
	char why[SCN_WHY_BYTES];	/* the first one: "line 12: ..." */
	char oracle_why[SCN_WHY_BYTES]; /* the first of theirs */
	bool is_late;			/* something did not come in time */
	bool is_stuck;			/* something waits for ever: nothing could be taken down */
	size_t used;
	char transcript[SCN_TRANSCRIPT_BYTES]; /* 0 at the end */
};

/**
 * scn_run() - run a scenario from an empty machine to an empty machine
 * @result: filled; a step that does not come to what it must counts as a
 *	failure, so does anything that is not given back, or an offence of the mock's
 * Context: a kernel thread; the core (pfh_init()) and the mock IOMMU are there.
 * Return: 0: see @result; -ENOMEM or what else kept it from beginning.
 */
int scn_run(const struct scenario *scenario, const struct scn_setting *setting,
	    struct scn_result *result);

/* Of steps that are taken together. */
enum scn_phase { SCN_BEGINS, SCN_ENDS };

/* NULL, or told: when the threads are there and none runs yet; when all have been joined. */
extern void (*scn_on_moment)(enum scn_phase phase);

/** scn_failure_on() - how @scenario fails under @design. */
enum scn_failure scn_failure_on(const struct scenario *scenario, const char *design);

#endif
