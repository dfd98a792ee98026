/* SPDX-License-Identifier: BSD-2-Clause */
/* What crypto/tls of Go 1.17 to 1.27 can negotiate, and the alerts of RFC 8446 and 5246. */
#include "user/model/tls_name.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct named {
	uint16_t number;
	const char *name;
};

static const struct named versions[] = {
	{ 0x0300, "3.0" }, { 0x0301, "1.0" }, { 0x0302, "1.1" }, { 0x0303, "1.2" },
	{ 0x0304, "1.3" },
};

static const struct named ciphers[] = {
	{ 0x0005, "TLS_RSA_WITH_RC4_128_SHA" },
	{ 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA" },
	{ 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA" },
	{ 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA" },
	{ 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
	{ 0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA" },
	{ 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
	{ 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" },
	{ 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0x1301, "TLS_AES_128_GCM_SHA256" },
	{ 0x1302, "TLS_AES_256_GCM_SHA384" },
	{ 0x1303, "TLS_CHACHA20_POLY1305_SHA256" },
};

static const struct named curves[] = {
	{ 23, "secp256r1" }, { 24, "secp384r1" }, { 25, "secp521r1" }, { 29, "x25519" },
	{ 4587, "SecP256r1MLKEM768" }, { 4588, "X25519MLKEM768" }, { 4589, "SecP384r1MLKEM1024" },
	{ 0x6399, "X25519Kyber768Draft00" },
};

static const struct tls_alert alerts[] = {
	{ 0, { "close_notify",
		"The other end closed the connection in good order.",
		"对端正常关闭了连接。" } },
	{ 10, { "unexpected_message",
		"A message came that does not belong there: one of the two does not keep "
		"to the protocol.",
		"收到不该出现的消息：其中一方没有遵守协议。" } },
	{ 20, { "bad_record_mac",
		"A record can't be decrypted or was changed on the way.",
		"记录无法解密，或在途中被改动。" } },
	{ 21, { "decryption_failed",
		"As bad_record_mac, of old versions.",
		"同 bad_record_mac，旧版本使用。" } },
	{ 22, { "record_overflow",
		"A record is longer than it may be: often no TLS at all.",
		"记录超长：往往根本不是 TLS。" } },
	{ 30, { "decompression_failure",
		"Compressed data can't be read, of old versions.",
		"压缩数据无法读取，旧版本使用。" } },
	{ 40, { "handshake_failure",
		"No set of parameters suits both ends: cipher suites, groups, or a "
		"certificate of a kind that the client takes.",
		"没有双方都接受的参数：密码套件、密钥交换组，或客户端接受的证书类型。" } },
	{ 41, { "no_certificate",
		"A certificate was asked for and none is there, of SSL 3.0.",
		"被要求提供证书而没有，SSL 3.0 使用。" } },
	{ 42, { "bad_certificate",
		"The certificate was not accepted. Go sends it alike for an unknown "
		"authority, a wrong host name and an expired certificate: only the end "
		"that sent it knows which.",
		"证书不被接受。无论是未知的 CA、主机名不符还是证书过期，Go 都发送它：只有发送方知道是哪一种。" } },
	{ 43, { "unsupported_certificate",
		"The certificate is of a kind that the other end does not take.",
		"对端不接受这种证书。" } },
	{ 44, { "certificate_revoked",
		"The certificate was revoked by who signed it.",
		"证书已被签发者吊销。" } },
	{ 45, { "certificate_expired",
		"The certificate has ended, or has not begun, by the other end's clock.",
		"按对端的时钟，证书已过期或尚未生效。" } },
	{ 46, { "certificate_unknown",
		"The certificate was not accepted for a reason that is not said.",
		"证书不被接受，未说明原因。" } },
	{ 47, { "illegal_parameter",
		"A value in the handshake contradicts another, or is none of those "
		"allowed.",
		"握手中的某个值自相矛盾或不被允许。" } },
	{ 48, { "unknown_ca",
		"The certificate's authority is not among those that the other end "
		"trusts.",
		"证书的 CA 不受对端信任。" } },
	{ 49, { "access_denied",
		"The certificate is good, and its owner has no right to connect.",
		"证书有效，但其持有者无权连接。" } },
	{ 50, { "decode_error",
		"A message can't be read: a length in it is wrong.",
		"消息无法解读：其中的长度有误。" } },
	{ 51, { "decrypt_error",
		"A signature or a finishing check is wrong: a key that does not belong to "
		"the certificate, or a change on the way.",
		"签名或 Finished 校验有误：密钥与证书不符，或途中被改动。" } },
	{ 60, { "export_restriction",
		"Of export rules that are gone.",
		"源自已废除的出口限制。" } },
	{ 70, { "protocol_version",
		"The other end does not speak the version of TLS that was offered.",
		"对端不支持所提出的 TLS 版本。" } },
	{ 71, { "insufficient_security",
		"The other end wants stronger cipher suites than were offered.",
		"对端要求比所提供的更强的密码套件。" } },
	{ 80, { "internal_error",
		"The other end failed for a reason of its own: in Go often a callback of "
		"tls.Config, or a missing certificate.",
		"对端因自身原因失败：在 Go 中常为 tls.Config 的回调，或缺少证书。" } },
	{ 86, { "inappropriate_fallback",
		"A client came again with an older version than it needs: something on "
		"the way spoils newer ones.",
		"客户端以低于所需的版本重试：途中有设备破坏了较新的版本。" } },
	{ 90, { "user_canceled",
		"The other end cancelled the handshake.",
		"对端取消了握手。" } },
	{ 100, { "no_renegotiation",
		"The other end wanted to shake hands again within a connection, which is "
		"not allowed.",
		"对端要求在连接内重新握手，而这不被允许。" } },
	{ 109, { "missing_extension",
		"An extension is missing that the handshake needs.",
		"缺少握手所需的扩展。" } },
	{ 110, { "unsupported_extension",
		"An extension came that was not asked for.",
		"收到未请求的扩展。" } },
	{ 111, { "certificate_unobtainable",
		"A certificate could not be fetched from the address that was given.",
		"无法从给出的地址取得证书。" } },
	{ 112, { "unrecognized_name",
		"The server has nothing under the name that was asked for (SNI).",
		"服务器没有与所请求名称（SNI）对应的内容。" } },
	{ 113, { "bad_certificate_status_response",
		"The word on whether the certificate was revoked (OCSP) is wrong.",
		"关于证书是否被吊销的答复（OCSP）有误。" } },
	{ 114, { "bad_certificate_hash_value",
		"The fetched certificate is another than was said.",
		"取得的证书与声明的不符。" } },
	{ 115, { "unknown_psk_identity",
		"The shared key that was named is not known.",
		"所指的预共享密钥未知。" } },
	{ 116, { "certificate_required",
		"The server demands a client certificate, and none was sent.",
		"服务器要求客户端证书，而没有收到。" } },
	{ 120, { "no_application_protocol",
		"The two ends have no application protocol in common (ALPN: h2, "
		"http/1.1).",
		"双方没有共同的应用协议（ALPN：h2、http/1.1）。" } },
	{ 121, { "ech_required",
		"The server wants the client's hello encrypted with its present key "
		"(ECH).",
		"服务器要求用其当前密钥加密 ClientHello（ECH）。" } },
};

static const char *find(const struct named *table, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

const char *tls_version_name(uint16_t version)
{
	return find(versions, COUNT(versions), version);
}

const char *tls_cipher_name(uint16_t suite)
{
	return find(ciphers, COUNT(ciphers), suite);
}

const char *tls_curve_name(uint16_t curve)
{
	return find(curves, COUNT(curves), curve);
}

const char *tls_alert_name(uint8_t alert)
{
	for (size_t i = 0; i < COUNT(alerts); i++)
		if (alerts[i].number == alert)
			return alerts[i].term.name;
	return NULL;
}

const struct tls_alert *tls_alert_at(size_t index)
{
	return index < COUNT(alerts) ? &alerts[index] : NULL;
}
