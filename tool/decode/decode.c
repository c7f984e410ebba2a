// SPDX-License-Identifier: GPL-2.0-only
/* Lines in, meaning out: see decode.h. */
#include "tool/decode/decode.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/decode/item.h"
#include "tool/decode/line.h"

struct decoder {
	struct decode *decode;
	struct decode_sink sink;
	struct json_writer json;
	struct decode_smmu_lines *smmu;
	struct decode_dmar_lines *dmar;
	struct decode_word_lines *words;
	bool has_begun;
};

static void begin(struct decoder *decoder)
{
	if (decoder->has_begun)
		return;
	decoder->has_begun = true;
	if (!decoder->decode->is_json)
		return;
	jw_init(&decoder->json, decoder->decode->out, 0);
	jw_open_object(&decoder->json, NULL);
	jw_string(&decoder->json, "file", decoder->decode->name);
	jw_open_array(&decoder->json, "items");
}

static void on_item(void *opaque, const struct decode_item *item)
{
	struct decoder *decoder = opaque;

	begin(decoder);
	if (decoder->decode->is_json)
		decode_write(&decoder->json, item);
	else
		decode_print(decoder->decode->out, decoder->decode->name, item);
}

/* "arm_smmu_evtq_thread: 1200 callbacks suppressed": so many messages there were besides. */
static bool take_suppressed(struct decoder *decoder, const char *text)
{
	const char *end = strstr(text, " callbacks suppressed");
	const char *at = end;

	while (at && at > text && isdigit((unsigned char)at[-1]))
		at--;
	if (!at || at == end)
		return false;
	decoder->sink.nr_suppressed += strtoull(at, NULL, 10);
	return true;
}

static bool take(struct decoder *decoder, const struct decode_line *line)
{
	/* who waits for more lines sees every one */
	bool is_smmu = decode_smmu_line(decoder->smmu, line);
	bool is_word = decode_word_line(decoder->words, line);

	return is_smmu || is_word || decode_dmar_line(decoder->dmar, line) ||
	       decode_trace_line(&decoder->sink, line) || decode_amd_line(&decoder->sink, line) ||
	       decode_smmu2_line(&decoder->sink, line) || take_suppressed(decoder, line->text);
}

/* The next line, without its end; what is beyond DECODE_LINE_BYTES is passed over. */
static bool read_line(FILE *in, char text[DECODE_LINE_BYTES])
{
	size_t length;

	if (!fgets(text, DECODE_LINE_BYTES, in))
		return false;
	length = strlen(text);
	if (length && text[length - 1] == '\n') {
		text[--length] = 0;
	} else {
		int c;

		while ((c = getc(in)) != EOF && c != '\n')
			;
	}
	if (length && text[length - 1] == '\r')
		text[length - 1] = 0;
	return true;
}

static void finish(struct decoder *decoder)
{
	struct decode *decode = decoder->decode;

	decode_smmu_lines_end(decoder->smmu);
	decode_dmar_lines_end(decoder->dmar);
	decode_word_lines_end(decoder->words);
	decode->nr_items = decoder->sink.nr_items;
	decode->nr_suppressed = decoder->sink.nr_suppressed;
	if (decode->nr_suppressed)
		begin(decoder);
	if (!decoder->has_begun || !decode->is_json)
		return;
	jw_close_array(&decoder->json);
	jw_u64(&decoder->json, "suppressed", decode->nr_suppressed);
	jw_u64(&decoder->json, "other_lines", decode->nr_other);
	jw_close_object(&decoder->json);
	fputc('\n', decode->out);
}

int decode_run(struct decode *decode)
{
	struct decoder decoder = {.decode = decode};
	char text[DECODE_LINE_BYTES];
	struct decode_line line = {.text = text};
	bool has_memory;

	decoder.sink = (struct decode_sink){.item = on_item, .opaque = &decoder};
	decoder.smmu = decode_smmu_lines_create(&decoder.sink);
	decoder.dmar = decode_dmar_lines_create(&decoder.sink);
	decoder.words = decode_word_lines_create(&decoder.sink);
	has_memory = decoder.smmu && decoder.dmar && decoder.words;
	while (has_memory && read_line(decode->in, text)) {
		line.number++;
		if (!take(&decoder, &line))
			decode->nr_other++;
	}
	finish(&decoder);
	if (!has_memory)
		return -ENOMEM;
	if (ferror(decode->in))
		return -EIO;
	return decode->nr_items || decode->nr_suppressed ? 0 : -EINVAL;
}
