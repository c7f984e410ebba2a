// SPDX-License-Identifier: GPL-2.0-only
/*
 * Putting SVG pictures into a finished report.html: what stands between
 * `<!-- plot NAME -->` and `<!-- /plot -->` is replaced by the picture, with its remark below it.
 */
#define _GNU_SOURCE
#include "tool/common/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/workload.h"
#include "tool/common/folder.h"
#include "tool/common/html.h"
#include "tool/common/plot.h"

#define END_MARK "<!-- /plot -->"

static char *read_text(const char *folder, const char *name)
{
	char path[FOLDER_PATH_MAX + 256];
	char *text = NULL;
	size_t bytes = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "re");
	if (!in)
		return NULL;
	/* up to a zero byte, which neither file has: all of it */
	if (getdelim(&text, &bytes, 0, in) < 0) {
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

/*
 * Identifiers of one picture must not meet those of the next in one page:
 * gnuplot calls its markers gpPt0 in every file.
 */
static void put_svg(FILE *out, const char *svg, u32 number)
{
	const char *at = strstr(svg, "<svg");

	for (; at && *at; at++) {
		if (!strncmp(at, "gpPt", 4) || !strncmp(at, "gpDot", 5) ||
		    !strncmp(at, "gnuplot_", 8) || !strncmp(at, "id='textbox", 11) ||
		    !strncmp(at, "id='greybox", 11)) {
			if (at[0] == 'i') {
				fputs("id='", out);
				at += 4;
			}
			fprintf(out, "p%u_", number);
		}
		fputc(*at, out);
	}
}

struct embedding {
	const char *folder;
	const char *html;
	const struct plot_kind *kinds;
	u32 nr;
};

static void embed_one(FILE *out, const struct embedding *embedding, const char *name)
{
	char file[128];
	char *svg;
	u32 i = 0;

	while (i < embedding->nr && strcmp(embedding->kinds[i].name, name))
		i++;
	if (i == embedding->nr)
		return;
	snprintf(file, sizeof(file), "%s.svg", name);
	svg = read_text(embedding->folder, file);
	if (svg) {
		fputs("\n<figure>\n", out);
		put_svg(out, svg, i);
		if (embedding->kinds[i].remark[0])
			html_element(out, "figcaption", embedding->kinds[i].remark);
		fputs("</figure>\n", out);
	}
	free(svg);
}

static void write_embedded(FILE *out, const void *opaque)
{
	const struct embedding *embedding = opaque;
	const char *at = embedding->html, *mark, *end;
	char name[64];
	int length;

	while ((mark = strstr(at, "<!-- plot ")) && (end = strstr(mark, END_MARK))) {
		length = 0;
		if (sscanf(mark, "<!-- plot %63[a-z_] -->%n", name, &length) != 1 || !length)
			break;
		fwrite(at, 1, (size_t)(mark - at) + (size_t)length, out);
		embed_one(out, embedding, name);
		fputs(END_MARK, out);
		at = end + strlen(END_MARK);
	}
	fputs(at, out);
}

int report_embed_plots(const char *folder, const struct plot_kind *kinds, u32 nr, char *message)
{
	char from[FOLDER_PATH_MAX + 64], to[FOLDER_PATH_MAX + 64];
	struct embedding embedding = {folder, NULL, kinds, nr};
	const struct folder_file file = {"report.html.tmp", write_embedded, &embedding};
	char *html = read_text(folder, "report.html");
	int err;

	if (!html)
		return 0;
	embedding.html = html;
	err = folder_write(folder, &file, message);
	free(html);
	snprintf(from, sizeof(from), "%s/report.html.tmp", folder);
	snprintf(to, sizeof(to), "%s/report.html", folder);
	if (err) {
		remove(from);
	} else if (rename(from, to)) {
		err = -errno;
		snprintf(message, TEXT_MESSAGE_MAX, "report.html: %s", strerror(-err));
	}
	return err;
}
