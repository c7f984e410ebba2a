#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tests/linux/with_kernel.sh DIR
#
# What a build of scripts/linux in DIR must show: the published test's faults, each stage of them lit, nothing wrong in the
# kernel's log, the same bytes in two runs, several devices and IOMMUs.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"

dir=$1
cd "$scratch"

# run NAME SETTING...: uadk-sva with the kernel's drivers, into folder NAME.
run() {
	local name=$1 setting args=()
	shift
	for setting; do args+=(--set "$setting"); done
	"$dir/iopfsim" run uadk-sva --set driver=linux "${args[@]}" --quiet -o "$name"
}

# value FOLDER JQ-LIKE PATH...: a number of its result.json.
value() {
	python3 - "$@" <<-'END'
		import json, sys
		at = json.load(open(sys.argv[1] + "/result.json"))
		for key in sys.argv[2:]:
		    at = at[key]
		print(at)
	END
}

# same WHAT VALUE WANTED
same() {
	claims=$((claims + 1))
	[ "$2" = "$3" ] || fail "$1 is $2, expected $3"
}

# The four rows of the published test.
for row in 1:512 100:1024 1000:1024 5000:1024; do
	run "row-${row%:*}" "workload.messages=${row%:*}"
	same "faults of row ${row%:*}" "$(value "row-${row%:*}" faults completed)" "${row#*:}"
	same "aborts of row ${row%:*}" "$(value "row-${row%:*}" faults aborted)" 0
	same "page faults of row ${row%:*}" "$(value "row-${row%:*}" mm minor_faults)" "${row#*:}"
done

# Every stage takes time, in every fault.
dark=$(python3 - <<-'END'
	import csv
	for fault in csv.DictReader(open("row-100/faults.csv")):
	    for stage in list(fault)[list(fault).index("detected_ns"):]:
	        if not float(fault[stage] or 0) > 0:
	            print(stage, "of fault", fault["number"])
END
)
same "stages that take no time" "$dark" ''

same 'warnings of the kernel' "$(grep -c -E 'WARNING|BUG' row-100/dmesg.txt || true)" 0

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
more=$(value munmap faults completed)
[ "$more" -gt 1024 ] || fail "pages that were unmapped did not fault again: $more faults"
same 'aborts under munmap()' "$(value munmap faults aborted)" 0
same 'faults without an end under munmap()' "$(value munmap faults recorded)" "$more"

# It ends while the device runs: accesses are aborted, nobody waits for ever.
run exit mm_events.exit.at=5ms
[ "$(value exit aborted)" -gt 0 ] || fail 'nothing was aborted after the process had ended'
same 'accesses of a device whose process ends' "$(($(value exit accesses) + $(value exit aborted)))" 51200
for name in munmap exit; do
	same "warnings of the kernel in $name" "$(grep -c -E 'WARNING|BUG' $name/dmesg.txt || true)" 0
done

refused() { expect 2 "$1" "$dir/iopfsim" run uadk-sva --set driver=linux --set "$2" -o refused; }
expect 2 'driver linux: this kernel was built for iommu smmuv3' "$dir/iopfsim" run vtd-sva --set driver=linux -o refused
refused 'driver linux serves devices of kind platform in handler.mode sva' handler.mode=vfio
refused 'handler.dispatch is the kernel' handler.dispatch=workqueue
refused 'of mm_events there are munmap' mm_events.fork.interval=1ms
refused 'smmu.features.stall' smmu.features.stall=false

# Its interrupts are wired: a unit without MSIs is as good.
run wired smmu.features.msi=false workload.messages=100
same 'faults of an SMMU without MSIs' "$(value wired faults completed)" 1024
finish
