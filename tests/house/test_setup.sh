#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/setup with a dpkg-query and an apt-get of our own in front: it installs what is missing and nothing
# else, does nothing when nothing is missing, and says in one line what it cannot do.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bin=$scratch/bin
mkdir "$bin"
installed=$scratch/installed
calls=$scratch/calls

fake() {
	printf '#!/usr/bin/env bash\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

# shellcheck disable=SC2016
fake dpkg-query '
for name; do
	if grep -qx "$name" "$INSTALLED"; then echo "$name installed"; fi
	if grep -qx "$name removed" "$INSTALLED"; then echo "$name config-files"; fi
done'
# shellcheck disable=SC2016
fake apt-get '
echo "$@" >>"$CALLS"
if [ -n "${APT_FAILS:-}" ]; then echo "no network" >&2; exit 100; fi
seen=0
for word; do
	if [ "$seen" = 1 ] && [[ $word != -* ]]; then echo "$word" >>"$INSTALLED"; fi
	if [ "$word" = install ]; then seen=1; fi
done'
fake sleep 'exit 0'
# shellcheck disable=SC2016
fake id 'echo "${FAKE_UID:-0}"'
# shellcheck disable=SC2016
fake sudo 'echo sudo >>"$CALLS"; if [ "$1" = -v ]; then exit 0; fi; exec "$@"'
for name in env bash dirname basename awk cat grep nproc dpkg mktemp rm tail; do
	if command -v "$name" >/dev/null; then ln -s "$(command -v "$name")" "$bin/$name"; fi
done

setup() {
	: >"$calls"
	env -u IOPFSIM_NO_SETUP PATH="$bin" INSTALLED="$installed" CALLS="$calls" "$@"
}
script=$top/scripts/setup

: >"$installed"
expect 1 "Missing for 'run': gcc" setup "$script" --check run
[ ! -s "$calls" ] || fail "--check called apt-get"
silent_about 'clang' setup "$script" --check run
expect 1 'clang' setup "$script" --check ci
expect 1 'clang' setup "$script" --check

expect 0 'Installing, which may take a minute: gcc' setup "$script" run
grep -q ' install .*gcc.*gnuplot-nox' "$calls" || fail "apt-get was not asked to install: $(cat "$calls")"
expect 0 '' setup "$script" run
[ ! -s "$calls" ] || fail "called apt-get although nothing was missing"
expect 0 "Nothing is missing for 'run'." setup "$script" --check run

sed -i '/^cmake$/d' "$installed"
expect 0 'Installing, which may take a minute: cmake' setup "$script" run
silent_about 'gcc' cat "$calls"
sed -i 's/^cmake$/cmake removed/' "$installed"
expect 1 'Missing for '"'run'"': cmake' setup "$script" --check run

expect 1 'setup: apt-get update failed' setup env APT_FAILS=1 TMPDIR="$scratch" "$script" run
[ "$(grep -c update "$calls")" -eq 3 ] || fail "apt-get update was not tried three times"
expect 1 'no network' setup env APT_FAILS=1 TMPDIR="$scratch" "$script" run

expect 0 'Installing, which may take a minute: cmake' setup env FAKE_UID=1000 "$script" run
grep -q '^sudo$' "$calls" || fail "not root, and sudo was not used"
rm "$bin/sudo"
sed -i '/^cmake/d' "$installed"
expect 1 'not root and no sudo; as root: apt-get install cmake' setup env FAKE_UID=1000 "$script" run

expect 0 '' setup env IOPFSIM_NO_SETUP=1 "$script" run
rm "$bin/apt-get"
expect 1 'no apt-get here' setup "$script" run
expect 2 "unknown argument 'everything'" setup "$script" everything
finish
