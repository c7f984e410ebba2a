#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What is built is called by git's name for it, a dirty tree by what changed, a tree without git by its release; equal trees
# are called the same wherever they stand, and a file is written only when it is new.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'
# A test that git itself runs (a hook) must not be about the tree of that git.
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

# tree NAME: the scripts and a source, without git.
tree() {
	mkdir -p "$scratch/$1/scripts"
	cp "$top/scripts/version" "$top/scripts/common.sh" "$scratch/$1/scripts"
	echo 'int a;' >"$scratch/$1/a.c"
}

repository() {
	tree "$1"
	git -C "$scratch/$1" init -q
	git -C "$scratch/$1" add .
	git -C "$scratch/$1" commit -qm one
}

# version_of NAME [KERNEL-FILE...]: what the program would be called.
version_of() {
	local name=$1
	shift
	"$scratch/$name/scripts/version" 1.2.3 "$scratch/$name.out" "$@"
	sed -n 's/.*iopfsim_version\[\] = "\(.*\)";/\1/p' "$scratch/$name.out"
}

# same WHY A B, differs WHY A B
same() {
	claims=$((claims + 1))
	[ "$2" = "$3" ] || fail "$1: '$2' and '$3'"
}
differs() {
	claims=$((claims + 1))
	[ "$2" != "$3" ] || fail "$1: both are '$2'"
}

tree none
same 'without git the release' "$(version_of none)" 1.2.3
tree outer/inner
git -C "$scratch/outer" init -q
same "a tree in another project's is the release" "$(version_of outer/inner)" 1.2.3

repository first
repository second
head=$(git -C "$scratch/first" rev-parse --short=12 HEAD)
same 'a clean tree' "$(version_of first)" "$head"
same 'an equal clean tree' "$(version_of second)" "$head"
echo note >"$scratch/first/note.md"
same 'a new file that no build takes' "$(version_of first)" "$head"

echo 'int b;' >"$scratch/first/a.c"
dirty=$(version_of first)
case $dirty in
"$head-dirty."????????????) ;;
*) fail "a dirty tree is called $dirty" ;;
esac
echo 'int b;' >"$scratch/second/a.c"
git -C "$scratch/second" config diff.noprefix true
git -C "$scratch/second" add a.c
same 'an equal dirty tree, with another setting of git' "$(version_of second)" "$dirty"
echo 'int c;' >"$scratch/second/a.c"
differs 'another dirty tree' "$(version_of second)" "$dirty"
echo 'int b;' >"$scratch/second/a.c"
chmod +x "$scratch/second/a.c"
differs 'another mode' "$(version_of second)" "$dirty"
chmod -x "$scratch/second/a.c"
echo 'int new;' >"$scratch/second/new.c"
differs 'a new source' "$(version_of second)" "$dirty"
rm "$scratch/second/new.c" "$scratch/second/a.c"
differs 'a source that is gone' "$(version_of second)" "$dirty"

git -C "$scratch/second" reset -q --hard
git -C "$scratch/second" tag v2.0
same 'a tag' "$(version_of second)" v2.0
echo 'kernel' >"$scratch/io-pgfault.c"
one=$(version_of second "$scratch/io-pgfault.c")
case $one in
v2.0+io-pgfault.c.????????????) ;;
*) fail "with a kernel's file it is called $one" ;;
esac
echo 'patched' >"$scratch/io-pgfault.c"
differs "another kernel's file" "$(version_of second "$scratch/io-pgfault.c")" "$one"

version_of second >/dev/null
touch -d 2001-01-01 "$scratch/second.out"
version_of second >/dev/null
same 'what is not new is not written' "$(date -r "$scratch/second.out" +%Y)" 2001
expect 2 'expected RELEASE and OUT.c' "$scratch/second/scripts/version"
finish
