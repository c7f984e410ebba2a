#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/with_kernel.sh DIR
#
# What a build of scripts/linux in DIR must show: the published test's faults, each stage of them lit, nothing wrong in the
# kernel's log, the same bytes in two runs, several devices and IOMMUs.
set -euo pipefail
dir=$1
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$scratch"

if is_x86; then
	. "$top/tests/linux/x86.sh"
	finish
	exit
fi

# run NAME SETTING...: uadk-sva.
run() { run_workload uadk-sva "$@"; }

# The four rows of the published test.
for row in 1:512 100:1024 1000:1024 5000:1024; do
	run "row-${row%:*}" "workload.messages=${row%:*}"
	same "faults of row ${row%:*}" "$(value "row-${row%:*}" faults completed)" "${row#*:}"
	same "aborts of row ${row%:*}" "$(value "row-${row%:*}" faults aborted)" 0
	same "page faults of row ${row%:*}" "$(value "row-${row%:*}" mm minor_faults)" "${row#*:}"
done

# Every stage takes time, in every fault.
same 'stages that take no time' "$(dark row-100)" ''

same 'warnings of the kernel' "$(warnings row-100)" 0

run again workload.messages=100
expect 0 '' diff -r row-100 again

run many machine.devices=4 machine.iommus=2
# They share the process: who comes second to a page may find it there.
same 'accesses of four devices behind two SMMUs' "$(value many accesses)" 204800
same 'faults of theirs without an end' "$(($(value many faults recorded) - $(value many faults completed)))" 0
same 'page faults of theirs' "$(value many mm minor_faults)" "$(value many faults recorded)"

# Without I/O page faults everything is there before a device comes.
run populated handler.iopf=false
same 'faults with everything populated' "$(value populated faults recorded)" 0

# The process maps fresh memory over some of its pages while the device writes to them: the kernel's notifiers tell the SMMU.
run munmap mm_events.munmap.interval=50us workload.messages=10
more 'faults with pages that were unmapped' "$(value munmap faults completed)" 1024
same 'aborts under munmap()' "$(value munmap faults aborted)" 0
same 'faults without an end under munmap()' "$(value munmap faults recorded)" "$(value munmap faults completed)"

# 64 devices on eight CPUs: who spins for a mutex sees whether its owner runs, or waits for the very CPU.
run_workload sva-locks few-cpus machine.cpus=8 handler.dispatch=auto
same 'faults on few CPUs' "$(value few-cpus faults completed)" 32768

# It ends while the device runs: accesses are aborted, nobody waits for ever.
run exit mm_events.exit.at=5ms
more 'accesses aborted after the process had ended' "$(value exit aborted)" 0
same 'accesses of a device whose process ends' "$(($(value exit accesses) + $(value exit aborted)))" 51200
for name in munmap exit; do
	same "warnings of the kernel in $name" "$(warnings $name)" 0
done

# Endpoints of the kernel's PCI core: ATS it has, page requests its driver has not.
run_workload pcie-sva ats handler.iopf=false pcie.atc_entries=1024
same 'accesses of endpoints with ATS' "$(value ats accesses)" 4096
# A device tree says that there is ATS by a property that 6.1 does not know.
if grep -q '"6\.1\.' "$dir/kernel/include/generated/utsrelease.h"; then
	same 'their translation requests' "$(value ats atc translation_requests)" 0
else
	more 'their translation requests' "$(value ats atc translation_requests)" 0
	more 'accesses that their ATCs answered' "$(value ats atc hits)" 0
fi
same 'aborts of theirs' "$(value ats aborted)" 0
same 'warnings of the kernel in ats' "$(warnings ats)" 0
expect 2 'arm-smmu-v3 has no handler of page requests' "$dir/iopfsim" run pcie-sva --set driver=linux -o refused

refused() { expect 2 "$1" "$dir/iopfsim" run uadk-sva --set driver=linux --set "$2" -o refused; }
expect 2 'driver linux: this kernel was built for iommu smmuv3' "$dir/iopfsim" run vtd-sva --set driver=linux -o refused
refused 'driver linux serves devices in handler.mode sva' handler.mode=vfio
refused 'handler.dispatch is the kernel' handler.dispatch=workqueue
refused 'of mm_events there are munmap' mm_events.fork.interval=1ms
refused 'smmu.features.stall' smmu.features.stall=false

# Its interrupts are wired: a unit without MSIs is as good.
run wired smmu.features.msi=false workload.messages=100
same 'faults of an SMMU without MSIs' "$(value wired faults completed)" 1024
finish
