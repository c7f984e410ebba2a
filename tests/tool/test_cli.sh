#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_cli.sh IOPFSIM
#
# The command line from outside. Claims: exit code 2 and one line on standard error for usage and bad
# input, and nothing is left behind; a folder is whole or not there; equal runs give equal folders, and a
# sweep gives the same with one process and with three; foreign folders are never touched; a trace replays as what
# it was taken of.
set -euo pipefail

iopfsim=$(realpath "$1")
data=$(realpath tests/data)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	failures=$((failures + 1))
}

# refused EXPECTED ARGUMENT...: exit 2, nothing on stdout, exactly EXPECTED on stderr, no file made
refused() {
	local expected=$1 code=0 before
	shift
	before=$(find . | sort)
	"$iopfsim" "$@" >"$work.out" 2>"$work.err" </dev/null || code=$?
	[ "$code" = 2 ] || fail "exit $code, not 2: $*"
	[ ! -s "$work.out" ] || fail "wrote to standard output: $*"
	[ "$(cat "$work.err")" = "$expected" ] || fail "$*: expected '$expected', got '$(cat "$work.err")'"
	[ "$before" = "$(find . | sort)" ] || fail "left something behind: $*"
	rm -f "$work.out" "$work.err"
}

# accepted ARGUMENT...: exit 0, nothing on stderr
accepted() {
	local code=0
	"$iopfsim" "$@" >"$work.out" 2>"$work.err" </dev/null || code=$?
	[ "$code" = 0 ] || fail "exit $code: $*: $(cat "$work.err")"
	[ ! -s "$work.err" ] || fail "$* said: $(cat "$work.err")"
	rm -f "$work.err"
}

usage() {
	refused "iopfsim: which verb? 'iopfsim --help' lists them"
	refused "iopfsim: unknown verb 'rnu'; did you mean 'run'?" rnu
	refused "iopfsim: unknown verb 'zzzzzz', see 'iopfsim --help'" zzzzzz
	refused "iopfsim run: FILE is missing, see 'iopfsim run --help'" run
	refused "iopfsim run: one argument too many: 'b'" run a b
	refused "iopfsim run: unknown option '--sedd'; did you mean '--seed'?" run --sedd 3
	refused "iopfsim run: option '--seed' wants a value: N" run x --seed
	refused "iopfsim run: option '--quiet' takes no value" run --quiet=3 x
	refused "iopfsim run: --seed: 'x' is not a number; expected a count such as 16" run x --seed x
	refused "iopfsim run: --set: 'a' is no setting, expected path=value" run x --set a
	refused "iopfsim run: option '--jobs' does nothing without '--repeat' or '--sensitivity'" run --jobs 3 x
	refused "iopfsim sweep: --jobs: 999 is out of range, expected at most 256" sweep -j 999 x
	refused "iopfsim list: nothing is called 'paramters'; did you mean 'parameters'?" list paramters
	refused "iopfsim list results: no key begins with 'walkers'" list results walkers
	refused "iopfsim list stages: one argument too many: 'x'" list stages x
	refused "iopfsim trace: where to? -o TRACE is missing" trace x
	refused "iopfsim plot: nowhere: is no iopfsim folder (it has neither result.json nor points.json)" \
		plot nowhere
}

