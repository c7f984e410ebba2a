#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check-arrows on a copy of the project: whole it passes, and each include planted against an arrow is
# found with its file, its line and the arrow.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy=$scratch/copy
mkdir "$copy"
for room in sim models kapi handler linux system tool bench tests; do
	if [ -d "$top/$room" ]; then cp -R "$top/$room" "$copy/"; fi
done
mkdir -p "$copy"/models/{common,mem,device,smmuv3,vtd} "$copy"/handler/linux "$copy"/tests/sim
printf '// SPDX-License-Identifier: GPL-2.0-only\n/* Planted. */\n' >"$copy/handler/linux/module_only.h"

check() { "$top/scripts/check-arrows" "$copy"; }

# planted FILE INCLUDE COMPLAINT: line 4 of FILE includes INCLUDE; the check names the line and complains.
planted() {
	local file=$1 include=$2 complaint=$3
	printf '// SPDX-License-Identifier: GPL-2.0-only\n/* Planted. */\n\n%s\n' "$include" >"$copy/$file"
	expect 1 "$file:4: $complaint" check
	rm "$copy/$file"
}

# allowed FILE INCLUDE: no complaint about FILE.
allowed() {
	local file=$1 include=$2
	printf '// SPDX-License-Identifier: GPL-2.0-only\n/* Planted. */\n\n%s\n' "$include" >"$copy/$file"
	silent_about "$file" check
	rm "$copy/$file"
}

expect 0 'The arrows hold' check

planted sim/zz.c '#include "models/mem/mem.h"' 'includes models/mem/mem.h: no arrow sim -> models/mem'
planted sim/zz.c '#include "kapi/params.h"' 'includes kapi/params.h: no arrow sim -> kapi'
planted sim/zz.c '#include <linux/mutex.h>' 'includes linux/mutex.h: no arrow sim -> <linux>'
planted sim/zz.h '#  include   "system/config/config.h"  /* a comment */' 'includes system/config/config.h: no arrow sim -> system/config'
planted models/common/zz.c '#include "models/mem/mem.h"' \
	'includes models/mem/mem.h: no arrow models/common -> models/mem'
planted models/device/zz.c '#include "models/smmuv3/smmu.h"' \
	'includes models/smmuv3/smmu.h: no arrow models/device -> models/smmuv3'
planted models/device/zz.c '#include "../smmuv3/smmu.h"' \
	'includes ../smmuv3/smmu.h: no arrow models/device -> models/smmuv3'
planted models/vtd/zz.c '#include "models/smmuv3/params.h"' \
	'includes models/smmuv3/params.h: no arrow models/vtd -> models/smmuv3'
planted models/smmuv3/zz.c '#include "models/vtd/vtd.h"' \
	'includes models/vtd/vtd.h: no arrow models/smmuv3 -> models/vtd'
planted models/smmuv3/zz.c '#include "models/device/dma.h"' \
	'includes models/device/dma.h: no arrow models/smmuv3 -> models/device'
planted models/smmuv3/zz.c '#include <handler/pfh.h>' 'includes handler/pfh.h: no arrow models/smmuv3 -> handler'
planted models/mem/zz.c '#include "system/machine/machine.h"' \
	'includes system/machine/machine.h: no arrow models/mem -> system/machine'
planted kapi/zz.c '#include "models/mem/mem.h"' 'includes models/mem/mem.h: no arrow kapi -> models/mem'
planted kapi/zz.c '#include "handler/pfh.h"' 'includes handler/pfh.h: no arrow kapi -> handler'
planted handler/zz.c '#include <stdio.h>' 'includes stdio.h: no arrow handler -> host'
planted handler/zz.c '#include <kunit/test.h>' 'includes kunit/test.h: no arrow handler -> kunit'
planted handler/zz.c '#include "sim/cpu.h"' 'includes sim/cpu.h: no arrow handler -> sim'
planted handler/zz.c '#include "kapi/include/linux/mutex.h"' \
	'includes kapi/include/linux/mutex.h: no arrow handler -> kapi'
planted handler/linux/zz.c '#include <string.h>' 'includes string.h: no arrow handler/linux -> host'
planted handler/zz.c '#include "linux/module_only.h"' \
	'includes linux/module_only.h: no arrow handler -> handler/linux'
