# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of this folder share: where the project is, how to speak, named steps. Source it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
self=${0##*/}

say() { printf '%s\n' "$*"; }

die() {
	printf '%s: %s\n' "$self" "$*" >&2
	exit 1
}

usage_error() {
	printf '%s: %s\n' "$self" "$*" >&2
	exit 2
}

# Prints the comment under the SPDX line of the calling script: its help text.
print_help() {
	awk 'NR <= 2 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"
}

jobs_default() { nproc 2>/dev/null || echo 2; }

# Where what was fetched or took long to build is kept between runs.
cache_folder() { printf '%s/iopfsim\n' "${XDG_CACHE_HOME:-$HOME/.cache}"; }

# fetch_packages DIR PACKAGE...: Debian packages as files, without installing them.
fetch_packages() {
	local dir=$1 attempt
	shift
	for attempt in 1 2 3; do
		if (cd "$dir" && apt-get -q -o Acquire::Retries=3 download "$@") >&2; then return 0; fi
		# Lists may be old, or not there.
		if [ "$(id -u)" -eq 0 ]; then apt-get -q -o DPkg::Lock::Timeout=300 update >&2 || sleep "$((attempt * 5))"; fi
	done
	die "apt-get cannot fetch $*"
}

# fetch_newer DIR PACKAGE...: the same, of Debian's newer suites: a sources file, lists and a cache of its own in DIR; the
# machine's are left alone.
fetch_newer() {
	local dir=$1 newer
	shift
	mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial"
	cat >"$dir/apt/newer.sources" <<-END
		Types: deb
		URIs: http://deb.debian.org/debian
		Suites: trixie-backports forky sid
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
	newer=(-q -o Acquire::Retries=3 -o Dir::Etc::SourceList="$dir/apt/newer.sources" -o Dir::Etc::SourceParts=/dev/null
		-o Dir::State::Lists="$dir/apt/lists" -o Dir::Cache="$dir/apt/cache")
	if ! (cd "$dir" && apt-get "${newer[@]}" update && apt-get "${newer[@]}" download "$@") >&2; then
		die "apt-get cannot fetch $* of trixie-backports, forky or sid"
	fi
}

# unpack_source SERIES FOLDER: Debian's source package of a kernel, there if it is not there yet.
unpack_source() {
	local work
	[ ! -f "$2/Makefile" ] || return 0
	say "Fetching linux-source-$1" >&2
	work=$(mktemp -d "$2.XXXXXX")
	case $1 in
	6.1 | 6.12) fetch_packages "$work" "linux-source-$1" ;;
	*) fetch_newer "$work" "linux-source-$1" ;;
	esac
	dpkg-deb --fsys-tarfile "$work"/linux-source-*.deb | tar -xO "./usr/src/linux-source-$1.tar.xz" |
		tar -xJ -C "$work" || return 1
	mv "$work/linux-source-$1" "$2" && rm -rf "$work"
}

# linux_source SERIES: the same in the cache; who comes second waits. Prints its folder.
linux_source() {
	local folder
	folder=$(cache_folder)/linux-source-$1
	mkdir -p "${folder%/*}"
	(flock 9 && unpack_source "$1" "$folder") 9>"$folder.lock" || return 1
	printf '%s\n' "$folder"
}

# source_files ROOT PATTERN...: files of the project below ROOT whose name matches a glob, one a line,
# relative to ROOT, sorted. What git ignores is none of the project's; without git, what stands there is.
source_files() {
	local root=$1 pattern
	shift
	if [ "$(git -C "$root" rev-parse --show-toplevel 2>/dev/null)" = "$(cd "$root" && pwd -P)" ]; then
		git -C "$root" ls-files -co --exclude-standard -- "$@" | LC_ALL=C sort -u |
			while IFS= read -r file; do
				if [ -f "$root/$file" ]; then printf '%s\n' "$file"; fi
			done
		return
	fi
	for pattern in "$@"; do
		(cd "$root" && find . -name .git -prune -o -path './build*' -prune -o -type f -name "$pattern" -print)
	done | sed 's|^\./||' | LC_ALL=C sort -u
}

# scripts_of ROOT: the project's shell scripts, told by their first line.
scripts_of() {
	local file first
	source_files "$1" '*' | while IFS= read -r file; do
		first=
		IFS= read -r first <"$1/$file" 2>/dev/null || true
		case $first in
		'#!'*bash | '#!'*'/sh') printf '%s\n' "$file" ;;
		esac
	done
}

# Steps of a long job: each is named and timed, and keeps its own log. A failure is remembered, not fatal.
steps_failed=()
steps_log_dir=

# steps_begin DIR: where the logs go.
steps_begin() {
	steps_log_dir=$1
	mkdir -p "$steps_log_dir"
}

# step NAME COMMAND...: run it without input; on failure show the end of its log and go on.
step() {
	local name=$1 begin=$SECONDS log status
	shift
	log=$steps_log_dir/$name.log
	printf '== %-14s ' "$name"
	# Not as "(...) || status=$?": within a condition "set -e" would not hold in a function run as a step.
	set +e
	(
		set -euo pipefail
		"$@"
	) >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if [ "$status" -eq 0 ]; then
		printf 'ok      %4d s\n' "$((SECONDS - begin))"
		return 0
	fi
	printf 'FAILED  %4d s  (exit %d, log: %s)\n' "$((SECONDS - begin))" "$status" "$log"
	tail -n 40 "$log" | sed 's/^/   | /'
	steps_failed+=("$name")
	return 0
}

# steps_end: say what failed; the status of the job.
steps_end() {
	if [ "${#steps_failed[@]}" -eq 0 ]; then
		printf 'All steps passed in %d s.\n' "$SECONDS"
		return 0
	fi
	printf 'FAILED after %d s: %s\n' "$SECONDS" "${steps_failed[*]}"
	return 1
}
