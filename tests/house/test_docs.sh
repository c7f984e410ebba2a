#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The documents agree with what they speak of: links lead somewhere, every document is in the index, and the fitted
# values in docs/calibration.md are those of the files that they name.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$top"

# links FILE: targets of its links that are files
links() { grep -oE '\]\([^)]+\)' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -vE '^(https?:|$)' || true; }

for file in README.md CONTRIBUTING.md docs/*.md; do
	while IFS= read -r link; do
		claims=$((claims + 1))
		[ -e "$(dirname "$file")/$link" ] || fail "$file: a link leads nowhere: $link"
	done < <(links "$file")
done

for file in docs/*.md; do
	name=${file#docs/}
	claims=$((claims + 1))
	[ "$name" = index.md ] || grep -qF "]($name)" docs/index.md || fail "docs/index.md does not name $name"
done

# Rows such as: | wake-up | `cpu.wakeup`, kunpeng920.yaml | 2480 ns | ...
fitted=0
while IFS='|' read -r _ _ where value _; do
	# shellcheck disable=SC2016
	key=$(sed -E 's/^ *`[a-z_.]*\.([a-z_]+)`.*/\1/' <<<"$where")
	file=$(sed -E 's/.*, *([^ ]+) *$/\1/' <<<"$where")
	value=${value// /}
	path=$(find workloads -name "$file")
	fitted=$((fitted + 1))
	claims=$((claims + 1))
	grep -qE "^  $key: *$value( |\$)" "$path" ||
		fail "docs/calibration.md: $key is not $value in $path: $(grep -E "^  $key:" "$path")"
done < <(grep -E '^\|.*`, *[a-z0-9-]+\.yaml *\|' docs/calibration.md)
[ "$fitted" -ge 3 ] || fail "docs/calibration.md names $fitted fitted values, expected 3 or more"
finish
