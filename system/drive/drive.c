// SPDX-License-Identifier: GPL-2.0-only
/* A scenario is run: the machine, the thread that takes its steps, those that take some beside. */
#include "system/drive/drive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/event.h"
#include "sim/sim.h"
#include "system/drive/internal.h"

/* As deep as a kernel goes, and printf() beneath; more under sanitizers. */
#define STACK_BYTES (512ULL << 10)

/* --- steps --- */

static void say_taken(struct drive *drive, struct drive_said *said, const char *name,
		      const struct drive_thread *thread)
{
	if (name)
		drive_say(said, "%s: ", name);
	drive_say_step(said, thread->step);
	drive_say(said, ": %s\n",
		  thread->outcome[0] ? thread->outcome : drive_error_name(thread->err));
}

static bool has_beside(const struct drive *drive)
{
	for (u32 i = 0; i < drive->nr_threads; i++) {
		if (drive->threads[i].is_running)
			return true;
	}
	return false;
}

static void take(struct drive *drive, struct drive_thread *self)
{
	self->outcome[0] = 0;
	self->err = self->step->verb->take(drive, self, self->step);
	sim_settle();
	drive->nr_taken++;
}

/* What follows from a step, such as an event that the kernel says, is there before the next. */
static void settle(const struct drive *drive)
{
	if (!drive->is_racy && !has_beside(drive))
		sim_sleep_ps(SIM_PS_PER_MS);
}

static void beside(void *arg)
{
	struct drive_thread *self = arg;

	take(self->drive, self);
	sim_complete(&self->done);
}

static void join(struct drive *drive, struct drive_thread *thread)
{
	if (!thread->is_running)
		return;
	sim_wait_for_completion(&thread->done);
	thread->is_running = false;
	say_taken(drive, drive->at, thread->name, thread);
}

static void start_beside(struct drive *drive, const struct drive_step *step)
{
	struct drive_thread *thread = &drive->threads[step->arguments[DRIVE_IN]];
	const struct sim_thread_attr attr = {
		.name = thread->name, .cpu = -1, .stack_bytes = STACK_BYTES};
	struct sim_thread *made;

	join(drive, thread); /* it does one thing after the other */
	sim_completion_init(&thread->done);
	thread->drive = drive;
	thread->step = step;
	thread->is_running = true;
	made = sim_thread_create(&attr, beside, thread);
	sim_assert(made);
	sim_thread_wake(made);
}

static void take_steps(struct drive *drive, const struct drive_step *steps, u32 nr);

/* What no round before has said is said; of those that say the same, how many. */
struct kinds {
	char *texts[8];
	u32 counts[8], nr;
};

static void add_kind(struct kinds *kinds, const char *text)
{
	u32 i = 0;

	while (i < kinds->nr && strcmp(kinds->texts[i], text) != 0)
		i++;
	if (i == 8)
		i = 7; /* the rest */
	if (i == kinds->nr) {
		kinds->texts[i] = strdup(text);
		sim_assert(kinds->texts[i]);
		kinds->nr++;
	}
	kinds->counts[i]++;
}

static void say_kinds(struct drive *drive, struct kinds *kinds)
{
	for (u32 i = 0; i < kinds->nr; i++) {
		drive_say(&drive->said, "repeat: %u rounds:\n", kinds->counts[i]);
		drive_say_lines(drive, kinds->texts[i]);
		free(kinds->texts[i]);
	}
}

static void join_all(struct drive *drive)
{
	for (u32 i = 0; i < drive->nr_threads; i++)
		join(drive, &drive->threads[i]);
}

static void repeat(struct drive *drive, const struct drive_step *step)
{
	struct kinds kinds = {0};

	join_all(drive);
	for (u64 ps = step->arguments[DRIVE_FROM]; ps <= step->arguments[DRIVE_TO];
	     ps += step->arguments[DRIVE_BY] ? step->arguments[DRIVE_BY] : SIM_PS_PER_S) {
		drive->swept_ps = ps;
		drive->round.used = 0;
		drive_say(&drive->round, "%s", "");
		drive->at = &drive->round;
		take_steps(drive, step->body, step->nr_body);
		join_all(drive);
		drive->at = &drive->said;
		add_kind(&kinds, drive->round.text);
	}
	say_kinds(drive, &kinds);
}

static void take_step(struct drive *drive, const struct drive_step *step)
{
	drive->script.step = step;
	if (step->body) {
		repeat(drive, step);
	} else if (!step->verb->take) {
		join(drive, &drive->threads[step->arguments[DRIVE_IN]]);
	} else if (drive_is_given(step, DRIVE_IN)) {
		start_beside(drive, step);
	} else {
		take(drive, &drive->script);
		settle(drive);
		say_taken(drive, drive->at, NULL, &drive->script);
	}
}

