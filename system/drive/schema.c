// SPDX-License-Identifier: GPL-2.0-only
/* What a step may say: one row a verb. */
#include "system/drive/internal.h"
#include "system/drive/verbs.h"

#define NUMBER(name, argument, max, fallback)                                                      \
	{                                                                                          \
		name, argument, DRIVE_NUMBER, max, fallback, false                                 \
	}
#define FLAG(name, argument)                                                                       \
	{                                                                                          \
		name, argument, DRIVE_FLAG, 0, 0, false                                            \
	}
#define DEVICE NUMBER("device", DRIVE_DEVICE, DRIVE_MAX_DEVICES - 1, 0)
#define PROCESS NUMBER("process", DRIVE_PROCESS, DRIVE_MAX_PROCESSES - 1, 0)
#define DOMAIN NUMBER("domain", DRIVE_DOMAIN, DRIVE_MAX_DOMAINS - 1, 0)
#define PAGE NUMBER("page", DRIVE_PAGE, 1 << 28, 0)
#define PAGES NUMBER("pages", DRIVE_PAGES, DRIVE_MAX_PAGES, 1)
#define MANY_PAGES NUMBER("pages", DRIVE_PAGES, DRIVE_MAX_BLOCK, 1)
#define IOMMU NUMBER("iommu", DRIVE_IOMMU, 3, 0)
#define PERM                                                                                       \
	{                                                                                          \
		"perm", DRIVE_PERM, DRIVE_RIGHTS, 0, 3, false                                      \
	}
/* Taken beside the steps that follow. */
#define BESIDE                                                                                     \
	{                                                                                          \
		"in", DRIVE_IN, DRIVE_NAME, 0, 0, false                                            \
	}
/* Index of a page request group. */
#define GROUP NUMBER("group", DRIVE_GROUP, DEV_PCIE_MAX_GROUPS - 1, 0)
#define PS(name, argument)                                                                         \
	{                                                                                          \
		name, argument, DRIVE_PS, 0, 0, true                                               \
	}

const struct drive_verb drive_verbs[] = {
	{"add", drive_verb_add, {DEVICE, FLAG("twice", DRIVE_TWICE), BESIDE}},
	{"remove", drive_verb_remove, {DEVICE, BESIDE}},
	{"process", drive_verb_process, {PROCESS}},
	{"exit", drive_verb_exit, {PROCESS, BESIDE}},
	{"mmap", drive_verb_mmap, {PROCESS, PAGE, PAGES, PERM, BESIDE}},
	{"munmap", drive_verb_munmap, {PROCESS, PAGE, PAGES, BESIDE}},
	{"remap", drive_verb_remap, {PROCESS, PAGE, PAGES, PERM, BESIDE}},
	{"mprotect", drive_verb_mprotect, {PROCESS, PAGE, PAGES, PERM, BESIDE}},
	{"touch", drive_verb_touch, {PROCESS, PAGE, PAGES, BESIDE}},
	{"bind", drive_verb_bind, {DEVICE, PROCESS, BESIDE}},
	{"unbind", drive_verb_unbind, {DEVICE, PROCESS, BESIDE}},
	{"domain",
	 drive_verb_domain,
	 {DOMAIN, DEVICE, FLAG("handler", DRIVE_HANDLER), FLAG("keeps", DRIVE_KEEPS)}},
	{"free", drive_verb_free, {DOMAIN}},
	{"attach", drive_verb_attach, {DEVICE, DOMAIN, BESIDE}},
	{"detach", drive_verb_detach, {DEVICE, BESIDE}},
	{"claim", drive_verb_claim, {DEVICE, BESIDE}},
	{"release", drive_verb_release, {DEVICE, BESIDE}},
	{"map",
	 drive_verb_map,
	 {DOMAIN, PAGE, MANY_PAGES, PERM, FLAG("block", DRIVE_BLOCK), BESIDE}},
	{"unmap", drive_verb_unmap, {DOMAIN, PAGE, MANY_PAGES, BESIDE}},
	{"access",
	 drive_verb_access,
	 {DEVICE,
	  PROCESS,
	  DOMAIN,
	  NUMBER("pasid", DRIVE_PASID, (1 << 20) - 1, 0),
	  PAGE,
	  PAGES,
	  FLAG("write", DRIVE_WRITE),
	  GROUP,
	  {"ends", DRIVE_ENDS, DRIVE_WORDS, 0, 0, false},
	  BESIDE}},
	{"request",
	 drive_verb_request,
	 {DEVICE,
	  PROCESS,
	  DOMAIN,
	  NUMBER("pasid", DRIVE_PASID, (1 << 20) - 1, 0),
	  NUMBER("page", DRIVE_PAGE, (1ULL << 52) - 1, 0),
	  NUMBER("pages", DRIVE_PAGES, DRIVE_MAX_REQUESTS, 1),
	  FLAG("write", DRIVE_WRITE),
	  FLAG("execute", DRIVE_EXECUTE),
	  FLAG("privileged", DRIVE_PRIVILEGED),
	  GROUP,
	  {"last", DRIVE_LAST, DRIVE_FLAG, 0, 1, false},
	  BESIDE}},
	{"withhold",
	 drive_verb_withhold,
	 {DEVICE, NUMBER("invalidations", DRIVE_INVALIDATIONS, 1 << 20, 1)}},
	{"complete", drive_verb_complete, {DEVICE}},
	{"unplug", drive_verb_unplug, {DEVICE}},
	{"damage", drive_verb_damage, {IOMMU, NUMBER("commands", DRIVE_COMMANDS, 1 << 20, 1)}},
	{"pause", drive_verb_pause, {PS("time", DRIVE_TIME)}},
	{"leaks", drive_verb_leaks, {{0}}},
	{"join", NULL, {{"thread", DRIVE_IN, DRIVE_NAME, 0, 0, true}}},
	{"repeat",
	 NULL,
	 {PS("from", DRIVE_FROM),
	  PS("to", DRIVE_TO),
	  PS("by", DRIVE_BY),
	  {"steps", DRIVE_STEPS, DRIVE_LIST, 0, 0, true}}},
	{0},
};
