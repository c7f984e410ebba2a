#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_planted.py IOPFSIM
#
# Bugs planted in a copy of the handler, which is compiled in the build tree of iopfsim and linked in front of its own: each fault
# takes two mutexes, by turns in one and in the other order, and asks for memory with a spinlock held. Claims: `run` says so with
# exit 1, whether or not the order made a deadlock; if it did, who waits for whom is a circle; it stands in result.json and
# report.html; without the bugs nothing is said.
import json
import os
import re
import shlex
import subprocess
import sys

from command import IOPFSIM, InFolder, main

FILE = "handler/fault.c"
PLANT = """
#include <linux/delay.h>

static DEFINE_MUTEX(planted_one);
static DEFINE_MUTEX(planted_other);
static DEFINE_SPINLOCK(planted_spin);

static void plant(void)
{
	static unsigned int nr;
	bool is_odd = nr++ & 1;

	mutex_lock(is_odd ? &planted_one : &planted_other);
	usleep_range(20, 20);
	mutex_lock(is_odd ? &planted_other : &planted_one);
	mutex_unlock(is_odd ? &planted_other : &planted_one);
	mutex_unlock(is_odd ? &planted_one : &planted_other);
	spin_lock(&planted_spin);
	kfree(kmalloc(8, GFP_KERNEL));
	spin_unlock(&planted_spin);
}
"""


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)}: {done.stderr}")
    return done.stdout


def compile_planted(build, copy):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = [shlex.split(entry["command"]) for entry in json.load(file) if entry["file"].endswith("/" + FILE)]
    command = next(words for words in commands if re.search("/handler.dir/", words[words.index("-o") + 1]))
    source = command[command.index("-c") + 1]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    before, after = "\nenum pfh_response_code pfh_design_handle(", "\tcode = handle(&attempt);"
    assert before in text and after in text, f"{FILE}: nothing to edit"
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text.replace(before, PLANT + before).replace(after, "\tplant();\n" + after))
    command[command.index("-c") + 1] = copy
    command[command.index("-o") + 1] = copy + ".o"
    command[1:1] = ["-iquote", os.path.dirname(source)]
    call(command, build)
    return copy + ".o"


def build_planted(folder):
    """Path of an iopfsim whose handler has the bugs."""
    build = os.path.dirname(IOPFSIM)
    edited = compile_planted(build, os.path.join(folder, "fault.c"))
    lines = call(["ninja", "-C", build, "-t", "commands", "-s", "iopfsim"], build).splitlines()
    words = [word for word in shlex.split(next(line for line in lines if " -o iopfsim " in line)) if word not in (":", "&&")]
    at = words.index("-o")
    program = os.path.join(folder, "iopfsim")
    call([*words[:at], edited, "-o", program, *words[at + 2:]], build)
    return program


class Planted(InFolder):
    def result(self, program, dispatch):
        """Of faults that are handled one after the other, or side by side."""
        command = [program, "run", "container", "-q", "--no-plots", "-o", "out", "--set", "workload.accesses=40", "--set",
                   "machine.iommus=1", "--set", f"handler.dispatch={dispatch}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "IOPFSIM_DATA": os.path.join(os.path.dirname(IOPFSIM), "data")})
        with open("out/result.json", encoding="utf-8") as file:
            return done.returncode, done.stderr, json.load(file)

    def test_planted_bugs_are_said(self):
        program = build_planted(os.getcwd())
        code, said, result = self.result(program, "event-thread")
        self.assertEqual(code, 1, said)
        self.assertEqual(result["defects"]["lock_orders"], 1)
        self.assertGreater(result["defects"]["atomic_sleeps"], 1)
        self.assertEqual(result["defects"]["deadlocks"], 0)
        self.assertRegex(said, r"defect: lock order: planted_\w+ is taken inside planted_\w+, and planted_\w+ inside planted_\w+\n"
                               r" +lock +taken at +inside it +taken at +by thread\n"
                               r" +planted_one +fault.c:\d+ plant\(\) +planted_other +fault.c:\d+ plant\(\) +irq/")
        self.assertRegex(said, r"defect: thread 'irq/\S+ may sleep, at fault.c:\d+ plant\(\), with preemption off; it holds .*"
                               r"planted_spin, taken at fault.c:\d+ plant\(\)")
        self.assertTrue(any(line.startswith("lock order: ") for line in result["defect_lines"]))
        with open("out/report.html", encoding="utf-8") as file:
            self.assertIn("<pre>lock order: planted_", file.read())

        code, said, result = self.result(program, "workqueue")
        self.assertEqual(code, 1, said)
        self.assertTrue(result["stuck"])
        self.assertEqual(result["defects"]["deadlocks"], 1)
        self.assertRegex(said, r"defect: deadlock of 2 threads\n +thread +waits for +asked at +held by +taken at\n"
                               r" +kworker\S+ +planted_\w+ +fault.c:\d+ plant\(\) +kworker\S+ +fault.c:\d+ plant\(\)\n"
                               r" +kworker\S+ +planted_\w+ +fault.c:\d+ plant\(\) +kworker\S+ +fault.c:\d+ plant\(\)\n")

    def test_without_them_nothing_is_said(self):
        for dispatch in ("event-thread", "workqueue"):
            code, said, result = self.result(IOPFSIM, dispatch)
            self.assertEqual((code, said, "defect_lines" in result), (0, "", False))
            self.assertFalse(any(result["defects"].values()))


if __name__ == "__main__":
    main()
