#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/planted.sh lockdep|asan TREE OUT
#
# A bug is planted in a copy of a file of the kernel's in TREE, and found in the words of the tool that is for it:
#
#   lockdep   two mutexes of arm-smmu-v3.c are taken in both orders; before, with TREE as it is, lockdep has nothing to say
#   asan      iommu.c reads an object that it has freed; AddressSanitizer's stack names the kernel's functions
#
# OUT: a folder to build in; what is built there already is not built again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"

what=$1 tree=$2 out=$3
linux=$top/scripts/linux
cd "$scratch"

# run FOLDER STATUS TEXT: uadk-sva with the kernel's drivers.
run() { expect "$2" "$3" "$out/iopfsim" run uadk-sva --set driver=linux --set workload.messages=100 --quiet --no-plots -o "$1"; }

# said PATTERN: by the kernel.
said() {
	claims=$((claims + 1))
	grep -q -e "$1" planted/dmesg.txt || fail "dmesg.txt has no '$1': $(tail -n 60 planted/dmesg.txt)"
}

# edited FILE SCRIPT: a copy of the tree's.
edited() {
	sed -e "$2" "$tree/$1" >"${1##*/}"
	! cmp -s "$tree/$1" "${1##*/}" || fail "$1: nothing to edit"
}

lockdep() {
	local file=drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
	"$linux" build "$tree" -o "$out" --lockdep
	run quiet 0 ''
	claims=$((claims + 1))
	grep -q 'Lock dependency validator' quiet/dmesg.txt || fail 'lockdep is not there'
	claims=$((claims + 1))
	! grep -E 'WARNING|BUG|INFO' quiet/dmesg.txt || fail 'lockdep is not quiet'

	edited "$file" '/^static int arm_smmu_domain_finalise_s1/,/^}/ s/^\tmutex_lock(&arm_smmu_asid_lock);/&\n\tmutex_lock(\&smmu->streams_mutex);\n\tmutex_unlock(\&smmu->streams_mutex);/
		/^static int arm_smmu_handle_evt/,/^}/ s/^\tmutex_lock(&smmu->streams_mutex);/&\n\tmutex_lock(\&arm_smmu_asid_lock);\n\tmutex_unlock(\&arm_smmu_asid_lock);/'
	"$linux" build "$tree" -o "$out" --lockdep --replace "$file=arm-smmu-v3.c"
	run planted 1 'WARNING: possible circular locking dependency detected (dmesg.txt)'
	said 'WARNING: possible circular locking dependency detected'
	run planted 1 "Linux in thread 'irq/"
	said 'is trying to acquire lock:'
	said '(arm_smmu_asid_lock){+.+.}-{3:3}, at: arm_smmu_.*evt'
	said '(&smmu->streams_mutex){+.+.}-{3:3}, at: arm_smmu_.*evt'
	said 'arm_smmu_domain_finalise_s1+0x\|arm_smmu_attach_dev+0x\|arm_smmu_domain_finalise+0x\|arm_smmu_domain_alloc_user+0x'
}

asan() {
	local file=drivers/iommu/iommu.c
	edited "$file" 's/^\tkfree(\(grp_dev\|device\));$/&\n\tif (\1->name)\n\t\tpr_info("gone\\n");/'
	"$linux" build "$tree" -o "$out" --asan --replace "$file=iommu.c"
	expect 1 'AddressSanitizer: use-after-poison' "$out/iopfsim" run uadk-sva --set driver=linux \
		--set workload.messages=1 --quiet --no-plots -o planted
	expect 1 'iommu_group_remove_device' "$out/iopfsim" run uadk-sva --set driver=linux \
		--set workload.messages=1 --quiet --no-plots -o planted
}

case $what in
lockdep | asan) "$what" ;;
*) fail "expected lockdep or asan, got '$what'" ;;
esac
finish
