/* SPDX-License-Identifier: BSD-2-Clause */
/* What each cause means and why it comes about, whatever the failure at hand. */
#include "user/verdict/cause_meanings.h"

#include <stddef.h>

const struct term cause_meanings[] = {
	{ "denied_by_seccomp",
	  "A seccomp filter on the process refuses the system call before the kernel "
	  "looks at the address. The filter was set by the container's profile, a "
	  "systemd unit or a parent.",
	  "进程上的 seccomp 过滤器在内核查看地址之前就拒绝了该系统调用。过滤器来自容器"
	  "的配置、systemd 单元或父进程。" },
	{ "denied_by_security_module",
	  "A security module (AppArmor, SELinux, ...) refuses what the kernel's other "
	  "checks would have allowed.",
	  "安全模块（AppArmor、SELinux 等）拒绝了内核其他检查本会允许的操作。" },
	{ "denied_by_cgroup_program",
	  "A BPF program that is attached to the control group refuses the address: "
	  "systemd's SocketBindDeny=, or a network plugin.",
	  "附加在控制组上的 BPF 程序拒绝了该地址：systemd 的 SocketBindDeny=，或网络插"
	  "件。" },
	{ "address_family_unavailable",
	  "An IPv6 address was asked for, and this network has no IPv6: it is "
	  "switched off, or no address of it is there.",
	  "请求的是 IPv6 地址，而该网络没有 IPv6：被关闭，或没有这样的地址。" },
	{ "address_not_local",
	  "The address is none of this network namespace's: the host's address asked "
	  "for inside a container, a typing error, or an address that comes later.",
	  "该地址不属于此网络命名空间：在容器内请求主机的地址、写错了，或地址稍后才有。" },
	{ "user_namespace_does_not_own_network_namespace",
	  "The process is root only in its own user namespace, and the network "
	  "belongs to another: its capabilities do not count for ports below "
	  "net.ipv4.ip_unprivileged_port_start (rootless containers on the host's "
	  "network).",
	  "进程只在自己的用户命名空间中是 root，而网络属于另一个：其能力对低于 net.ipv4.ip_unprivileged_port_start "
	  "的端口无效（使用主机网络的无 root 容器）。" },
	{ "capability_not_effective",
	  "The process was given CAP_NET_BIND_SERVICE but has not switched it on: it "
	  "is permitted and not effective.",
	  "进程被授予 CAP_NET_BIND_SERVICE 但没有启用：在 permitted 中，不在 effective "
	  "中。" },
	{ "file_capabilities_ignored_nosuid",
	  "The program file has CAP_NET_BIND_SERVICE, but lies on a mount with "
	  "nosuid, where the kernel ignores that.",
	  "程序文件有 CAP_NET_BIND_SERVICE，但位于带 nosuid 的挂载上，内核在那里忽略它"
	  "。" },
	{ "file_capabilities_ignored_no_new_privs",
	  "The program file has CAP_NET_BIND_SERVICE, but the process runs with "
	  "no_new_privs, where the kernel ignores that.",
	  "程序文件有 CAP_NET_BIND_SERVICE，但进程设置了 no_new_privs，内核因此忽略它。" },
	{ "missing_cap_net_bind_service",
	  "A port below net.ipv4.ip_unprivileged_port_start (1024 unless set) was "
	  "asked for without CAP_NET_BIND_SERVICE: usually a program that does not "
	  "run as root.",
	  "在没有 CAP_NET_BIND_SERVICE 的情况下请求了低于 net.ipv4.ip_unprivileged_port_start"
	  "（默认 1024）的端口：通常是程序不以 root 运行。" },
	{ "ephemeral_ports_exhausted",
	  "No port of net.ipv4.ip_local_port_range was left: too many connections to "
	  "one address at a time, or too many that have just ended.",
	  "net.ipv4.ip_local_port_range 中没有剩余端口：同时到同一地址的连接太多，或刚"
	  "结束的太多。" },
	{ "unix_path_exists",
	  "The path of a unix socket is taken: by a socket that nobody removed after "
	  "an earlier run, by one that is in use, or by a file.",
	  "unix 套接字的路径已被占用：上次运行遗留的套接字、正在使用的套接字，或一个文"
	  "件。" },
	{ "unix_path_missing",
	  "The path of a unix socket, or a directory on the way to it, is not there: "
	  "seen from the root of the process, which in a container is the "
	  "container's.",
	  "unix 套接字的路径或通往它的目录不存在：以进程的根目录为准，在容器中即容器的"
	  "根。" },
	{ "unix_path_denied",
	  "The user of the process may not enter a directory on the way to the unix "
	  "socket, write where it is to be made, or write to the socket itself; or "
	  "the file system is mounted read-only.",
	  "进程的用户无权进入通往 unix 套接字的目录、无权在该处创建，或无权写入套接字；"
	  "也可能是文件系统只读。" },
	{ "address_in_use",
	  "Another socket has the port, or the abstract name, already: another "
	  "program, an earlier run of the same one, the program itself a second time, "
	  "or the rest of a connection (TIME_WAIT). The verdict names the holder, in "
	  "whichever container.",
	  "端口或抽象名称已被另一个套接字占用：别的程序、同一程序的上次运行、程序自己第"
	  "二次绑定，或连接的残留（TIME_WAIT）。结论会指出占用者，无论在哪个容器。" },
	{ "blocked_by_policy",
	  "The connection was forbidden, on this host or on the way: by a seccomp "
	  "filter, a BPF program of the control group, a route of type prohibit, a "
	  "security module, or an ICMPv6 answer.",
	  "连接被禁止，可能在本机或在途中：seccomp 过滤器、控制组的 BPF 程序、prohibit "
	  "类型的路由、安全模块，或 ICMPv6 回应。" },
	{ "refused_listens_elsewhere",
	  "The connection was refused, though somebody on this host listens on that "
	  "port: on another address (127.0.0.1 only), or in another network namespace "
	  "(another container).",
	  "连接被拒绝，但本机有程序在该端口监听：在别的地址（仅 127.0.0.1），或在别的网"
	  "络命名空间（另一个容器）。" },
	{ "refused_no_listener",
	  "The connection was refused: nobody listens there, not yet or not any more. "
	  "For a unix socket: the file is there and its owner is gone.",
	  "连接被拒绝：那里没有程序监听，尚未启动或已经退出。对 unix 套接字：文件在，而"
	  "其拥有者已不在。" },
	{ "syn_unanswered",
	  "The kernel gave up after repeating the SYN for minutes: nothing came back. "
	  "A firewall drops it, or there is no such host behind the router.",
	  "内核重发 SYN 数分钟后放弃：没有任何回应。防火墙丢弃了它，或路由器之后没有该"
	  "主机。" },
	{ "happy_eyeballs_loser",
	  "No failure: Go dialled two addresses of a name, and dropped the slower one "
	  "when the other was there first.",
	  "并非失败：Go 同时拨号一个名称的两个地址，较快者成功后放弃了较慢者。" },
	{ "program_deadline",
	  "The program gave up before the connection was there: its dial timeout or "
	  "its context ended. A repeated SYN in the evidence says that the other end "
	  "did not answer.",
	  "程序在连接建立之前放弃：拨号超时或 context 结束。证据中有重发的 SYN 则说明对"
	  "端没有回应。" },
	{ "no_route",
	  "There is no way to the address: no route in this network namespace, a "
	  "neighbour that does not answer, or a router that says so.",
	  "没有到达该地址的路径：该网络命名空间中没有路由、邻居没有回应，或路由器如此答"
	  "复。" },
	{ "reset_during_handshake",
	  "The other end took the SYN and then reset the connection: a full queue "
	  "that is set to refuse, a proxy without a server behind it, or a firewall.",
	  "对端收到 SYN 后重置了连接：队列已满且设置为拒绝、代理之后没有服务器，或防火"
	  "墙。" },
	{ "hostname_mismatch",
	  "The certificate is genuine but for other names: the address that was "
	  "dialled is missing from its DNS names and IP addresses. A common name does "
	  "not count for Go.",
	  "证书本身有效，但用于其他名称：所拨的地址不在其 DNS 名称和 IP 地址之列。Go 不"
	  "看 common name。" },
	{ "certificate_expired",
	  "The certificate's last day has passed: it was not renewed, the server was "
	  "not told to load the new one, or a clock is wrong.",
	  "证书已过最后期限：没有续期、服务器没有加载新证书，或时钟不对。" },
	{ "certificate_not_yet_valid",
	  "The certificate begins in the future: the clock of the end that checks it "
	  "is behind, or it was issued ahead of time.",
	  "证书尚未生效：检查方的时钟偏慢，或证书提前签发。" },
	{ "protocol_version",
	  "The two ends have no version of TLS in common: Go speaks 1.2 and 1.3 "
	  "unless tls.Config says otherwise.",
	  "双方没有共同的 TLS 版本：除非 tls.Config 另有设置，Go 使用 1.2 和 1.3。" },
	{ "no_common_cipher",
	  "The two ends have no cipher suite in common, or none that fits the "
	  "server's kind of key.",
	  "双方没有共同的密码套件，或没有适合服务器密钥类型的。" },
	{ "not_tls",
	  "What came instead of a TLS record is not TLS: a plain HTTP server or "
	  "client on that port, or another protocol. The verdict shows the first "
	  "bytes.",
	  "收到的不是 TLS 记录：该端口上是明文 HTTP 或其他协议。结论会给出最初的字节。" },
	{ "client_certificate_required",
	  "The server asks for a client certificate (mutual TLS), and the client has "
	  "none to send.",
	  "服务器要求客户端证书（双向 TLS），而客户端没有可发送的证书。" },
	{ "client_certificate_rejected",
	  "The server did not accept the certificate that the client sent: its "
	  "authority is not among the server's, it has expired, or it is not for "
	  "clients.",
	  "服务器不接受客户端发送的证书：其 CA 不在服务器信任之列、已过期，或不用于客户"
	  "端。" },
	{ "peer_rejected_our_certificate",
	  "The client did not accept this server's certificate, and said so by an "
	  "alert: the reason is known at the client's end only.",
	  "客户端不接受本服务器的证书，并以告警告知：具体原因只有客户端知道。" },
	{ "remote_alert",
	  "The other end ended the handshake with an alert that says no more than its "
	  "name.",
	  "对端以告警结束握手，除名称外没有更多信息。" },
	{ "closed_by_peer",
	  "The other end closed or reset the connection during the handshake: it "
	  "crashed, a proxy gave up, or what listens there does not speak TLS.",
	  "对端在握手期间关闭或重置连接：它崩溃了、代理放弃了，或那里监听的程序不说 TLS"
	  "。" },
	{ "timeout",
	  "A deadline passed during the handshake. Where it is known the verdict says "
	  "whose time it was: the network's and the other end's, or this program's, "
	  "which had what it needed and did not get to compute.",
	  "握手期间超过期限。若能知道，结论会说明时间花在哪里：网络和对端，或本程序：数"
	  "据已到却没有轮到计算。" },
	{ "cancelled",
	  "No failure: the program cancelled the handshake's context, because it did "
	  "not need it any more.",
	  "并非失败：程序取消了握手的 context，因为不再需要它。" },
	{ "self_signed",
	  "The server's certificate is its own issuer, and nobody told this program "
	  "to trust it.",
	  "服务器的证书由其自身签发，而没有人让本程序信任它。" },
	{ "no_ca_bundle_in_image",
	  "No certificate can be checked: the image has no bundle of authorities at "
	  "the places where Go looks, as with FROM scratch.",
	  "无法验证任何证书：镜像在 Go 查找的位置没有根证书，例如 FROM scratch。" },
	{ "intermediate_not_sent",
	  "The server sent only its own certificate and not the intermediate that "
	  "signed it. Browsers fetch that; Go does not.",
	  "服务器只发送了自己的证书，没有发送签发它的中间证书。浏览器会自行获取，Go 不"
	  "会。" },
	{ "private_ca_not_trusted",
	  "The certificate was signed by an authority that is not among those that "
	  "this program trusts: a company's own, or an intercepting proxy's.",
	  "证书由本程序不信任的 CA 签发：企业自建的 CA，或拦截代理的 CA。" },
	{ "ca_bundle_unreadable",
	  "The bundle of authorities is there, but the user of the process may not "
	  "read it.",
	  "根证书文件存在，但进程的用户无权读取。" },
	{ NULL, NULL, NULL },
};
