/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does an evidence log hold?  A log whose end was cut off at a good line looks
 * whole, as does one that was computed anew; only a certificate that names one
 * of its lines can tell, so those beside it are asked as well.
 */
#include "check.h"
#include "../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

void
check_log(struct check *c, int fd)
{
	struct log_chain chain;
	char why[256];
	int err = evidence_scan(fd, NULL, NULL, &chain);

	if (err) {
		check_say(c, false, "chain", "読めません: %s",
			  "cannot be read: %s", strerror(-err));
		goto out;
	}
	chain_text(&chain, c->lang, why, sizeof(why));
	if (chain.fault != CHAIN_HOLDS) {
		check_say(c, false, "chain", "%s", "%s", why);
		goto out;
	}
	if (!chain.seq) {
		check_say(c, false, "chain", "空です", "is empty");
		goto out;
	}
	check_say(c, true, "chain", "%" PRIu64 "行の連鎖を検証できました",
		  "%" PRIu64 " lines hold together", chain.seq);
	check_beside(c, fd);
	if (chain.unclosed || chain.recovered)
		check_say(c, true, "sessions", "%u回のうち%u回は途中で終わり、"
			  "次の開始時に記録されています",
			  "of %u sessions %u ended abruptly and were recorded"
			  " as such", chain.sessions, chain.unclosed);
	if (chain.n_open)
		check_say(c, false, "outcome", "%u件の消去に結果がありません"
			  "（実行中、又は中断）", "%u erasure(s) without an"
			  " outcome: still running, or interrupted",
			  chain.n_open);
	if (!chain.closed)
		check_say(c, false, "closed", "最後の回が閉じられていません"
			  "（実行中、中断、又は末尾の欠落）", "the last session"
			  " was not closed: it is still running, was"
			  " interrupted, or lines were cut off");
out:
	chain_free(&chain);
}
