#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The named steps of scripts/common.sh, which .ci/run is made of: a failure is kept, told and carried to the end.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# job BODY: a script that uses steps.
job() {
	cat >"$scratch/job" <<EOF
#!/usr/bin/env bash
set -euo pipefail
. "$top/scripts/common.sh"
steps_begin "$scratch/log"
fails_early() { echo before; false; echo after; }
$1
steps_end
EOF
	bash "$scratch/job"
}

expect 0 'All steps passed' job 'step one true'
expect 1 'FAILED after' job 'step one false'
expect 1 ': one three' job $'step one false\nstep two true\nstep three false'
expect 1 'exit 7' job 'step one bash -c "exit 7"'
expect 1 'before' job 'step one fails_early'
silent_about 'after' bash -c "grep -h . $scratch/log/one.log"
expect 0 'All steps passed' job 'step one bash -c "! read -r line"'
finish
