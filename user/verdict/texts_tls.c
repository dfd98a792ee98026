/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts on handshakes say, and what mends it; the order is that of texts_tls.h. */
#include "user/verdict/texts_tls.h"

const struct text text_hostname_mismatch = {
	"The server's certificate is not for {certificate.wanted}, the name that the program "
	"dialled{?certificate.names}; its names are: {certificate.names}{/}."
	"{?common_name} It has only a common name, {common_name}, which Go does not look at.{/}",
	"服务器证书不适用于程序所连接的名字 {certificate.wanted}"
	"{?certificate.names}；其名字为：{certificate.names}{/}。"
	"{?common_name}它只有公共名 {common_name}，而 Go 不看公共名。{/}",
};
const struct text text_certificate_expired = {
	"The {other}'s certificate ended on {certificate.not_after}"
	"{?certificate.days}, {certificate.days} ago{/}."
	"{?behind} This host's clock is wrong, too: the program was made on {program.made}, and "
	"the "
	"clock says {clock.now}.{/}",
	"{other_zh}的证书已于 {certificate.not_after} 到期"
	"{?certificate.days.number}，已过 {certificate.days.number} 天{/}。"
	"{?behind}本机时钟也不对：程序制作于 {program.made}，而时钟为 {clock.now}。{/}",
};
const struct text text_certificate_not_yet_valid = {
	"The {other}'s certificate begins only on {certificate.not_before}: it is too new, or this "
	"host's clock{?clock.now} ({clock.now}){/} is behind."
	"{?behind} The clock is: the program was made on {program.made}.{/}",
	"{other_zh}的证书从 {certificate.not_before} 才开始生效：证书太新，或本机时钟"
	"{?clock.now}（{clock.now}）{/}落后。{?behind}是时钟落后：程序制作于 {program.made}。{/}",
};
const struct text text_protocol_version = {
	"The two ends have no TLS version in common."
	"{?config.min_version} This one: MinVersion {config.min_version}, MaxVersion "
	"{config.max_version}.{/}{?offered} The client offers {offered}.{/}",
	"两端没有共同的 TLS 版本。{?config.min_version}本端：MinVersion {config.min_version}，"
	"MaxVersion {config.max_version}（not set 表示未设置）。{/}{?offered}客户端支持 {offered}。{/}",
};
const struct text text_no_common_cipher = {
	"The two ends have no cipher suite in common."
	"{?config.cipher_suites} This server's CipherSuites: {config.cipher_suites}.{/}"
	"{?offered} The client offers {offered}.{/}",
	"两端没有共同的密码套件。{?config.cipher_suites}该服务器的 CipherSuites："
	"{config.cipher_suites}（not set 表示未设置）。{/}{?offered}客户端支持 {offered}。{/}",
};
const struct text text_not_tls = {
	"The other end does not speak TLS{?speaks} but plain {speaks}{/}: its first bytes are "
	"{first_bytes}.",
	"对方说的不是 TLS{?speaks}，而是明文 {speaks}{/}：其最初的字节为 {first_bytes}。",
};
const struct text text_certificate_required_client = {
	"The server wants a certificate of the client, and the program sent none.",
	"服务器要求客户端证书，而程序没有发送。",
};
const struct text text_certificate_required_server = {
	"The client sent no certificate, and this server demands one.",
	"客户端没有发送证书，而该服务器要求证书。",
};
const struct text text_our_certificate_rejected = {
	"The server rejected the program's client certificate: {tls.alert.name}.",
	"服务器拒绝了程序的客户端证书：{tls.alert.name}。",
};
const struct text text_peer_rejected_certificate = {
	"The client rejected this server's certificate: {tls.alert.name}. It does not trust it, or "
	"reached it by another name.",
	"客户端拒绝了该服务器的证书：{tls.alert.name}。它不信任该证书，或使用了别的名字。",
};
const struct text text_remote_alert = {
	"The other end ended the handshake with the alert {?tls.alert.name}{tls.alert.name} {/}"
	"({tls.alert}).",
	"对方以警报 {?tls.alert.name}{tls.alert.name} {/}（{tls.alert}）结束了握手。",
};
const struct text text_closed_by_peer = {
	"The other end closed the connection in the middle of the handshake, without an alert.",
	"对方在握手中途关闭了连接，没有发送警报。",
};
const struct text text_timeout = {
	"The handshake was not done after {duration}: the program's deadline ended it while it "
	"waited "
	"for the other end.",
	"经过 {duration} 握手仍未完成：在等待对方时，程序的期限到了。",
};
const struct text text_timeout_computing = {
	"The handshake was not done after {duration}, and it was not the network that it waited "
	"for: "
	"{?unread_bytes}{unread_bytes} bytes lay there unread, {/}the program was busy or had no "
	"processor when its deadline came.",
	"经过 {duration} 握手仍未完成，等待的并不是网络："
	"{?unread_bytes}有 {unread_bytes} 字节尚未读取，{/}期限到来时程序正忙或没有得到处理器。",
};
const struct text text_timeout_network = {
	"The handshake was not done after {duration}, when the program's deadline came: it waited "
	"for the other end{?nothing}, which sent nothing at all{/}"
	"{?some}, which sent {received_bytes} bytes{/}{?silent} and then nothing for {silent}{/}.",
	"程序的期限到来时，经过 {duration} 握手仍未完成：它在等待对方"
	"{?nothing}，对方什么也没有发送{/}{?some}，对方发送了 {received_bytes} 字节{/}"
	"{?silent}，之后 {silent} 没有任何数据{/}。",
};
const struct text text_cancelled = {
	"The program itself cancelled the handshake after {duration}.",
	"程序自己在 {duration} 后取消了握手。",
};
const struct text fix_certificate_names = {
	"Issue the certificate for {certificate.wanted} as well (subjectAltName).",
	"签发证书时把 {certificate.wanted} 也加入（subjectAltName）。",
};
const struct text fix_dial_right_name = {
	"Dial the name that the certificate has, or set tls.Config.ServerName to it.",
	"使用证书中的名字连接，或将 tls.Config.ServerName 设为该名字。",
};
const struct text fix_renew_certificate = {
	"Renew the {other}'s certificate and let it be loaded.",
	"更新{other_zh}的证书并让其加载。",
};
const struct text fix_check_clock = {
	"Check this host's clock: timedatectl.",
	"检查本机时钟：timedatectl。",
};
const struct text fix_versions_overlap = {
	"Compare tls.Config.MinVersion and MaxVersion of both ends; TLS 1.2 and 1.3 suit "
	"nearly all.",
	"比较两端的 tls.Config.MinVersion 和 MaxVersion；TLS 1.2 和 1.3 几乎适用于所有情况。",
};
const struct text fix_ciphers_overlap = {
	"Compare tls.Config.CipherSuites of both ends, and whether the key's type (RSA, ECDSA) "
	"fits "
	"them; leaving it empty is best.",
	"比较两端的 tls.Config.CipherSuites，以及密钥类型（RSA、ECDSA）是否相符；最好留空。",
};
const struct text fix_speak_tls = {
	"Let the other end speak TLS on this port, or speak plain text to it (http instead of "
	"https).",
	"让对方在该端口使用 TLS，或以明文与其通信（http 而不是 https）。",
};
const struct text fix_right_port = {
	"Check the port: a proxy or a plain HTTP server may be listening on it.",
	"检查端口：监听者可能是代理或明文 HTTP 服务器。",
};
const struct text fix_send_certificate = {
	"Give the client a certificate: tls.Config.Certificates.",
	"为客户端配置证书：tls.Config.Certificates。",
};
const struct text fix_client_authority = {
	"Have the client's certificate signed by an authority that the server knows "
	"(tls.Config.ClientCAs there), for client authentication, and in date.",
	"由服务器认可的机构（其 tls.Config.ClientCAs）签发客户端证书，用途包含客户端认证，且在有效期内。",
};
const struct text fix_client_trust = {
	"Give clients the authority that signed this server's certificate, and serve the whole "
	"chain.",
	"让客户端信任签发该服务器证书的机构，并提供完整的证书链。",
};
const struct text fix_peer_log = {
	"The other end's log says why.",
	"原因见对方的日志。",
};
const struct text fix_handshake_deadline = {
	"See why the other end is slow or silent; if it only is slow, give more time "
	"(TLSHandshakeTimeout, the context, the deadline).",
	"查明对方缓慢或沉默的原因；如果只是慢，请给更多时间（TLSHandshakeTimeout、context、期限）。",
};
const struct text fix_http_scheme = {
	"The port speaks plain HTTP: dial http:// instead of https://, or the port that has TLS.",
	"该端口使用明文 HTTP：请用 http:// 代替 https://，或连接使用 TLS 的端口。",
};
const struct text fix_more_processor = {
	"Give the program more processor (limits, GOMAXPROCS), or look for what it does in the "
	"handshake: GetCertificate, VerifyPeerCertificate, VerifyConnection.",
	"给程序更多处理器（限额、GOMAXPROCS），或检查握手中执行的代码："
	"GetCertificate、VerifyPeerCertificate、VerifyConnection。",
};
