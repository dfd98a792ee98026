/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts about authorities say, and what mends it; the order is that of texts_trust.h. */
#include "user/verdict/texts_trust.h"

const struct text text_self_signed = {
	"The server's certificate ({certificate.subject}) is signed by itself, and this very "
	"certificate is not among those that the program trusts."
	"{?trust.same_name} One of the same name is, with another key: it was made anew.{/}",
	"服务器证书（{certificate.subject}）是自签名的，而程序信任的证书中没有它。"
	"{?trust.same_name}其中有一张同名但密钥不同的证书：该证书已被重新生成。{/}",
};
const struct text text_no_bundle = {
	"The program trusts the authorities of its system, and its file system has none."
	"{?SSL_CERT_FILE} SSL_CERT_FILE says {trust.bundle}, where there is none.{/} Without such "
	"a bundle of CA certificates no server's certificate can be verified.",
	"程序信任系统的证书颁发机构，但其文件系统中一个也没有。"
	"{?SSL_CERT_FILE}SSL_CERT_FILE 指向 {trust.bundle}，那里没有证书。{/}"
	"没有 CA 证书包，任何服务器证书都无法验证。",
};
const struct text text_no_intermediate = {
	"The server sent its own certificate and not that of the authority which signed it, "
	"{certificate.issuer}. That one is not among those that the program trusts, and Go does "
	"not "
	"fetch it from elsewhere, as browsers do.",
	"服务器只发送了自己的证书，没有发送签发者 {certificate.issuer} 的证书。"
	"程序信任的机构中没有它，而 Go 不像浏览器那样会从别处下载。",
};
const struct text text_private_authority = {
	"The certificate is signed by {certificate.issuer}, an authority that the program does not "
	"trust{?own}: it is not among the {own} of the program's own pool (tls.Config.RootCAs){/}"
	"{?system}: it is not among the {system} of the system's bundle, {trust.bundle}{/}."
	"{?empty} That pool is empty: was its PEM file read, and did AppendCertsFromPEM say "
	"true?{/}"
	"{?trust.same_name} One of that name is there, with another key.{/}",
	"证书由 {certificate.issuer} 签发，而程序不信任该机构"
	"{?own}：它不在程序自己的证书池（tls.Config.RootCAs，共 {own} 个）中{/}"
	"{?system}：它不在系统证书包 {trust.bundle}（共 {system} 个）中{/}。"
	"{?empty}该证书池是空的：PEM 文件读到了吗？AppendCertsFromPEM 返回 true 了吗？{/}"
	"{?trust.same_name}其中有一个同名的机构，但密钥不同。{/}",
};
const struct text text_unreadable = {
	"The system's bundle of CA certificates, {trust.bundle}, is there, but the program may not "
	"read it{?trust.bundle.mode}: its mode is {trust.bundle.mode}, its owner user "
	"{trust.bundle.user}{/}. So no server's certificate can be verified.",
	"系统的 CA 证书包 {trust.bundle} 存在，但程序无权读取"
	"{?trust.bundle.mode}：其权限为 {trust.bundle.mode}，属主为用户 {trust.bundle.user}{/}。"
	"因此任何服务器证书都无法验证。",
};
const struct text text_unknown_client = {
	"This server rejected the client's certificate{?certificate.issuer}: it is signed by "
	"{certificate.issuer}{/}, and no authority that the server accepts for clients signed it."
	"{?nil} tls.Config.ClientCAs is not set, so that only the system's public authorities are "
	"accepted.{/}",
	"该服务器拒绝了客户端证书{?certificate.issuer}：签发者为 {certificate.issuer}{/}，"
	"签发者不是服务器所接受的客户端证书颁发机构。"
	"{?nil}tls.Config.ClientCAs 未设置，因此只接受系统的公共机构。{/}",
};
const struct text text_invalid_client = {
	"This server rejected the client's certificate: {error.text}.",
	"该服务器拒绝了客户端证书：{error.text}。",
};
const struct text fix_add_to_own_pool = {
	"Add the certificate of {certificate.issuer} (PEM) to the pool in tls.Config.RootCAs: "
	"AppendCertsFromPEM, and check that it says true.",
	"把 {certificate.issuer} 的证书（PEM）加入 tls.Config.RootCAs 的证书池：AppendCertsFromPEM，"
	"并检查其返回 true。",
};
const struct text fix_trust_this_one = {
	"Put this certificate into a PEM file of the program's own and let SSL_CERT_FILE name it: "
	"then "
	"no other authority is trusted beside those in SSL_CERT_DIR.",
	"把该证书放入程序自用的 PEM 文件，并用 SSL_CERT_FILE 指向它：这样除 SSL_CERT_DIR 外不再信任其他机构。",
};
const struct text fix_append_pem = {
	"Trust {?certificate.issuer}{certificate.issuer}{/} in this program alone: "
	"pool.AppendCertsFromPEM(its certificate), and tls.Config.RootCAs = pool.",
	"仅在该程序中信任 {?certificate.issuer}{certificate.issuer}{/}："
	"pool.AppendCertsFromPEM（其证书），并设置 tls.Config.RootCAs = pool。",
};
const struct text fix_real_certificate = {
	"Have the server's certificate signed by an authority that its clients know.",
	"由客户端认可的机构签发服务器证书。",
};
const struct text fix_right_variable = {
	"Let SSL_CERT_FILE name a bundle that is there, or unset it: Go then looks in the usual "
	"places.",
	"让 SSL_CERT_FILE 指向存在的证书包，或取消该变量：Go 会在常用位置查找。",
};
const struct text fix_apk_add = {
	"In the Dockerfile: RUN apk add --no-cache ca-certificates. It has the public "
	"authorities; a "
	"private one goes into /usr/local/share/ca-certificates before.",
	"在 Dockerfile 中：RUN apk add --no-cache ca-certificates。其中是公共机构；"
	"私有机构的证书须先放入 /usr/local/share/ca-certificates。",
};
const struct text fix_apt_install = {
	"In the Dockerfile: RUN apt-get update && apt-get install -y ca-certificates. It has the "
	"public "
	"authorities; a private one goes into /usr/local/share/ca-certificates before.",
	"在 Dockerfile 中：RUN apt-get update && apt-get install -y ca-certificates。其中是公共机构；"
	"私有机构的证书须先放入 /usr/local/share/ca-certificates。",
};
const struct text fix_copy_bundle = {
	"In the Dockerfile: COPY --from=build /etc/ssl/certs/ca-certificates.crt "
	"/etc/ssl/certs/ (from a stage that has it; a private authority's certificate belongs into "
	"it).",
	"在 Dockerfile 中：COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/"
	"（来自含有该文件的阶段；私有机构的证书须加入其中）。",
};
const struct text fix_install_bundle = {
	"Put a PEM file with the authorities to trust at /etc/ssl/certs/ca-certificates.crt of the "
	"program's file system.",
	"把包含受信机构的 PEM 文件放到程序文件系统的 /etc/ssl/certs/ca-certificates.crt。",
};
const struct text fix_point_to_bundle = {
	"Mount a PEM file and let SSL_CERT_FILE name it: it is read instead of the system's "
	"bundle.",
	"挂载一个 PEM 文件并用 SSL_CERT_FILE 指向它：它将代替系统的证书包。",
};
const struct text fix_full_chain = {
	"Let the server send the whole chain: its certificate file must hold its own certificate, "
	"then "
	"that of {certificate.issuer} (often called fullchain.pem).",
	"让服务器发送完整的证书链：证书文件中先是自己的证书，然后是 {certificate.issuer} 的证书"
	"（常名为 fullchain.pem）。",
};
const struct text fix_add_to_bundle = {
	"Add it for all programs of this system: its PEM file into "
	"/usr/local/share/ca-certificates, "
	"then update-ca-certificates (Debian, Alpine); restart the program.",
	"为该系统的所有程序添加：把 PEM 文件放入 /usr/local/share/ca-certificates，"
	"再运行 update-ca-certificates（Debian、Alpine）；然后重启程序。",
};
const struct text fix_readable = {
	"Let everyone read it, there is no secret in it: chmod 0644 {trust.bundle}, and 0755 for "
	"the "
	"folders above.",
	"让所有人可读，其中没有秘密：chmod 0644 {trust.bundle}，上级目录为 0755。",
};
const struct text fix_sign_client = {
	"Have the client use a certificate that was signed by an authority which this server "
	"accepts.",
	"让客户端使用由该服务器所接受的机构签发的证书。",
};
const struct text fix_add_client_authority = {
	"Or accept its authority: AppendCertsFromPEM on the pool in tls.Config.ClientCAs.",
	"或接受其颁发机构：对 tls.Config.ClientCAs 的证书池调用 AppendCertsFromPEM。",
};
const struct text fix_reissue_client = {
	"Issue the client's certificate anew, for client authentication (extendedKeyUsage "
	"clientAuth).",
	"重新签发客户端证书，用途包含客户端认证（extendedKeyUsage clientAuth）。",
};
const struct text fix_maybe_chain = {
	"If {certificate.issuer} is itself signed by an authority that the program trusts, let the "
	"server send its certificate, too (the whole chain in one file).",
	"如果 {certificate.issuer} 本身由程序信任的机构签发，请让服务器同时发送它的证书（完整的证书链放在一个文件中）。",
};
