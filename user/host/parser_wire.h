/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes between Seamark and the child that parses: one packet each way for a file. */
#ifndef SEAMARK_PARSER_WIRE_H
#define SEAMARK_PARSER_WIRE_H

#include <stdint.h>

#include "user/gobin/report.h"

#define PARSER_SOCKET	3	/* in the child */
#define PARSER_HELLO	0	/* the number of the answer that says: confined, and ready */

/* Beside it goes the file's descriptor. */
struct parser_question {
	uint64_t number;
	uint64_t size;		/* bytes of the file */
};

struct parser_reply {
	uint64_t number;
	uint64_t cpu_ns;	/* that the child has used since its start */
	int32_t result;		/* 0, or a negative errno of reading the file */
	uint32_t padding;
	struct gobin_report report;
};

#endif
