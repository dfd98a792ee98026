/* SPDX-License-Identifier: BSD-2-Clause */
/* One text after the other; the order is that of texts.h. */
#include "user/verdict/texts.h"

const struct text text_missing_capability = {
	"Ports below {net.ipv4.ip_unprivileged_port_start} need CAP_NET_BIND_SERVICE here, and "
	"this "
	"process (user {process.user.id}) does not have it: port {network.local.port} was refused.",
	"此处低于 {net.ipv4.ip_unprivileged_port_start} 的端口需要 CAP_NET_BIND_SERVICE，而该进程（用户 "
	"{process.user.id}）没有此能力：端口 {network.local.port} 被拒绝。",
};
const struct text text_capability_not_effective = {
	"The process may have CAP_NET_BIND_SERVICE (it is in its permitted set) but has not "
	"switched "
	"it on: the effective set lacks it, so port {network.local.port} was refused.",
	"该进程的 permitted 集合中有 CAP_NET_BIND_SERVICE，但没有启用：effective 集合中缺少它，"
	"因此端口 {network.local.port} 被拒绝。",
};
const struct text text_foreign_network = {
	"The network belongs to another user namespace than the process: capabilities of its own "
	"namespace do not count there, so port {network.local.port}, below "
	"{net.ipv4.ip_unprivileged_port_start}, was refused.",
	"该网络属于另一个用户命名空间：进程在自己命名空间中的能力在那里无效，因此低于 "
	"{net.ipv4.ip_unprivileged_port_start} 的端口 {network.local.port} 被拒绝。",
};
const struct text text_address_in_use = {
	"{requested} is taken{?self}: this very process has it already, as {self}{/}{?holder}: "
	"{holder} has {holder.address} ({holder.state}){/}{?time_wait}: {time_wait} is still in "
	"TIME_WAIT after a connection that ended{/}.",
	"{requested} 已被占用{?self}：占用者就是该进程自己（{self}）{/}{?holder}：{holder} 持有 "
	"{holder.address}（{holder.state}）{/}{?time_wait}：{time_wait} 在连接结束后仍处于 "
	"TIME_WAIT{/}。",
};
const struct text text_ports_exhausted = {
	"No local port was left: every port of the ephemeral range is taken for this address.",
	"没有可用的本地端口：对该地址而言，临时端口范围内的端口已全部被占用。",
};
const struct text text_address_not_local = {
	"{network.local.address} is no address of this network namespace"
	"{?local.addresses}; it has {local.addresses}{/}.",
	"{network.local.address} 不是该网络命名空间的地址"
	"{?local.addresses}；它拥有的地址是 {local.addresses}{/}。",
};
const struct text text_family_unavailable = {
	"This network namespace has no IPv6 address, so {network.local.address} can't be bound; it "
	"has {local.addresses}.",
	"该网络命名空间没有 IPv6 地址，因此无法绑定 {network.local.address}；它拥有的地址是 "
	"{local.addresses}。",
};
const struct text text_path_exists = {
	"The file {network.local.address} exists already, mostly left behind by an earlier run: a "
	"unix socket can't be bound to an existing name.",
	"文件 {network.local.address} 已经存在，通常是上次运行遗留的：unix 套接字不能绑定到已存在的名字。",
};
const struct text text_path_missing = {
	"A directory on the way to {socket.path} does not exist.",
	"通往 {socket.path} 的某个目录不存在。",
};
const struct text text_path_denied = {
	"User {process.user.id} may not make {network.local.address}: the directory refuses it.",
	"用户 {process.user.id} 无权创建 {network.local.address}：目录权限不允许。",
};
const struct text fix_higher_port = {
	"Listen on port {net.ipv4.ip_unprivileged_port_start} or above.",
	"监听 {net.ipv4.ip_unprivileged_port_start} 或更高的端口。",
};
const struct text fix_higher_port_docker = {
	"Listen on a high port inside and publish it: -p {network.local.port}:8080.",
	"在容器内监听高位端口并发布：-p {network.local.port}:8080。",
};
const struct text fix_higher_port_kubernetes = {
	"Listen on containerPort 8080 and let the Service map it: port: {network.local.port}, "
	"targetPort: 8080.",
	"监听 containerPort 8080，由 Service 映射：port: {network.local.port}，targetPort: 8080。",
};
const struct text fix_port_start_docker = {
	"Let the container's network open low ports: docker run --sysctl "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}.",
	"放开该容器网络的低位端口：docker run --sysctl "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}。",
};
const struct text fix_port_start_podman = {
	"Let the container's network open low ports: podman run --sysctl "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}.",
	"放开该容器网络的低位端口：podman run --sysctl "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}。",
};
const struct text fix_port_start_kubernetes = {
	"In the pod's securityContext.sysctls: name net.ipv4.ip_unprivileged_port_start, value "
	"\"{network.local.port}\".",
	"在 pod 的 securityContext.sysctls 中设置：name 为 net.ipv4.ip_unprivileged_port_start，value 为 "
	"\"{network.local.port}\"。",
};
const struct text fix_port_start = {
	"Open the port to all users of this network: sysctl -w "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}.",
	"向该网络的所有用户开放此端口：sysctl -w "
	"net.ipv4.ip_unprivileged_port_start={network.local.port}。",
};
const struct text fix_ambient_systemd = {
	"In the unit: AmbientCapabilities=CAP_NET_BIND_SERVICE, then systemctl daemon-reload and "
	"restart.",
	"在 unit 中设置 AmbientCapabilities=CAP_NET_BIND_SERVICE，然后 systemctl daemon-reload 并重启。",
};
const struct text fix_file_capability = {
	"Give the program the one capability: setcap cap_net_bind_service=+ep "
	"{?process.executable.path}{process.executable.path}{/}.",
	"只给程序这一项能力：setcap cap_net_bind_service=+ep "
	"{?process.executable.path}{process.executable.path}{/}。",
};
const struct text fix_raise_capability = {
	"Start it with the capability in the ambient set (it survives exec), or set file "
	"capabilities "
	"with +ep instead of +p.",
	"启动时把该能力放入 ambient 集合（exec 后保留），或将文件能力由 +p 改为 +ep。",
};
const struct text fix_own_network = {
	"Give the container a network of its own instead of the host's.",
	"让容器使用自己的网络，而不是主机网络。",
};
const struct text fix_publish_port = {
	"Let the runtime publish the port from outside: -p {network.local.port}:8080.",
	"由运行时从外部发布端口：-p {network.local.port}:8080。",
};
const struct text fix_stop_holder = {
	"Stop {holder}, or give one of the two another port.",
	"停止 {holder}，或让其中一个使用别的端口。",
};
const struct text fix_find_holder = {
	"See who has it: ss -ltunp 'sport = :{network.local.port}'.",
	"查看占用者：ss -ltunp 'sport = :{network.local.port}'。",
};
const struct text fix_close_own = {
	"Close the first listener before opening the second, or open it only once.",
	"在打开第二个监听器之前关闭第一个，或者只打开一次。",
};
const struct text fix_other_port = {
	"Listen on another port, or on port 0 for any free one.",
	"监听别的端口，或用端口 0 取得任意空闲端口。",
};
const struct text fix_reuse_address = {
	"Set SO_REUSEADDR before bind (Go's net.Listen does), or wait a minute.",
	"在 bind 之前设置 SO_REUSEADDR（Go 的 net.Listen 会设置），或等待一分钟。",
};
const struct text fix_wildcard = {
	"Listen on all addresses: leave the address empty, \":{network.local.port}\".",
	"监听所有地址：省略地址，写作 \":{network.local.port}\"。",
};
const struct text fix_pod_address = {
	"An address of the host does not exist inside the container; listen on the container's "
	"own or "
	"on all.",
	"主机的地址在容器内并不存在；请监听容器自己的地址或所有地址。",
};
const struct text fix_enable_ipv6 = {
	"Enable IPv6 in this network: sysctl -w net.ipv6.conf.all.disable_ipv6=0.",
	"在该网络中启用 IPv6：sysctl -w net.ipv6.conf.all.disable_ipv6=0。",
};
const struct text fix_listen_ipv4 = {
	"Listen on an IPv4 address, or on all: \":{network.local.port}\".",
	"监听 IPv4 地址，或监听所有地址：\":{network.local.port}\"。",
};
const struct text fix_remove_path = {
	"Remove {network.local.address} before listening (the program can do so at its start).",
	"在监听之前删除 {network.local.address}（程序可以在启动时这样做）。",
};
const struct text fix_make_directory = {
	"Make the directory, or mount the volume that holds it.",
	"创建该目录，或挂载包含它的卷。",
};
const struct text fix_directory_rights = {
	"Give user {process.user.id} write access to the directory, or name a path below one "
	"that it "
	"owns.",
	"给用户 {process.user.id} 目录的写权限，或使用它拥有的目录下的路径。",
};
const struct text fix_port_range = {
	"Widen the range: sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\".",
	"扩大范围：sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"。",
};
const struct text fix_reuse_connections = {
	"Reuse connections: read a response's body to its end and close it, one http.Client "
	"for all.",
	"复用连接：将响应体读完并关闭，全程使用同一个 http.Client。",
};

