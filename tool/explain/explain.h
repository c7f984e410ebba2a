/* SPDX-License-Identifier: GPL-2.0-only */
/* What a word means, and what happened to a fault. */
#ifndef TOOL_EXPLAIN_EXPLAIN_H
#define TOOL_EXPLAIN_EXPLAIN_H

#include "sim/types.h"

/**
 * explain_word() - print what is known of @word: the glossary, stages, resources of a
 * verdict, designs, generators, keys of a result and of a workload file
 *
 * Return: an exit code, after a complaint if nothing is known.
 */
int explain_word(const char *word, bool is_json);

/** explain_words() - print the words of the glossary, by section. */
void explain_words(bool is_json);

/**
 * explain_fault() - tell one fault of a run as a story
 * @folder: of the run
 * @which: its number, "slowest", or "median"
 *
 * Return: an exit code, after a complaint if there is no such fault.
 */
int explain_fault(const char *folder, const char *which, bool is_json);

#endif
