// SPDX-License-Identifier: GPL-2.0-only
/* What a scenario file may say: one row for each argument of each verb. */
#include "tool/scenario/scenario.h"

#define NUMBER(key_, field_, min_, max_, def_)                                                     \
	{                                                                                          \
		.key = key_, .field = field_, .kind = SCN_KIND_NUMBER, .min = min_, .max = max_,   \
		.def = def_                                                                        \
	}
#define WORD(key_, field_, prefix_, choices_, def_)                                                \
	{                                                                                          \
		.key = key_, .field = field_, .kind = SCN_KIND_WORD, .prefix = prefix_,            \
		.choices = choices_, .def = def_                                                   \
	}

#define DEVICE NUMBER("device", "device", 0, 3, "0")
#define CONTAINER NUMBER("container", "container", 0, 1, "0")
#define SPACE NUMBER("space", "space", 0, 2, "0")
#define PAGE(def_) NUMBER("page", "page", -65536, 1048576, def_)
#define PAGES NUMBER("pages", "pages", 0, 1048576, "1")
#define GROUP(def_) NUMBER("group", "group", 0, 511, def_)
/* Through a PASID: that of a space, or just a number. */
#define BY_SPACE NUMBER("space", "pasid_of", 0, 2, "SCN_NO_SPACE")
#define BY_PASID NUMBER("pasid", "pasid", 1, 1048575, "")
#define PERM(def_)                                                                                 \
	{                                                                                          \
		.key = "perm", .field = "perm", .kind = SCN_KIND_PERM, .def = def_                 \
	}
#define FLAG(key_, field_, def_)                                                                   \
	{                                                                                          \
		.key = key_, .field = field_, .kind = SCN_KIND_BOOL, .def = def_                   \
	}
#define CODES " success invalid failure "
#define EXPECT_ANSWER                                                                              \
	{                                                                                          \
		.key = "answer", .field = "answer", .kind = SCN_KIND_CODES, .prefix = "SCN_",      \
		.choices = CODES, .def = "", .is_expectation = true                                \
	}
#define EXPECT_ERRNO                                                                               \
	{                                                                                          \
		.key = "errno", .field = "err", .kind = SCN_KIND_ERRNO, .def = "",                 \
		.is_expectation = true                                                             \
	}
/* Done beside, by a thread that goes by this name. */
#define BESIDE                                                                                     \
	{                                                                                          \
		.key = "in", .field = "thread", .kind = SCN_KIND_LABEL, .def = ""                  \
	}
#define LABEL                                                                                      \
	{                                                                                          \
		.key = "thread", .field = "thread", .kind = SCN_KIND_LABEL                         \
	}
#define EXPECT_TEXT(key_, field_)                                                                  \
	{                                                                                          \
		.key = key_, .field = field_, .kind = SCN_KIND_TEXT, .def = "",                    \
		.is_expectation = true                                                             \
	}
#define COUNTER(key_)                                                                              \
	{                                                                                          \
		.key = key_, .field = key_, .kind = SCN_KIND_NUMBER, .min = 0, .max = 1000000,     \
		.def = "-1", .is_expectation = true                                                \
	}

