/* SPDX-License-Identifier: GPL-2.0-only */
/* The data folder: workloads/, with platforms/ in it, and plots/. */
#ifndef TOOL_DATA_H
#define TOOL_DATA_H

/**
 * tool_data_find() - find the data folder, for wl_data_folder()
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * The folder is the one that IOPFSIM_DATA names; else the source tree, for a
 * binary in a build folder within it; else data/ beside the binary; else
 * ../share/iopfsim from there. That none of them has data is no failure
 * before data are wanted: wl_data_missing() then says where was looked.
 *
 * Return: 0; -ENOENT: IOPFSIM_DATA names a folder that has no data.
 */
int tool_data_find(char *message);

/** tool_data_plots() - the folder of the scripts of plots, once tool_data_find() has found data. */
const char *tool_data_plots(void);

#endif
