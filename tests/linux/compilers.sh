#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/compilers.sh TREE DIR OUT
#
# TREE, which gcc built in DIR, built by clang in OUT for the same architecture: its scenarios come to what their transcripts
# say, and where cache lines cost nothing both have the same trace hash. Which words share a line, stacks' and static
# variables', is the compiler's (docs/linux-drivers.md).
set -euo pipefail
tree=$1 dir=$2 out=$3
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$scratch"

arch=arm
workloads=(uadk-sva "sva-locks handler.dispatch=auto machine.cpus=64")
if is_x86; then
	arch=x86
	workloads=(vtd-sva "vtd-sva machine.devices=4 machine.iommus=2")
fi

# hash_of DIR WORKLOAD SETTING...: of its trace, with lines that are free.
hash_of() {
	local dir=$1 workload=$2
	shift 2
	run_workload "$workload" run cpu.{line_hit,line_cluster,line_node,line_socket,line_remote,line_memory,atomic}=0ns "$@"
	value run trace_hash
}

"$top/scripts/linux" build "$tree" -o "$out" --arch $arch --cc clang >build.log 2>&1 || fail "$(tail -n 3 build.log)"
expect 0 'scenarios, Linux' "$top/scripts/linux" check "$out"
for workload in "${workloads[@]}"; do
	read -r -a words <<<"$workload"
	same "trace hash of clang's build, $workload" "$(hash_of "$out" "${words[@]}")" "$(hash_of "$dir" "${words[@]}")"
done
finish
