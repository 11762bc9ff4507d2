/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand in case.ini and media.csv?  One row for each field, in the
 * order of enum case_field; the parser, the templates and the messages are
 * made from it.  The fields are those that the contracts' forms ask for
 * (様式２: 情報項目、媒体名、数量、廃棄又は消去の方法、責任者、年月日).
 */
#include "case.h"

#define WORD(ja, en) { { [LANG_JA] = (ja), [LANG_EN] = (en) } }

/* Section words, as macros so that a field's full name is one literal. */
#define S_CONTRACT	SECTION_CONTRACT, "契約", "contract"
#define S_ADDRESSEE	SECTION_ADDRESSEE, "宛先", "addressee"
#define S_ORDERER	SECTION_ORDERER, "発注者", "orderer"
#define S_CONTRACTOR	SECTION_CONTRACTOR, "受注者", "contractor"
#define S_RESPONSIBLE	SECTION_RESPONSIBLE, "責任者", "responsible"
#define S_OPERATOR	SECTION_OPERATOR, "作業者", "operator"
#define S_VALIDATOR	SECTION_VALIDATOR, "確認者", "validator"
#define S_WITNESS	SECTION_WITNESS, "立会者", "witness"
#define S_APPROVAL	SECTION_APPROVAL, "承認", "approval"
#define S_PLACE		SECTION_PLACE, "実施場所", "place"
#define S_FORM		SECTION_FORM, "様式", "form"
#define S_CONTACT	SECTION_CONTACT, "問合せ先", "contact"
#define S_OTHER		SECTION_OTHER, "その他", "other"
#define S_ITEM		SECTION_ITEM, "情報項目", "item"

#define NAMED(id, s_ja, s_en) [id] = WORD(s_ja, s_en)
#define SECTION(s) NAMED(s)

const struct case_word case_sections[SECTION_COUNT] = {
	[SECTION_NONE] = WORD("", ""),
	SECTION(S_CONTRACT), SECTION(S_ADDRESSEE), SECTION(S_ORDERER),
	SECTION(S_CONTRACTOR), SECTION(S_RESPONSIBLE), SECTION(S_OPERATOR),
	SECTION(S_VALIDATOR), SECTION(S_WITNESS), SECTION(S_APPROVAL),
	SECTION(S_PLACE), SECTION(S_FORM), SECTION(S_CONTACT),
	SECTION(S_OTHER), SECTION(S_ITEM),
};

const struct case_word case_section_help[SECTION_COUNT] = {
	[SECTION_NONE] = WORD("", ""),
	[SECTION_CONTRACT] = WORD("契約（業務）について",
				  "the contract"),
	[SECTION_ADDRESSEE] = WORD("証明書の宛先（書面の左上に印字）",
				   "to whom the certificate is addressed"),
	[SECTION_ORDERER] = WORD("発注者（甲）。宛先と同じなら空欄",
				 "the orderer, if not the addressee"),
	[SECTION_CONTRACTOR] = WORD("受注者（乙）。証明書の発行者",
				    "the contractor, who issues the"
				    " certificate"),
	[SECTION_RESPONSIBLE] = WORD("責任者（管理責任者・業務責任者）",
				     "the person responsible"),
	[SECTION_OPERATOR] = WORD("実際に消去を行う人",
				  "the person who erases"),
	[SECTION_VALIDATOR] = WORD("結果の妥当性を確認する人"
				   "（作業者とは別の人が望ましい）",
				   "the person who accepts the result,"
				   " better not the operator"),
	[SECTION_WITNESS] = WORD("発注者の立会い",
				 "the orderer's witness"),
	[SECTION_APPROVAL] = WORD("消去・廃棄についての発注者の事前承認と指示",
				  "the orderer's prior approval and"
				  " instruction"),
	[SECTION_PLACE] = WORD("消去を行う場所",
			       "where the erasure takes place"),
	[SECTION_FORM] = WORD("書面の様式", "the form on paper"),
	[SECTION_CONTACT] = WORD("押印を省略する場合の発行責任者・担当者",
				 "whom to ask about the document"),
	[SECTION_OTHER] = WORD("その他", "anything else"),
	[SECTION_ITEM] = WORD("媒体に入っていた情報。２件目以降は [情報項目 2] "
			      "[情報項目 3] … と続けます（少なくとも１件は★必須）",
			      "the information on the media; go on with"
			      " [item 2], [item 3] (at least one is"
			      " REQUIRED)"),
};

