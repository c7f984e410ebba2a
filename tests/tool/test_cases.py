#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_cases.py IOPFSIM [HEADING [PAGE FOLDER]]
"""
docs/cases.md (PAGE) says what is so: each of its cases (###) has a console block; each command in it runs, as it stands
there, in a folder with a copy of tests/data/cases (FOLDER) and the build in build/, and prints what stands below it and
ends as it says; each test that it names exists. With HEADING: only cases whose heading has this in it.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.path.dirname(os.path.realpath(sys.argv[1]))
ONLY = sys.argv[2] if len(sys.argv) > 2 else ""
TOP = os.getcwd()
PAGE, FOLDER = sys.argv[3:5] if len(sys.argv) > 4 else ("docs/cases.md", "tests/data/cases")
failures = 0


def fail(message):
    global failures
    failures += 1
    print(f"FAILED: {message}", file=sys.stderr)


def cases(text):
    """Of each case its heading, and its blocks as lists of lines."""
    for case in re.split(r"^### ", text, flags=re.M)[1:]:
        case = re.split(r"^## ", case, flags=re.M)[0]
        blocks = re.findall(r"^```console\n(.*?)^```$", case, flags=re.M | re.S)
        yield case.split("\n", 1)[0], [block.splitlines() for block in blocks]


def commands(block):
    """Each as the command, the lines below it, its exit status."""
    found = []
    for line in block:
        status = re.fullmatch(r"\[exit (\d+)\]", line)
        if line.startswith("$ "):
            found.append([line[2:], [], 0])
        elif not found:
            return []
        elif status:
            found[-1][2] = int(status[1])
        else:
            found[-1][1].append(line)
    return found


def pattern(lines):
    """... in a line is anything within it, as a line any lines."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r"\n")
    return "".join(parts)


def run(heading, command, expected, status):
    environment = dict(os.environ, PATH=f"{BUILD}:{os.environ['PATH']}", LC_ALL="C")
    got = subprocess.run(["bash", "-c", command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if got.returncode != status:
        fail(f"{heading}: $ {command}\nexit {got.returncode}, not {status}:\n{got.stdout}")
    elif not re.fullmatch(pattern(expected), got.stdout):
        wanted = "\n".join(expected)
        fail(f"{heading}: $ {command}\nprints\n{got.stdout}instead of\n{wanted}")


def run_case(heading, blocks):
    """In a folder of its own. Return: how many commands there were."""
    nr = 0
    with tempfile.TemporaryDirectory(prefix="iopfsim-cases-") as folder:
        shutil.copytree(f"{TOP}/{FOLDER}", folder, dirs_exist_ok=True)
        for name, target in (("build", BUILD), ("tests", f"{TOP}/tests"), ("workloads", f"{TOP}/workloads")):
            os.symlink(target, f"{folder}/{name}")
        os.chdir(folder)
        for block in blocks:
            found = commands(block)
            if not found:
                fail(f"{heading}: a block has no command")
            for command in found:
                run(heading, *command)
            nr += len(found)
        os.chdir(TOP)
    if not nr:
        fail(f"{heading}: no command shows it")
    return nr


def check_names(text):
    """`room.file: test` and `room.file`, as CTest names them, but no key of a workload; a scenario is a file."""
    keys = r"handler\.(?:extra|dispatch|design|containers|max_repeats)[`:]"
    rooms = "sim|models|kapi|handler|system|tool|oracle"
    for room, name, test in re.findall(rf"`(?!{keys})({rooms})\.(\w+)(?:: (\w+))?`", text):
        files = glob.glob(f"tests/{room}/test_{name}.*")
        if not files:
            fail(f"{PAGE} names {room}.{name}, which does not exist")
        elif test and not any(re.search(rf"\b{test}\b", open(file, encoding="utf-8").read()) for file in files):
            fail(f"{PAGE} names {test}, which is not in {files[0]}")
    for name in re.findall(r"`tests/scenarios/([\w-]+)`", text):
        if not os.path.exists(f"tests/scenarios/{name}.yaml"):
            fail(f"{PAGE} names the scenario {name}, which does not exist")


def main():
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    check_names(text)
    nr_cases = nr_commands = 0
    for heading, blocks in cases(text):
        if ONLY in heading:
            nr_cases += 1
            nr_commands += run_case(heading, blocks)
    if not nr_cases:
        fail(f"{PAGE} has no case")
    if failures:
        sys.exit(1)
    print(f"{nr_cases} cases: {nr_commands} commands print what {PAGE} says")


main()
