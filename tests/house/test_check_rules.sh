#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check-rules on a small project: clean it passes, each broken rule is found where it is broken.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy=$scratch/copy
mkdir -p "$copy"/{sim,tests/sim,scripts,kapi/include/linux}
spdx='// SPDX-License-Identifier: GPL-2.0-only'

check() { "$top/scripts/check-rules" "$copy"; }

# planted COMPLAINT FILE LINE...
planted() {
	local complaint=$1 file=$2
	shift 2
	printf '%s\n' "$@" >"$copy/$file"
	expect 1 "$file:$complaint" check
	rm "$copy/$file"
}

allowed() {
	local file=$1
	shift
	printf '%s\n' "$@" >"$copy/$file"
	expect 0 'The rules hold' check
	rm "$copy/$file"
}

# lines COUNT: a function body
lines() {
	local i
	for ((i = 0; i < $1; i++)); do printf '\tcall();\n'; done
}

printf '%s\n' "$spdx" '/* A clock. */' 'int x;' >"$copy/sim/clock.c"
expect 0 'The rules hold' check

planted '1: no SPDX line' sim/zz.c '/* Without. */' 'int x;'
planted '1: no SPDX line' sim/zz.c '// SPDX-License-Identifier: MIT' '/* Wrong. */' 'int x;'
planted '1: no SPDX line' sim/zz.h 'int x;' "$spdx"
planted '1: no SPDX line' scripts/zz '#!/usr/bin/env bash' 'echo' '# SPDX-License-Identifier: GPL-2.0-only'
allowed scripts/zz '#!/usr/bin/env bash' '# SPDX-License-Identifier: GPL-2.0-only' 'echo'
planted '2: no comment' sim/zz.c "$spdx" '#include <stddef.h>'
note=TO
note+=DO
planted "3:/* $note: later */" sim/zz.c "$spdx" '/* A file. */' "/* $note: later */"
planted '4: function of 81 lines' sim/zz.c "$spdx" '/* A file. */' 'void f(void)' '{' "$(lines 81)" '}'
allowed sim/zz.c "$spdx" '/* A file. */' 'void f(void)' '{' "$(lines 80)" '}'
allowed sim/zz.c "$spdx" '/* A file. */' '/* NOLINTNEXTLINE(readability-function-size): a table. */' \
	'void f(void)' '{' "$(lines 90)" '}'
planted '1: a test program is' tests/sim/clock.c "$spdx" '/* A test. */' 'int main(void)' '{' '}'
planted '1: a test program is' tests/test_clock.c "$spdx" '/* A test. */' 'int main(void)' '{' '}'
allowed tests/sim/test_clock.c "$spdx" '/* A test. */' 'int main(void)' '{' '}'
allowed tests/sim/mock.c "$spdx" '/* A mock. */' 'int mock;'
planted '3: floating point' sim/zz.c "$spdx" '/* A file. */' 'static double mean;'
planted '5: floating point' sim/zz.c "$spdx" '/*' ' * A double in a comment.' ' */' 'float x; /* here */'
allowed sim/zz.c "$spdx" '/* No double, no float. */' 'char *x = "double"; // double' 'int double_fault;'
allowed tests/sim/mock.c "$spdx" '/* A mock. */' 'static double mean;'

expect 2 'unknown option' "$top/scripts/check-rules" --no-such-option
finish
planted '2: does not say' kapi/include/linux/zz.h "$spdx" '/* A list. */' 'int x;'
allowed kapi/include/linux/zz.h "$spdx" "/* Is the kernel's behaviour. */" 'int x;'
allowed kapi/include/linux/zz.h "$spdx" '/* Stub: nothing. */' 'int x;'
