#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/linux: what it refuses, in one line, with status 2.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"

linux=$top/scripts/linux

# one_line STATUS TEXT COMMAND...: expect, and nothing else is said.
one_line() {
	local lines
	expect "$@"
	shift 2
	lines=$("$@" 2>&1 </dev/null | wc -l) || true
	[ "$lines" -eq 1 ] || fail "$* : says $lines lines"
}

# tree VERSION PATCHLEVEL: what looks like a kernel tree.
tree() {
	mkdir -p "$scratch/linux-$1.$2/kernel"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 0\n' "$1" "$2" >"$scratch/linux-$1.$2/Makefile"
	: >"$scratch/linux-$1.$2/kernel/bounds.c"
	printf '%s\n' "$scratch/linux-$1.$2"
}

known=$(tree 6 12)
unknown=$(tree 3 2)

expect 0 'Usage: scripts/linux build' "$linux" --help
one_line 2 'expected build, check, regressions or beside' "$linux"
one_line 2 "unknown command 'bild'" "$linux" bild
one_line 2 'needs a kernel tree' "$linux" build -o "$scratch/out"
one_line 2 "$scratch/none: no such folder" "$linux" build "$scratch/none" -o "$scratch/out"
one_line 2 'no kernel tree' "$linux" build "$scratch" -o "$scratch/out"
one_line 2 'Linux 3.2, whose interface is not known here; known: 6.1 6.12 7.2' "$linux" build "$unknown" -o "$scratch/out"
one_line 2 'needs -o DIR' "$linux" build "$known"
one_line 2 "--arch mips is not known; expected arm x86" "$linux" build "$known" -o "$scratch/out" --arch mips
one_line 2 "unknown option '--frob'" "$linux" build "$known" --frob
one_line 2 'one tree, please' "$linux" build "$known" "$unknown"
one_line 2 'expects a number' "$linux" build "$known" -o "$scratch/out" -j many
one_line 2 "--cc expects gcc or clang, or one of a version (clang-16), got 'tcc'" "$linux" build "$known" -o "$scratch/out" --cc tcc
one_line 2 'clang-1 is missing; apt-get install clang-1' "$linux" build "$known" -o "$scratch/out" --cc clang-1
one_line 2 '--asan is for --cc gcc' "$linux" build "$known" -o "$scratch/out" --cc clang --asan
mkdir "$known/scripts"
printf 'printf "***\n*** C compiler is too old.\n*** Your GCC version: 1\n" >&2; exit 1
' >"$known/scripts/cc-version.sh"
one_line 2 '--cc gcc: C compiler is too old. Your GCC version: 1' "$linux" build "$known" -o "$scratch/out"

: >"$scratch/file"
one_line 2 'cannot make that folder' "$linux" build "$known" -o "$scratch/file/out"

# check
expect 0 'Usage: scripts/linux check DIR' "$linux" check --help
one_line 2 'needs a folder' "$linux" check
one_line 2 "$scratch/none: no build of a kernel" "$linux" check "$scratch/none"
one_line 2 'expect a number' "$linux" check "$scratch" --seeds 0
one_line 2 "unknown option '--frob'" "$linux" check "$scratch" --frob

# drives STATUS TEXT: what looks like a build, whose iopfsim says TEXT and ends so.
drives() {
	mkdir -p "$scratch/fake/kernel/include/generated"
	: >"$scratch/fake/kernel/.config"
	: >"$scratch/fake/kernel/build.ninja"
	printf '#define UTS_RELEASE "6.12.0"\n' >"$scratch/fake/kernel/include/generated/utsrelease.h"
	printf '#!/bin/sh\necho "%s" >&2\nexit %s\n' "$2" "$1" >"$scratch/fake/iopfsim"
	chmod +x "$scratch/fake/iopfsim"
}
drives 1 "iopfsim drive: thread 'script' crashed in f+0x1/0x2"
expect 1 "sva-fault  died (seed 1): iopfsim drive: thread 'script' crashed in f" "$linux" check "$scratch/fake" sva-fault
drives 2 'unknown step'
expect 1 'sva-fault  not run (seed 1): unknown step' "$linux" check "$scratch/fake" sva-fault
drives 127 'libc.so.6: cannot open shared object file'
expect 1 'sva-fault  not run (seed 1): libc.so.6' "$linux" check "$scratch/fake" sva-fault
expect 1 'sva-fault  not run libc.so.6' "$linux" check "$scratch/fake" --update sva-fault

# regressions
expect 0 'Usage: scripts/linux regressions DIR' "$linux" regressions --help
one_line 2 "expected a folder of 'scripts/linux build" "$linux" regressions "$scratch"
one_line 0 'None is for Linux 6.12, arm' "$linux" regressions "$scratch/fake" vtd-unaligned
one_line 2 '--seeds expects a number' "$linux" regressions "$scratch" --seeds many

# A PATH that has all but one of the tools.
without() {
	mkdir -p "$scratch/bin-$1"
	find -L /usr/bin /bin -maxdepth 1 -type f ! -name "$1" -exec ln -sf -t "$scratch/bin-$1" {} + 2>/dev/null || true
	one_line 2 "$1 is missing; apt-get install $1" env PATH="$scratch/bin-$1" "$linux" build "$known" -o "$scratch/out"
}
without flex
without bison

# Nothing was written into the tree.
[ "$(find "$known" -newer "$scratch/file" -type f | wc -l)" -eq 0 ] || fail 'something was written into the tree'
finish
