#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_embed.sh PREFIX EXAMPLES
#
# Every program of EXAMPLES builds with no more than what is installed in PREFIX, by each compiler that is there, and
# prints what the file of its name says. The installed copy may be moved.
set -euo pipefail

prefix=$1 examples=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$prefix" "$folder/moved"
export PKG_CONFIG_PATH=$folder/moved/lib/pkgconfig

for source in "$examples"/*.c; do
	name=$(basename "$source" .c)
	for compiler in cc gcc clang; do
		command -v "$compiler" >/dev/null || continue
		# shellcheck disable=SC2046 # words are what pkg-config prints
		"$compiler" -Wall -Wextra -Werror -o "$folder/$name" "$source" $(pkg-config --cflags --libs iopfsim)
		"$folder/$name" >"$folder/$name.out"
		diff -u "$examples/$name.txt" "$folder/$name.out"
	done
done