bad_input() {
	refused "none.yaml: no such file, and no workload that comes with iopfsim" run none.yaml
	refused "uadk-svb: no such file, and no workload that comes with iopfsim; did you mean 'uadk-sva'?" run uadk-svb
	refused "/dev/zero: is not a regular file" run /dev/zero
	refused "/: is a folder, expected a YAML file" run /
	refused "--set workload.mesages: unknown key 'workload.mesages'; did you mean 'workload.messages'?" \
		run "$data/small.yaml" --set workload.mesages=1
	refused "--set machine.devices: machine.devices: '0' is out of range, expected 1 to 1024" \
		run "$data/small.yaml" --set machine.devices=0 -o deep/down/out
	refused "--set cpu.wakeup: cpu.wakeup: '5' has no unit; expected a time such as 250ns, 1.5us or 2ms" \
		sweep "$data/small.yaml" --set cpu.wakeup=5 -o deep/out
	refused "--set cpu.wakeup: cpu.wakeup: quantile 50 is not above the one before it; expected such as {quantiles: {50: 2.4us, 99: 9us}}" \
		run "$data/small.yaml" --set 'cpu.wakeup={quantiles: {99: 9us, 50: 2us}}' -o deep/out
	refused "--set cpu.line_hit: cpu.line_hit: no distribution may stand here, expected a single value" \
		run "$data/small.yaml" --set 'cpu.line_hit={quantiles: {50: 2ns, 99: 9ns}}' -o deep/out
	local code=0
	"$iopfsim" run uadk-sva -q --set memory.size=1MiB -o tiny 2>err || code=$?
	[ "$code" = 1 ] || fail "1 MiB of memory: exit $code"
	grep -qx '.*: the simulated machine did not come up: it has too little memory (memory.size)' err ||
		fail "1 MiB of memory: $(cat err)"
	[ ! -e tiny ] || fail "1 MiB of memory left a folder"
	printf 'platform: small\nmappings: [{iova: 0, size: 4M}]\n' >no-sweep.yaml
	ln -s "$data/platforms" platforms
	refused "no-sweep.yaml: has no 'sweep', expected one, or --sweep KEY=a,b,c" sweep no-sweep.yaml -o out
}

bombs() {
	printf 'a: &a [x, x]\nb: &b [*a, *a]\n' >bomb.yaml
	refused "bomb.yaml:1:4: an anchor ('&'), which a workload file may not have" run bomb.yaml -o out
	truncate -s 2G big.yaml
	refused "big.yaml: is larger than 1 MiB (2147483648 bytes), no workload file is" run big.yaml -o out
	head -c 100000 /dev/urandom >noise.yaml
	local code=0
	"$iopfsim" run noise.yaml -o out 2>err || code=$?
	[ "$code" = 2 ] || fail "noise: exit $code"
	[ "$(wc -l <err)" = 1 ] || fail "noise: not one line"
	[ ! -e out ] || fail "noise left a folder"
	rm -f err big.yaml noise.yaml bomb.yaml
}

foreign_folders() {
	mkdir mine && echo precious >mine/file
	refused "iopfsim run: mine: exists and is no iopfsim folder (it has no result.json); choose another with -o" \
		run "$data/small.yaml" -o mine
	refused "iopfsim run: mine/file: exists and is no iopfsim folder (it has no result.json); choose another with -o" \
		run "$data/small.yaml" -o mine/file
	refused "iopfsim sweep: mine: exists and is no iopfsim folder (it has no points.json); choose another with -o" \
		sweep "$data/small.yaml" -o mine/
	[ "$(cat mine/file)" = precious ] || fail "a foreign folder was touched"
	mkdir empty
	accepted run "$data/small.yaml" -q --no-plots -o empty/
	[ -f empty/result.json ] || fail "an empty folder was not filled"
	touch empty/mark
	ln -s empty link
	accepted run "$data/small.yaml" -q --no-plots -o link
	[ ! -e empty/mark ] || fail "an old result was not replaced"
	[ -L link ] || fail "the link was replaced, not the folder behind it"
	[ -z "$(find . -name '*.tmp-*' -o -name '*.old-*')" ] || fail "temporary folders are left"
}

determinism() {
	local options=(-q)
	command -v gnuplot >/dev/null || options+=(--no-plots)
	accepted run "$data/small.yaml" "${options[@]}" -o one
	mkdir elsewhere
	ln -s "$data" data
	cd elsewhere
	accepted run "../data/small.yaml" "${options[@]}" -o two
	cd ..
	diff -r one elsewhere/two || fail "two runs differ"
	accepted run "$data/small.yaml" "${options[@]}" --seed 8 -o three
	cmp -s one/result.json three/result.json && fail "the seed changes nothing in result.json"
	accepted sweep "$data/small.yaml" -q --no-plots -j 1 -o sweep1
	accepted sweep "$data/small.yaml" -q --no-plots -j 3 -o sweep3
	diff -r sweep1 sweep3 || fail "a sweep depends on the number of processes"
	! grep -rl "$work" one sweep1 || fail "paths of this machine are in the output"
}

