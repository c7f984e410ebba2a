/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the runner: one scenario while it runs. */
#ifndef PFH_SCENARIO_WORLD_H
#define PFH_SCENARIO_WORLD_H

#include <linux/completion.h>
#include <linux/kcsan-checks.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "gate.h"
#include "mock_iommu.h"
#include "scenario.h"
#include "scenario_mm.h"

/* How long a step may wait for what must come. */
#define SCN_TIMEOUT (5 * HZ)
/* How long what is done beside has to come to its end, or to where it waits. */
#define SCN_SETTLE (HZ / 10)

struct scn_world;

/* A step on its way, here or in a thread. */
struct scn_call {
	struct scn_world *world;
	const struct scn_step *step;
	u32 group; /* of a fault */
	int err;   /* what it came to */
};

struct scn_thread {
	struct task_struct *task; /* counted; NULL: not running */
	struct scn_call call;
	bool is_done; /* under the world's lock */
};

struct scn_seen_answer {
	const struct scn_step *checked_by; /* NULL: nobody yet */
	u32 group;
	u8 device, code;
	bool is_printed;
};

/* A group that the device has reported and wants an answer to. */
struct scn_asked {
	u8 device;
	bool has_pasid, is_answered;
	u32 group, pasid;
};

#define SCN_MAX_WRITTEN 256 /* pages from the first one on */

/* Of a container: what devices wrote while that is tracked, and nobody was told. */
struct scn_writes {
	bool is_tracking;
	unsigned long pages[BITS_TO_LONGS(SCN_MAX_WRITTEN)];
};

struct scn_injection {
	const struct scn_step *step; /* NULL: none */
	u32 group;
};

/* A guest that has a device: what it was told last, and before, by group. */
struct scn_guest {
	struct scn_world *world;
	u64 cookies[SCN_MAX_GUEST_GROUPS][2];
};

struct scn_world {
	const struct scenario *scenario;
	const struct scn_setting *setting;
	struct scn_result *result;

	struct mock_device *devices[SCN_MAX_DEVICES];
	bool is_registered[SCN_MAX_DEVICES];
	u32 next_group[SCN_MAX_DEVICES];
	struct scn_injection injections[SCN_MAX_DEVICES][2]; /* by moment */
	struct scn_mm *spaces[SCN_MAX_SPACES];
	bool has_exited[SCN_MAX_SPACES];
	u32 pasids[SCN_MAX_SPACES];
	struct pfh_container *containers[SCN_MAX_CONTAINERS];
	struct scn_guest guests[SCN_MAX_DEVICES]; /* under lock */
	struct scn_thread threads[SCN_MAX_THREADS];
	u32 *groups; /* by step that is taken together */

	spinlock_t lock; /* the next group, result->nr_failures and why */
	struct scn_seen_answer answers[SCN_MAX_ANSWERS];
	u32 nr_answers;
	struct scn_asked asked[SCN_MAX_ANSWERS];
	u32 nr_asked;
	u8 attached[SCN_MAX_DEVICES]; /* to which container, from 1 on */
	struct scn_writes writes[SCN_MAX_CONTAINERS];
	/* an answer, a thread that is done or stopped at a gate */
	wait_queue_head_t event;
};

/* What the runner keeps is no part of what is looked at: its steps are nobody's schedule. */
static inline void scn_lock(struct scn_world *world)
{
	kcsan_disable_current();
	spin_lock(&world->lock);
}

static inline void scn_unlock(struct scn_world *world)
{
	spin_unlock(&world->lock);
	kcsan_enable_current();
}