const struct scn_verb_def scn_verbs[] = {
	{"attach", "SCN_ATTACH", {DEVICE, CONTAINER, EXPECT_ERRNO, BESIDE}},
	{"detach", "SCN_DETACH", {DEVICE, CONTAINER, BESIDE}},
	{"register", "SCN_REGISTER", {DEVICE}},
	{"remove", "SCN_REMOVE", {DEVICE, BESIDE}},
	{"create", "SCN_CREATE", {CONTAINER, EXPECT_ERRNO}},
	{"destroy", "SCN_DESTROY", {CONTAINER, BESIDE}},
	{"map",
	 "SCN_MAP",
	 {CONTAINER, PAGE("0"), PAGES, NUMBER("at", "at", -65536, 1048576, "=page"),
	  PERM("PFH_PERM_READ | PFH_PERM_WRITE"), FLAG("pinned", "is_pinned", "false"),
	  NUMBER("space", "of_space", 0, 2, "SCN_NO_SPACE"), EXPECT_ERRNO, BESIDE}},
	{"unmap",
	 "SCN_UNMAP",
	 {CONTAINER, PAGE("0"), PAGES, EXPECT_TEXT("written", "written"), EXPECT_ERRNO, BESIDE}},
	{"fault",
	 "SCN_FAULT",
	 {DEVICE,
	  PAGE("0"),
	  {.key = "parts",
	   .field = "parts",
	   .kind = SCN_KIND_NUMBERS,
	   .min = -65536,
	   .max = 1048576,
	   .def = ""},
	  PERM("PFH_PERM_READ"),
	  FLAG("last", "is_last", "true"),
	  NUMBER("level", "level", 1, 2, "2"),
	  BY_SPACE,
	  BY_PASID,
	  GROUP("-1"),
	  EXPECT_ANSWER,
	  EXPECT_ERRNO,
	  BESIDE}},
	{"invalidate", "SCN_INVALIDATE", {SPACE, PAGE("0"), PAGES, BESIDE}},
	{"munmap", "SCN_MUNMAP", {SPACE, PAGE("0"), PAGES, EXPECT_ERRNO, BESIDE}},
	{"touch", "SCN_TOUCH", {SPACE, PAGE("0"), PERM("PFH_PERM_READ"), EXPECT_ERRNO}},
	{"access",
	 "SCN_ACCESS",
	 {DEVICE,
	  PAGE("0"),
	  PERM("PFH_PERM_READ"),
	  SPACE,
	  NUMBER("at", "at", -65536, 1048576, "=page"),
	  {.key = "reaches",
	   .field = "is_reached",
	   .kind = SCN_KIND_REACHES,
	   .def = "true",
	   .is_expectation = true}}},
	{"bind", "SCN_BIND", {DEVICE, SPACE, EXPECT_ERRNO, BESIDE}},
	{"unbind", "SCN_UNBIND", {DEVICE, SPACE, BESIDE}},
	{"exit", "SCN_EXIT", {SPACE, BESIDE}},
	{"respond",
	 "SCN_RESPOND",
	 {DEVICE, GROUP(NULL), WORD("code", "code", "SCN_", CODES, "SCN_SUCCESS"), BY_SPACE,
	  BY_PASID, EXPECT_ANSWER, EXPECT_ERRNO}},
	{"hold",
	 "SCN_HOLD",
	 {WORD("what", "what", "SCN_", " faults answers maps ", NULL), SPACE,
	  PAGE("SCN_ANY_PAGE")}},
	{"release",
	 "SCN_RELEASE",
	 {WORD("what", "what", "SCN_", " faults answers maps ", NULL), SPACE}},
	{"fail",
	 "SCN_FAIL",
	 {WORD("what", "what", "SCN_", " faults maps enable binds unmaps ", NULL),
	  DEVICE,
	  SPACE,
	  NUMBER("times", "times", -1, 1000000, "0"),
	  {.key = "with", .field = "with", .kind = SCN_KIND_ERRNO, .def = ""}}},
	{"inject",
	 "SCN_INJECT",
	 {DEVICE, WORD("at", "moment", "SCN_AT_", " enable disable ", NULL), PAGE("0"),
	  PERM("PFH_PERM_READ"), BY_SPACE, BY_PASID, GROUP("-1"), EXPECT_ANSWER}},
	{"join", "SCN_JOIN", {LABEL}},
	{"still", "SCN_STILL", {LABEL}},
	{"expect",
	 "SCN_EXPECT",
	 {DEVICE,
	  CONTAINER,
	  {.key = "mapped",
	   .field = "mapped",
	   .kind = SCN_KIND_TEXT,
	   .def = "",
	   .is_expectation = true},
	  {.key = "answers",
	   .field = "answers",
	   .kind = SCN_KIND_ANSWERS,
	   .def = "",
	   .is_expectation = true},
	  COUNTER("spurious"),
	  COUNTER("refused"),
	  COUNTER("locked")}},
	{"overflow", "SCN_OVERFLOW", {DEVICE}},
	{"pin", "SCN_PIN", {CONTAINER, PAGE("0"), PAGES, EXPECT_ERRNO, BESIDE}},
	{"unpin", "SCN_UNPIN", {CONTAINER, PAGE("0"), PAGES, EXPECT_ERRNO, BESIDE}},
	{"turn", "SCN_TURN", {CONTAINER, FLAG("iopf", "is_on", NULL), EXPECT_ERRNO, BESIDE}},
	{"track", "SCN_TRACK", {CONTAINER, FLAG("writes", "is_on", "true"), BESIDE}},
	{"dirty",
	 "SCN_DIRTY",
	 {CONTAINER, PAGE("0"), PAGES, EXPECT_TEXT("written", "written"), EXPECT_ERRNO, BESIDE}},
	{"guest",
	 "SCN_GUEST",
	 {DEVICE, NUMBER("timeout-ms", "timeout_ms", 0, 1000, "0"), EXPECT_ERRNO}},
	{"guest-leaves", "SCN_GUEST_LEAVES", {DEVICE, BESIDE}},
	{"guest-answers",
	 "SCN_GUEST_ANSWERS",
	 {DEVICE, GROUP(NULL), WORD("code", "code", "SCN_", CODES, "SCN_SUCCESS"),
	  FLAG("old", "is_old", "false"), EXPECT_ERRNO}},
	{"capabilities",
	 "SCN_CAPABILITIES",
	 {DEVICE, CONTAINER, EXPECT_TEXT("of-device", "of_device"),
	  EXPECT_TEXT("of-container", "of_container")}},
};

const size_t scn_nr_verbs = sizeof(scn_verbs) / sizeof(scn_verbs[0]);

const struct scn_key scn_answer_keys[] = {
	DEVICE, GROUP(NULL), WORD("code", "code", "SCN_", CODES, NULL), {0}};

const struct scn_key scn_container_keys[] = {
	FLAG("iopf", "has_iopf", "true"),
	NUMBER("premap", "premap_pages", 0, 4096, "1"),
	NUMBER("limit", "locked_limit", 0, 1048576, "0"),
	SPACE,
	FLAG("late", "is_late", "false"),
	{0},
};
