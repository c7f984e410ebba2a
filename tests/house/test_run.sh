#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/run and scripts/test around a cmake, a ctest and an iopfsim of our own: they call what they promise,
# name the pictures, and pass a failure on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

project=$scratch/project
bin=$scratch/bin
calls=$scratch/calls
mkdir -p "$project/scripts" "$bin"
cp "$top"/scripts/{common.sh,run,test,setup} "$project/scripts/"

# fake NAME: a program that writes down how it was called, then does what stands in $scratch/NAME.does.
fake() {
	printf '#!/usr/bin/env bash\necho "%s $*" >>"%s"\n. "%s"\n' "$1" "$calls" "$scratch/$1.does" >"$bin/$1"
	chmod +x "$bin/$1"
	: >"$scratch/$1.does"
}
fake cmake
fake ctest
fake iopfsim
# shellcheck disable=SC2016
echo 'case $* in --build*) mkdir -p build && ln -sf "'"$bin"'/iopfsim" build/iopfsim ;; esac' >"$scratch/cmake.does"

# shellcheck disable=SC2016
good_iopfsim='mkdir -p "$4" && echo x >"$4/cdf.png" && echo x >"$4/report.html"'
echo "$good_iopfsim" >"$scratch/iopfsim.does"

project() {
	: >"$calls"
	rm -rf "$project/out"
	env PATH="$bin:$PATH" IOPFSIM_NO_SETUP=1 "$project/scripts/$1" "${@:2}"
}
called() {
	claims=$((claims + 1))
	grep -qF -- "$1" "$calls" || fail "was not called: $1; but: $(cat "$calls")"
}

expect 0 "$project/out/uadk-sva/report.html" project run
called 'cmake --preset release'
called 'iopfsim run workloads/uadk-sva.yaml -o out/uadk-sva'
called 'iopfsim run workloads/container.yaml -o out/container'
called 'iopfsim sweep workloads/uadk-sva.yaml'
expect 0 "$project/out/container/cdf.png" project run
expect 0 "$project/out/uadk-sva-sweep/cdf.png" project run

# shellcheck disable=SC2016
echo 'if [ "$1" = sweep ]; then exit 1; fi; '"$good_iopfsim" >"$scratch/iopfsim.does"
expect 1 '' project run
echo 'exit 2' >"$scratch/iopfsim.does"
expect 2 '' project run
echo 'exit 0' >"$scratch/iopfsim.does"
expect 1 "no pictures in $project/out/uadk-sva" project run
echo 'echo broken; exit 1' >"$scratch/cmake.does"
expect 1 'broken' project run
expect 1 "the build failed, log: $project/build/setup.log" project run
expect 2 "unknown argument 'fast'" project run fast

: >"$scratch/cmake.does"
expect 0 '' project test -R smmuv3
called 'cmake --build --preset asan'
called '--no-tests=error -LE ^release$ -R smmuv3'
silent_about 'preset release' cat "$calls"
# shellcheck disable=SC2016
echo 'case $* in *-N*) echo "  Test #1: tool.sweep" ;; *build-asan*) echo "1 tests failed"; exit 8 ;; esac' \
	>"$scratch/ctest.does"
expect 8 '1 tests failed' project test
called 'cmake --build --preset release'
called 'ctest --test-dir build -j'
# shellcheck disable=SC2016
echo 'case $* in *-N*) echo "  Test #1: tool.sweep" ;; *"dir build "*) exit 8 ;; esac' >"$scratch/ctest.does"
expect 8 '' project test
echo 'exit 1' >"$scratch/cmake.does"
expect 1 'the build failed' project test
finish
