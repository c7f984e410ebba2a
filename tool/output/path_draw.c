// SPDX-License-Identifier: GPL-2.0-only
/*
 * A path as SVG within HTML: rows of boxes, arrows between them. What a letter takes is estimated,
 * on the wide side: the page is read with fonts that are not known here. Text is broken into lines
 * that fit, so none is cut.
 */
#include <stdio.h>
#include <string.h>

#include "tool/common/html.h"
#include "tool/output/path.h"

/* In units of the picture, which is as wide as the page's text. */
#define WIDTH 900U
#define GAP 30
#define BOX_WIDTH ((WIDTH - (PATH_A_ROW - 1) * GAP - 4) / PATH_A_ROW)
#define BOX_LEFT 2 /* room for a border */
#define PAD 10
#define TEXT_WIDTH (BOX_WIDTH - 2 * PAD)
#define LINE 16
#define TITLE_SIZE 13
#define TEXT_SIZE 12
#define HEAD 22	   /* above each row, for what happens there */
#define BAR 6	   /* height */
#define MARK 18U   /* height */
#define ROW_GAP 40 /* between rows, with an arrow and the next head */
#define LEGEND 26

#define MAX_TEXT_LINES (4 * PATH_MAX_LINES)

#define RED "#b3261e"
#define GREY "#57606a"
#define WAITING "#d9822b"
#define WORK "#2f6db5"

/* --- text --- */

/* Of a letter, in 1/100 of its size; of DejaVu Sans, which is wide. */
static u32 letter_width(char letter)
{
	if (strchr("iljI.,:;'|!", letter))
		return 34;
	if (strchr(" ftr()[]/-\"", letter))
		return 40;
	if (strchr("mwMWQ%@", letter))
		return 97;
	if (strchr("+=<>&_#", letter) || (letter >= 'A' && letter <= 'Z'))
		return 80;
	/* one for each byte that begins a letter */
	return ((unsigned char)letter & 0xc0) == 0x80 ? 0 : 64;
}

/* Letters of @text that fit in; a word is broken only where it alone does not. */
static size_t fitting(const char *text, u32 size, u32 width)
{
	size_t end = 0, at = 0;
	u32 used = 0;

	for (; text[at]; at++) {
		used += letter_width(text[at]) * size;
		if (used > width * 100)
			break;
		if (strchr(" _/,", text[at]))
			end = at + 1;
	}
	if (!text[at])
		return at;
	return end ? end : at ? at : 1;
}

struct text_line {
	const char *text;
	size_t length;
	const char *style;
};

struct block {
	struct text_line lines[MAX_TEXT_LINES];
	u32 nr;
};

static void break_line(struct block *block, const char *text, const char *style)
{
	while (*text && block->nr < MAX_TEXT_LINES) {
		/* bold letters are as wide as larger ones */
		size_t length = fitting(text, style[0] ? TEXT_SIZE + 2 : TEXT_SIZE, TEXT_WIDTH);

		block->lines[block->nr++] = (struct text_line){text, length, style};
		text += length;
	}
}

static void break_lines(struct block *block, const struct path_box *box)
{
	block->nr = 0;
	for (u32 i = 0; i < box->nr_lines; i++)
		break_line(block, box->lines[i], box->has_times && !i ? " class=\"times\"" : "");
	break_line(block, box->limit, box->is_limiting ? " class=\"limit\"" : "");
}

static void put_text(FILE *out, const char *text, size_t length)
{
	char part[PATH_LINE_BYTES];

	snprintf(part, sizeof(part), "%.*s", (int)length, text);
	html_text(out, part);
}

/* --- where things are --- */

/* Title, stage, lines, bar. */
static u32 box_height(const struct path_box *box)
{
	struct block block;

	break_lines(&block, box);
	return PAD + LINE * (1 + (box->stage != NULL) + block.nr) + PAD +
	       (box->stage ? BAR + 4 : 0);
}

