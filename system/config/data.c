// SPDX-License-Identifier: GPL-2.0-only
/* Where the files that come with iopfsim are, as the program that was started has found out. */
#include "system/config/workload.h"

static const char *data_folder, *data_missing;

void wl_data_set(const char *folder, const char *missing)
{
	data_folder = folder;
	data_missing = missing;
}

const char *wl_data_folder(void)
{
	return data_folder;
}

const char *wl_data_missing(void)
{
	return data_missing ? data_missing : "no data folder is known";
}
