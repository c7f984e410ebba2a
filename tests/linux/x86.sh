# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# with_kernel.sh of a build for x86: page requests through the kernel's PCI core, intel-iommu and fault handler.

: "${dir:?}"

# run NAME SETTING...: vtd-sva.
run() { run_workload vtd-sva "$@"; }

# 2048 pages of each of two endpoints.
run plain
same 'faults' "$(value plain faults completed)" 4096
same 'aborts' "$(value plain faults aborted)" 0
same 'page faults' "$(value plain mm minor_faults)" 4096
same 'groups answered with Success' "$(value plain page_requests success)" 4096
# A request that comes while the thread is at others raises no interrupt.
same 'stages that take no time' "$(dark plain interrupted)" ''
same 'warnings of the kernel' "$(warnings plain)" 0
claims=$((claims + 1))
grep -q 'iopf_lock\|svm_lock\|q_lock' plain/locks.csv || fail 'locks.csv has none of intel-iommu'"'"'s locks'

run again
expect 0 '' diff -r plain again

# Two units are two PCI segments.
run many machine.devices=4 machine.iommus=2
same 'accesses of four endpoints behind two units' "$(value many accesses)" 16384
same 'faults of theirs without an end' "$(($(value many faults recorded) - $(value many faults completed)))" 0
same 'page faults of theirs' "$(value many mm minor_faults)" 8192

# Functions 0 to 7 of devices 0 and 1: each is a group of its own, for they do not reach each other (ACS).
run functions machine.devices=12 workload.accesses=64 workload.footprint=256KiB
same 'accesses of twelve functions' "$(value functions accesses)" 768

run groups pcie.group_pages=8 workload.access=64KiB workload.accesses=128
# 4096 pages are wanted. Where a group begins, who comes first says: an access whose first page is there already begins behind
# it, and its group reaches into the next one's pages.
more 'page requests in groups of eight' "$(value groups page_requests sent)" 4095
more 'room in so many groups' "$((8 * $(value groups page_requests groups) + 1))" "$(value groups page_requests sent)"
same 'aborts in groups' "$(value groups faults aborted)" 0
same 'page faults in groups of eight' "$(value groups mm minor_faults)" "$(value groups page_requests sent)"
same 'groups answered' "$(value groups page_requests success)" "$(value groups page_requests groups)"

run populated handler.iopf=false
same 'faults with everything populated' "$(value populated faults recorded)" 0

# The process maps fresh memory over what the endpoints have used: notifiers invalidate IOTLB and device-TLBs. From some page
# on all are fresh, and the second endpoint's are the last.
run munmap mm_events.munmap.interval=50us mm_events.munmap.pages=65536 workload.accesses=8192 workload.device_stride=248MiB
more 'faults with pages that were unmapped' "$(value munmap faults completed)" 8192
same 'aborts under munmap()' "$(value munmap faults aborted)" 0
same 'faults without an end under munmap()' "$(value munmap faults recorded)" "$(value munmap faults completed)"

# It ends while they run: what they ask for is refused.
run exit mm_events.exit.at=3ms
more 'accesses aborted after the process had ended' "$(value exit aborted)" 0
same 'accesses of endpoints whose process ends' "$(($(value exit accesses) + $(value exit aborted)))" 8192
for name in many functions groups munmap exit; do
	same "warnings of the kernel in $name" "$(warnings "$name")" 0
done

refused() { expect 2 "$1" "$dir/iopfsim" run vtd-sva --set driver=linux --set "$2" -o refused; }
expect 2 'driver linux: this kernel was built for iommu vtd' "$dir/iopfsim" run uadk-sva --set driver=linux -o refused
refused 'driver linux serves devices in handler.mode sva' handler.mode=vfio
refused 'handler.dispatch is the kernel' handler.dispatch=workqueue
refused 'of mm_events there are munmap' mm_events.fork.interval=1ms
refused 'expected device.faults' device.faults=report