plots() {
	local name
	command -v gnuplot >/dev/null || return 0
	for name in latency_cdf stages translation queue_depth locks; do
		[ -s "one/$name.svg" ] || fail "no $name.svg"
		[ -s "one/$name.png" ] || fail "no $name.png"
		[ -s "one/$name.pdf" ] || fail "no $name.pdf"
	done
	[ "$(grep -c '^<figure>' one/report.html)" = "$(find one -name '*.svg' | wc -l)" ] ||
		fail "the report lacks pictures"
	cp -r one again
	rm again/*.svg again/*.png again/*.pdf
	accepted plot again
	diff -r one again || fail "drawing again gives other pictures"
	# nothing to draw is no error
	accepted run "$data/small.yaml" -q --set handler.iopf=false -o static
	[ ! -e static/latency_cdf.png ] || fail "a picture of no faults"
	accepted run "$data/small.yaml" -q --theme paper -o paper
	[ "$(cd one && ls)" = "$(cd paper && ls)" ] || fail "the theme for paper has other files"
	# what the user writes is never part of a gnuplot program or of markup
	accepted run "$data/small.yaml" -q -o hostile --set \
		"title=it's \`touch pwned\` \${x} @y <b>&amp; %s {/Symbol a} \\\\"
	[ ! -e pwned ] || fail "the title was executed"
	! grep -q '<b>' hostile/report.html || fail "the title is markup in the report"
	! grep -q '<b>' hostile/stages.svg || fail "the title is markup in a picture"
	accepted sweep "$data/small.yaml" -q -o drawn
	[ -s drawn/sweep.svg ] || fail "no plot of the sweep"
	grep -q 'published' drawn/report.html || fail "no table in the sweep's report"
	[ "$(grep -c '<svg' drawn/report.html)" = 2 ] || fail "not both pictures are in the sweep's report"
}

without_gnuplot() {
	local code=0
	mkdir bin
	PATH="$work/bin" "$iopfsim" run "$data/small.yaml" -q -o bare 2>err || code=$?
	[ "$code" = 0 ] || fail "without gnuplot: exit $code"
	grep -q '^iopfsim run: no plots: gnuplot is not installed' err || fail "without gnuplot: $(cat err)"
	[ "$(wc -l <err)" = 1 ] || fail "without gnuplot: more than one line"
	[ -s bare/result.json ] || fail "without gnuplot: no result"
}

printing() {
	accepted --help
	grep -q 'sweep' "$work.out" || fail "--help does not name the verbs"
	accepted --version
	grep -qE '^iopfsim [A-Za-z0-9._+-]+$' "$work.out" || fail "--version: $(cat "$work.out")"
	accepted run --help
	cp "$work.out" run.help
	for same in "run -h" "run -?" "help run" "-q help run"; do
		# shellcheck disable=SC2086
		accepted $same
		cmp -s "$work.out" run.help || fail "'$same' is not 'run --help'"
	done
	accepted --help
	cp "$work.out" all.help
	for same in -h help "help --help"; do
		# shellcheck disable=SC2086
		accepted $same
		cmp -s "$work.out" all.help || fail "'$same' is not '--help'"
	done
	refused "iopfsim: unknown verb 'rnu'; did you mean 'run'?" help rnu
	accepted list stages
	grep -q '^dequeued  *the event thread has the record$' "$work.out" || fail "list stages does not say what they are"
	accepted list
	accepted list parameters
	grep -q '^cpu.wakeup  (time or distribution)$' "$work.out" || fail "list parameters lacks cpu.wakeup"
	grep -q '^cpu.line_hit  (time)$' "$work.out" || fail "list parameters lacks cpu.line_hit"
	accepted list sections
	grep -qE '^vtd.caches +' "$work.out" || fail "list sections lacks vtd.caches"
	accepted list designs
	grep -q '^rfc-v3  ' "$work.out" || fail "list designs lacks rfc-v3"
	accepted list generators
	grep -q '^random  ' "$work.out" || fail "list generators lacks random"
	accepted list platforms
	for platform in kunpeng920 grace second-vendor xeon-8160 xeon-sp4; do
		grep -q "^$platform  *[^ ]" "$work.out" || fail "list platforms lacks $platform"
	done
	accepted list parameters cpu.switch --platform kunpeng920
	grep -q '^    kunpeng920: 0.5us, estimate$' "$work.out" || fail "the platform's value: $(cat "$work.out")"
	refused "iopfsim list: option '--platform' does nothing here, only with 'parameters'" list results --platform kunpeng920
	accepted list parameters cpu.wakeup
	[ "$(grep -c '^[a-z]' "$work.out")" = 1 ] || fail "list parameters cpu.wakeup: $(cat "$work.out")"
	accepted list results queues
	grep -qx 'queues.\*.max_depth  (count; highest)' "$work.out" || fail "list results lacks queues.*.max_depth"
	! grep -q '^faults' "$work.out" || fail "list results queues has faults"
	accepted list workloads
	grep -q '^uadk-sva  *UADK hisi_sec_test' "$work.out" || fail "list workloads lacks uadk-sva"
	accepted run "$data/small.yaml" --json --no-plots -o printed
	cmp -s "$work.out" printed/result.json || fail "--json prints something else than result.json"
	accepted run "$data/small.yaml" --quiet --no-plots -o printed
	[ ! -s "$work.out" ] || fail "--quiet printed something"
	accepted run "$data/small.yaml" --no-plots
	[ -s out/small/result.json ] || fail "the default folder is not out/NAME"
	accepted -q run --seed 3 "$data/small.yaml" --no-plots -o printed
	grep -q '"seed": 3,' printed/result.json || fail "options before the verb are lost"
}

traces() {
	local replayed=(run "$data/small.yaml" -q --no-plots --set workload.generator=trace)
	accepted trace "$data/small.yaml" -o small.trace
	grep -qx '192 accesses written to small.trace' "$work.out" || fail "trace: $(cat "$work.out")"
	accepted "${replayed[@]}" --set "workload.trace=$PWD/small.trace" -o replayed
	[ "$(grep trace_hash replayed/result.json)" = "$(grep trace_hash one/result.json)" ] ||
		fail "what a trace replays is not what was traced"
	head -c 100 small.trace >cut.trace
	refused "$data/small.yaml: $PWD/cut.trace: truncated after record 0" \
		"${replayed[@]}" --set "workload.trace=$PWD/cut.trace" -o cut
	echo "no trace" >other.trace
	refused "$data/small.yaml: $PWD/other.trace: not an iopfsim trace, expected a zstd stream" \
		"${replayed[@]}" --set "workload.trace=$PWD/other.trace" -o other
}

# The summary of an endpoint has what became of its page requests; VT-d's has Linux's dmar_perf_latency.
endpoints() {
	accepted run "$data/pcie_readonly.yaml" --no-plots -o endpoint
	grep -q ' page requests in .* groups: ' "$work.out" || fail "no page requests: $(cat "$work.out")"
	! grep -q svm_prq "$work.out" || fail "an SMMU has latencies of VT-d"
	accepted run vtd-sva --no-plots -o vtd --set workload.accesses=64 --set workload.footprint=128KiB
	grep -qE '^ +<0.1us +0.1us-1us ' "$work.out" || fail "no buckets of latency: $(cat "$work.out")"
	grep -qE '^ +svm_prq( +[0-9]+){10}$' "$work.out" || fail "no latency of page requests: $(cat "$work.out")"
	grep -q '"svm_prq": {' vtd/result.json || fail "result.json lacks the driver's latencies"
}

interrupted() {
	local code=0 pid
	"$iopfsim" run "$data/small.yaml" -q --no-plots -o long --set workload.messages=100000000 2>err &
	pid=$!
	sleep 2
	kill -INT "$pid"
	wait "$pid" || code=$?
	[ "$code" = 130 ] || fail "interrupted: exit $code"
	[ "$(wc -l <err)" = 1 ] || fail "interrupted: $(cat err)"
	grep -q '"interrupted": true' long/result.json || fail "interrupted: the result does not say so"
	sed 's/workload.messages: [14]/workload.messages: 100000000/' "$data/small.yaml" >long.yaml
	code=0
	"$iopfsim" sweep long.yaml -q -o points 2>err &
	pid=$!
	sleep 2
	kill -INT "-$pid"
	wait "$pid" || code=$?
	[ "$code" = 130 ] || fail "interrupted sweep: exit $code"
	[ "$(wc -l <err)" = 1 ] || fail "interrupted sweep: $(cat err)"
	grep -q '"interrupted": true' points/points.json || fail "interrupted sweep: points.json does not say so"
}

usage
bad_input
bombs
foreign_folders
determinism
plots
without_gnuplot
printing
traces
endpoints
set -m # a background job takes SIGINT only with job control
interrupted
rm -f "$work".*
[ "$failures" = 0 ] || exit 1
echo "all claims hold"
