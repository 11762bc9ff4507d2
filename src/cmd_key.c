/* SPDX-License-Identifier: Apache-2.0 */
/* massho key: make a signing key, show one, ask an authority to certify it. */
#include "cli.h"
#include "util.h"

#include "../certs/cert.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define USAGE "massho key new NAME --cn TEXT [--org TEXT] [--unit TEXT]" \
	" [--country CC] [--alg p256|p384|rsa3072|rsa4096] [--days N] |" \
	" show FILE | csr FILE.p8 [--out FILE.csr]"
#define PASS_LEN 1024

/* Calls use with the passphrase in locked, then wiped memory. */
static int
with_passphrase(const struct cli *c, bool confirm,
		int (*use)(const struct cli *c, const char *pass, char *err,
			   size_t err_len))
{
	char pass[PASS_LEN] = "", err[512] = "";
	int ret;

	if (mlock(pass, sizeof(pass)))
		cli_error(_("warning: memory cannot be locked: %s"),
			  strerror(errno));
	ret = cli_passphrase(c, confirm, pass, sizeof(pass));
	if (ret == -ENOTTY)
		cli_error(_("no passphrase: type it on a terminal or give"
			    " --pass-fd N"));
	else if (ret == -EINVAL)
		cli_error(_("the two passphrases differ; nothing was made"));
	else if (ret)
		cli_error(_("no passphrase: %s"), strerror(-ret));
	else if ((ret = use(c, pass, err, sizeof(err))))
		cli_error("%s", err[0] ? err : strerror(-ret));
	zeroise(pass, sizeof(pass));
	munlock(pass, sizeof(pass));
	return ret ? EXIT_USAGE : 0;
}

static void
show_text(const json_t *j)
{
	static const struct {
		const char *key, *label;
	} row[] = {
		{ "subject", N_("subject:") }, { "issuer", N_("issuer:") },
		{ "serial", N_("serial:") },
		{ "not_before", N_("valid from:") },
		{ "not_after", N_("valid until:") },
		{ "algorithm", N_("algorithm:") },
		{ "fingerprint_sha256", N_("SHA-256 fingerprint:") },
	};
	char label[64];

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		text_pad(label, sizeof(label), _(row[i].label), 22);
		printf("%s%s\n", label,
		       json_string_value(json_object_get(j, row[i].key)));
	}
}

static int
show(const struct cli *c, const char *path)
{
	char err[512] = "";
	json_t *j = NULL;
	int ret = key_show(path, &j, err, sizeof(err));

	if (ret) {
		cli_error("%s", err[0] ? err : strerror(-ret));
		return EXIT_USAGE;
	}
	if (c->json) {
		cli_json(j);
		return 0;
	}
	show_text(j);
	json_decref(j);
	return 0;
}

static int
pick_alg(const char *name, enum key_alg *out)
{
	static const char *const names[] = {
		[KEY_P256] = "p256", [KEY_P384] = "p384",
		[KEY_RSA3072] = "rsa3072", [KEY_RSA4096] = "rsa4096",
	};

	*out = KEY_P256;
	if (!name)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(name, names[i])) {
			*out = (enum key_alg)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int
make(const struct cli *c, const char *pass, char *err, size_t err_len)
{
	struct key_subject s = { .days = c->days };
	enum key_alg alg;

	if (pick_alg(c->alg, &alg)) {
		snprintf(err, err_len, _("no algorithm '%s': p256, p384,"
					 " rsa3072 or rsa4096"), c->alg);
		return -EINVAL;
	}
	if (text_copy(s.cn, sizeof(s.cn), c->cn ? c->cn : "") ||
	    text_copy(s.o, sizeof(s.o), c->org ? c->org : "") ||
	    text_copy(s.ou, sizeof(s.ou), c->unit ? c->unit : "") ||
	    text_copy(s.c, sizeof(s.c), c->country ? c->country : "JP")) {
		snprintf(err, err_len, _("a name of the signer is too long: at"
			 " most 64 characters, a country two letters"));
		return -EINVAL;
	}
	return key_new(c->argv[1], alg, &s, pass, err, err_len);
}

static int
request(const struct cli *c, const char *pass, char *err, size_t err_len)
{
	char path[PATH_LEN * 2];
	struct key *k = NULL;
	size_t n = strlen(c->argv[1]);
	int ret;

	if (n > 3 && !strcmp(c->argv[1] + n - 3, ".p8"))
		n -= 3;
	if ((size_t)snprintf(path, sizeof(path), "%.*s.csr", (int)n,
			     c->argv[1]) >= sizeof(path))
		return -ENAMETOOLONG;
	if (c->out && text_copy(path, sizeof(path), c->out))
		return -ENAMETOOLONG;
	if (key_is_open(c->argv[1]))
		cli_error(_("warning: others can read the key '%s': `chmod 600`"
			    " it"), c->argv[1]);
	ret = key_load(c->argv[1], pass, &k, err, err_len);
	if (!ret)
		ret = key_csr(k, path, err, err_len);
	key_free(&k);
	if (!ret && !c->json)
		printf(_("request: %s\n"), path);
	if (!ret && c->json)
		cli_json(json_pack("{s:o}", "request", json_text(path)));
	return ret;
}

static int
make_and_show(const struct cli *c)
{
	char path[PATH_LEN * 2];
	int ret;

	if (c->out) {
		cli_error(_("'key new' takes no --out: NAME says where to"
			    " write"));
		return EXIT_USAGE;
	}
	ret = with_passphrase(c, true, make);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s.crt", c->argv[1]);
	if (!c->json) {
		printf(_("key:         %s.p8 (keep it and its passphrase"
			 " apart)\n"), c->argv[1]);
		printf(_("certificate: %s (give it, or its fingerprint, to the"
			 " orderer when the contract begins)\n"), path);
	}
	return show(c, path);
}

int
cmd_key(int argc, char **argv)
{
	struct cli c;
	int ret = cli_parse(argc, argv, CLI_KEYGEN, USAGE, &c);

	if (ret >= 0)
		return ret;
	if (c.argc == 2 && !strcmp(c.argv[0], "new"))
		return make_and_show(&c);
	if (c.argc == 2 && !strcmp(c.argv[0], "show"))
		return show(&c, c.argv[1]);
	if (c.argc == 2 && !strcmp(c.argv[0], "csr"))
		return with_passphrase(&c, false, request);
	cli_error(_("usage: %s"), USAGE);
	return EXIT_USAGE;
}
