/* SPDX-License-Identifier: GPL-2.0-only */
/* style.css as it stands, for html.c. */
	.section .rodata
	.global html_style, html_style_bytes
html_style:
	.incbin "tool/common/style.css"
html_style_end:
	.balign 8
html_style_bytes:
	.quad html_style_end - html_style
	.section .note.GNU-stack, "", %progbits