#define ROW_(id, s_ja, s_en, k_ja, k_en, kind_, need, h_ja, h_en, x_ja, x_en) \
	{ .section = (id), .kind = (kind_), .required = (need),		\
	  .key = WORD(k_ja, k_en), .help = WORD(h_ja, h_en),		\
	  .example = WORD(x_ja, x_en),					\
	  .name = WORD(s_ja " " k_ja, s_en "." k_en) }
#define ROW(s, ...) ROW_(s, __VA_ARGS__)
#define MAY false
#define NEEDED true

const struct case_key case_keys[CASE_FIELD_COUNT] = {
	[CASE_CONTRACT_NAME] = ROW(S_CONTRACT, "業務名", "name", KIND_TEXT,
		NEEDED, "契約書に書かれた業務名（件名）",
		"subject of the contract, as it is written there",
		"令和8年度 庁内パソコン更新に伴うデータ消去業務委託",
		"Erasure of replaced office PCs, fiscal year 2026"),
	[CASE_CONTRACT_NO] = ROW(S_CONTRACT, "契約番号", "no", KIND_TEXT, MAY,
		"契約番号", "number of the contract",
		"第2026-118号", "2026-118"),
	[CASE_CONTRACT_DATE] = ROW(S_CONTRACT, "契約日", "date", KIND_DATE,
		MAY, "契約を結んだ日（和暦・西暦どちらでも可）",
		"day of the contract", "令和8年4月1日", "2026-04-01"),
	[CASE_CONTRACT_START] = ROW(S_CONTRACT, "開始日", "start", KIND_DATE,
		MAY, "履行期間の初日", "first day of the term",
		"令和8年4月1日", "2026-04-01"),
	[CASE_CONTRACT_END] = ROW(S_CONTRACT, "終了日", "end", KIND_DATE, MAY,
		"履行期間の末日", "last day of the term",
		"令和9年3月31日", "2027-03-31"),
	[CASE_CONTRACT_COMPLETED] = ROW(S_CONTRACT, "業務完了日",
		"completed_on", KIND_DATE, MAY, "業務を完了した日",
		"day on which the work was completed",
		"令和8年11月20日", "2026-11-20"),
	[CASE_ADDRESSEE_NAME] = ROW(S_ADDRESSEE, "宛名", "name", KIND_TEXT,
		NEEDED, "敬称を除いた宛名", "name without honorific",
		"見本市長", "Mayor of Mihon"),
	[CASE_ADDRESSEE_TITLE] = ROW(S_ADDRESSEE, "職名", "title", KIND_TEXT,
		MAY, "宛名に添える部署または職名",
		"department or title that goes with the name",
		"総務部情報政策課", "General Affairs, IT Policy Section"),
	[CASE_ADDRESSEE_HONORIFIC] = ROW(S_ADDRESSEE, "敬称", "honorific",
		KIND_HONORIFIC, MAY, "様・殿・宛・御中・（宛先） のど"
		"れか。空欄なら宛名の前に（宛先）と印字",
		"one of 様 殿 宛 御中 （宛先）; empty: （宛先） before the"
		" name", "様", "様"),
	[CASE_ORDERER_NAME] = ROW(S_ORDERER, "名称", "name", KIND_TEXT, MAY,
		"発注者の名称", "name of the orderer",
		"見本市", "City of Mihon"),
	[CASE_CONTRACTOR_NAME] = ROW(S_CONTRACTOR, "商号又は名称", "name",
		KIND_TEXT, NEEDED, "受注者の商号または名称",
		"name of the contractor",
		"株式会社見本データサービス", "Mihon Data Service K.K."),
	[CASE_CONTRACTOR_ADDRESS] = ROW(S_CONTRACTOR, "所在地", "address",
		KIND_TEXT, MAY, "受注者の所在地", "address",
		"見本県見本市中央一丁目2番3号", "1-2-3 Chuo, Mihon"),
	[CASE_CONTRACTOR_REP_TITLE] = ROW(S_CONTRACTOR, "代表者職名",
		"rep_title", KIND_TEXT, MAY, "代表者の職名",
		"title of the representative",
		"代表取締役", "President"),
	[CASE_CONTRACTOR_REP_NAME] = ROW(S_CONTRACTOR, "代表者氏名",
		"rep_name", KIND_TEXT, MAY, "代表者の氏名",
		"name of the representative", "見本 太郎", "Taro Mihon"),
	[CASE_CONTRACTOR_REG_NO] = ROW(S_CONTRACTOR, "法人番号", "reg_no",
		KIND_CORPORATE, MAY,
		"13桁の法人番号（個人番号は書かないでください）",
		"corporate number of 13 digits, never an individual number",
		"7000012050002", "7000012050002"),
#define PERSON(P, S, need, x_ja, x_en)					\
	[CASE_##P##_NAME] = ROW(S, "氏名", "name", KIND_TEXT, need,	\
		"氏名", "name", x_ja, x_en),				\
	[CASE_##P##_TITLE] = ROW(S, "職名", "title", KIND_TEXT, MAY,	\
		"職名", "title", "主任", "Senior engineer"),		\
	[CASE_##P##_ORG] = ROW(S, "所属", "org", KIND_TEXT, MAY,	\
		"会社・部署", "company, department",			\
		"技術部", "Engineering")
#define OTHERS(P, S, x_ja, x_en)					\
	[CASE_##P##_OTHERS] = ROW(S, "ほかの氏名", "others", KIND_TEXT, MAY, \
		"日によって替わる場合のほかの人（「、」区切り）。消去のときに"	\
		"画面で選びます。職名・所属などは全員に共通のものだけを記入",	\
		"others to choose among, with commas between; title and"	\
		" department then hold for all of them", x_ja, x_en)
#define REACHABLE(P, S)							\
	[CASE_##P##_CONTACT] = ROW(S, "連絡先", "contact", KIND_TEXT, MAY, \
		"電話番号またはメールアドレス", "phone or mail",	\
		"03-0000-0000", "03-0000-0000")
	PERSON(RESPONSIBLE, S_RESPONSIBLE, NEEDED, "佐藤 花子",
	       "Hanako Sato"),
	REACHABLE(RESPONSIBLE, S_RESPONSIBLE),
	PERSON(OPERATOR, S_OPERATOR, NEEDED, "鈴木 一郎", "Ichiro Suzuki"),
	OTHERS(OPERATOR, S_OPERATOR, "伊藤 四郎、渡辺 五郎",
	       "Shiro Ito, Goro Watanabe"),
	REACHABLE(OPERATOR, S_OPERATOR),
	PERSON(VALIDATOR, S_VALIDATOR, MAY, "高橋 次郎", "Jiro Takahashi"),
	[CASE_WITNESS_REQUESTED] = ROW(S_WITNESS, "立会いの求め", "requested",
		KIND_YESNO, MAY, "発注者から立会いを求められたか"
		"（あり・なし）", "was a witness requested (yes or no)",
		"あり", "yes"),
	PERSON(WITNESS, S_WITNESS, MAY, "田中 三郎", "Saburo Tanaka"),
	OTHERS(WITNESS, S_WITNESS, "中村 六子", "Mutsuko Nakamura"),
	[CASE_WITNESS_METHOD] = ROW(S_WITNESS, "確認方法", "method",
		KIND_TEXT, MAY, "立会者が確認した方法",
		"how the witness saw it",
		"画面の結果表示を目視で確認", "read the result on the screen"),
	[CASE_APPROVAL_NO] = ROW(S_APPROVAL, "承認番号", "no", KIND_TEXT, MAY,
		"承認文書の番号", "number of the approval",
		"見情第45号", "IT-45"),
	[CASE_APPROVAL_DATE] = ROW(S_APPROVAL, "承認日", "date", KIND_DATE,
		MAY, "承認された日", "day of the approval",
		"令和8年11月10日", "2026-11-10"),
	[CASE_APPROVAL_BY] = ROW(S_APPROVAL, "承認者", "by", KIND_TEXT, MAY,
		"承認した人", "who approved",
		"情報政策課長", "head of the IT policy section"),
	[CASE_INSTRUCTION_REF] = ROW(S_APPROVAL, "指示文書", "instruction",
		KIND_TEXT, MAY, "返還・廃棄・消去の指示があればその文書",
		"the orderer's instruction, if there is one",
		"令和8年11月9日付け指示書", "letter of 2026-11-09"),
	[CASE_PLACE_NAME] = ROW(S_PLACE, "場所", "name", KIND_TEXT, NEEDED,
		"消去を行う場所", "place of the erasure",
		"見本市役所 本庁舎3階 電算室", "Mihon city hall, room 301"),
	[CASE_PLACE_FILED] = ROW(S_PLACE, "届出場所", "filed", KIND_TEXT, MAY,
		"契約時に届け出た作業場所", "the place filed with the orderer",
		"見本市役所 本庁舎3階 電算室", "Mihon city hall, room 301"),
	[CASE_PLACE_ON_PREMISES] = ROW(S_PLACE, "庁舎内", "on_premises",
		KIND_YESNO, MAY, "発注者の庁舎内で行うか（はい・いいえ）",
		"is it inside the orderer's building (yes or no)",
		"はい", "yes"),
	[CASE_PURPOSE] = ROW(S_OTHER, "目的", "purpose", KIND_TEXT, MAY,
		"消去の目的", "why the media are erased",
		"リース返却", "lease return"),
	[CASE_FORM_NO] = ROW(S_FORM, "様式番号", "no", KIND_TEXT, MAY,
		"書面の左上に印字する様式番号", "number of the form",
		"様式２", "様式２"),
	[CASE_FORM_TITLE] = ROW(S_FORM, "標題", "title", KIND_TEXT, MAY,
		"空欄なら「データ消去証明書」", "empty: データ消去証明書",
		"データ消去証明書", "データ消去証明書"),
	[CASE_FORM_CLAUSE] = ROW(S_FORM, "根拠条項", "clause", KIND_TEXT, MAY,
		"契約書または特記事項の条項", "clause of the contract",
		"第７条関係", "第７条関係"),
	[CASE_FORM_SEAL] = ROW(S_FORM, "押印", "seal", KIND_YESNO, MAY,
		"印を押す欄を設けるか（あり・なし）",
		"print a place for a seal (yes or no)", "なし", "no"),
	[CASE_CONTACT_ISSUER] = ROW(S_CONTACT, "発行責任者", "issuer",
		KIND_TEXT, MAY, "発行責任者の氏名", "who issues the document",
		"佐藤 花子", "Hanako Sato"),
	[CASE_CONTACT_PERSON] = ROW(S_CONTACT, "担当者", "person", KIND_TEXT,
		MAY, "担当者の氏名", "whom to ask",
		"鈴木 一郎", "Ichiro Suzuki"),
	[CASE_CONTACT_PHONE] = ROW(S_CONTACT, "電話番号", "phone", KIND_TEXT,
		MAY, "電話番号", "phone", "03-0000-0000", "03-0000-0000"),
	[CASE_NOTES] = ROW(S_OTHER, "備考", "notes", KIND_TEXT, MAY,
		"証明書の備考欄に印字する文", "printed under the notes",
		"", ""),
};

