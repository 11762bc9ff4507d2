/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does the contract ask, and what may be asked of its case?  Included by
 * massho.h, which states the rules for all nouns.
 */
#ifndef CASEFILE_H
#define CASEFILE_H

/* ---- case.c ---- */

#define CASE_TEXT	256
#define CASE_ITEMS_MAX	64
#define CASE_MEDIA_MAX	512
#define CASE_PEOPLE_MAX	16

/* The order is that of the table in case.c, which holds section, keys in
 * Japanese and English, kind and whether the certificate needs it. */
enum case_field {
	CASE_CONTRACT_NAME, CASE_CONTRACT_NO, CASE_CONTRACT_DATE,
	CASE_CONTRACT_START, CASE_CONTRACT_END, CASE_CONTRACT_COMPLETED,
	CASE_ADDRESSEE_NAME, CASE_ADDRESSEE_TITLE, CASE_ADDRESSEE_HONORIFIC,
	CASE_ORDERER_NAME,
	CASE_CONTRACTOR_NAME, CASE_CONTRACTOR_ADDRESS,
	CASE_CONTRACTOR_REP_TITLE, CASE_CONTRACTOR_REP_NAME,
	CASE_CONTRACTOR_REG_NO,
	CASE_RESPONSIBLE_NAME, CASE_RESPONSIBLE_TITLE, CASE_RESPONSIBLE_ORG,
	CASE_RESPONSIBLE_CONTACT,
	CASE_OPERATOR_NAME, CASE_OPERATOR_OTHERS, CASE_OPERATOR_TITLE,
	CASE_OPERATOR_ORG, CASE_OPERATOR_CONTACT,
	CASE_VALIDATOR_NAME, CASE_VALIDATOR_TITLE, CASE_VALIDATOR_ORG,
	CASE_WITNESS_REQUESTED, CASE_WITNESS_NAME, CASE_WITNESS_OTHERS,
	CASE_WITNESS_TITLE, CASE_WITNESS_ORG, CASE_WITNESS_METHOD,
	CASE_APPROVAL_NO, CASE_APPROVAL_DATE, CASE_APPROVAL_BY,
	CASE_INSTRUCTION_REF,
	CASE_PLACE_NAME, CASE_PLACE_FILED, CASE_PLACE_ON_PREMISES,
	CASE_PURPOSE,
	CASE_FORM_NO, CASE_FORM_TITLE, CASE_FORM_CLAUSE, CASE_FORM_SEAL,
	CASE_CONTACT_ISSUER, CASE_CONTACT_PERSON, CASE_CONTACT_PHONE,
	CASE_NOTES,
	CASE_FIELD_COUNT
};

struct case_item {
	char item[CASE_TEXT];	/* 情報項目 */
	char kind[32];		/* 機密情報, 個人情報, 特定個人情報 */
	char class_[8];		/* 総務省 class: "1", "2", "3" */
	char count[32];		/* 件数 with its unit, as written */
	char origin[32];	/* 原本, 複製, 作成物, バックアップ */
};

struct case_medium {
	char asset[64];		/* 管理番号 */
	char name[CASE_TEXT];	/* 媒体名 */
	char serial[64];	/* 製造番号 */
	char model[64];		/* 型番 */
	char qty[16], unit[16];	/* 数量, 台 個 本 枚 */
	char items[CASE_TEXT];	/* 情報項目 of this medium; "" = all */
	char notes[CASE_TEXT];	/* 備考 */
	uint32_t line;		/* of media.csv */
};

/* Who may differ from one day to the next. */
enum case_role { CASE_OPERATOR, CASE_WITNESS, CASE_ROLE_COUNT };

struct case_people {
	uint32_t n;
	char name[CASE_PEOPLE_MAX][CASE_TEXT];
};

struct casefile {
	char dir[PATH_LEN];
	char f[CASE_FIELD_COUNT][CASE_TEXT];
	uint32_t line[CASE_FIELD_COUNT];	/* of case.ini; 0: not there */
	struct case_people people[CASE_ROLE_COUNT];	/* to choose among */
	uint32_t n_items, n_media;
	struct case_item items[CASE_ITEMS_MAX];
	struct case_medium media[CASE_MEDIA_MAX];
};

/*
 * Reads DIR/case.ini and, if present, DIR/media.csv.  On error returns
 * -EINVAL (content) or another errno and puts one line "file:line: what, and
 * what to do" into err, in lang.
 */
int case_load(const char *dir, enum lang lang, struct casefile *out, char *err,
	      size_t err_len) MUST;
/* -EINVAL and the missing field's names in err if the certificate could not
 * be filled. */
int case_complete(const struct casefile *c, enum lang lang, char *err,
		  size_t err_len) MUST;
/* The same for a document that may do without information items. */
int case_complete_form(const struct casefile *c, bool items, enum lang lang,
		       char *err, size_t err_len) MUST;
/* Writes commented templates into a new or empty DIR; never overwrites. */
int case_new(const char *dir, enum lang template_lang, enum lang lang,
	     char *err, size_t err_len) MUST;
/* The media.csv row with this serial (blanks trimmed, case ignored) or NULL. */
const struct case_medium *case_match(const struct casefile *c,
				     const char *serial);
/* 12 digits (ASCII or full-width, with or without separators) with a valid
 * check digit of the 個人番号 (総務省令第85号 第5条) in text. */
bool case_has_mynumber(const char *text);
/* The word by which text promises what nobody can keep or prove, whatever its
 * spelling; text itself if it cannot be judged; NULL: it does not. */
const char *case_promise(const char *text);

/* ---- case_people.c: PURE ---- */

/* The one that the case names, or who was chosen; "": nobody. */
const char *case_person(const struct casefile *c, enum case_role r);
/* Is there anybody else? */
bool case_may_choose(const struct casefile *c, enum case_role r);
/* -ENOENT: the case does not list this name. */
int case_choose(struct casefile *c, enum case_role r, const char *name) MUST;
/* Who it was then, by the log; "": nobody. */
void case_recall(struct casefile *c, enum case_role r, const char *name);

/* ---- case_fields.c ---- */

/* Name of a field for messages: "responsible.name", 「責任者 氏名」. */
const char *case_field_name(enum case_field f, enum lang lang);

#endif