static void take_steps(struct drive *drive, const struct drive_step *steps, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		take_step(drive, &steps[i]);
}

/* --- the machine --- */

static int boot(struct drive *drive)
{
	int err = drive->calls->boot();

	drive->is_heard = true;
	for (u32 i = 0; !err && i < drive->machine->config->machine.nr_iommus; i++) {
		err = drive->calls->add_iommu(i);
		drive_say(drive->at, "iommu %u: %s\n", i, drive_error_name(err));
	}
	for (u32 i = 0; !err && !drive->is_late && i < drive->machine->config->machine.nr_devices;
	     i++)
		drive_say(drive->at, "device %u: %s\n", i,
			  drive_error_name(drive_add(drive, i, false)));
	return err;
}

static void script_main(void *arg)
{
	struct drive *drive = arg;
	int err = boot(drive);

	if (!err)
		take_steps(drive, drive->steps, drive->nr_steps);
	join_all(drive);
	drive->script.is_running = false;
	drive->is_over = true;
	sim_stop();
}

static void begin(void *opaque)
{
	struct drive *drive = opaque;
	const struct sim_thread_attr attr = {
		.name = "script", .cpu = -1, .stack_bytes = STACK_BYTES};
	struct sim_thread *thread = sim_thread_create(&attr, script_main, drive);

	sim_assert(thread);
	drive->script = (struct drive_thread){.name = "script", .is_running = true};
	sim_thread_wake(thread);
}

/* What a compiler has inlined, no stack has: it is on standard error. */
static bool is_of_stack(const char *text)
{
	return strcmp(text, "Call Trace:") == 0 || strncmp(text, "  ", 2) == 0;
}

/* VT-d's wait descriptor, as the kernel prints it: where its status is written depends on what has
 * been allocated before. */
static int length_without_address(const char *text)
{
	const char *end = strstr(text, "Invalidation Wait");

	end = end ? strstr(end, ", qw1") : NULL;
	return (int)(end ? (size_t)(end - text) : strlen(text));
}

/* Of racy ones only what nobody may say: WARN() and its kind. */
static void print(void *opaque, int level, const char *text)
{
	struct drive *drive = opaque;

	if (!drive->is_heard)
		return;
	if (is_of_stack(text)) {
		fprintf(stderr, "%s\n", text);
		return;
	}
	if (drive->is_racy && !strstr(text, "WARNING:") && !strstr(text, "BUG:"))
		return;
	drive_say(drive->at, "  | %.*s\n", length_without_address(text), text);
}

/* --- run --- */

#define LOOK_PS (10 * SIM_PS_PER_MS)

static enum drive_end run(struct drive *drive)
{
	u64 nr_taken = 0, since_ps = 0;

	for (;;) {
		enum sim_run_result result = sim_run(sim_now_ps() + LOOK_PS);

		if (drive->is_over)
			return DRIVE_DONE;
		if (result == SIM_RUN_STOPPED)
			return sys_collect_is_endless(drive->machine->collect) ? DRIVE_HANGS
									       : DRIVE_DIED;
		if (nr_taken != drive->nr_taken) {
			nr_taken = drive->nr_taken;
			since_ps = sim_now_ps();
		}
		if (result == SIM_RUN_IDLE || sim_now_ps() - since_ps > drive->limit_ps)
			return DRIVE_HANGS;
	}
}

enum drive_end drive_run(struct drive *drive, struct sys_config *config, FILE *out)
{
	char message[TEXT_MESSAGE_MAX] = "";
	enum drive_end end = DRIVE_NO_MEMORY;

	config->driver = SYS_DRIVER_LINUX;
	drive->at = &drive->said;
	drive->calls = linux_calls();
	if (!sys_machine_create(&drive->machine, config, message, sizeof(message)) &&
	    !drive_watch_units(drive) && !drive_watch_endpoints(drive)) {
		drive->machine->script = (struct sys_script){begin, print, drive};
		drive->machine->message = message;
		drive->machine->message_bytes = sizeof(message);
		drive_watch_host(drive, out);
		end = run(drive);
		drive_watch_host(NULL, out);
	}
	if (end == DRIVE_DONE)
		drive_say_counts(drive);
	else
		drive_say_round(drive);
	if (end == DRIVE_HANGS && sys_collect_is_endless(drive->machine->collect))
		drive_say(&drive->said, "hang: a page faults again whenever it is answered\n");
	if (end == DRIVE_HANGS)
		drive_say_hang(drive);
	if (end == DRIVE_DIED || end == DRIVE_NO_MEMORY)
		drive_say(&drive->said, "died: %s\n", message);
	fputs(drive_said_text(&drive->said), out);
	sys_machine_destroy(drive->machine);
	return end;
}
