/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fiber switch for x86-64, System V ABI, with CET branch tracking.
 *
 * The asm touches no stack, so the call frame information around it holds and
 * a red zone is safe. Vector and x87 registers are the caller's to save at the
 * call of the function that contains this; it must not be inlined further.
 */
#ifndef SIM_FIBER_X86_64_H
#define SIM_FIBER_X86_64_H

struct fiber_context {
	void *sp;
	void *fp;
	void *pc;
};

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
			   "r14", "r15", "memory", "cc");
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
