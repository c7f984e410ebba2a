// SPDX-License-Identifier: GPL-2.0-only
/* All artefacts of a run, by name. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/folder.h"
#include "tool/output/output.h"

typedef void (*write_fn)(FILE *out, const struct output_run *run);

static const struct artefact {
	const char *name;
	write_fn write;
} artefacts[] = {
	{"result.json", output_result_json},
	{"faults.csv", output_faults_csv},
	{"dmesg.txt", output_dmesg_txt},
	{"locks.csv", output_locks_csv},
	{"timeline.json", output_timeline_json},
	{"report.html", output_report_html},
	{"data/title.txt", output_title_txt},
	{"data/latency.dat", output_latency_dat},
	{"data/percentiles.dat", output_percentiles_dat},
	{"data/translation.dat", output_translation_dat},
	{"data/stages.dat", output_stages_dat},
	{"data/queues.dat", output_queues_dat},
	{"data/queue_bands.dat", output_queue_bands_dat},
	{"data/queue_shares.dat", output_queue_shares_dat},
	{"data/queue_panels.dat", output_queue_panels_dat},
	{"data/locks.dat", output_locks_dat},
};

struct job {
	write_fn write;
	const struct output_run *run;
};

static void write_artefact(FILE *out, const void *opaque)
{
	const struct job *job = opaque;

	job->write(out, job->run);
}

int output_write(const char *path, const struct output_run *run, char *message)
{
	char data[FOLDER_PATH_MAX + 8];
	int err = 0;

	snprintf(data, sizeof(data), "%s/data", path);
	if (mkdir(data, 0777) && errno != EEXIST) {
		snprintf(message, TEXT_MESSAGE_MAX, "data: cannot be made: %s", strerror(errno));
		return -errno;
	}
	for (size_t i = 0; !err && i < sizeof(artefacts) / sizeof(artefacts[0]); i++) {
		const struct job job = {artefacts[i].write, run};
		const struct folder_file file = {artefacts[i].name, write_artefact, &job};

		err = folder_write(path, &file, message);
	}
	return err;
}
