/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fiber switch for AArch64, AAPCS64, with branch target identification.
 *
 * As on x86-64 the asm touches no stack. The low halves of v8-v15 and x19-x28
 * belong to the callee, so they are named here and the compiler saves them.
 */
#ifndef SIM_FIBER_AARCH64_H
#define SIM_FIBER_AARCH64_H

struct fiber_context {
	void *sp;
	void *fp;
	void *pc;
};

/* x16 or x17 as the branch register may land on bti c and bti j alike. */
static inline __attribute__((always_inline)) void fiber_switch(struct fiber_context *from,
							       struct fiber_context *to)
{
	register struct fiber_context *x0 __asm__("x0") = from;
	register struct fiber_context *x1 __asm__("x1") = to;

	__asm__ volatile("adr	x16, 1f\n\t"
			 "mov	x17, sp\n\t"
			 "stp	x17, x29, [x0]\n\t"
			 "str	x16, [x0, #16]\n\t"
			 "ldp	x17, x29, [x1]\n\t"
			 "ldr	x16, [x1, #16]\n\t"
			 "mov	sp, x17\n\t"
			 "br	x16\n"
			 "1:\n\t"
			 "hint	#36\n\t" /* bti j */
			 : "+r"(x0), "+r"(x1)
			 :
			 : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
			   "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22",
			   "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3",
			   "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14",
			   "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24",
			   "v25", "v26", "v27", "v28", "v29", "v30", "v31", "memory", "cc");
}

void sim_fiber_start(void);

/* The bottom frame: its return address is undefined, where unwinders stop. */
#define FIBER_DEFINE_START                                                                         \
	__asm__(".pushsection .text\n"                                                             \
		".p2align 4\n"                                                                     \
		".globl sim_fiber_start\n"                                                         \
		".hidden sim_fiber_start\n"                                                        \
		".type sim_fiber_start, %function\n"                                               \
		"sim_fiber_start:\n"                                                               \
		"	.cfi_startproc\n"                                                                \
		"	.cfi_undefined x30\n"                                                            \
		"	hint	#38\n" /* bti jc */                                                \
		"	ldp	x9, x0, [sp]\n"                                                              \
		"	mov	x30, xzr\n"                                                                  \
		"	blr	x9\n"                                                                        \
		"	brk	#1\n"                                                                        \
		"	.cfi_endproc\n"                                                                  \
		".size sim_fiber_start, . - sim_fiber_start\n"                                     \
		".popsection\n")

static inline void fiber_context_init(struct fiber_context *context, u8 *top, void (*fn)(void *arg),
				      void *arg)
{
	void **sp = (void **)((uintptr_t)top & ~15ULL) - 4;

	sp[0] = (void *)fn;
	sp[1] = arg;
	context->sp = sp;
	context->fp = NULL;
	context->pc = (void *)sim_fiber_start;
}

/* Where the live part of a waiting fiber's stack begins. */
static inline void **fiber_saved_sp(struct fiber_context *context)
{
	return &context->sp;
}

#endif
