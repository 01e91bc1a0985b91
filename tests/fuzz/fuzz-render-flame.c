/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/flame.h"
#include "base/escape.h"
#include "render/flame.h"
#include "render/folded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAMES_MAX 32

/* What is made of the input: names up to a byte 1 each, then after a byte 2 stacks: a value, how
 * many frames, and these. */
struct input {
	struct ow_str name[NAMES_MAX];
	size_t n_names;
	struct ow_stacks stacks;
	int64_t sum;
	size_t n_lines;
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static size_t take_names(struct input *input, const uint8_t *data, size_t size)
{
	size_t at = 0, begin = 0;

	for (; at < size && data[at] != 2 && input->n_names < NAMES_MAX - 1; at++) {
		if (data[at] != 1)
			continue;
		input->name[input->n_names++] =
			(struct ow_str){ (const char *)data + begin, at - begin };
		begin = at + 1;
	}
	input->name[input->n_names++] = (struct ow_str){ (const char *)data + begin, at - begin };
	return at < size ? at + 1 : at;
}

static bool take_stacks(struct input *input, const uint8_t *data, size_t size,
			struct ow_arena *arena)
{
	struct ow_tally *tally = ow_tally_new(arena, 1);

	if (!tally)
		return false;
	for (size_t at = 0; at + 2 < size;) {
		const int64_t value = (int8_t)data[at];
		const size_t n = data[at + 1] % 16 + 1U;
		uint32_t frame[16];
		size_t k = 0;

		for (at += 2; k < n && at < size; k++, at++)
			frame[k] = data[at] % (uint32_t)input->n_names;
		if (ow_tally_add(tally, frame, k, 0, &value) < 0)
			break;
	}
	input->stacks = (struct ow_stacks){ input->name, input->n_names, tally, false };
	return ow_tally_seal(tally) == 0;
}

static char *written(struct ow_pprof *pprof, struct ow_arena *arena, int *r,
		     int (*write)(struct ow_pprof *, FILE *, struct ow_err *))
{
	char *text = NULL, *kept;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return NULL;
	*r = write(pprof, out, NULL);
	if (fclose(out) != 0)
		return NULL;
	check(strlen(text) == n);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	free(text);
	return kept;
}

/* What \xNN and \\ stand for is put back. Returns the bytes that text begins with, up to stop. */
static bool takes_back(struct ow_str *text, struct ow_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		struct ow_str digits = ow_str_skip(*text, text->n < 2 ? text->n : 2);
		uint64_t byte = text->n ? (unsigned char)text->p[0] : 256;

		if (ow_scan_lit(text, "\\\\")) {
			byte = '\\';
		} else if (ow_scan_lit(text, "\\x")) {
			digits.n = digits.n < 2 ? digits.n : 2;
			check(digits.n == 2 && ow_scan_hex(&digits, &byte));
			*text = ow_str_skip(*text, 2);
		} else if (text->n) {
			*text = ow_str_skip(*text, 1);
		}
		if (byte != (unsigned char)name.p[i])
			return false;
	}
	return true;
}

/* A line a stack, each frame as it was, the value behind the last blank. */
static void check_folded(const struct input *input, const char *text, struct ow_arena *arena)
{
	struct ow_str rest = ow_str(text), line;
	struct ow_stacks_walk walk;
	uint64_t sum = 0;

	if (ow_stacks_walk_init(&walk, &input->stacks, arena) < 0)
		return;
	while (ow_stacks_walk_next(&walk)) {
		int64_t value = 0;

		check(ow_scan_line(&rest, &line));
		for (size_t i = 0; i < line.n; i++)
			check((unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f);
		for (size_t i = 0; i < walk.item.n; i++) {
			check(i == 0 || ow_scan_char(&line, ';'));
			check(takes_back(&line, input->name[walk.item.number[i]]));
		}
		check(ow_scan_char(&line, ' ') && ow_scan_i64(&line, &value) && line.n == 0);
		check(value == walk.item.value[0]);
		sum += (uint64_t)value;
	}
	check(rest.n == 0 && (int64_t)sum == input->sum);
}

/* Every box lies in its caller's, beside its neighbours, and nothing is lost. */
static void check_tree(const struct ow_flame *flame, const struct ow_flame_options *options)
{
	uint64_t *used = calloc(flame->n, sizeof(*used));

	if (!used)
		return;
	check(flame->n <= 2 * options->nodes_max + 1);
	for (size_t i = 1; i < flame->n; i++) {
		const struct ow_flame_node *node = &flame->node[i];
		const struct ow_flame_node *parent = &flame->node[node->parent];

		check(node->parent < i && parent->n == 0 && node->depth == parent->depth + 1);
		check(node->depth <= options->depth_max + 1);
		check(node->at == parent->at + used[node->parent]);
		check(node->depth > node[-1].depth || node->at >= node[-1].at);
		used[node->parent] += ow_flame_width(node);
		check(used[node->parent] <= ow_flame_width(parent));
	}
	free(used);
}

/* Text of XML: UTF-8 of characters that XML has, no markup but known entities. Returns its end. */
static const char *check_xml_text(const char *text, char stop)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
	struct ow_str rest = ow_str(text);

	while (rest.n && rest.p[0] != stop) {
		const size_t n = ow_utf8_length(rest);
		bool is_known = rest.p[0] != '&';

		check(n && (unsigned char)rest.p[0] != 0x7f &&
		      ((unsigned char)rest.p[0] >= ' ' || strchr("\n\t", rest.p[0])));
		check(rest.p[0] != '<' && rest.p[0] != '>');
		check(n != 3 || memcmp(rest.p, "\xef\xbf\xbe", 3) < 0 ||
		      memcmp(rest.p, "\xef\xbf\xbf", 3) > 0);
		for (size_t i = 0; i < OW_ARRAY_SIZE(entities); i++)
			is_known |= strncmp(rest.p, entities[i], strlen(entities[i])) == 0;
		check(is_known);
		rest = ow_str_skip(rest, n);
	}
	check(rest.n);
	return rest.p;
}

