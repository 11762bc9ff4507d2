/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate as docs/FORMATS.md has it, for the tests of the forms. */
#ifndef FORM_SAMPLE_H
#define FORM_SAMPLE_H

#include "../certs/cert.h"

#define SAMPLE_SHA \
	"5f1d3c0a9be2478d6c1f0e2b7a9d4c835e6f7081a2b3c4d5e6f708192a3b4c5d"

static const char sample_erased[] =
"{\"schema\":\"massho-certificate-1\",\"cert_id\":\"20261121-0123456789ab\","
"\"doc_type\":\"erase\",\"supersedes\":null,\"title\":\"データ消去証明書\","
"\"form\":{\"no\":\"２\",\"clause\":\"第７条関係\",\"seal\":\"yes\"},"
"\"issued_at\":\"2026-11-21T15:42:10+09:00\","
"\"statement\":\"令和８年４月１日付けで契約した「住民税課税データ入力業務委託」"
"に係る機密情報・個人情報について、下記のとおりデータ消去用ソフトウェアを"
"使用し、通常の方法では判読、復元できないように消去したことを証明します。\","
"\"addressee\":{\"name\":\"みどり市\",\"title\":\"市長\",\"honorific\":\"様\"},"
"\"orderer\":{\"name\":\"みどり市\"},"
"\"contractor\":{\"name\":\"株式会社桐生データサービス\","
"\"address\":\"群馬県桐生市織姫町１番１号　織姫ビル３階\","
"\"rep_title\":\"代表取締役\",\"rep_name\":\"髙﨑　一郎\","
"\"reg_no\":\"1070001000000\"},"
"\"contract\":{\"name\":\"住民税課税データ入力業務委託\","
"\"no\":\"み税第１２３号\",\"date\":\"2026-04-01\",\"start\":\"2026-04-01\","
"\"end\":\"2027-03-31\",\"completed_on\":\"2026-11-20\"},"
"\"info_items\":[{\"item\":\"住民税課税データ（氏名、住所、所得）\","
"\"kind\":\"個人情報\",\"class\":\"2\",\"count\":\"12,345件\","
"\"origin\":\"複製\"},{\"item\":\"給与支払報告書の画像\","
"\"kind\":\"個人情報\",\"class\":\"2\",\"count\":\"3,210件\","
"\"origin\":\"原本\"}],"
"\"media\":[{\"name\":\"ノートパソコン内蔵HDD\",\"qty\":\"1\",\"unit\":\"台\","
"\"asset_no\":\"KDS-2024-017\",\"model\":\"HGST HTS725050A7E630\","
"\"serial\":\"RCF50ACE1234AB\",\"vendor\":\"unknown\","
"\"wwn\":\"0x5000cca8c1d2e3f4\",\"firmware\":\"GR2OA350\","
"\"size\":500107862016,\"lblock\":512,\"pblock\":4096,"
"\"medium\":\"rotating\",\"transport\":\"sata\",\"path\":\"/dev/sdb\","
"\"image\":false,\"in_media_csv\":true}],"
"\"method\":{\"text\":\"データ消去ソフトウェア massho 0.1.0 による上書き"
"消去（乱数１回＋全域読出検証、NIST SP 800-88 Clear相当）\","
"\"level\":\"clear\","
"\"technique\":\"overwrite\",\"policy\":\"clear\","
"\"policy_title\":\"NIST SP 800-88 Clear\","
"\"policy_title_ja\":\"NIST SP 800-88 Clear（乱数1回＋全域検証）\","
"\"standing\":\"current\",\"passes\":["
"{\"n\":1,\"kind\":\"overwrite\",\"pattern\":\"random\",\"key\":null,"
"\"state\":\"done\",\"bytes\":500107862016,"
"\"started\":\"2026-11-21T10:03:00+09:00\","
"\"finished\":\"2026-11-21T12:20:11+09:00\",\"ms\":8231000,\"retries\":0,"
"\"flushed\":true,\"errno\":0},"
"{\"n\":2,\"kind\":\"verify\",\"pattern\":\"random\",\"key\":null,"
"\"state\":\"done\",\"bytes\":500107862016,"
"\"started\":\"2026-11-21T12:20:12+09:00\","
"\"finished\":\"2026-11-21T14:31:40+09:00\",\"ms\":7888000,\"retries\":0,"
"\"flushed\":null,\"errno\":0}],\"commands\":[]},"
"\"responsible\":{\"name\":\"佐藤　花子\",\"title\":\"情報管理責任者\","
"\"org\":\"業務部\",\"contact\":\"0277-00-0001\"},"
"\"operator\":{\"name\":\"𠮷田　二郎\",\"title\":\"主任\",\"org\":\"業務部\","
"\"contact\":\"0277-00-0002\"},"
"\"validator\":{\"name\":\"渡邊　三郎\",\"title\":\"課長\","
"\"org\":\"品質管理課\"},"
"\"witness\":{\"requested\":\"yes\",\"name\":\"葛󠄀西　葵\",\"title\":\"主査\","
"\"org\":\"みどり市税務課\",\"method\":\"画面及び証明書番号を目視で確認\"},"
"\"approval\":{\"no\":\"み税第４５６号\",\"date\":\"2026-11-18\","
"\"by\":\"みどり市税務課長\"},"
"\"instruction\":\"令和８年１１月１０日付け指示書\","
"\"place\":{\"performed\":\"株式会社桐生データサービス　第１作業室\","
"\"filed\":\"同左（様式１のとおり）\",\"on_premises\":false},"
"\"purpose\":\"委託業務の完了\","
"\"contact\":{\"issuer\":\"業務部長　佐藤　花子\",\"person\":\"𠮷田　二郎\","
"\"phone\":\"0277-00-0002\"},"
"\"date\":\"2026-11-21\",\"started_at\":\"2026-11-21T10:03:00+09:00\","
"\"finished_at\":\"2026-11-21T14:31:45+09:00\",\"result\":\"erased\","
"\"level\":\"clear\",\"level_text\":\"Clear（消去）\","
"\"level_gloss\":\"一般に入手可能な復元ツールに耐える\","
"\"level_reasons\":[{\"code\":\"overwrite_only\","
"\"text\":\"上書きだけでは、代替処理された領域に届かない\","
"\"text_en\":\"overwriting does not reach reallocated sectors\"},"
"{\"code\":\"reallocated_unknown\","
"\"text\":\"代替処理されたセクタの数を確認できない\",\"text_en\":\"unknown\"}],"
"\"verification\":{\"mode\":\"full\",\"state\":\"done\","
"\"bytes\":500107862016,\"mismatches\":0,\"first_mismatch\":null,"
"\"samples\":0,\"sections\":0,\"claim\":null,\"salt\":null,"
"\"cache_dropped\":true,\"signatures_left\":null},"
"\"exceptions\":{\"unwritten\":{\"total\":0,\"lost\":0,\"ranges\":[]},"
"\"unread\":{\"total\":0,\"lost\":0,\"ranges\":[]},\"reasons\":[]},"
"\"consent\":{\"how\":\"typed\",\"who\":\"𠮷田　二郎\","
"\"at\":\"2026-11-21T10:02:41+09:00\",\"plan_digest\":\"00\",\"token\":null},"
"\"notes\":null,"
"\"not_examined\":[\"代替処理された領域\","
"\"ドライブが隠している領域（HPA・DCO）\"],"
"\"tool\":{\"name\":\"massho\",\"version\":\"0.1.0\",\"build\":\"2026-11-01\","
"\"sha256\":\"" SAMPLE_SHA "\",\"kernel\":\"6.1.0\"},"
"\"evidence\":{\"station\":\"kds-01\",\"file\":\"kds-01.jsonl\",\"seq\":17,"
"\"head\":\"" SAMPLE_SHA "\",\"receipt\":\"00\"},"
"\"crypto\":{\"list\":\"電子政府推奨暗号リスト LS-0001-2022\","
"\"digest\":\"SHA-256\",\"signature\":\"ECDSA P-256 with SHA-256\","
"\"encryption\":null},"
"\"signer\":{\"subject\":\"CN=株式会社桐生データサービス\","
"\"fingerprint_sha256\":\"" SAMPLE_SHA "\","
"\"algorithm\":\"ECDSA P-256\"}}";