const struct text text_refused = {
	"{peer} refused the connection: nothing listens on that port there, or a filter "
	"rejects it.",
	"{peer} 拒绝了连接：那里没有程序监听该端口，或有过滤规则拒绝。",
};
const struct text text_refused_path = {
	"{network.peer.address} is there, but nobody listens on it: its program has ended.",
	"{network.peer.address} 存在，但没有程序在监听：其所属程序已经结束。",
};
const struct text text_unanswered = {
	"{peer} never answered: after {duration} and {tcp.retransmits} repeated SYNs the "
	"kernel gave "
	"up.",
	"{peer} 一直没有应答：经过 {duration} 和 {tcp.retransmits} 次重发 SYN 后，内核放弃了。",
};
const struct text text_program_deadline = {
	"The program gave up after {duration}; until then {peer} had not answered "
	"({tcp.retransmits} "
	"repeated SYNs).",
	"程序在 {duration} 后放弃；在此之前 {peer} 没有应答（重发 SYN {tcp.retransmits} 次）。",
};
const struct text text_no_route = {
	"There is no way to {peer}: {error.type}.",
	"没有到达 {peer} 的路由：{error.type}。",
};
const struct text text_reset = {
	"{peer} reset the connection while it was being made.",
	"{peer} 在连接建立过程中重置了连接。",
};
const struct text text_blocked = {
	"A rule on this host forbids the connection to {peer}: a packet filter or a policy "
	"attached "
	"to the cgroup.",
	"本机的规则禁止连接到 {peer}：数据包过滤器，或附加在 cgroup 上的策略。",
};
const struct text fix_start_listener = {
	"Start the server, or correct the address; on its host: ss -ltn 'sport = "
	":{network.peer.port}'.",
	"启动服务器，或更正地址；在其主机上查看：ss -ltn 'sport = :{network.peer.port}'。",
};
const struct text fix_listen_outside = {
	"Inside a container, 127.0.0.1 is the container itself: use the other service's name.",
	"在容器内，127.0.0.1 就是容器自己：请使用对方服务的名字。",
};
const struct text fix_look_at_filters = {
	"Look at packet filters, security groups and network policies between the two, and whether "
	"the address still exists.",
	"检查两端之间的包过滤、安全组和网络策略，以及该地址是否仍然存在。",
};
const struct text fix_longer_deadline = {
	"If the peer is only slow, give the dial more time (net.Dialer.Timeout, the context).",
	"如果对方只是慢，请给拨号更多时间（net.Dialer.Timeout、context）。",
};
const struct text fix_look_at_routes = {
	"See the route: ip route get {network.peer.address}.",
	"查看路由：ip route get {network.peer.address}。",
};
const struct text fix_look_at_peer = {
	"Look at the peer's log, and at proxies and balancers on the way.",
	"查看对方的日志，以及途中的代理和负载均衡器。",
};
const struct text fix_allow_policy = {
	"Allow it in the network policy or packet filter: nft list ruleset, iptables -S.",
	"在网络策略或包过滤中放行：nft list ruleset、iptables -S。",
};
const struct text fix_mount_socket = {
	"Start the server first, or mount its socket into the container.",
	"先启动服务器，或将其套接字挂载到容器中。",
};

const struct text text_hostname_mismatch = {
	"The server's certificate is not for {certificate.wanted}, the name that the program "
	"dialled.",
	"服务器证书不适用于程序所连接的名字 {certificate.wanted}。",
};
const struct text text_certificate_expired = {
	"The {other}'s certificate ended on {certificate.not_after}"
	"{?certificate.days}, {certificate.days} days ago{/}.",
	"{other_zh}的证书已于 {certificate.not_after} 到期"
	"{?certificate.days}，已过 {certificate.days} 天{/}。",
};
const struct text text_certificate_not_yet_valid = {
	"The {other}'s certificate begins only on {certificate.not_before}: it is too new, or this "
	"host's clock is behind.",
	"{other_zh}的证书从 {certificate.not_before} 才开始生效：证书太新，或本机时钟落后。",
};
const struct text text_protocol_version = {
	"The two ends have no TLS version in common.",
	"两端没有共同的 TLS 版本。",
};
const struct text text_no_common_cipher = {
	"The two ends have no cipher suite in common.",
	"两端没有共同的密码套件。",
};
const struct text text_not_tls = {
	"The other end does not speak TLS: its first bytes are no TLS record.",
	"对方说的不是 TLS：其最初的字节不是 TLS 记录。",
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
