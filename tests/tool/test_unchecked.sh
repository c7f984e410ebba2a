#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_unchecked.sh IOPFSIM
#
# Sets of features that the specification excludes: refused in one line with the section, exit 2; taken with
# features.unchecked, and then result.json, the text, report.html and those of a sweep say so; without it none does.
set -euo pipefail

iopfsim=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
small=(--set workload.messages=2 --no-plots)

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	failures=$((failures + 1))
}

# excluded FILE SECTION SETTING...
excluded() {
	local file=$1 section=$2 code=0
	shift 2
	"$iopfsim" run "$file" "${small[@]}" "$@" -o "$work/none" >"$work/out" 2>"$work/err" || code=$?
	[ "$code" = 2 ] || fail "exit $code, not 2: $*"
	[ "$(wc -l <"$work/err")" = 1 ] || fail "$*: not one line: $(cat "$work/err")"
	grep -q "($section" "$work/err" || fail "$*: no section $section: $(cat "$work/err")"
	[ ! -e "$work/none" ] || fail "$*: left a folder"
}

# says WORD FOLDER TEXT: do result.json or points.json, report.html and the text say so (true), or not (false)?
says() {
	local is_said=false json=$2/result.json
	[ -e "$json" ] || json=$2/points.json
	grep -q "^  \"unchecked\": $1" "$json" || fail "$json does not say $1"
	grep -q UNCHECKED "$2/report.html" && is_said=true
	[ "$is_said" = "$1" ] || fail "$2/report.html says $is_said"
	is_said=false
	grep -q UNCHECKED "$3" && is_said=true
	[ "$is_said" = "$1" ] || fail "the text of $2 says $is_said"
}

smmu=workloads/uadk-sva.yaml
v3_2=(--set smmu.features.arch_minor=2 --set smmu.features.hyp=true --set smmu.features.ril=true)
excluded $smmu "IHI 0070 6.3.1)" --set smmu.features.arch_minor=2
excluded $smmu "IHI 0070 6.3.2)" --set smmu.features.st_2level=false
excluded $smmu "IHI 0070 6.3.4)" "${v3_2[@]}"
excluded $smmu "IHI 0070 6.3.6)" --set smmu.features.oas_bits=52 --set smmu.features.gran64k=false
excluded $smmu "IHI 0070 2.4, 2.9)" --set smmu.features.arch_minor=0 --set smmu.features.xnx=false --set smmu.features.ril=true
excluded $smmu "IHI 0070 2.8, 2.9)" --set smmu.features.ds=true --set smmu.features.vax=true

"$iopfsim" run $smmu "${small[@]}" -o "$work/checked" >"$work/text"
says false "$work/checked" "$work/text"
"$iopfsim" run $smmu "${small[@]}" --set smmu.features.arch_minor=2 --set smmu.features.unchecked=true \
	-o "$work/run" >"$work/text"
says true "$work/run" "$work/text"
"$iopfsim" sweep $smmu --no-plots --set smmu.features.arch_minor=2 --set smmu.features.unchecked=true \
	-o "$work/sweep" >"$work/text"
says true "$work/sweep" "$work/text"
# what no model can be made of is refused all the same
code=0
"$iopfsim" run $smmu --set smmu.features.unchecked=true --set smmu.features.oas_bits=41 2>"$work/err" || code=$?
[ "$code" = 2 ] || fail "oas_bits 41 is taken"

[ "$failures" = 0 ] || exit 1
echo "features that the specification excludes are refused, or every output says that they are not"
