/* SPDX-License-Identifier: GPL-2.0-only */
/* docs/words.md as it stands, for words.c: there is no second copy of it to go stale. */
	.section .rodata
	.global words_begin, words_end
words_begin:
	.incbin "docs/words.md"
words_end:
	.section .note.GNU-stack, "", %progbits
