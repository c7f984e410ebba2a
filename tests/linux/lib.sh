# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What tests of a build with a kernel share. Source it, with $dir set to that build.
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"
: "${dir:?}"

# What it has drivers for.
is_x86() { grep -q '^CONFIG_KSIM_X86=y' "$dir/kernel/.config"; }

# run_workload WORKLOAD NAME SETTING...: with the kernel's drivers, into folder NAME.
run_workload() {
	local workload=$1 name=$2 setting args=()
	shift 2
	for setting; do args+=(--set "$setting"); done
	"$dir/iopfsim" run "$workload" --set driver=linux "${args[@]}" --quiet -o "$name"
}

# value FOLDER KEY...: a number of its result.json.
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

# more WHAT VALUE THAN
more() {
	claims=$((claims + 1))
	[ "$2" -gt "$3" ] || fail "$1 is $2, expected more than $3"
}

# dark FOLDER STAGE...: stages of its faults that take no time, but for these, which only have to take some in one fault.
dark() {
	python3 - "$@" <<-'END'
		import csv, sys
		faults = list(csv.DictReader(open(sys.argv[1] + "/faults.csv")))
		stages = list(faults[0])[list(faults[0]).index("detected_ns"):]
		for stage in stages:
		    lit = [float(fault[stage] or 0) > 0 for fault in faults]
		    if not (any(lit) if stage[:-3] in sys.argv[2:] else all(lit)):
		        print(stage)
	END
}

# warnings FOLDER: lines of the kernel's log that say that something is wrong.
warnings() { grep -c -E 'WARNING|BUG' "$1/dmesg.txt" || true; }
