#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check-rules on a small project: clean it passes, each broken rule is found where it is broken.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy=$scratch/copy
mkdir -p "$copy"/{sim,tool/host,models/vtd/steps,tests/sim,scripts,kapi/include/linux}
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
planted '3: the clock or the threads' sim/zz.c "$spdx" '/* A file. */' 'int x = clock_gettime(0, 0);'
planted '3: the clock or the threads' sim/zz.c "$spdx" '/* A file. */' 'int x = pthread_create(0, 0, 0, 0);'
allowed tool/host/zz.c "$spdx" '/* A file. */' 'int x = clock_gettime(0, 0);'
planted '2: does not say' kapi/include/linux/zz.h "$spdx" '/* A list. */' 'int x;'
allowed kapi/include/linux/zz.h "$spdx" "/* Is the kernel's behaviour. */" 'int x;'
allowed kapi/include/linux/zz.h "$spdx" '/* Stub: nothing. */' 'int x;'

# Five parameters, and who may have them.
five=('static int f(int a, int b,' '             int (*c)(int, int),' '             int d, int e)' '{' '}')
exceptions=$copy/scripts/many-parameters.txt
exception() { printf '# %s\n%s\n' 'SPDX-License-Identifier: GPL-2.0-only' "$1" >"$exceptions"; }

planted '3: f() has 5 parameters' sim/zz.c "$spdx" '/* A file. */' "${five[@]}"
planted '4: g() has 5 parameters' sim/zz.h "$spdx" '/* A file. */' '' \
	'static inline void g(int a, int b, int c, int d, int e)' '{' '}'
allowed sim/zz.c "$spdx" '/* A file. */' 'int f(int a, int (*b)(int, int, int), int c, int d)' '{' '}'
allowed sim/zz.c "$spdx" '/* A file. */' 'void __attribute__((format(printf, 3, 4)))' \
	'f(int a, int b, int c, ...)' '{' '}'
allowed tests/sim/mock.c "$spdx" '/* A mock. */' "${five[@]}"
exception 'sim/zz.c: f: as the kernel has it'
allowed sim/zz.c "$spdx" '/* A file. */' "${five[@]}"
expect 1 'f() of sim/zz.c has not more than 4 parameters, or is gone' check
exception 'sim/zz.c: g: another'
planted '3: f() has 5 parameters' sim/zz.c "$spdx" '/* A file. */' "${five[@]}"
rm "$exceptions"

planted '3: a clock in the steps' models/vtd/steps/zz.c "$spdx" '/* A step. */' '#include "sim/event.h"'
planted '3: a clock in the steps' models/vtd/steps/zz.c "$spdx" '/* A step. */' 'u64 now(void) { return sim_now_ps(); }'
planted '3: a clock in the steps' models/vtd/steps/zz.c "$spdx" '/* A step. */' '#include "models/vtd/internal.h"'
planted '3: runs the steps' models/vtd/zz.c "$spdx" '/* A queue. */' 'u64 x = vtd_xlate_step(core, x);'
allowed models/vtd/timing.c "$spdx" '/* When. */' 'u64 x = vtd_xlate_step(core, x);'
allowed models/vtd/steps/zz.c "$spdx" '/* A step. */' 'u64 vtd_xlate_run(struct vtd_core *core);'
allowed models/vtd/zz.c "$spdx" '/* Not a step. */' '#include "sim/event.h"'

expect 2 'unknown option' "$top/scripts/check-rules" --no-such-option
finish
