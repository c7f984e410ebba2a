#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_study.sh IOPFSIM
#
# iopfsim study. Claims: pinning and the workqueue with one pool come out as published where one constant is fitted or
# taken; a point's parameters are its place on the axes and nothing else; rcu keeps 70 % of the CPU-bound line at
# 16 CPUs with less than 5 % of CPU time in lock waits, while rfc-v3 goes flat at its mutex; the table says so;
# with pre-mapping on and no memory pressure throughput comes near static mapping; any number of processes gives
# the same; a study that was interrupted goes on and comes to the same; bad input is one line and exit 2.
set -euo pipefail

iopfsim=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	failures=$((failures + 1))
}

# Shorter than the study itself, and long enough that its shape shows.
small=(--set workload.accesses=64 --set workload.footprint=256KiB --quiet --no-plots)

refused() {
	local expected=$1 code=0
	shift
	"$iopfsim" "$@" >out 2>err || code=$?
	if [ "$code" != 2 ] || [ -s out ] || [ "$(cat err)" != "$expected" ]; then
		fail "$*: exit $code, $(cat err)"
	fi
}

refused "iopfsim study: WHAT [FILE] is missing, see 'iopfsim study --help'" study
refused "iopfsim study: nothing is called 'lock'; did you mean 'locks'?" study lock
refused "iopfsim study: nothing is called 'zzzzzzzz', see 'iopfsim study --help'" study zzzzzzzz

# Nine speedups within a tenth with one constant; the kernel of the time had another rwsem.
"$iopfsim" study pinning --json --quiet --no-plots >pinning.json
"$iopfsim" study pinning --json --quiet --no-plots --set cpu.wakeup=2480ns >later.json
python3 - <<'P' || fail "study pinning"
import json
published = {
    "read-per-base-page": "65.2 36.0 26.4 21.2 17.9 16.5 15.4 15.5 14.7 15.4",
    "written-each-run": "65.0 42.8 35.0 28.5 26.2 24.5 23.5 22.8 20.2 20.0"}
threads = 1, 2, 3, 4, 5, 6, 7, 8, 12, 16
seconds = {}
for p in json.load(open("pinning.json"))["points"]:
    assert sorted(p["parameters"]) == ["benchmark.design", "benchmark.threads"], p["parameters"]
    key = p["parameters"]["benchmark.design"], int(p["parameters"]["benchmark.threads"])
    seconds[key] = float(p["result"]["seconds"])
assert len(seconds) == 30
# No step into which threads fall hangs on when they began.
for p in json.load(open("later.json"))["points"]:
    key = p["parameters"]["benchmark.design"], int(p["parameters"]["benchmark.threads"])
    assert abs(float(p["result"]["seconds"]) / seconds[key] - 1) < 0.04, (key, p["result"]["seconds"])
for design, row in published.items():
    one, *row = map(float, row.split())
    for n, published_s in zip(threads[1:], row):
        simulated_s = seconds[design, n]
        if design == "written-each-run":
            assert abs(simulated_s / published_s - 1) < 0.35, (n, simulated_s)
        else:
            speedup = seconds[design, 1] / simulated_s
            assert abs(speedup / (one / published_s) - 1) < 0.1, (n, speedup)
assert seconds["read-per-run", 16] < seconds["read-per-run", 1] / 15
P

