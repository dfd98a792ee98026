/* SPDX-License-Identifier: BSD-2-Clause */
/* The name that tells most comes first; a runtime's own for a pod's container tells little. */
#include "user/encode/where.h"

#include <stdio.h>
#include <string.h>

#define ID_LENGTH	64
#define SHORT_ID	12	/* characters of a container's id, as its tools show it */

void where_text(const struct record_container *names, const char *container_id, const char *unit,
		char out[WHERE_SIZE])
{
	if (names && names->pod_name[0])
		snprintf(out, WHERE_SIZE, "%s%s%s%s%s", names->pod_namespace,
			 names->pod_namespace[0] ? "/" : "", names->pod_name,
			 names->pod_container[0] ? "/" : "", names->pod_container);
	else if (names && names->name[0])
		snprintf(out, WHERE_SIZE, "%s", names->name);
	else if (container_id[0])
		/* Only ids of 64 digits may be cut; others are names. */
		snprintf(out, WHERE_SIZE, "%.*s", strlen(container_id) == ID_LENGTH ? SHORT_ID : 80,
			 container_id);
	else
		snprintf(out, WHERE_SIZE, "%s", unit);
}
