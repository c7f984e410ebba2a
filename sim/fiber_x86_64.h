/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fiber switch for x86-64, System V ABI, with CET branch tracking.
 *
 * The asm touches no stack, so the call frame information around it holds and
 * a red zone is safe. All other registers are named as lost, so that it may be
 * inlined anywhere: each `ret` between the switch and the loops on both sides
 * is one that the return predictor misses.
 */
#ifndef SIM_FIBER_X86_64_H
#define SIM_FIBER_X86_64_H

struct fiber_context {
	void *sp;
	void *fp;
	void *pc;
};

#ifdef __AVX512F__
#define FIBER_CLOBBERS_AVX512                                                                      \
	, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",         \
		"xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2",   \
		"k3", "k4", "k5", "k6", "k7"
#else
#define FIBER_CLOBBERS_AVX512
#endif

static inline __attribute__((always_inline)) void fiber_switch(struct fiber_context *from,
							       struct fiber_context *to)
{
	__asm__ volatile("leaq	1f(%%rip), %%rax\n\t"
			 "movq	%%rsp, 0(%%rdi)\n\t"
			 "movq	%%rbp, 8(%%rdi)\n\t"
			 "movq	%%rax, 16(%%rdi)\n\t"
			 "movq	0(%%rsi), %%rsp\n\t"
			 "movq	8(%%rsi), %%rbp\n\t"
			 "jmpq	*16(%%rsi)\n"
			 "1:\n\t"
			 "endbr64\n\t"
			 : "+D"(from), "+S"(to)
			 :
			 : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13",
			   "r14", "r15", "memory", "cc", "st", "st(1)", "st(2)", "st(3)", "st(4)",
			   "st(5)", "st(6)", "st(7)", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
			   "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
			   "xmm13", "xmm14", "xmm15" FIBER_CLOBBERS_AVX512);
}

/* Where a new fiber begins; what lies on its stack is its main function. */
void sim_fiber_start(void);

/*
 * The bottom frame: its caller is undefined, which is where unwinders stop.
 * The call leaves the stack pointer at 16n + 8 as the ABI has it.
 */
#define FIBER_DEFINE_START                                                                         \
	__asm__(".pushsection .text\n"                                                             \
		".p2align 4\n"                                                                     \
		".globl sim_fiber_start\n"                                                         \
		".hidden sim_fiber_start\n"                                                        \
		".type sim_fiber_start, @function\n"                                               \
		"sim_fiber_start:\n"                                                               \
		"	.cfi_startproc\n"                                                                \
		"	.cfi_undefined rip\n"                                                            \
		"	endbr64\n"                                                                       \
		"	movq	8(%rsp), %rdi\n"                                                            \
		"	callq	*0(%rsp)\n"                                                                \
		"	ud2\n"                                                                           \
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
