/* SPDX-License-Identifier: GPL-2.0-only */
/* docs/words.md as it stands, for words.c: there is no second copy of it to go stale. */
	.section .rodata
	.global words_begin, words_bytes
words_begin:
	.incbin "docs/words.md"
words_end:
	.balign 8
words_bytes:
	.quad words_end - words_begin
	.section .note.GNU-stack, "", %progbits
