/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this sentence be signed?  What people write into a case is printed on
 * certificates, failed ones too: no promise that nobody can keep, no third
 * party where there is none, no 廃棄 over what software did.  The names of
 * contracts are not ours to judge.
 */
#include "case.h"

#include "util.h"

#include <string.h>

/* What erases and leaves the medium whole. */
static const char *const software[] = {
	"上書", "消去ソフト", "ソフトウェア", "初期化", "フォーマット",
	"massho", "overwr", "wip", "software",
};

static const char *
found(const char *text, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(text, words[i]))
			return words[i];
	return NULL;
}

int
case_wording(const struct case_source *src, uint32_t line, const char *name,
	     enum case_wording as, const char *text)
{
	char plain[CASE_LINE_MAX];
	const char *word;

	if (case_squeeze(plain, sizeof(plain), text))
		return case_say(src, line, "%s: too long", "%s: 長すぎます",
				name);
	word = case_promise(plain);
	if (word)
		return case_say(src, line, "%s: '%s' is a promise that cannot"
				" be kept or proved; write only what was done",
				"%s: 「%s」は保証できないため、証明書に記載で"
				"きません。行ったことだけを書いてください",
				name, word);
	if (as == WORDING_ERASURE && strstr(plain, "廃棄"))
		return case_say(src, line, "%s: an erasure by software is no"
				" '廃棄'; write データ消去証明書 or the like",
				"%s: ソフトウェアによる消去は「廃棄」ではありま"
				"せん。「データ消去証明書」などとしてください",
				name);
	word = as == WORDING_DESTRUCTION ?
	       found(plain, software, ARRAY_SIZE(software)) : NULL;
	if (word)
		return case_say(src, line, "%s: '%s' leaves the medium whole;"
				" write how it was destroyed, or use `massho"
				" erase`",
				"%s: 「%s」では媒体は廃棄されません。細断など"
				"の廃棄の方法を書いてください。消去なら massho"
				" erase を使ってください", name, word);
	return 0;
}
