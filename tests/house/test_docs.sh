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

# architecture.md follows a fault and two commands file by file: each file exists, and is met once.
steps=0
table=
while IFS= read -r line; do
	case $line in
	"| file "*) table= ;;
	"| \`"*.c\`" |"*)
		file=${line#"| \`"}
		file=${file%%\`*}
		steps=$((steps + 1))
		claims=$((claims + 2))
		[ -f "$file" ] || fail "docs/architecture.md: there is no $file"
		[[ " $table " != *" $file "* ]] || fail "docs/architecture.md: $file is met twice"
		table+=" $file"
		;;
	esac
done <docs/architecture.md
[ "$steps" -ge 50 ] || fail "docs/architecture.md follows only $steps files"

# The gallery is what its script writes, with a picture for each question.
claims=$((claims + 1))
scripts/gallery --check || fail "docs/gallery.md: scripts/gallery --text writes another one"

# The glossary has each word once, with all of its cells, and the moments of a fault that the source has.
words=$(grep -E '^\| ' docs/words.md | grep -vE '^\| (---|SMMUv3 \||word \||stage \|)')
claims=$((claims + 3))
[ "$(wc -l <<<"$words")" -ge 80 ] || fail "docs/words.md has only $(wc -l <<<"$words") words"
cells=$(awk -F ' *\\| *' '{ for (i = 2; i < NF; i++) if ($i == "") print }' <<<"$words")
[ -z "$cells" ] || fail "docs/words.md: a cell is empty: $cells"
twice=$(awk -F ' *\\| *' '{ print $2 }' <<<"$words" | sort | uniq -d)
[ -z "$twice" ] || fail "docs/words.md: twice: $twice"
stages=$(sed -nE 's/^\tX\([A-Z]+, "([a-z]+)", .*/\1/p' system/result/result.h)
for stage in ${stages:?no stages in system/result/result.h}; do
	claims=$((claims + 1))
	grep -qE "^\| $stage \|" <<<"$words" || fail "docs/words.md: no line for the stage $stage"
done

# Rows such as: | wake-up | `cpu.wakeup`, kunpeng920.yaml | 2595 ns | ... A key of a section in a section is further in.
fitted=0
while IFS='|' read -r _ _ where value _; do
	# shellcheck disable=SC2016
	key=$(sed -E 's/^ *`[a-z_.]*\.([a-z_]+)`.*/\1/' <<<"$where")
	file=$(sed -E 's/.*, *([^ ]+) *$/\1/' <<<"$where")
	value=${value// /}
	path=$(find workloads -name "$file")
	fitted=$((fitted + 1))
	claims=$((claims + 1))
	grep -qE "^ +$key: *$value( |\$)" "$path" ||
		fail "docs/calibration.md: $key is not $value in $path: $(grep -E "^ +$key:" "$path")"
done < <(grep -E '^\|.*`, *[a-z0-9-]+\.yaml *\|' docs/calibration.md)

# A cost of a platform says where it is from.
for path in workloads/platforms/*.yaml; do
	claims=$((claims + 1))
	bare=$(grep -nE '^  [a-z_]+: *[0-9.]+(ns|us|ms)? *$' "$path" | grep -vE '(base|size|cpus): ' | head -1 || true)
	[ -z "$bare" ] || fail "$path: no source: $bare"
done
[ "$fitted" -ge 3 ] || fail "docs/calibration.md names $fitted fitted values, expected 3 or more"
finish
