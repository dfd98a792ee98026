/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts on connect say, and what mends it; the order is that of texts_connect.h. */
#include "user/verdict/texts_connect.h"

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
