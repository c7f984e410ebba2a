// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests that an endpoint sends though no access needs them, as one that is broken does:
 * without Last, for no PASID that there is, of a kind that nobody may ask for. The endpoint itself
 * does not learn of them, nor of what they are answered.
 */
#include <errno.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "system/drive/endpoint.h"
#include "system/drive/verbs.h"

/* An answer that has not come by then will not. */
#define ANSWER_PS (20 * SIM_PS_PER_MS)
#define LOOK_PS (100 * SIM_PS_PER_US)

struct requests {
	u32 nr_out; /* that the port has */
	struct request {
		struct port_page_request message; /* first */
		struct requests *all;
	} each[];
};

static void taken(struct port_page_request *message)
{
	((struct request *)message)->all->nr_out--;
}

static void prepare(const struct drive *drive, const struct drive_step *step, u32 number,
		    struct port_page_request *message)
{
	struct port_access access = {0};

	drive_choose_space(drive, step, &access);
	*message = (struct port_page_request){
		.iova = DRIVE_FIRST_ADDRESS +
			(step->arguments[DRIVE_PAGE] + number) * DRIVE_PAGE_BYTES,
		.prg_index = (u32)step->arguments[DRIVE_GROUP],
		.pasid = access.pasid,
		.has_pasid = access.has_pasid,
		.is_last = step->arguments[DRIVE_LAST] &&
			   number == step->arguments[DRIVE_PAGES] - 1,
		.is_read = !step->arguments[DRIVE_WRITE],
		.is_write = step->arguments[DRIVE_WRITE],
		.is_exec = step->arguments[DRIVE_EXECUTE],
		.is_privileged = step->arguments[DRIVE_PRIVILEGED],
		.taken = taken,
	};
}

static void wait_for_answer(const struct drive_endpoint *endpoint, u64 group,
			    const struct requests *requests)
{
	u64 until_ps = sim_now_ps() + ANSWER_PS;

	while (requests->nr_out || (!endpoint->answers[group] && sim_now_ps() < until_ps))
		sim_sleep_ps(LOOK_PS);
}

static void ask(const struct drive *drive, const struct drive_step *step,
		struct drive_endpoint *endpoint, struct requests *requests)
{
	struct port *port = drive->machine->devices[step->arguments[DRIVE_DEVICE]].engine.port;
	u64 group = step->arguments[DRIVE_GROUP];

	endpoint->awaits[group] = true;
	endpoint->answers[group] = DRIVE_ANSWER_NONE;
	requests->nr_out = (u32)step->arguments[DRIVE_PAGES];
	for (u32 i = 0; i < step->arguments[DRIVE_PAGES]; i++) {
		prepare(drive, step, i, &requests->each[i].message);
		requests->each[i].all = requests;
		port->ops->page_request(port, &requests->each[i].message);
	}
	wait_for_answer(endpoint, group, requests);
	endpoint->awaits[group] = false;
}

DRIVE_VERB(request)
{
	static const char *const words[] = {"no answer", "Success", "Invalid Request",
					    "Response Failure"};
	struct drive_endpoint *endpoint = drive_endpoint_of(drive, step);
	struct requests *requests;
	enum drive_answer answer;

	if (!endpoint)
		return -ENODEV;
	if (!drive->machine->devices[step->arguments[DRIVE_DEVICE]].engine.port->ops->page_request)
		return -EOPNOTSUPP;
	requests = sim_alloc(sizeof(*requests) +
			     step->arguments[DRIVE_PAGES] * sizeof(requests->each[0]));
	if (!requests)
		return -ENOMEM;
	sim_settle();
	ask(drive, step, endpoint, requests);
	answer = endpoint->answers[step->arguments[DRIVE_GROUP]];
	snprintf(self->outcome, sizeof(self->outcome), "%s",
		 answer && drive->is_racy ? "answered" : words[answer]);
	sim_free(requests);
	return 0;
}
