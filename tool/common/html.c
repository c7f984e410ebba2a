// SPDX-License-Identifier: GPL-2.0-only
/* What pages of HTML share: style, heading, escaping, places for plots. */
#include "tool/common/html.h"

static const char style[] =
	"body{font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;max-width:60em;"
	"margin:2em auto;padding:0 1em}\n"
	"h1{font-size:1.5em}h2{font-size:1.15em;margin:2em 0 .3em;border-bottom:1px solid #d0d7de}\n"
	"table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.6em 0}\n"
	"th,td{padding:.2em .8em;text-align:right;border-bottom:1px solid #eaeef2}\n"
	"th{background:#f6f8fa;font-weight:600}\n"
	"th:first-child,td:first-child{text-align:left}\n"
	".wide{overflow-x:auto}figure{margin:.5em 0}figure svg{max-width:100%;height:auto}\n"
	"code,pre{font:13px/1.45 ui-monospace,monospace;background:#f6f8fa}\n"
	"pre{padding:.8em;overflow-x:auto}dd pre{margin:0;padding:0;background:none;white-space:pre-wrap}.note{color:#57606a}.warn{color:#9a2a00;font-weight:600}\n"
	"dl{display:grid;grid-template-columns:max-content auto;gap:.1em 1.2em}dt{color:#57606a}"
	"dd{margin:0}\n";

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

void html_begin(FILE *out, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	      out);
	html_text(out, title);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
	html_text(out, title);
	fputs("</h1>\n", out);
}

void html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

void html_plot(FILE *out, const struct plot_kind *kind)
{
	fprintf(out,
		"<h2>%s</h2>\n<p class=\"note\">%s</p>\n<figure>\n<!-- plot %s -->\n"
		"<p class=\"note\">Not drawn; <code>iopfsim plot</code> draws it.</p>\n"
		"<!-- /plot -->\n</figure>\n",
		kind->title, kind->remark, kind->name);
}