"$iopfsim" study locks --json "${small[@]}" >locks.json
python3 - <<'P' || fail "study locks"
import json, sys
points = json.load(open("locks.json"))["points"]
rate, result = {}, {}
for p in points:
    assert sorted(p["parameters"]) == ["handler.design", "machine.cpus"], p["parameters"]
    key = p["parameters"]["handler.design"], p["parameters"]["machine.cpus"]
    assert key not in rate
    result[key] = p["result"]
    steady = p["result"]["steady"]
    assert p["result"]["scaling"]["of_steady_window"] == (steady["verdict"] in (0, 2))
    rate[key] = p["result"]["scaling"]["faults_per_s"] / 1e9
    if steady["verdict"] in (0, 2):
        assert p["result"]["scaling"]["faults_per_s"] == steady["faults_per_s"]
        n = steady["latency_ns"]["count"]
        assert n == steady["faults"] >= 50
        assert abs(steady["faults_per_s"] * (steady["end_ns"] - steady["begin_ns"]) / 1e9 - n) < 1
        # Ten faults beyond each percentile, and no percentile of what drifts.
        for name, beyond in (("p50", n // 2), ("p90", n // 10), ("p99", n // 100), ("p999", n // 1000)):
            refused = steady["verdict"] == 2 or beyond < 10
            assert (steady["latency_ns"][name] is None) == refused, (key, name, n)
            assert (name in p["result"]["refused"]) == refused, (key, name)
    assert len(p["result"]["cpus"]) == key[1]
designs = {d for d, _ in rate}
assert designs == {"rfc-v3", "core-path", "range-lock", "rcu"}, designs
assert {c for _, c in rate} == {1, 2, 4, 8, 16, 32, 64}
assert rate["rcu", 16] >= 0.7 * 16 * rate["rcu", 1]
waits = sum(lock["wait_ns"]["total"] for lock in result["rcu", 16]["locks"])
assert waits < 0.05 * 16 * result["rcu", 16]["simulated_time_ns"]
assert rate["rfc-v3", 64] < 1.1 * rate["rfc-v3", 4]
assert result["rfc-v3", 16]["scaling"]["limited_by"] == "lock pfh_container.lock"
assert result["rcu", 4]["scaling"]["limited_by"] == "CPUs"
assert result["rcu", 64]["scaling"]["limited_by"] == "cache line &mm->mm_users"
for (design, n), r in rate.items():
    share = r / (n * rate[design, 1])
    if share > 0.9:
        assert result[design, n]["scaling"]["limited_by"] == "CPUs", (design, n, share)
assert result["rfc-v3", 16]["configuration"]["handler"]["dispatch"] == "event-thread"
assert result["rcu", 16]["configuration"]["handler"]["dispatch"] == "cpu-threads"
line = result["rcu", 16]["scaling"]["cpu_bound_line_faults_per_s"]
assert abs(line - 16e9 * rate["rcu", 1]) < 16, line
P

# A study's picture can be drawn again.
"$iopfsim" study premap --quiet --set workload.accesses=8192 --set workload.footprint=2MiB -o again
rm again/study_premap.svg
"$iopfsim" plot again -q
[ -s again/study_premap.svg ] || fail "plot draws no study"
grep -q '<svg' again/report.html || fail "the study's report lacks its picture"
grep -q '<p>Limited by ' again/report.html || fail "the study's report does not begin with what limits it"

"$iopfsim" study dispatch --json "${small[@]}" >dispatch.json
python3 - <<'P' || fail "study dispatch"
import json
rate, spread = {}, {}
for p in json.load(open("dispatch.json"))["points"]:
    place = p["parameters"]["machine.irq_placement"]
    key = p["parameters"]["handler.dispatch"], p["parameters"]["machine.cpus"]
    assert len(p["parameters"]) == 3
    if place == "consecutive":
        rate[key] = p["result"]["faults"]["completed"] / p["result"]["simulated_time_ns"]
    else:
        spread[key] = p["result"]["faults"]["completed"] / p["result"]["simulated_time_ns"]
# Eight SMMUs have eight event threads, and no more CPUs help them.
assert rate["event-thread", 64] < 1.05 * rate["event-thread", 8]
# One pool of workers has one lock.
assert rate["workqueue", 32] < 0.5 * rate["cpu-threads", 32]
assert rate["device-workqueue", 4] > 3 * rate["device-workqueue", 1]
# Interrupts on one node queue to one pool; those on three to three. An ordered queue has one pool anyway.
assert rate.keys() == spread.keys() and len(rate) == 28
assert spread["workqueue", 64] > 1.5 * rate["workqueue", 64]
assert spread["device-workqueue", 64] < 1.2 * rate["device-workqueue", 64]
P

"$iopfsim" study workqueue --json --quiet --set benchmark.iterations=100 >workqueue.json
python3 - <<'P' || fail "study workqueue"
import json
points = {p["parameters"]["kernel.workqueue_scope"]: p for p in json.load(open("workqueue.json"))["points"]}
assert list(points) == ["cpu", "smt", "cache_shard", "cache", "numa", "system"]
for p in points.values():
    assert p["parameters"]["machine.cpus"] == 72 and len(p["parameters"]) == 2
    assert set(p["published"]) == {"items_per_s", "queue_work_ns.p50", "queue_work_ns.p90"}
    assert p["result"]["queue_work_ns"]["count"] == 72 * 100
# One pool: the line's cost is published, the rest is predicted.
for scope in "cache", "numa", "system":
    p = points[scope]
    assert abs(p["result"]["items_per_s"] / p["published"]["items_per_s"] - 1) < 0.2, scope
    assert abs(p["result"]["queue_work_ns"]["p50"] / p["published"]["queue_work_ns.p50"] - 1) < 0.2, scope
assert points["cache_shard"]["result"]["items_per_s"] > 3 * points["cache"]["result"]["items_per_s"]
P
"$iopfsim" study locks "${small[@]:0:4}" --no-plots >table.txt
if [ "$(sed '/^locks waited/,$d' table.txt | wc -L)" -gt 100 ]; then
	fail "study locks is wider than 100 columns"
fi
grep -qE '^ *design +cpus +a second +mean us +p50 +p99 +max +device +CPU line$' table.txt || fail "study locks without p99"
"$iopfsim" study workqueue --set benchmark.iterations=20 --no-plots >table.txt
grep -q '6 within 20 %; log error, rms' table.txt || fail "the table of study workqueue"

"$iopfsim" study wakeup --json --quiet --set benchmark.iterations=20000 >wakeup.json
python3 - <<'P' || fail "study wakeup"
import json
points = {(p["parameters"]["kernel.preempt"], p["parameters"]["load.threads_per_cpu"]): p for p in json.load(open("wakeup.json"))["points"]}
assert list(points) == [("full", 0), ("full", 1), ("voluntary", 1), ("none", 1)]
error = {key: {name: p["result"]["wake_latency_ns"][name] / p["published"]["wake_latency_ns." + name] - 1
               for name in ("p25", "p50", "p75", "p90", "p99", "p999")} for key, p in points.items()}
# Put in, and come out.
assert all(abs(error["full", 0][name]) < 0.05 for name in ("p25", "p50", "p75", "p90", "p99")), error
# Predicted.
for key, names in ((("full", 1), ("p90", "p99")), (("voluntary", 1), ("p50", "p75", "p90"))):
    assert all(abs(error[key][name]) < 0.15 for name in names), (key, error[key])
# Not modelled: it must not look as if it were.
assert all(error[model, 1]["p999"] < -0.9 for model in ("full", "voluntary", "none")), error
P

"$iopfsim" study page-requests --json --quiet >requests.json
python3 - <<'P' || fail "study page-requests"
import json
fitted, alone = (p["result"]["svm_prq"] for p in json.load(open("requests.json"))["points"])
published = json.load(open("requests.json"))["points"][0]["published"]
assert published["svm_prq.buckets.2"] + published["svm_prq.buckets.3"] + published["svm_prq.buckets.4"] == sum(fitted["buckets"]) == 25965
# Fitted: the share above 100 us.
assert abs(fitted["buckets"][4] / published["svm_prq.buckets.4"] - 1) < 0.2, fitted
# Left as evidence: the mean, whose whole microseconds were published, and the share from 10 to 100 us.
assert abs(fitted["mean_ns"] / 9500 - 1) < 0.25, fitted
assert abs(fitted["buckets"][3] / published["svm_prq.buckets.3"] - 1) < 0.25, fitted
assert fitted["buckets"][:2] == [0, 0] and fitted["buckets"][5:] == [0, 0], fitted
# Without the fit hardly one takes so long, and the mean shows it.
assert alone["buckets"][4] < 50 and alone["mean_ns"] < 0.8 * fitted["mean_ns"], alone
P

for file in memory iommu-map iommu-map-vtd; do
	"$iopfsim" study memory "$file" --json --quiet --no-plots >"$file.json"
done
python3 - <<'P' || fail "study memory"
import json
points = json.load(open("memory.json"))["points"]
assert len(points) == 17
# Three are fitted, thirteen predicted.
for p in points[:16]:
    error = p["result"]["seconds"] / p["published"]["seconds"] - 1
    assert abs(error) < 0.1, (p["parameters"], error)
# Of our handler's bits a page; not hidden.
huge = points[16]
assert 1.5 < huge["result"]["pinned_page_ns"] / huge["published"]["pinned_page_ns"] < 3
for file in "iommu-map", "iommu-map-vtd":
    for p in json.load(open(file + ".json"))["points"]:
        # Fitted, but for the blocks.
        limit = 0.2 if p["parameters"]["benchmark.leaf"] == "2MiB" else 0.01
        for what in "iommu_map_ns", "iommu_unmap_ns":
            error = p["result"][what]["mean"] / p["published"][what + ".mean"] - 1
            assert abs(error) < limit, (file, p["parameters"], what, error)
P
code=0
"$iopfsim" study workqueue locks >out 2>err || code=$?
if [ "$code" != 2 ] || [ -s out ] || ! grep -q "locks.yaml: has no 'sweep', expected a list of points" err; then
	fail "a study of validation without points: exit $code"
fi

"$iopfsim" study premap --json --quiet --set workload.accesses=32768 --set workload.footprint=2MiB >premap.json
python3 - <<'P' || fail "study premap"
import json
share = {p["parameters"]["handler.premap_pages"]: p["result"]["derived"]["throughput_share_percent"]
         for p in json.load(open("premap.json"))["points"]}
assert len(share) == 10
assert share[64] > 95 > 88 > share[1], share
P

# the same with one process and with three, and in a folder
"$iopfsim" study sva --json -j 1 "${small[@]}" >one.json
"$iopfsim" study sva --json -j 3 -o folder "${small[@]}" >three.json
cmp -s one.json three.json || fail "one process and three differ"
cmp -s one.json folder/points.json || fail "the folder has something else"
for file in table.txt data/study.dat; do
	[ -s "folder/$file" ] || fail "the folder lacks $file"
done
[ ! -e folder.points ] || fail "finished runs stay behind"

# interrupted: what has run is kept, and is not run again
timeout -s INT 0.4 "$iopfsim" study sva -j 1 -o later --json --quiet --no-plots >part.json 2>err || true
if [ -d later.points ]; then
	compgen -G 'later.points/worker-*.sqlite' >/dev/null || fail "nothing is kept"
	touch later.points/foreign
	"$iopfsim" study sva -j 1 -o later --json --quiet --no-plots >whole.json
	"$iopfsim" study sva -j 2 --json --quiet --no-plots >again.json
	cmp -s whole.json again.json || fail "what goes on comes to something else"
	[ "$(find later.points -type f)" = later.points/foreign ] || fail "finished runs stay behind"
fi

[ "$failures" = 0 ]
