/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of events and outcomes. */
#include "user/model/fact.h"

#include <string.h>

static const struct term kinds[EVENT_MAX] = {
	[EVENT_PROCESS_START] = { "process.start", "A Go program was started.", "一个 Go 程序启动。" },
	[EVENT_PROCESS_EXIT] = { "process.exit", "A Go program ended, with its exit status.",
				 "一个 Go 程序结束，附退出状态。" },
	[EVENT_BIND] = { "bind", "A socket was bound to an address, or was refused it.",
			 "套接字绑定到地址，或被拒绝。" },
	[EVENT_LISTEN] = { "listen", "A socket was made to listen, or was refused.",
			   "套接字开始监听，或被拒绝。" },
	[EVENT_CONNECT] = { "connect", "A connection, from connect(2) to its outcome.",
			    "一次连接，从 connect(2) 到其结果。" },
	[EVENT_TLS_HANDSHAKE] = { "tls.handshake",
				  "A handshake of crypto/tls, client or server, with its Go error.",
				  "crypto/tls 的一次握手（客户端或服务端），附 Go 错误。" },
	[EVENT_SYSCALL_SLOW] = { "syscall.slow",
				 "A system call that took longer than --slow-ms.",
				 "一次耗时超过 --slow-ms 的系统调用。" },
};

const char *event_kind_name(enum event_kind kind)
{
	return kind < EVENT_MAX ? kinds[kind].name : NULL;
}

const struct term *event_kind_term(enum event_kind kind)
{
	return kind < EVENT_MAX && kinds[kind].name ? &kinds[kind] : NULL;
}

const struct term outcome_terms[OUTCOME_MAX + 1] = {
	[OUTCOME_OK] = { "ok", "It succeeded.", "成功。" },
	[OUTCOME_ERROR] = { "error", "It failed; error_type says how.", "失败；error_type 说明如何失败。" },
	[OUTCOME_CANCELLED] = { "cancelled", "The program gave up on it before it had ended.",
				"程序在其结束之前放弃了它。" },
};

const char *outcome_name(enum outcome outcome)
{
	return outcome_terms[outcome < OUTCOME_MAX ? outcome : OUTCOME_ERROR].name;
}

bool id_is_set(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return true;
	return false;
}

void id_text(const uint8_t *bytes, size_t size, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}