static inline json_t *
sample(void)
{
	return json_loads(sample_erased, 0, NULL);
}

static inline void
sample_set(json_t *doc, const char *key, const char *value)
{
	json_object_set_new(doc, key, json_string(value));
}

/* The same document after a run that did not succeed. */
static inline json_t *
sample_failed(void)
{
	json_t *doc = sample(), *v = json_object_get(doc, "verification");

	sample_set(doc, "result", "failed");
	sample_set(doc, "level", "none");
	sample_set(doc, "level_text", "なし");
	sample_set(doc, "level_gloss", "消去の水準に達していません");
	sample_set(doc, "title",
		   "データ消去未完了報告書（消去できていません）");
	sample_set(doc, "statement", "下記の媒体について消去を試みましたが、"
		   "消去できなかったことを報告します。");
	json_object_set_new(v, "mismatches", json_integer(2));
	json_object_set_new(v, "first_mismatch",
			    json_pack("{s:i, s:s, s:s}", "at", 1048576,
				      "expected", "00112233445566778899aabb",
				      "found", "4d415253484f4d4152534851"));
	json_object_set_new(json_object_get(doc, "exceptions"), "reasons",
			    json_pack("[{s:s, s:s, s:s}]", "code", "mismatch",
				      "text", "読み出した内容が書き込んだ内容と"
				      "一致しない", "text_en", "data differs"));
	return doc;
}

#endif
