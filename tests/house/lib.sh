# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the scripts share: a scratch folder that goes away, and claims that can fail. Source it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
claims=0

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	exit 1
}

# expect STATUS TEXT COMMAND...: the command ends with that status and says that text (a fixed string).
expect() {
	local want=$1 text=$2 got=0 output
	shift 2
	output=$("$@" 2>&1 </dev/null) || got=$?
	claims=$((claims + 1))
	if [ "$got" -ne "$want" ]; then
		fail "$* : status $got, expected $want; it said: $output"
	fi
	if [[ $output != *"$text"* ]]; then
		fail "$* : did not say '$text', but: $output"
	fi
}

# silent_about TEXT COMMAND...: the command does not say that text.
silent_about() {
	local text=$1 output
	shift
	output=$("$@" 2>&1 </dev/null) || true
	claims=$((claims + 1))
	if [[ $output == *"$text"* ]]; then fail "$* : says '$text': $output"; fi
}

finish() { printf '%d claims hold.\n' "$claims"; }
