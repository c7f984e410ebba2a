// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that devices got in a scenario: each is noted as it comes, must be
 * expected by some step, and stands in the transcript after that step. When it
 * came is not told, that may differ from run to run.
 */
#include <linux/jiffies.h>

#include "scenario_world.h"

static u8 code_of(enum pfh_response_code code)
{
	switch (code) {
	case PFH_RESP_SUCCESS:
		return SCN_SUCCESS;
	case PFH_RESP_INVALID:
		return SCN_INVALID;
	default:
		return SCN_FAILURE;
	}
}

void scn_note_answer(struct mock_device *mdev, const struct pfh_response *response)
{
	struct scn_world *world = mdev->owner;
	bool has_room;

	scn_note_response(world, mdev, response);
	scn_lock(world);
	has_room = world->nr_answers < SCN_MAX_ANSWERS;
	if (has_room)
		world->answers[world->nr_answers++] = (struct scn_seen_answer){
			.device = mdev->number,
			.group = response->grpid,
			.code = code_of(response->code),
		};
	scn_unlock(world);
	if (!has_room)
		scn_fail(world, NULL, "more than %u answers", SCN_MAX_ANSWERS);
	kcsan_disable_current();
	wake_up_all(&world->event);
	kcsan_enable_current();
}

/* The world is locked. */
static struct scn_seen_answer *find_unchecked(struct scn_world *world,
					      const struct scn_answer *expected)
{
	u32 i;

	for (i = 0; i < world->nr_answers; i++) {
		struct scn_seen_answer *seen = &world->answers[i];

		if (!seen->checked_by && seen->device == expected->device &&
		    seen->group == expected->group)
			return seen;
	}
	return NULL;
}

/* Take it if it has come. Return: its code, or SCN_NO_ANSWER. */
static u8 take(struct scn_world *world, const struct scn_step *step,
	       const struct scn_answer *expected)
{
	struct scn_seen_answer *seen;
	u8 code = SCN_NO_ANSWER;

	scn_lock(world);
	seen = find_unchecked(world, expected);
	if (seen) {
		seen->checked_by = step;
		code = seen->code;
	}
	scn_unlock(world);
	return code;
}

static bool is_refusal(u8 code)
{
	return code == SCN_INVALID || code == SCN_FAILURE;
}

void scn_await_answer(struct scn_world *world, const struct scn_step *step,
		      const struct scn_answer *expected)
{
	u8 code = SCN_NO_ANSWER;
	bool is_as_good;

	kcsan_disable_current();
	wait_event_timeout(world->event, (code = take(world, step, expected)) != SCN_NO_ANSWER,
			   SCN_TIMEOUT);
	kcsan_enable_current();
	is_as_good = code == expected->code || step->answers_too & BIT(code);
	if (code == SCN_NO_ANSWER)
		WRITE_ONCE(world->result->is_late, true);
	if (!is_as_good && is_refusal(code))
		scn_count(world, nr_refusals);
	if (!is_as_good)
		scn_fail(world, step, "device %u, group %u: answer %s, expected %s",
			 expected->device, expected->group, scn_code_name(code),
			 scn_code_name(expected->code));
}

void scn_check_all_answers(struct scn_world *world)
{
	u32 i;

	for (i = 0; i < world->nr_answers; i++) {
		const struct scn_seen_answer *seen = &world->answers[i];

		if (!seen->checked_by && is_refusal(seen->code))
			scn_count(world, nr_refusals);
		if (!seen->checked_by)
			scn_fail(world, NULL, "device %u, group %u: an answer that no step expects",
				 seen->device, seen->group);
	}
}

static bool is_before(const struct scn_seen_answer *a, const struct scn_seen_answer *b)
{
	return a->device != b->device ? a->device < b->device : a->group < b->group;
}

static bool is_due(const struct scn_seen_answer *seen, const struct scn_step *step)
{
	if (seen->is_printed)
		return false;
	return seen->checked_by == step ||
	       (seen->checked_by && seen->checked_by->verb == SCN_INJECT);
}

/* The first one by device and group that is due; it counts as printed then. */
static bool next_due(struct scn_world *world, const struct scn_step *step,
		     struct scn_seen_answer *next)
{
	struct scn_seen_answer *found = NULL;
	u32 i;

	scn_lock(world);
	for (i = 0; i < world->nr_answers; i++) {
		struct scn_seen_answer *seen = &world->answers[i];

		if (is_due(seen, step) && (!found || is_before(seen, found)))
			found = seen;
	}
	if (found) {
		found->is_printed = true;
		*next = *found;
	}
	scn_unlock(world);
	return found;
}

void scn_print_answers(struct scn_world *world, const struct scn_step *step)
{
	struct scn_seen_answer answer;

	while (next_due(world, step, &answer))
		scn_print(world, "   answer to device %u, group %u: %s\n", answer.device,
			  answer.group, scn_code_name(answer.code));
}
