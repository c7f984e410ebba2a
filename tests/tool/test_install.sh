#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_install.sh IOPFSIM
#
# Where the command finds what comes with it. Claims: a copy of the binary with its data folder, and an installed one,
# need nothing of the source tree; IOPFSIM_DATA goes before all; a folder that lacks something, and no folder at all,
# are one line that says where was looked, and exit 2; what needs no data runs without.
set -euo pipefail

iopfsim=$(realpath "$1")
build=$(dirname "$iopfsim")
top=$(pwd -P)
work=$(realpath "$(mktemp -d)")
trap 'rm -rf "$work"' EXIT
unset IOPFSIM_DATA
mkdir "$work/cwd"
cd "$work/cwd"
failures=0

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	failures=$((failures + 1))
}

# hidden COMMAND...: with nothing where the source tree and its build folder are, if this host lets us
hidden() {
	# shellcheck disable=SC2016
	local script='mount -t tmpfs none "$0" && mount -t tmpfs none "$1" && shift && exec "$@"'
	if unshare -m mount -t tmpfs none "$work" 2>/dev/null; then
		unshare -m bash -c "$script" "$build" "$top" "$@"
	else
		"$@"
	fi
}

# refused EXPECTED COMMAND...: exit 2, nothing on stdout, exactly EXPECTED on stderr, no file made
refused() {
	local expected=$1 code=0
	shift
	"$@" >../out 2>../err </dev/null || code=$?
	[ "$code" = 2 ] || fail "exit $code, not 2: $*"
	[ ! -s ../out ] || fail "wrote to standard output: $*"
	[ "$(cat ../err)" = "$expected" ] || fail "$*: expected '$expected', got '$(cat ../err)'"
	[ -z "$(ls)" ] || fail "left something behind: $*"
}

# ran COMMAND...: exit 0, and the pictures are in $dir
ran() {
	local code=0 picture
	"$@" >../out 2>../err </dev/null || code=$?
	[ "$code" = 0 ] || fail "exit $code: $*: $(cat ../err)"
	command -v gnuplot >/dev/null || return 0
	[ ! -s ../err ] || fail "$*: $(cat ../err)"
	for picture in latency_cdf stages translation queue_depth locks; do
		[ -s "$dir/$picture.png" ] || fail "$*: no $picture.png"
	done
}

missing() { echo "no data folder (with workloads/ and plots/) at $1/data or $1/../share/iopfsim; IOPFSIM_DATA may name another"; }

build_folder() {
	diff -r "$build/data/workloads" "$top/workloads" || fail "data/workloads is not the source tree's"
	diff -r "$build/data/plots" "$top/scripts/plots" || fail "data/plots is not the source tree's"
	! grep -qaF -e "$top/workloads" -e "$top/scripts" "$iopfsim" || fail "a path of the source tree is in the binary"
	ln -s "$iopfsim" ../link
	../link list workloads | grep -q '^uadk-sva  ' || fail "a link to the binary does not find its data"
}

# In a build folder the source tree goes before the copy of its data: what is edited is seen at once.
edited() {
	mkdir -p ../tree/build ../tree/scripts
	cp -r "$iopfsim" "$build/data" ../tree/build
	cp -r "$top/workloads" ../tree
	cp -r "$top/scripts/plots" ../tree/scripts
	cp ../tree/workloads/uadk-sva.yaml ../tree/workloads/edited.yaml
	../tree/build/iopfsim list workloads | grep -q '^edited  ' || fail "an edited workload is not seen"
	dir=$work/edited
	ran "$work/tree/build/iopfsim" run edited -q -o "$dir"
	rm -r ../tree/scripts
	../tree/build/iopfsim list workloads | grep -q '^edited  ' && fail "half a source tree is taken for one"
	return 0
}

copied() {
	mkdir ../copy
	cp -r "$iopfsim" "$build/data" ../copy
	dir=$work/copied
	ran hidden "$work/copy/iopfsim" run uadk-sva -q -o "$dir"
	hidden "$work/copy/iopfsim" list platforms | grep -q '^kunpeng920  ' || fail "a copy lists no platforms"
	hidden "$work/copy/iopfsim" sweep uadk-sva -q -o "$work/sweep" --set workload.buffer_pairs=1 ||
		fail "a copy does not sweep"
	# a trace that a workload of the data folder names
	"$iopfsim" trace uadk-sva -q -o ../copy/data/workloads/kept.trace
	sed 's/^  generator: .*/  generator: trace\n  trace: kept.trace/' "$top/workloads/uadk-sva.yaml" \
		>../copy/data/workloads/replayed.yaml
	dir=$work/replayed
	ran hidden "$work/copy/iopfsim" run replayed -q -o "$dir"
	[ "$(grep trace_hash "$dir/result.json")" = "$(grep trace_hash "$work/copied/result.json")" ] ||
		fail "a trace of the data folder is not what was traced"
}