planted handler/zz.c '#ifdef __KERNEL__' 'the handler asks which world it is in'
# The room linux/: the kernel's side and the world meet at the border.
planted linux/world/zz.c '#include "system/config/config.h"' 'includes system/config/config.h: no arrow linux/world -> system/config'
planted linux/world/zz.c '#include <linux/mutex.h>' 'includes linux/mutex.h: no arrow linux/world -> <linux>'
planted linux/platform/zz.c '#include "linux/world/linux.h"' 'includes linux/world/linux.h: no arrow linux/platform -> linux/world'
planted linux/platform/zz.c '#include "sim/cpu.h"' 'includes sim/cpu.h: no arrow linux/platform -> sim'
planted handler/zz.c '#include "linux/world/linux.h"' 'includes linux/world/linux.h: no arrow handler -> linux/world'
planted system/measure/zz.c '#include "linux/world/linux.h"' 'includes linux/world/linux.h: no arrow system/measure -> linux/world'
planted handler/zz.c '#if LINUX_VERSION_CODE > 1' 'a version of Linux outside handler/linux/compat.h'
planted system/bus/zz.c '#include "tool/common/tool.h"' \
	'includes tool/common/tool.h: no arrow system/bus -> tool/common'
planted system/config/zz.c '#include "tests/sim/mock.h"' \
	'includes tests/sim/mock.h: no arrow system/config -> tests'
planted tool/zz.c '#include "models/smmuv3/smmu.h"' \
	'includes models/smmuv3/smmu.h: no arrow tool -> models/smmuv3'
planted tool/zz.c '#include "handler/pfh.h"' 'includes handler/pfh.h: no arrow tool -> handler'
planted tool/zz.c '#include "kapi/params.h"' 'includes kapi/params.h: no arrow tool -> kapi'
# rooms in rooms
planted system/memory/zz.c '#include "system/machine/machine.h"' \
	'includes system/machine/machine.h: no arrow system/memory -> system/machine'
planted system/vtd/zz.c '#include "system/smmuv3/driver.h"' \
	'includes system/smmuv3/driver.h: no arrow system/vtd -> system/smmuv3'
planted tool/common/zz.c '#include "tool/output/output.h"' \
	'includes tool/output/output.h: no arrow tool/common -> tool/output'
planted tool/scenario/zz.c '#include "system/config/internal.h"' \
	'includes system/config/internal.h: no arrow tool/scenario -> system/config'
planted system/zz.c '#include <stdio.h>' 'system is none of the rooms'
planted sim/zz.c '#include SOME_MACRO' 'includes SOME_MACRO, which this check cannot follow'
planted sim/zz.c '#include "nowhere.h"' 'includes nowhere.h, which this check cannot follow'

mkdir "$copy/attic"
planted attic/zz.c '#include <stdio.h>' 'attic is none of the rooms'
rmdir "$copy/attic"

allowed models/device/zz.c '#include "models/common/port.h"'
allowed models/vtd/zz.c '#include "models/mem/mem.h"'
allowed linux/platform/zz.c '#include <linux/mutex.h>'
allowed linux/platform/zz.c '#include <ksim.h>'
allowed linux/world/zz.c '#include <ksim.h>'
allowed system/machine/zz.c '#include "linux/world/linux.h"'
allowed kapi/zz.c '#include <linux/mutex.h>'
allowed kapi/zz.c '#include "sim/lock.h"'
allowed handler/zz.c '#include "pfh.h"'
allowed handler/zz.c '#include <linux/mutex.h>'
allowed handler/zz.c '#include "linux/compat.h"'
allowed handler/linux/zz.c '#include "../pfh.h"'
allowed handler/linux/zz.c '#include "pfh.h"'
allowed handler/linux/zz.c '#include <kunit/test.h>'
allowed system/machine/zz.c '#include "handler/pfh.h"'
allowed system/config/zz.c '#include "system/config/config.h"'
allowed system/vtd/zz.c '#include "system/iommu/iommu.h"'
allowed tool/zz.c '#include "sim/hist.h"'
allowed tests/sim/zz.c '#include "handler/pfh.h"'

expect 0 'The arrows hold' check
expect 2 'unknown option' "$top/scripts/check-arrows" --no-such-option
finish
