/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts on connect say, and what mends it; the order is that of texts_connect.h. */
#include "user/verdict/texts_connect.h"

const struct text text_refused = {
	"{peer} refused the connection: nothing listens on that port there, or a firewall on "
	"the way refuses in its name. From this end the two look the same.",
	"{peer} 拒绝了连接：那里没有程序监听该端口，或途中有防火墙代为拒绝。从本端看，"
	"两者没有区别。",
};
const struct text text_refused_here = {
	"{peer} is an address of the network that this program runs in, and no program on "
	"this host listens on port {network.peer.port}.",
	"{peer} 是该程序所在网络自己的地址，而本机上没有任何程序监听端口 "
	"{network.peer.port}。",
};
const struct text text_listens_now = {
	"{peer} refused the connection, but {listener} listens on {listener.address} now: it "
	"began after this attempt, or a firewall refuses in its name.",
	"{peer} 拒绝了连接，但 {listener} 现在正在监听 {listener.address}："
	"它在这次尝试之后才开始监听，或有防火墙代为拒绝。",
};
const struct text text_listens_elsewhere = {
	"Nothing listens on {peer}{?same}: {listener} has that port open, but only on "
	"{listener.address}{/}{?other_here} in the network of this program. {listener} "
	"listens on {listener.address} in another network: every container has a network, "
	"and a localhost, of its own{/}{?other_there}: the address belongs to the network of "
	"{listener}, which listens there only on {listener.address}{/}.",
	"{peer} 上没有程序监听{?same}：{listener} 打开了该端口，但只在 {listener.address} "
	"上{/}{?other_here}（就该程序所在的网络而言）。{listener} 在另一个网络中监听 "
	"{listener.address}：每个容器都有自己的网络和自己的 localhost{/}{?other_there}："
	"该地址属于 {listener} 所在的网络，而它在那里只监听 {listener.address}{/}。",
};
const struct text text_refused_path = {
	"{network.peer.address} exists, but no program listens on it: the one that made it "
	"has ended, or does not listen yet.",
	"{network.peer.address} 存在，但没有程序在监听：创建它的程序已经结束，"
	"或尚未开始监听。",
};
const struct text text_no_socket = {
	"{network.peer.address} is a file, but no socket: nothing can be reached through it.",
	"{network.peer.address} 是文件，但不是套接字：无法通过它连接任何程序。",
};
const struct text text_refused_abstract = {
	"No program listens under the name {network.peer.address} in this network. Names "
	"that begin with @ are no files; each container network has its own.",
	"该网络中没有程序以 {network.peer.address} 这个名字监听。以 @ 开头的名字不是文件，"
	"每个容器网络各有一份。",
};
const struct text text_unanswered = {
	"{peer} never answered: the system sent the first packet (SYN), sent it again without an "
	"answer (repeats: {tcp.retransmits}), and gave up after {duration}. The machine is gone, "
	"or a firewall drops the packets.",
	"{peer} 一直没有应答：系统发出首个数据包（SYN），多次重发均无应答（重发次数："
	"{tcp.retransmits}），在 {duration} 后放弃。对方机器不在，或有防火墙丢弃数据包。",
};
const struct text text_program_deadline = {
	"The program itself gave up after {duration}: its deadline passed or its context was "
	"cancelled. It was waiting for {peer} to answer the first packet (SYN){?repeated} "
	"(repeats: {repeated}){/}.",
	"程序在 {duration} 后自行放弃：期限已到，或 context 被取消。当时正在等待 {peer} 应答"
	"首个数据包（SYN）{?repeated}（重发次数：{repeated}）{/}。",
};
const struct text text_lost_a_race = {
	"Nothing failed: Go tries IPv6 and IPv4 side by side, {winner.address} answered "
	"first, and the attempt to {peer} was dropped.",
	"没有失败：Go 同时尝试 IPv6 和 IPv4，{winner.address} 先应答，于是放弃了到 {peer} "
	"的尝试。",
};
const struct text text_no_route = {
	"The network that this program runs in knows no way to "
	"{network.peer.address}{?route.type}: its route {route.prefix} says "
	"\"{route.type}\"{/}. No packet was sent{?local.addresses}; the network has the "
	"addresses {local.addresses}{/}.",
	"该程序所在的网络没有到 {network.peer.address} 的路由{?route.type}：路由 "
	"{route.prefix} 的类型是 {route.type}{/}。没有发出任何数据包{?local.addresses}；"
	"该网络的地址有 {local.addresses}{/}。",
};
const struct text text_unreachable = {
	"A packet to {peer} was sent, and the answer was that it can't be reached "
	"({error.type}): no machine has that address on the last network, or a router or "
	"firewall says so.",
	"已向 {peer} 发出数据包，得到的答复是无法到达（{error.type}）："
	"最后一段网络上没有机器使用该地址，或路由器、防火墙如此答复。",
};
const struct text text_reset = {
	"{peer} answered and then broke the connection off while it was still being made: a "
	"proxy, a balancer or a firewall on the way does that, or a server that is "
	"overloaded.",
	"{peer} 已经应答，却在连接建立过程中将其中断："
	"途中的代理、负载均衡器或防火墙会这样做，过载的服务器也会。",
};
const struct text text_no_port_left = {
	"No local port was left for a connection to {peer}{?net.ipv4.ip_local_port_range}: "
	"all ports of the range {net.ipv4.ip_local_port_range} are in use for it, open or "
	"closed within the last minute{/}.",
	"没有可用于连接 {peer} 的本地端口{?net.ipv4.ip_local_port_range}：范围 "
	"{net.ipv4.ip_local_port_range} 内的端口都已被占用，或在一分钟之内刚刚关闭{/}。",
};
const struct text text_blocked_seccomp = {
	"A seccomp filter on this process forbids connect(2): the system refused the call "
	"before it looked at {peer}.",
	"该进程上的 seccomp 过滤器禁止 connect(2)：系统还没有看 {peer} 就拒绝了调用。",
};
const struct text text_blocked_cgroup = {
	"A program that guards this program's control group (container or service) forbids "
	"the connection to {peer}: BPF program {cgroup.program.id}{?cgroup.program.name}, "
	"{cgroup.program.name}{/}. No packet was sent.",
	"守护该程序所在 cgroup（容器或服务）的 BPF 程序禁止连接 {peer}：编号 "
	"{cgroup.program.id}{?cgroup.program.name}，名称 {cgroup.program.name}{/}。"
	"没有发出任何数据包。",
};
const struct text text_blocked_route = {
	"A route of this network forbids {network.peer.address}: {route.prefix} is of the "
	"type \"{route.type}\". No packet was sent.",
	"该网络的一条路由禁止访问 {network.peer.address}：{route.prefix} 的类型是 "
	"{route.type}。没有发出任何数据包。",
};
const struct text text_blocked_outside = {
	"A router or firewall on the way to {peer} answered that it forbids the connection.",
	"通往 {peer} 途中的路由器或防火墙答复说禁止该连接。",
};
const struct text text_blocked_module = {
	"A security module of this host ({security.modules}) forbids the connection to "
	"{peer}{?security.label}; the process runs under its profile {security.label}{/}: "
	"nothing else that refuses in this way is at work.",
	"本机的安全模块（{security.modules}）禁止连接 {peer}{?security.label}；"
	"该进程受其配置 {security.label} 约束{/}：没有其他会这样拒绝的机制在起作用。",
};
const struct text text_socket_missing = {
	"{network.peer.address} does not exist where this program looks{?path.missing_at}: "
	"{path.missing_at} is not there{/}. Inside a container, only what is mounted into it can "
	"be seen.",
	"在该程序所见的文件系统中没有 {network.peer.address}{?path.missing_at}：{path.missing_at} "
	"不存在{/}。在容器内只能看到挂载进来的内容。",
};
const struct text text_socket_denied = {
	"The program may not use {network.peer.address}: {path.denied_at} belongs to user "
	"{path.user}, group {path.group}, with the rights {path.mode}.",
	"该程序无权使用 {network.peer.address}：{path.denied_at} 属于用户 {path.user}、组 "
	"{path.group}，权限为 {path.mode}。",
};
const struct text fix_start_listener = {
	"Start the server on the other side, or correct the address; on its host: ss -ltnp "
	"'sport = :{network.peer.port}'.",
	"在对方启动服务器，或更正地址；在其主机上查看：ss -ltnp 'sport = "
	":{network.peer.port}'。",
};
const struct text fix_start_server = {
	"Start the server that is to listen on {peer}, or correct the port.",
	"启动应当监听 {peer} 的服务器，或更正端口。",
};
const struct text fix_listen_outside = {
	"Inside a container, 127.0.0.1 is the container itself: use the other service's name.",
	"在容器内，127.0.0.1 就是容器自己：请使用对方服务的名字。",
};
const struct text fix_try_again = {
	"Try again: a client that starts beside its server should repeat its first connect "
	"for some seconds.",
	"请重试：与服务器同时启动的客户端应在几秒内重复首次连接。",
};
const struct text fix_dial_listener = {
	"Connect to {listener.address} instead of {peer}.",
	"连接 {listener.address}，而不是 {peer}。",
};
const struct text fix_dial_network = {
	"Connect to port {network.peer.port} of the other network: of its addresses "
	"{listener.network.addresses} one that is not 127.0.0.1, or its service's name.",
	"连接另一网络的端口 {network.peer.port}：使用其地址 {listener.network.addresses} "
	"中非 127.0.0.1 的一个，或其服务名。",
};
const struct text fix_listen_on_all = {
	"Let {listener} listen on all addresses, \":{network.peer.port}\", instead of "
	"{listener.address}.",
	"让 {listener} 监听所有地址（\":{network.peer.port}\"），而不只是 "
	"{listener.address}。",
};
const struct text fix_listen_on_all_there = {
	"Let {listener} listen on all addresses, \":{network.peer.port}\", instead of "
	"{listener.address}, and connect to one of its network: {listener.network.addresses}.",
	"让 {listener} 监听所有地址（\":{network.peer.port}\"），而不只是 "
	"{listener.address}，并连接其网络的地址：{listener.network.addresses}。",
};
const struct text fix_share_network_docker = {
	"Or put both into one network: --network container:NAME shares the other's localhost.",
	"或让两者使用同一网络：--network container:NAME 可共用对方的 localhost。",
};
const struct text fix_share_network_kubernetes = {
	"Or put both containers into one pod: they share localhost.",
	"或把两个容器放进同一个 pod：它们共用 localhost。",
};
const struct text fix_look_at_filters = {
	"Look at packet filters, security groups and network policies between the two, and "
	"whether the address still exists.",
	"检查两端之间的包过滤、安全组和网络策略，以及该地址是否仍然存在。",
};
const struct text fix_longer_deadline = {
	"Give the dial more time (net.Dialer.Timeout, the context's deadline): the peer may "
	"only be slow.",
	"给拨号更多时间（net.Dialer.Timeout、context 的期限）：对方可能只是慢。",
};
const struct text fix_add_route = {
	"Connect the container or host to a network that leads there, or add a route: ip "
	"route add {network.peer.address} via GATEWAY.",
	"将容器或主机接入通往该处的网络，或添加路由：ip route add {network.peer.address} via "
	"GATEWAY。",
};
const struct text fix_look_at_routes = {
	"See the route: ip route get {network.peer.address}.",
	"查看路由：ip route get {network.peer.address}。",
};
const struct text fix_look_at_neighbour = {
	"Look whether a machine has the address {network.peer.address} and is up, and at "
	"firewalls that reject on the way.",
	"检查是否有机器使用地址 {network.peer.address} 且在运行，以及途中拒绝连接的防火墙。",
};
const struct text fix_look_at_peer = {
	"Look at the peer's log, and at proxies and balancers on the way.",
	"查看对方的日志，以及途中的代理和负载均衡器。",
};
const struct text fix_allow_seccomp = {
	"Allow connect in the seccomp profile that the program is started with.",
	"在启动该程序所用的 seccomp 配置中允许 connect。",
};
const struct text fix_allow_seccomp_docker = {
	"Allow connect in the profile that the container is started with: --security-opt "
	"seccomp=PROFILE.json.",
	"在启动容器所用的配置中允许 connect：--security-opt seccomp=PROFILE.json。",
};
const struct text fix_allow_seccomp_kubernetes = {
	"Allow connect in the profile of the pod: securityContext.seccompProfile.",
	"在 pod 的配置中允许 connect：securityContext.seccompProfile。",
};
const struct text fix_allow_seccomp_systemd = {
	"In the unit, let SystemCallFilter= allow connect (@network-io), then systemctl "
	"daemon-reload and restart.",
	"在 unit 的 SystemCallFilter= 中允许 connect（@network-io），然后 systemctl "
	"daemon-reload 并重启。",
};
const struct text fix_allow_cgroup = {
	"Allow the connection in whatever attached the program (systemd's IPAddressDeny= and "
	"SocketBind*, a network policy agent): bpftool prog show id {cgroup.program.id}.",
	"在挂载该程序的一方（systemd 的 IPAddressDeny= 等，或网络策略代理）放行该连接："
	"bpftool prog show id {cgroup.program.id}。",
};
const struct text fix_allow_route = {
	"Remove the route: ip route del prohibit {route.prefix}.",
	"删除该路由：ip route del prohibit {route.prefix}。",
};
const struct text fix_allow_policy = {
	"Allow it in the firewall or network policy between the two.",
	"在两端之间的防火墙或网络策略中放行。",
};
const struct text fix_allow_module = {
	"Allow the connection in the module's profile; what it refused stands in the "
	"kernel's log: journalctl -k.",
	"在该模块的配置中放行；其拒绝记录在内核日志中：journalctl -k。",
};
const struct text fix_mount_socket = {
	"Start the server first, or mount its socket into the container.",
	"先启动服务器，或将其套接字挂载到容器中。",
};
const struct text fix_restart_owner = {
	"Start the server that listens on {network.peer.address}, or restart it.",
	"启动或重启监听 {network.peer.address} 的服务器。",
};
const struct text fix_correct_path = {
	"Give the path of the server's socket instead.",
	"请改用服务器套接字的路径。",
};
const struct text fix_join_group = {
	"Give the program the group {path.group}, which may use it: docker run --group-add "
	"{path.group}, SupplementaryGroups= of a unit or a pod.",
	"让程序加入有权使用它的组 {path.group}：docker run --group-add {path.group}，unit 的 "
	"SupplementaryGroups= 或 pod 的 supplementalGroups。",
};
const struct text fix_open_path = {
	"Let the program's user pass: chmod or setfacl on {path.denied_at}.",
	"让该程序的用户可以通过：对 {path.denied_at} 执行 chmod 或 setfacl。",
};
const struct text text_path_policy = {
	"A security module refused {network.peer.address}{?security.label} to {security.label}{/}: "
	"the rights of the file and of its directories would have allowed it.",
	"安全模块拒绝了对 {network.peer.address} 的访问{?security.label}（标签为 {security.label}）{/}："
	"文件和目录的权限本来是允许的。",
};
const struct text fix_path_policy = {
	"Allow the path in the profile of that module ({security.modules}); journalctl -k names "
	"the rule.",
	"在该模块（{security.modules}）的配置中放行该路径；journalctl -k 会指出是哪条规则。",
};