/* The attributes of an element: none that would run, none that leads away. Returns behind its >. */
static const char *check_xml_tag(const char *p, bool *is_empty)
{
	*is_empty = false;
	for (;;) {
		size_t n = 0;

		if (*p == '>')
			return p + 1;
		if (*p == '/') {
			check(p[1] == '>');
			*is_empty = true;
			return p + 2;
		}
		check(*p == ' ');
		p++;
		while ((p[n] >= 'a' && p[n] <= 'z') || p[n] == '-' || p[n] == 'B')
			n++;
		check(n && strncmp(p, "on", 2) != 0 && strncmp(p, "href", 4) != 0);
		check(p[n] == '=' && p[n + 1] == '"');
		p = check_xml_text(p + n + 2, '"') + 1;
	}
}

/* Well-formed, of the elements that are wanted, with one script that has nothing of the names. */
static void check_svg(const char *text, const struct input *input)
{
	static const char *const elements[] = { "svg",  "title", "style", "rect",
						"text", "g",     "script" };
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	const char *p = text, *open[64];
	size_t depth = 0, scripts = 0;

	(void)input;
	check(strncmp(text, head, strlen(head)) == 0);
	for (p += strlen(head); *p;) {
		const bool closes = *p == '<' && p[1] == '/';
		const char *name = p + 1 + closes, *found = NULL;
		bool is_empty;

		if (*p != '<') {
			check(depth || *p == '\n');
			p = depth ? check_xml_text(p, '<') : p + 1;
			continue;
		}
		for (size_t i = 0; i < OW_ARRAY_SIZE(elements); i++) {
			const size_t n = strlen(elements[i]);

			if (strncmp(name, elements[i], n) == 0 && strchr(" />", name[n]))
				found = elements[i];
		}
		check(found);
		p = check_xml_tag(name + strlen(found), &is_empty);
		if (closes) {
			check(depth && open[--depth] == found);
			continue;
		}
		check(depth < OW_ARRAY_SIZE(open));
		if (!is_empty)
			open[depth++] = found;
		scripts += strcmp(found, "script") == 0;
		if (strncmp(p, "<![CDATA[", 9) == 0) {
			check(strcmp(found, "script") == 0 || strcmp(found, "style") == 0);
			p = strstr(p, "]]>");
			check(p);
			p += 3;
		}
	}
	check(depth == 0 && scripts == 1);
}

/* Whatever the frames are called, what is written of them is well-formed and can be read back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_profile_type type = { OW_STR("inuse_space"), OW_STR("bytes") };
	struct ow_profile_mapping program = { .file = { "", 0 } };
	struct ow_profile profile = { .type = &type, .n_types = 1, .mapping = &program };
	struct ow_flame_options options = { .least = 0.01, .nodes_max = 50, .depth_max = 9 };
	struct input input = { .n_names = 0 };
	struct ow_stacks_walk walk;
	struct ow_flame *flame;
	struct ow_pprof pprof;
	size_t at;
	char *text;
	int r = 0;

	if (!arena || size < 2)
		return 0;
	options.nodes_max = data[0] % 64U + 1;
	options.depth_max = data[1] % 16U + 1;
	at = take_names(&input, data + 2, size - 2) + 2;
	if (!take_stacks(&input, data + at, size - at, arena) ||
	    ow_stacks_walk_init(&walk, &input.stacks, arena) < 0)
		return 0;
	while (ow_stacks_walk_next(&walk))
		input.sum += walk.item.value[0];
	program.file = type.type = input.name[0];
	type.unit = input.name[input.n_names - 1];
	profile.n_mappings = 1;
	check(ow_flame_new(&input.stacks, &options, arena, &flame, NULL) == 0);
	check_tree(flame, &options);
	pprof = (struct ow_pprof){
		.arena = arena,
		.profile = &profile,
		.stacks = &input.stacks,
		.flame = flame,
		.total = input.sum,
		.ratio = 1,
		.unit = OW_STR("minimum"),
	};
	text = written(&pprof, arena, &r, ow_folded);
	if (text && r == 0)
		check_folded(&input, text, arena);
	text = written(&pprof, arena, &r, ow_flame_svg);
	if (text && r == 0)
		check_svg(text, &input);
	return 0;
}