static u32 row_height(const struct path *path, u32 row)
{
	u32 highest = 0;

	for (u32 i = row * PATH_A_ROW; i < path->nr && i < (row + 1) * PATH_A_ROW; i++) {
		u32 height = box_height(&path->boxes[i]);

		highest = height > highest ? height : highest;
	}
	return highest;
}

static u32 count_rows(const struct path *path)
{
	return (path->nr + PATH_A_ROW - 1) / PATH_A_ROW;
}

/* The upper edge of a row's boxes. */
static u32 row_top(const struct path *path, u32 row)
{
	u32 top = HEAD + MARK / 2;

	for (u32 i = 0; i < row; i++)
		top += row_height(path, i) + ROW_GAP;
	return top;
}

static u32 box_left(u32 number)
{
	return BOX_LEFT + number % PATH_A_ROW * (BOX_WIDTH + GAP);
}

/* --- boxes --- */

struct frame {
	u32 left, top, height;
};

static void draw_mark(FILE *out, const struct path_box *box, u32 left, u32 top)
{
	u32 width = 2 * PAD, right = left + BOX_WIDTH - PAD;

	if (!box->mark)
		return;
	for (const char *c = box->mark; *c; c++)
		width += letter_width(*c) * TITLE_SIZE / 100;
	fprintf(out,
		"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"%u\" fill=\"%s\"/>"
		"<text class=\"on\" x=\"%u\" y=\"%u\" text-anchor=\"middle\">%s</text>\n",
		right - width, top - MARK / 2, width, MARK, MARK / 2, box->is_limiting ? RED : GREY,
		right - width / 2, top + 4, box->mark);
}

static void draw_part(FILE *out, struct frame frame, u32 width, const char *colour)
{
	if (width)
		fprintf(out, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"/>\n",
			frame.left, frame.top, width, frame.height, colour);
}

/* Work, then waiting, of all the faults' time. */
static void draw_bar(FILE *out, const struct path_box *box, u32 left, u32 bottom)
{
	u32 all = box->share_milli * TEXT_WIDTH / 1000;
	u32 waiting = box->waiting_milli * TEXT_WIDTH / 1000;
	struct frame frame = {left + PAD, bottom - PAD - BAR, BAR};

	if (!box->stage)
		return;
	all = all || !box->share_milli ? all : 1;
	waiting = waiting < all ? waiting : all;
	draw_part(out, frame, TEXT_WIDTH, "#e3e8ed");
	draw_part(out, frame, all - waiting, WORK);
	frame.left += all - waiting;
	draw_part(out, frame, waiting, WAITING);
}

static void draw_stage(FILE *out, const struct path_box *box, u32 left, u32 y)
{
	fprintf(out, "<text class=\"stage\" x=\"%u\" y=\"%u\">until %s</text>", left + PAD, y,
		box->stage);
	fprintf(out,
		"<text class=\"share\" x=\"%u\" y=\"%u\" text-anchor=\"end\">%u.%u %%</text>\n",
		left + BOX_WIDTH - PAD, y, box->share_milli / 10, box->share_milli % 10);
}

static void draw_box(FILE *out, const struct path_box *box, struct frame frame)
{
	u32 y = frame.top + PAD + TITLE_SIZE;
	struct block block;

	fprintf(out,
		"<g><title>%s%s%s</title><rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"4\" "
		"fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
		box->title, box->stage ? ": until " : "", box->stage ? box->stage : "", frame.left,
		frame.top, BOX_WIDTH, frame.height, box->is_hardware ? "#eef1f4" : "#ffffff",
		box->is_limiting ? RED : "#8a94a0", box->is_limiting ? "3" : "1");
	fprintf(out, "<text class=\"title\" x=\"%u\" y=\"%u\">", frame.left + PAD, y);
	html_text(out, box->title);
	fputs("</text>\n", out);
	if (box->stage)
		draw_stage(out, box, frame.left, y += LINE);
	break_lines(&block, box);
	for (u32 i = 0; i < block.nr; i++) {
		fprintf(out, "<text%s x=\"%u\" y=\"%u\">", block.lines[i].style, frame.left + PAD,
			y += LINE);
		put_text(out, block.lines[i].text, block.lines[i].length);
		fputs("</text>\n", out);
	}
	draw_bar(out, box, frame.left, frame.top + frame.height);
	draw_mark(out, box, frame.left, frame.top);
	fputs("</g>\n", out);
}

