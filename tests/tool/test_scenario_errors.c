// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the scenario compiler refuses, and where it says that it is:
 *  - unknown verbs, arguments and values, with the nearest known one;
 *  - arguments that are missing, out of range or of the wrong kind;
 *  - a fault without the answer that it must get;
 *  - a good file comes out as C that names the kernel's own constants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/scenario/scenario.h"

/* Compile @text. Return: what came out (the caller's), or NULL with @message. */
static char *compile(const char *text, char *message)
{
	const struct text_input input = {"x.yaml", (char *)text, strlen(text)};
	struct scn_file file = {.name = "x"};
	char *out = NULL;
	size_t bytes;
	int err = text_document_parse(&file.doc, &input, message);

	if (err)
		return NULL;
	file.out = open_memstream(&out, &bytes);
	assert_non_null(file.out);
	err = scn_compile(&file);
	fclose(file.out);
	text_document_free(&file.doc);
	if (!err)
		return out;
	free(out);
	return NULL;
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"steps: [{attach: {}}]",
		 "x.yaml:1:1: expected 'about:', what it shows in one line"},
		{"about: a\n", "x.yaml:1:1: expected 'steps:', a list"},
		{"about: a\nstep: []\n",
		 "x.yaml:2:1: unknown key 'step' of a scenario; did you mean 'steps'?"},
		{"about: a\nsteps:\n  - atach: {}\n",
		 "x.yaml:3:5: unknown verb 'atach'; did you mean 'attach'?"},
		{"about: a\nsteps:\n  - attach: {devise: 0}\n",
		 "x.yaml:3:14: unknown key 'devise' of attach; did you mean 'device'?"},
		{"about: a\nsteps:\n  - attach: {device: 4}\n",
		 "x.yaml:3:22: device: '4', expected a whole number from 0 to 3"},
		{"about: a\nsteps:\n  - attach: {errno: EWRONG}\n",
		 "x.yaml:3:21: errno: 'EWRONG', expected an errno such as EBUSY, or OK"},
		{"about: a\nsteps:\n  - attach: {device: [1]}\n",
		 "x.yaml:3:22: 'device' wants a single value"},
		{"about: a\nsteps:\n  - fault: {page: 1}\n",
		 "x.yaml:3:12: fault: expected 'answer:', what the device must be told"},
		{"about: a\nsteps:\n  - fault: {page: 1, last: false, answer: success}\n",
		 "x.yaml:3:12: fault: only the last of a group is answered"},
		{"about: a\nsteps:\n  - fault: {page: 1, answer: maybe}\n",
		 "x.yaml:3:30: answer: 'maybe', expected one of success invalid failure"},
		{"about: a\nsteps:\n  - fault: {perm: rq, answer: success}\n",
		 "x.yaml:3:19: perm: 'rq', expected some of r, w, x, p"},
		{"about: a\nsteps:\n  - hold: {page: 1}\n", "x.yaml:3:11: hold without 'what'"},
		{"about: a\nsteps:\n  - attach\n",
		 "x.yaml:3:5: a step wants one verb and its arguments, such as "
		 "fault: {page: 3, answer: success}"},
		{"about: a\nrows: [20]\nsteps:\n  - attach: {}\n",
		 "x.yaml:2:8: rows: '20', expected a whole number from 1 to 19"},
		{"about: a\nfails-on: {rfc-v3: badly}\nsteps:\n  - attach: {}\n",
		 "x.yaml:2:20: fails-on: 'badly', expected one of answers hangs crashes"},
		{"about: a\nsteps:\n  - expect: {answers: [{device: 0, group: 1}]}\n",
		 "x.yaml:3:24: an answer without 'code'"},
		{"about: a\nsteps:\n  - touch: {}\nthreads:\n  one:\n    - touch: {}\n",
		 "x.yaml:5:3: 'threads' wants 2 to 4 lists of steps by name"},
		{"about: a\nsteps:\n  - touch: {}\nthen:\n  - touch: {}\n",
		 "x.yaml:5:3: 'then' follows 'threads'"},
		{"about: a\nsteps:\n  - touch: {}\nthreads:\n  one:\n    - hold: {what: maps}\n"
		 "  two:\n    - touch: {}\n",
		 "x.yaml:6:7: 'hold' cannot be a thread's step"},
		{"about: a\nsteps:\n  - fault: {page: 1, answer: [success, perhaps]}\n",
		 "x.yaml:3:40: answer: 'perhaps', expected a code"},
	};
	char message[TEXT_MESSAGE_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		message[0] = 0;
		assert_null(compile(cases[i].text, message));
		assert_string_equal(message, cases[i].message);
	}
}

static void a_good_file_becomes_c(void **state)
{
	char message[TEXT_MESSAGE_MAX];
	char *out = compile("about: a\n"
			    "steps:\n"
			    "  - attach: {device: 2, errno: EBUSY}\n"
			    "  - fault: {parts: [1, -2], perm: rw, answer: invalid, in: one}\n"
			    "  - join: {thread: one}\n",
			    message);

	assert_non_null(out);
	assert_non_null(strstr(out, ".text = \"attach device=2\", .line = 3, .verb = SCN_ATTACH, "
				    ".device = 2, "));
	assert_non_null(strstr(out, ".err = -EBUSY, "));
	assert_non_null(strstr(out, ".text = \"fault parts=1,-2 perm=rw in=one\", .line = 4"));
	assert_non_null(strstr(out, ".nr_parts = 2, .parts = (const s32[]){1, -2, }, "));
	assert_non_null(strstr(out, ".perm = 0 | PFH_PERM_READ | PFH_PERM_WRITE, "));
	assert_non_null(strstr(out, ".answer = SCN_INVALID, "));
	/* The same name is the same thread. */
	assert_non_null(strstr(out, ".verb = SCN_JOIN, .thread = 1, "));
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_named_with_its_place),
		cmocka_unit_test(a_good_file_becomes_c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
