/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which key does something when: beside the schema, which says what a key may be. A
 * key that cannot act is no error of the file, but whoever sets it believes
 * otherwise.
 */
#ifndef SYSTEM_ACTS_H
#define SYSTEM_ACTS_H

#include "system/config/workload.h"

/* A key acts only where another one has one of some values. */
struct wl_acts {
	const char *path;   /* a key, or a section: all keys in it */
	const char *values; /* NULL: whatever it is; else only of these, as below */
	const char *key;    /* on which it depends */
	const char *wanted; /* "a" or "a|b": one of these; "!a": any other */
};

/**
 * wl_acts() - does the value at @path do anything in @config?
 * Return: NULL: it may; else the row that is not fulfilled.
 */
const struct wl_acts *wl_acts(const struct sys_config *config, const char *path);

/** wl_acts_row() - row number @index of @path's own, for people; NULL: no more. */
const struct wl_acts *wl_acts_row(const char *path, size_t index);

#define WL_ACTS_BYTES 512

/** wl_acts_say() - "it acts only where KEY is VALUES, and that is X". Return: @text. */
const char *wl_acts_say(char text[WL_ACTS_BYTES], const struct sys_config *config,
			const struct wl_acts *row);

#endif
