#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check-circles on objects of a small project: files in layers pass, a circle is found however long it is, and
# only rooms that have leave may have one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy=$scratch/copy
mkdir -p "$copy/scripts"
cp "$top/scripts/check-circles" "$copy/scripts/"
check() { "$copy/scripts/check-circles" "$@" "$copy/build"; }

# file PATH NEEDS...: defines a function of its own name, which calls those of the files that it needs.
file() {
	local path=$1 name calls='' declarations=''
	shift
	for name; do
		declarations+="int $name(void);"
		calls+="+ $name()"
	done
	mkdir -p "$copy/${path%/*}" "$copy/build/${path%/*}/CMakeFiles/lib.dir"
	name=${path##*/}
	printf '%s int %s(void) { return 0 %s; }\n' "$declarations" "${name%.c}" "$calls" >"$copy/$path"
	gcc -c "$copy/$path" -o "$copy/build/${path%/*}/CMakeFiles/lib.dir/$name.o"
}

file handler/top.c middle bottom
file handler/middle.c bottom
file handler/bottom.c
expect 0 '0 of 3 files in 0 circles' check

file handler/bottom.c top
expect 1 '3 handler/bottom.c handler/middle.c handler/top.c' check
expect 1 '3 of 3 files in 1 circles' check
expect 0 'middle' check --why handler/top.c handler/middle.c
silent_about 'bottom' check --why handler/top.c handler/middle.c
file handler/bottom.c

file sim/fiber.c wake
file sim/wake.c fiber
expect 0 '2 of 5 files in 1 circles' check

# Tests and what several files define say nothing.
mkdir -p "$copy/tests"
file tests/helper.c top
file handler/bottom.c helper
expect 0 '2 of 5 files in 1 circles' check

mkdir "$copy/empty"
expect 2 'no objects in' "$copy/scripts/check-circles" "$copy/empty"
expect 2 'unrecognized arguments' check --no-such-option
finish