/* --- arrows --- */

static void draw_arrow(FILE *out, u32 x, u32 y, bool is_down)
{
	if (is_down)
		fprintf(out, "<path d=\"M%u %u l-5 -9 h10 z\" fill=\"" GREY "\"/>\n", x, y);
	else
		fprintf(out, "<path d=\"M%u %u l-9 -5 v10 z\" fill=\"" GREY "\"/>\n", x, y);
}

/* From box @number to the next one, beside it or at the begin of the next row. */
static void draw_link(FILE *out, const struct path *path, u32 number)
{
	u32 row = number / PATH_A_ROW, top = row_top(path, row), height = row_height(path, row);
	u32 left = box_left(number), next = box_left(number + 1), middle, below;

	if ((number + 1) % PATH_A_ROW) {
		middle = top + height / 2;
		fprintf(out, "<path class=\"link\" d=\"M%u %u H%u\"/>", left + BOX_WIDTH, middle,
			next - 8);
		draw_arrow(out, next, middle, false);
		return;
	}
	below = top + height + 12;
	fprintf(out, "<path class=\"link\" d=\"M%u %u V%u H%u V%u\"/>", left + BOX_WIDTH / 2,
		top + height, below, next + PAD, top + height + ROW_GAP - 8);
	draw_arrow(out, next + PAD, top + height + ROW_GAP, true);
}

/* --- all --- */

/* Bars are those of stages. */
static void draw_legend(FILE *out, const struct path *path, u32 top)
{
	static const struct {
		const char *colour, *text;
		u32 left;
	} keys[] = {
		{"#eef1f4", "hardware", 0},
		{"#ffffff", "software", 110},
		{WORK, "work", 220},
		{WAITING, "waiting", 300},
	};
	size_t nr = path->boxes[path->nr - 1].stage ? 4 : 2;

	for (size_t i = 0; i < nr; i++)
		fprintf(out,
			"<rect x=\"%u\" y=\"%u\" width=\"12\" height=\"12\" fill=\"%s\" "
			"stroke=\"#8a94a0\" stroke-width=\"%d\"/><text x=\"%u\" y=\"%u\">%s</text>\n",
			keys[i].left + 4, top, keys[i].colour, i < 2 ? 1 : 0, keys[i].left + 22,
			top + 11, keys[i].text);
}

static void draw_row(FILE *out, const struct path *path, u32 row)
{
	u32 top = row_top(path, row), height = row_height(path, row);

	fprintf(out, "<text class=\"row\" x=\"%u\" y=\"%u\">%s</text>\n", row ? 26u : 2u, top - 12,
		path->rows[row]);
	for (u32 i = row * PATH_A_ROW; i < path->nr && i < (row + 1) * PATH_A_ROW; i++) {
		if (i + 1 < path->nr)
			draw_link(out, path, i);
		draw_box(out, &path->boxes[i], (struct frame){box_left(i), top, height});
	}
}

void path_draw(FILE *out, const struct path *path)
{
	u32 nr_rows = count_rows(path), last = nr_rows - 1;
	u32 bottom = row_top(path, last) + row_height(path, last);

	fprintf(out,
		"<figure class=\"path\">\n<svg viewBox=\"0 0 %u %u\" role=\"img\" "
		"aria-label=\"path\">\n",
		WIDTH, bottom + LEGEND);
	for (u32 i = 0; i < nr_rows; i++)
		draw_row(out, path, i);
	draw_legend(out, path, bottom + LEGEND - 14);
	fputs("</svg>\n", out);
	html_element(out, "figcaption", path->caption);
	fputs("</figure>\n", out);
}
