/* SPDX-License-Identifier: BSD-2-Clause */
/* What each class of a failed handshake means, and which Go errors are of it. */
#include "user/model/go_error_class.h"

#include <stddef.h>

const struct term go_error_classes[] = {
	{ "unknown_authority",
	  "The certificate is signed by nobody whom this end trusts (x509.UnknownAuthorityError): "
	  "there is no bundle of authorities, a private authority is missing, or a server did not "
	  "send its intermediate.",
	  "证书的签发者不受本端信任（x509.UnknownAuthorityError）：没有根证书，缺少私有 CA，"
	  "或服务器没有发送中间证书。" },
	{ "hostname_mismatch",
	  "The certificate is for other names than the one that was asked for "
	  "(x509.HostnameError).",
	  "证书不包含所请求的名称（x509.HostnameError）。" },
	{ "certificate_invalid",
	  "The certificate may not be used as it is (x509.CertificateInvalidError): for this "
	  "purpose, for that name, or in this chain. The error's message says which.",
	  "证书不可如此使用（x509.CertificateInvalidError）：用途、名称或证书链不符，"
	  "错误消息说明是哪一种。" },
	{ "certificate_expired",
	  "The certificate's end has passed, by the clock of the end that checked it.",
	  "按检查方的时钟，证书已过期。" },
	{ "certificate_not_yet_valid",
	  "The certificate begins in the future, by the clock of the end that checked it.",
	  "按检查方的时钟，证书尚未生效。" },
	{ "protocol_version",
	  "The two ends have no version of TLS in common.",
	  "双方没有共同支持的 TLS 版本。" },
	{ "no_common_cipher",
	  "The two ends have no cipher suite in common.",
	  "双方没有共同的密码套件。" },
	{ "not_tls",
	  "What came was no TLS record (tls.RecordHeaderError): the other end speaks HTTP, or "
	  "something else.",
	  "收到的不是 TLS 记录（tls.RecordHeaderError）：对端说的是 HTTP 或别的协议。" },
	{ "client_certificate_required",
	  "The server demands a certificate, and the client sent none.",
	  "服务器要求客户端证书，而客户端没有发送。" },
	{ "remote_alert",
	  "The other end ended the handshake with an alert; tls.alert says which.",
	  "对端以告警结束握手；tls.alert 说明是哪一种。" },
	{ "closed",
	  "The connection ended during the handshake: EOF, a reset, or closed by the program "
	  "itself.",
	  "连接在握手期间结束：EOF、被重置，或由程序自己关闭。" },
	{ "timeout",
	  "A deadline passed before the handshake was done.",
	  "握手完成之前超过了期限。" },
	{ "cancelled",
	  "The program cancelled the context of the handshake: it no longer wanted it.",
	  "程序取消了握手的 context：不再需要它。" },
	{ "system_roots",
	  "The host's bundle of authorities could not be loaded (x509.SystemRootsError).",
	  "无法加载系统根证书（x509.SystemRootsError）。" },
	{ "other",
	  "Another error: error.go_type and the message name it. In another place: what has no "
	  "name of its own.",
	  "其他错误：由 error.go_type 和消息说明。在别处：没有自己名称的情况。" },
	{ NULL, NULL, NULL },
};
