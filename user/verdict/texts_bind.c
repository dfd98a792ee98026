/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts on bind and listen say, and what mends it; the order is that of texts_bind.h. */
#include "user/verdict/texts_bind.h"

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
	"TIME_WAIT after a connection that ended{/}.{?dual_stack} A socket on [::] takes IPv4, "
	"too.{/}{?wildcard} That is every address of this network.{/}{?asked_for_all} All "
	"addresses were asked for, that one among them.{/}{?other_user} Both set SO_REUSEPORT, but "
	"only sockets of one user may share a port: that one belongs to user {other_user}.{/}",
	"{requested} 已被占用{?self}：占用者就是该进程自己（{self}）{/}{?holder}：{holder} 持有 "
	"{holder.address}（{holder.state}）{/}{?time_wait}：{time_wait} 在连接结束后仍处于 "
	"TIME_WAIT{/}。{?dual_stack}[::] 上的套接字同时接收 IPv4。{/}{?wildcard}它占用该网络的所有地址。{/}"
	"{?asked_for_all}请求的是所有地址，其中包括该地址。{/}{?other_user}双方都设置了 SO_REUSEPORT，"
	"但只有同一用户的套接字才能共用端口：对方属于用户 {other_user}。{/}",
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
const struct text fix_same_user = {
	"Run both as one user (user {other_user} has the port now).",
	"让两者以同一用户运行（目前占用端口的是用户 {other_user}）。",
};
const struct text fix_reserve_port = {
	"Wait a minute; to keep outgoing connections off the port: sysctl -w "
	"net.ipv4.ip_local_reserved_ports={network.local.port}.",
	"等待一分钟；要使外发连接避开该端口：sysctl -w "
	"net.ipv4.ip_local_reserved_ports={network.local.port}。",
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
