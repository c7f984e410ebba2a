/* SPDX-License-Identifier: GPL-2.0-only */
/* Verbs of PCIe endpoints (ATS, PRI), and of the interrupt messages that came. */
#ifndef TOOL_SERVE_PCIE_H
#define TOOL_SERVE_PCIE_H

#include "tool/serve/reply.h"

void serve_translation_request(struct session *session, const struct verb *verb, char **words,
			       u32 nr_words);
void serve_page_request(struct session *session, const struct verb *verb, char **words,
			u32 nr_words);
void serve_page_responses(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words);
void serve_invalidations(struct session *session, const struct verb *verb, char **words,
			 u32 nr_words);
void serve_msi_log(struct session *session, const struct verb *verb, char **words, u32 nr_words);

#endif