installed() {
	local prefix=$work/prefix
	cmake --install "$build" --prefix "$prefix" >../log 2>&1 || fail "cmake --install: $(cat ../log)"
	[ "$(echo "$prefix"/bin/*)" = "$prefix/bin/iopfsim $prefix/bin/iopfsim-explore $prefix/bin/iopfsim-explore-drivers" ] || fail "bin has $(ls "$prefix/bin")"
	[ "$(ls -I man "$prefix/share")" = "bash-completion
iopfsim" ] || fail "share has $(ls "$prefix/share")"
	diff -r "$top/workloads" "$prefix/share/iopfsim/workloads" || fail "installed workloads differ"
	diff -r "$top/scripts/plots" "$prefix/share/iopfsim/plots" || fail "installed scripts differ"
	[ "$(echo "$prefix"/share/iopfsim/*)" = "$prefix/share/iopfsim/plots $prefix/share/iopfsim/workloads" ] || fail "more than data is installed"
	"$iopfsim" completion bash | cmp - "$prefix/share/bash-completion/completions/iopfsim" || fail "no completion is installed"
	[ ! -d "$build/man" ] || diff -r "$build/man" "$prefix/share/man/man1" || fail "installed manual pages differ"
	dir=$work/installed
	ran hidden "$prefix/bin/iopfsim" run uadk-sva -q -o "$dir"
	diff -r "$work/copied" "$work/installed" || fail "a copy and the installed one come to different results"
}

without() {
	local lone=$work/lone/iopfsim
	mkdir ../lone
	cp "$iopfsim" ../lone
	refused "uadk-sva: no such file, and $(missing "$work/lone")" "$lone" run uadk-sva
	refused "iopfsim list: $(missing "$work/lone")" "$lone" list workloads
	refused "iopfsim run: no plots: $(missing "$work/lone")" "$lone" run "$top/tests/data/small.yaml" -q
	refused "iopfsim plot: no plots: $(missing "$work/lone")" "$lone" plot "$work/copied"
	refused "--set platform: platform 'kunpeng920' is unknown, expected a file of $top/tests/data/platforms, and $(
		missing "$work/lone")" "$lone" run "$top/tests/data/small.yaml" --set platform=kunpeng920
	"$lone" run "$top/tests/data/small.yaml" -q --no-plots -o "$work/small" || fail "a file of one's own does not run"
	"$lone" list parameters >../out || fail "the keys are not listed"
}

# variable FOLDER COMMAND...
variable() { IOPFSIM_DATA=$1 "${@:2}"; }

named() {
	mkdir ../empty ../half
	cp -r ../copy/data/workloads ../half
	refused "iopfsim: IOPFSIM_DATA: $work/empty has no folder 'workloads', expected a folder that has workloads/ and plots/" \
		variable "$work/empty" "$iopfsim" run uadk-sva
	refused "iopfsim: IOPFSIM_DATA: $work/half has no folder 'plots', expected a folder that has workloads/ and plots/" \
		variable "$work/half" "$work/prefix/bin/iopfsim" run uadk-sva
	refused "iopfsim: IOPFSIM_DATA: $work/none has no folder 'workloads', expected a folder that has workloads/ and plots/" \
		variable "$work/none" "$iopfsim" list workloads
	variable "$work/copy/data" "$iopfsim" list workloads | grep -q '^replayed  ' || fail "IOPFSIM_DATA does not go first"
	variable ../copy/data "$work/lone/iopfsim" list workloads | grep -q '^replayed  ' || fail "IOPFSIM_DATA is not found from here"
	variable '' "$iopfsim" list workloads | grep -q '^uadk-sva  ' || fail "an empty IOPFSIM_DATA is not as none"
	variable "$work/empty" "$iopfsim" --help | grep -q IOPFSIM_DATA || fail "--help does not speak of IOPFSIM_DATA"
}

build_folder
edited
copied
installed
without
named
[ "$failures" = 0 ] || exit 1
echo "all claims hold"
