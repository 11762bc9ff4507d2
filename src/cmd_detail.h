/* SPDX-License-Identifier: Apache-2.0 */
/* What `massho list` tells of one drive beyond its line in the table. */
#ifndef CMD_DETAIL_H
#define CMD_DETAIL_H

#include "cli.h"

/* Hidden areas, locks, sanitize, health, namespaces, what is between. */
void detail_print(const struct drive *d, const struct cli *c);
/* Each method and what it would be worth, or why it is not to be had. */
void detail_methods(const struct drive *d, const struct cli *c,
		    struct plan *p);
/* One line: what `erase` would do if nothing used the drive. */
void detail_best(const struct drive *d, const struct cli *c, struct plan *p);
/* The level of each method that is offered, by its name. */
json_t *detail_levels(const struct drive *d, const struct cli *c,
		      struct plan *p);

#endif