/* Remember that @step (NULL: none) came out wrong. The first one is told. */
#define scn_fail(world, step, fmt, ...)                                                            \
	do {                                                                                       \
		struct scn_world *world_ = (world);                                                \
		const struct scn_step *step_ = (step);                                             \
                                                                                                   \
		scn_lock(world_);                                                                  \
		if (!world_->result->nr_failures++)                                                \
			scnprintf(world_->result->why, SCN_WHY_BYTES, "line %u: " fmt,             \
				  step_ ? step_->line : 0, ##__VA_ARGS__);                         \
		scn_unlock(world_);                                                                \
	} while (0)

#define scn_count(world, counter)                                                                  \
	do {                                                                                       \
		scn_lock(world);                                                                   \
		(world)->result->counter++;                                                        \
		scn_unlock(world);                                                                 \
	} while (0)

/* Something that no error excuses. */
#define scn_break(world, fmt, ...)                                                                 \
	do {                                                                                       \
		scn_fail(world, NULL, fmt, ##__VA_ARGS__);                                         \
		scn_count(world, nr_broken);                                                       \
	} while (0)

/* An oracle found what must not be. */
#define scn_offend(world, oracle, fmt, ...)                                                        \
	do {                                                                                       \
		struct scn_result *result_ = (world)->result;                                      \
                                                                                                   \
		scn_break(world, fmt, ##__VA_ARGS__);                                              \
		scn_lock(world);                                                                   \
		if (!result_->nr_by_oracles++)                                                     \
			scnprintf(result_->oracle_why, SCN_WHY_BYTES, fmt, ##__VA_ARGS__);         \
		result_->oracles |= BIT(oracle);                                                   \
		scn_unlock(world);                                                                 \
	} while (0)

/* Append to the transcript; what does not fit is cut. */
#define scn_print(world, fmt, ...)                                                                 \
	do {                                                                                       \
		struct scn_result *result_ = (world)->result;                                      \
                                                                                                   \
		result_->used += scnprintf(result_->transcript + result_->used,                    \
					   SCN_TRANSCRIPT_BYTES - result_->used, fmt,              \
					   ##__VA_ARGS__);                                         \
	} while (0)

/* scenario_text.c */
const char *scn_errno_name(int err);
const char *scn_code_name(u8 code);
enum pfh_response_code scn_to_response(u8 code);
void scn_mapped_text(struct scn_world *world, unsigned int device, char *text, size_t bytes);
void scn_print_mapped(struct scn_world *world);

/* scenario_world.c */
struct pfh_container *scn_create_container(struct scn_world *world, unsigned int index);
int scn_register(struct scn_world *world, unsigned int index);
void scn_remove(struct scn_world *world, unsigned int index);
/* Handlers go on with what somebody outside has answered; nobody reports meanwhile. */
void scn_await_handlers(struct scn_world *world);
bool scn_thread_is_done(struct scn_world *world, struct scn_thread *thread);
u32 scn_group_for(struct scn_world *world, const struct scn_step *step);
void scn_check_err(struct scn_world *world, const struct scn_step *step, int err);

/* scenario_answers.c */
void scn_note_answer(struct mock_device *mdev, const struct pfh_response *response);
/* Wait for the answer to a group, and check it. */
void scn_await_answer(struct scn_world *world, const struct scn_step *step,
		      const struct scn_answer *expected);
/* At the end: has some step stated each? */
void scn_check_all_answers(struct scn_world *world);
/* Those that @step has checked (NULL: nobody), and those of injected faults. */
void scn_print_answers(struct scn_world *world, const struct scn_step *step);

/* scenario_together.c */
void scn_take_together(struct scn_world *world);

/* scenario_oracle.c */
void scn_note_asked(struct scn_world *world, const struct mock_device *mdev,
		    const struct pfh_fault *fault);
void scn_note_response(struct scn_world *world, const struct mock_device *mdev,
		       const struct pfh_response *response);
void scn_note_access(struct mock_device *mdev, phys_addr_t phys, dma_addr_t iova, bool write);
void scn_writes_track(const struct scn_call *call, bool is_tracking);
void scn_writes_told(const struct scn_call *call, const unsigned long *bitmap);
/* All steps have been taken, and nothing is held at a gate. */
void scn_check_oracles(struct scn_world *world);
/* Everything has been taken down. */
void scn_check_asked(struct scn_world *world);

/* scenario_features.c: verbs for what not every container or device can do */
int scn_do_pin(struct scn_call *call);
int scn_do_unpin(struct scn_call *call);
int scn_do_turn(struct scn_call *call);
int scn_do_track(struct scn_call *call);
int scn_do_dirty(struct scn_call *call);
int scn_do_unmap_dirty(struct scn_call *call);
int scn_do_guest(struct scn_call *call);
int scn_do_guest_leaves(struct scn_call *call);
int scn_do_guest_answers(struct scn_call *call);
int scn_do_capabilities(struct scn_call *call);

/* scenario_verbs.c */
int scn_do(struct scn_call *call);
void scn_inject(struct mock_device *mdev, bool is_enable);

#endif