const struct case_key case_attrs[ATTR_COUNT] = {
	[ATTR_ITEM] = ROW(S_ITEM, "項目", "item", KIND_TEXT, NEEDED,
		"情報の名称", "what information",
		"住民基本台帳データ", "resident register"),
	[ATTR_KIND] = ROW(S_ITEM, "区分", "kind", KIND_SECRECY, MAY,
		"機密情報・個人情報・特定個人情報 のどれか",
		"confidential, personal or specific",
		"個人情報", "personal"),
	[ATTR_CLASS] = ROW(S_ITEM, "分類", "class", KIND_CLASS, MAY,
		"総務省ガイドラインの分類。1=マイナンバー利用事務系、"
		"2=機密性2以上、3=機密性1",
		"class of the guideline for municipalities: 1, 2 or 3",
		"2", "2"),
	[ATTR_COUNT_OF] = ROW(S_ITEM, "件数", "count", KIND_TEXT, MAY,
		"件数（単位も）", "how many, with the unit",
		"約1,200件", "about 1,200"),
	[ATTR_ORIGIN] = ROW(S_ITEM, "由来", "origin", KIND_ORIGIN, MAY,
		"原本・複製・作成物・バックアップ のどれか",
		"original, copy, work or backup", "複製", "copy"),
};

const char *const case_columns[COLUMN_COUNT][6] = {
	[COLUMN_ASSET] = { "管理番号", "asset", "資産番号", "資産管理番号",
			   "asset_no" },
	[COLUMN_NAME] = { "媒体名", "name", "媒体", "品名", "medium" },
	[COLUMN_SERIAL] = { "製造番号", "serial", "シリアル番号", "シリアル",
			    "s/n", "serial_no" },
	[COLUMN_MODEL] = { "型番", "model", "型式", "モデル" },
	[COLUMN_QTY] = { "数量", "qty", "quantity" },
	[COLUMN_UNIT] = { "単位", "unit" },
	[COLUMN_ITEMS] = { "情報項目", "items", "info_items" },
	[COLUMN_NOTES] = { "備考", "notes", "remarks" },
};

const char *
case_field_name(enum case_field f, enum lang lang)
{
	return (unsigned)f < CASE_FIELD_COUNT ?
	       case_keys[f].name.in[lang == LANG_EN] : "?";
}
