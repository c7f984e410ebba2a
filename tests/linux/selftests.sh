#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/selftests.sh TREE OUT
#
# The kernel's own tests of what is linked, built from TREE into OUT, pass: io-pgtable-arm's, and where the tree has them
# KUnit's of arm-smmu-v3.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"

tree=$1 out=$2
cd "$scratch"

# said PATTERN
said() {
	claims=$((claims + 1))
	grep -q -E -e "$1" run/dmesg.txt || fail "dmesg.txt has no '$1': $(cat run/dmesg.txt)"
}

"$top/scripts/linux" build "$tree" -o "$out" --selftests
expect 0 '' "$out/iopfsim" run uadk-sva --set driver=linux --set workload.messages=1 --quiet --no-plots -o run
said 'selftest: completed with 18 PASS 0 FAIL'
if [ -f "$tree/drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-test.c" ]; then
	said '# arm-smmu-v3-kunit-test: pass:[1-9][0-9]* fail:0 skip:0'
	said '^\[ *[0-9.]+\] linux: ok 1 arm-smmu-v3-kunit-test'
fi
finish
