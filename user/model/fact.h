/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fact: one act of a program with its outcome, decoded and named, ready for verdict and encoding.
 */
#ifndef SEAMARK_FACT_H
#define SEAMARK_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/aggregate.h"
#include "include/event.h"
#include "user/model/attribute.h"
#include "user/model/span.h"
#include "user/model/term.h"

#define SPAN_NAME_SIZE	192
#define GO_TYPE_SIZE	256
#define MESSAGE_SIZE	256

struct verdict;

struct fact {
	enum event_kind kind;
	enum outcome outcome;
	uint64_t time_ns;		/* CLOCK_MONOTONIC, when it began */
	uint64_t time_unix_ns;		/* the same moment, wall clock */
	uint64_t duration_ns;
	uint64_t cgroup_id;
	uint64_t socket;		/* identity only, 0 if none */
	uint32_t context;		/* series context in the kernel, 0 if none */
	uint32_t tgid;
	uint32_t tid;
	uint16_t error;			/* errno, 0 if none */
	struct series_key series;	/* of the kernel's histogram that it is counted in */
	bool counted;			/* already in that one, or in none: see unmeasured */
	bool unmeasured;		/* nobody saw when it ended: duration_ns is 0 */
	bool is_span;			/* goes out as a span, too */
	bool is_weighed;		/* there are rules of sampling: threshold says what it is */
	bool sampled_out;		/* by these: it goes out as no span */
	uint64_t threshold;		/* see sampling.h */
	struct span_context span;
	char name[SPAN_NAME_SIZE];	/* of the span: "socket connect 10.0.0.7:443" */
	char go_type[GO_TYPE_SIZE];	/* "*net.OpError > syscall.Errno", empty if none */
	char message[MESSAGE_SIZE];	/* the error in words, empty if none */
	struct attributes attributes;
	/* What a verdict needs beyond the attributes; which member is valid follows from kind. */
	union {
		struct {
			struct event_endpoint requested;
			struct event_weighed weighed;
			struct event_gates gates;
			uint16_t socket_type;
			uint8_t reuse_address;
			uint8_t reuse_port;
		} bind;
		struct {
			struct event_endpoint peer;
			struct event_gates gates;
			uint32_t net_namespace;
			uint16_t socket_type;
			uint16_t first_port;	/* of the ephemeral range; 0: not known */
			uint16_t last_port;
			uint8_t retransmits;
			uint32_t user;		/* effective, where gates are known */
			uint64_t parent_goroutine_id;
			uint64_t goroutine_start;
		} connect;
		struct {
			uint8_t role;
			int16_t alert;		/* -1: none */
			int64_t not_before_unix;	/* seconds; 0: not known */
			int64_t not_after_unix;
			char wanted[SERVER_NAME_SIZE];	/* host name that did not match */
			char detail[ERROR_TEXT_SIZE];	/* the innermost error's own text */
			char operation[8];		/* of *net.OpError: "read", "write" */
			uint8_t first_bytes[8];		/* of a peer that speaks no TLS */
			uint8_t chain;			/* certificates that came; 0: not known */
			uint8_t is_leaf;		/* the failing one is the first of them */
			uint8_t same_name;	/* an authority of that name was tried, in vain */
			uint16_t os_error;	/* errno at the end of the chain, 0 if none */
			struct event_tls_config config;
			struct event_progress progress;
		} tls;
	};
	const struct verdict *verdict;	/* NULL: none; owned by whoever made the fact */
};

/* "bind", "tls.handshake", "process.start", ... NULL: records of this kind are no facts. */
const char *event_kind_name(enum event_kind kind);
/* The same name, and what it is; NULL for a number that is no kind. */
const struct term *event_kind_term(enum event_kind kind);
const char *outcome_name(enum outcome outcome);
/* What each means; ended by a NULL name. */
extern const struct term outcome_terms[];
#endif
