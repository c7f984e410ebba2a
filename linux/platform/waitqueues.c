// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own wait queues and completions, as kernel/sched/build_utility.c includes them. */
#include <linux/completion.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/mmu_context.h>
#include <linux/sched/cputime.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/swait_api.h>
#include <linux/wait_api.h>
#include <linux/wait_bit.h>

#include "sched.h"

#include "completion.c"
#include "swait.c"
#include "wait.c"
#include "wait_bit.c"
