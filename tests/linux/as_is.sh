#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/as_is.sh TREE DIR
#
# TREE, built for x86 in DIR once more, with no file changed: the kernel refuses to let a device share an address space.
set -euo pipefail
dir=$2
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$top/scripts/linux" build "$1" -o "$dir" --arch x86 --as-is >"$scratch/build.log" 2>&1 || fail "$(tail -n 3 "$scratch/build.log")"
expect 1 'refuses to bind device 0 to a process: Operation not supported' \
	"$dir/iopfsim" run vtd-sva --set driver=linux --quiet -o "$scratch/refused"
expect 0 'scenarios, Linux' "$top/scripts/linux" check "$dir"
finish
