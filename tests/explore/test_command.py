#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""iopfsim explore: what it finds, that a schedule found is found again, and what it refuses."""
import json
import os
import subprocess
import sys
import tempfile

IOPFSIM = sys.argv[1]
FAILURES = []


def run(*arguments):
    """Exit status, standard output and standard error of `iopfsim explore`."""
    done = subprocess.run([IOPFSIM, "explore", *arguments], capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout, done.stderr


def explore(*arguments):
    """The result as JSON."""
    code, out, err = run(*arguments, "--json")
    if code > 1:
        FAILURES.append(f"{arguments}: exit {code}: {err}")
        return {"found": None, "complete": False, "schedules": 0}
    return json.loads(out)


def check(claim, text):
    if not claim:
        FAILURES.append(text)


def check_row(row, scenario, finding, places):
    """A bug of the posted design: found, minimized, replayed, twice the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schedule")
        code, out, _ = run(scenario, "-d", "rfc-v3", "--minimize", "-o", path)
        check(code == 1 and finding in out, f"row {row} is not found: {out}")
        check(all(place in out for place in places), f"not all of {places} are said: {out}")
        first, second = run("--replay", path), run("--replay", path)
        check(first[0] == 1 and finding in first[1], f"the replay does not fail: {first}")
        check(first == second, "two replays differ")


def posted_design_uses_freed_memory():
    """Who freed and who used."""
    check_row(2, "fault-and-detach", "use after free", ["rfc_v3_handle()", "tree_remove()"])


def posted_design_locks_itself_out():
    """The circle is one thread, which has and wants the lock."""
    check_row(7, "fault-copies-its-page", "deadlock of 1 thread\n", ["rfc_v3_invalidate_start()", "handle_in()"])


def what_a_search_left_out_is_in_its_file():
    """Detectors and points: without them the same steps are another schedule, or fail otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schedule")
        code, _, err = run("fault-and-detach", "-d", "rfc-v3", "--without", "use after free", "--without", "data race",
                           "--without-points", "load", "--without-points", "reader", "-n", "2000", "-q", "-o", path)
        check(code == 1, f"nothing but uses after free: exit {code}: {err}")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for line in ("without-points load, reader\n", "without use after free, data race\n", "timeouts 0\n"):
            check(line in text, f"no {line!r} in {text}")
        check(run("--replay", path, "-q") == (1, "", ""), "the replay does not fail")
        for line, other in (("without-points load, reader", "without-points none"),
                            ("without use after free, data race", "without none")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(line, other))
            check(run("--replay", path, "-q")[0] != 1, f"{other} is the same")
        for option in (["--timeouts", "1"], ["--without", "leak"], ["--without-points", "load"]):
            code, _, err = run("--replay", path, *option)
            check(code == 2 and "the file says" in err, f"{option}: exit {code}, {err!r}")


def minimal_schedule_has_few_switches():
    found = explore("fault-and-detach", "-d", "rfc-v3", "--minimize", "--without", "data race", "-S", "3")["found"]
    check(found and found["switches"] <= found["switches_before"] and found["switches"] <= 3, f"not minimal: {found}")


def right_designs_survive():
    for design in ("range-lock", "rcu", "core-path"):
        for scenario in ("fault-and-unbind", "fault-and-detach", "fault-and-invalidation", "fault-and-unmap"):
            found = explore(scenario, "-d", design, "-n", "300")["found"]
            check(not found, f"{scenario} under {design}: {found}")


def search_is_deterministic():
    """Two runs differ in nothing but their time."""
    results = [explore("detach-and-answer", "-d", "rfc-v3", "-n", "100", "--all", "-S", "7") for _ in range(2)]
    for result in results:
        for key in ("seconds", "schedules_per_s", "cpu_ns"):
            result.pop(key, None)
    check(results[0] == results[1], f"{results}")


def reduction_exhausts_two_threads():
    result = explore("fault-and-unbind", "-s", "dpor")
    check(result["complete"] and not result["found"], f"{result}")
    bounded = explore("fault-and-unbind", "-s", "dfs", "--depth", "1")
    check(bounded["complete"] and not bounded["found"], f"{bounded}")


def handlers_go_on_with_what_somebody_else_has_answered():
    """What is mapped is looked at when they have done."""
    for dispatch in ("workqueue", "device-workqueue", "cpu-threads"):
        result = explore("fault-and-answer", "-p", dispatch, "-s", "dpor")
        check(result["complete"] and not result["found"], f"{dispatch}: {result}")


def detector_that_is_off_finds_nothing():
    result = explore("fault-and-tracking", "-d", "rfc-v3", "-n", "100", "--without", "answer")
    check(not result["found"], f"{result}")
    check(explore("fault-and-tracking", "-d", "rfc-v3", "-n", "100")["found"], "and on it finds")


def shards_share_the_work():
    shards = [explore("fault-and-answer", "-n", "50", "--shard", f"{i}/2")["schedules"] for i in (1, 2)]
    check(shards == [50, 50], f"{shards}")


def replay_file(**fields):
    """A schedule of another program; a field that is None is left out."""
    lines = {"iopfsim schedule": "3", "program": "1", "source": "s", "scenario": "a", "design": "b", "dispatch": "c",
             "timeouts": "0", "without-points": "none", "without": "none", "finding": "leak", "steps": "1", "choices": "1\n0"}
    lines.update({key.replace("_", "-"): value for key, value in fields.items()})
    return "".join(f"{key} {value}\n" for key, value in lines.items() if value is not None)


HOSTILE = {
    "empty": "",
    "older version": "iopfsim schedule 1\n",
    "version before": replay_file(timeouts=None, without_points=None, without=None).replace("schedule 3", "schedule 2"),
    "program": replay_file(program="xyz"),
    "long line": replay_file(program="0" * 500),
    "finding": replay_file(finding="luck"),
    "choices": replay_file(choices="99999999"),
    "choice": replay_file(choices="1\n77"),
    "behind": replay_file() + "more\n",
    "other program": replay_file(),
    "steps": replay_file(steps="?"),
    "no source": replay_file(source=None),
    "no time-outs": replay_file(timeouts=None),
    "time-outs": replay_file(timeouts="many"),
    "negative time-outs": replay_file(timeouts="-1"),
    "too many time-outs": replay_file(timeouts="1001"),
    "no points": replay_file(without_points=None),
    "points": replay_file(without_points="load, luck"),
    "points twice": replay_file(without_points="load, load"),
    "points, and no more": replay_file(without_points="load, "),
    "no detectors": replay_file(without=None),
    "detectors": replay_file(without="data race,leak"),
    "long list": replay_file(without=", ".join(["leak"] * 100)),
    "binary": "\x00\x01\x02",
}


def hostile_files_are_refused():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schedule")
        for what, text in HOSTILE.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            code, out, err = run("--replay", path)
            check(code == 2 and not out and err.count("\n") == 1, f"{what}: exit {code}, {out!r}, {err!r}")


def wrong_usage_is_refused():
    wrong = [[], ["no-such"], ["fault-and-detach", "-d", "none"], ["fault-and-detach", "-n", "x"],
             ["fault-and-detach", "--shard", "3/2"], ["fault-and-detach", "-s", "none"],
             ["fault-and-detach", "--replay", "x"], ["--replay", "/no/such/file"], ["--nonsense"], ["fault-and-detach", "-Z"],
             ["fault-and-detach", "-n"], ["fault-and-detach", "--seed"], ["--json=1", "fault-and-detach"], ["-n", "5", "--dep"]]
    for arguments in wrong:
        code, _, err = run(*arguments)
        check(code == 2 and err.count("\n") == 1, f"{arguments}: exit {code}, {err!r}")


def speaks_as_other_commands_do():
    code, out, err = run("--version")
    check(code == 0 and out == subprocess.run([IOPFSIM, "--version"], capture_output=True, text=True, check=True).stdout and not err,
          f"--version: {out!r} {err!r}")
    helped = [run(option) for option in ("--help", "-h")]
    check(helped[0] == helped[1] and helped[0][0] == 0 and not helped[0][2], "-h and --help")
    for word in ("--quiet", "--version", "--without-points", "dpor", "identity", "livelock"):
        check(word in helped[0][1], f"--help does not know {word}")
    check(run("fault-and-detach", "-d", "rfc-v3", "-q") == (1, "", ""), "-q says something")
    check(run("fault-and-exit", "-n", "10", "--quiet") == (0, "", ""), "--quiet says something")


for test in (posted_design_uses_freed_memory, posted_design_locks_itself_out, what_a_search_left_out_is_in_its_file,
             minimal_schedule_has_few_switches, right_designs_survive, search_is_deterministic, reduction_exhausts_two_threads,
             handlers_go_on_with_what_somebody_else_has_answered, detector_that_is_off_finds_nothing,
             shards_share_the_work, hostile_files_are_refused, wrong_usage_is_refused,
             speaks_as_other_commands_do):
    before = len(FAILURES)
    test()
    print(test.__name__, "failed" if len(FAILURES) > before else "holds")
for failure in FAILURES:
    print(failure)
sys.exit(bool(FAILURES))
