/* SPDX-License-Identifier: BSD-2-Clause */
/* What verdicts on bind and listen say, and what mends it; the order is that of texts_bind.h. */
#include "user/verdict/texts_bind.h"

const struct text text_missing_capability = {
	"Ports below {net.ipv4.ip_unprivileged_port_start} need the capability "
	"CAP_NET_BIND_SERVICE here, and this process (user "
	"{process.user.id}{?process.user.id.inside}, {process.user.id.inside} in its user "
	"namespace{/}) does not have it: port {network.local.port} was "
	"refused.{?file_has_it} Its file has the capability: the process was started before "
	"that was given, or not in a way that takes it over.{/}",
	"此处低于 {net.ipv4.ip_unprivileged_port_start} 的端口需要能力 CAP_NET_BIND_SERVICE"
	"，而该进程（用户 {process.user.id}{?process.user.id.inside}，在其用户命名空间中为 "
	"{process.user.id.inside}{/}）没有此能力：端口 {network.local.port} 被拒绝。"
	"{?file_has_it}程序文件已有此能力：进程在授予之前启动，或其启动方式没有取得该能力。"
	"{/}",
};
const struct text text_capability_not_effective = {
	"The process may have CAP_NET_BIND_SERVICE (it is in its permitted set) but has not "
	"switched it on: its effective set lacks it, so port {network.local.port}, below "
	"{net.ipv4.ip_unprivileged_port_start}, was refused.",
	"该进程可以拥有 CAP_NET_BIND_SERVICE（在其 permitted 集合中），但没有启用："
	"effective 集合中没有它，因此低于 {net.ipv4.ip_unprivileged_port_start} 的端口 "
	"{network.local.port} 被拒绝。",
};
const struct text text_foreign_network = {
	"The network that the process uses belongs to another user namespace, so that "
	"capabilities of its own do not count there, not even those of root in the "
	"container: port {network.local.port}, below {net.ipv4.ip_unprivileged_port_start}, "
	"was refused.",
	"进程使用的网络属于另一个用户命名空间，它自己的能力在那里无效，即使在容器中是 root"
	"：低于 {net.ipv4.ip_unprivileged_port_start} 的端口 {network.local.port} 被拒绝。",
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
	"No local port was left: every port of the ephemeral range"
	"{?net.ipv4.ip_local_port_range} ({net.ipv4.ip_local_port_range}){/} is taken for this "
	"address.",
	"没有可用的本地端口：对该地址而言，临时端口范围"
	"{?net.ipv4.ip_local_port_range}（{net.ipv4.ip_local_port_range}）{/}内的端口已全部被占用。",
};
const struct text text_address_not_local = {
	"{network.local.address} is no address of this network namespace"
	"{?local.addresses}; it has {local.addresses}{/}.",
	"{network.local.address} 不是该网络命名空间的地址"
	"{?local.addresses}；它拥有的地址是 {local.addresses}{/}。",
};
const struct text text_family_unavailable = {
	"IPv6 is not available in this network namespace, so {network.local.address} can't "
	"be bound{?local.addresses}; it has {local.addresses}{/}.{?go_asks} Go itself tries "
	"this address once at its start, to learn whether there is IPv6: harmless where the "
	"program needs none.{/}",
	"该网络命名空间中没有可用的 IPv6，因此无法绑定 {network.local.address}"
	"{?local.addresses}；它拥有的地址是 {local.addresses}{/}。{?go_asks}Go 启动时会自己"
	"尝试一次该地址以确认是否有 IPv6：如果程序不需要 IPv6，则无害。{/}",
};
const struct text text_path_exists = {
	"The file {network.local.address} exists already, and a unix socket can't be bound "
	"to an existing name{?stale}: it is a socket that nobody listens on any more, left "
	"behind by an earlier run{/}{?holder}: {holder} listens on it{/}{?file}: it is no "
	"socket{/}.",
	"文件 {network.local.address} 已经存在，unix 套接字不能绑定到已存在的名字{?stale}："
	"这是上次运行遗留、已无人监听的套接字{/}{?holder}：{holder} 正在监听它{/}{?file}："
	"它不是套接字{/}。",
};
const struct text text_path_missing = {
	"The way to {socket.path} does not exist{?path.missing_at}: {path.missing_at} is "
	"missing{/}{?path.denied_at}: {path.denied_at} is no directory{/}.",
	"通往 {socket.path} 的路径不存在{?path.missing_at}：缺少 {path.missing_at}{/}"
	"{?path.denied_at}：{path.denied_at} 不是目录{/}。",
};
const struct text text_path_denied = {
	"User {process.user.id} may not make {network.local.address}: {path.denied_at} (mode "
	"{path.mode}, owner {path.owner}) does not let it{?enter} in{/}{?write} write "
	"there{/}.",
	"用户 {process.user.id} 无权创建 {network.local.address}：{path.denied_at}（权限 "
	"{path.mode}，属主 {path.owner}）不允许{?enter}其进入{/}{?write}其写入{/}。",
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
	"Start it with the capability in the ambient set (it survives exec): setpriv "
	"--inh-caps +net_bind_service --ambient-caps +net_bind_service.",
	"启动时把该能力放入 ambient 集合（exec 后保留）：setpriv --inh-caps "
	"+net_bind_service --ambient-caps +net_bind_service。",
};
const struct text fix_own_network = {
	"Give the program a network that its own user namespace owns (unshare --user --net, "
	"in this order), and forward the port into it.",
	"让程序使用由其自身用户命名空间拥有的网络（unshare --user --net），并将端口转发进去"
	"。",
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
	"Enable IPv6 in this network: sysctl -w net.ipv6.conf.all.disable_ipv6=0 "
	"net.ipv6.conf.lo.disable_ipv6=0.",
	"在该网络中启用 IPv6：sysctl -w net.ipv6.conf.all.disable_ipv6=0 "
	"net.ipv6.conf.lo.disable_ipv6=0。",
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
	"Make the directory before the program starts: mkdir -p \"$(dirname {socket.path})\".",
	"在程序启动前创建目录：mkdir -p \"$(dirname {socket.path})\"。",
};
const struct text fix_directory_rights = {
	"Give user {process.user.id} access to {path.denied_at}: chown, or a group and chmod "
	"g+wx.",
	"给用户 {process.user.id} 访问 {path.denied_at} 的权限：chown，或设置用户组并 chmod"
	" g+wx。",
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
const struct text text_void_by_nosuid = {
	"The program file has CAP_NET_BIND_SERVICE, but lies on a mount with the option "
	"nosuid, where the kernel ignores file capabilities: the process started without it, "
	"and port {network.local.port} was refused.",
	"程序文件有 CAP_NET_BIND_SERVICE，但位于带 nosuid 选项的挂载上，内核在那里忽略文件"
	"能力：进程启动时没有取得它，端口 {network.local.port} 被拒绝。",
};
const struct text text_void_by_no_new_privs = {
	"The program file has CAP_NET_BIND_SERVICE, but the process runs with no_new_privs, "
	"which lets nobody gain rights by starting a file: it started without the "
	"capability, and port {network.local.port} was refused.",
	"程序文件有 CAP_NET_BIND_SERVICE，但进程设置了 no_new_privs，启动文件不会获得任何权"
	"限：进程没有取得该能力，端口 {network.local.port} 被拒绝。",
};
const struct text text_denied_by_seccomp = {
	"A seccomp filter refused the system call before the kernel looked at {requested}: "
	"the filter was set when the process, or one of its parents, was started.",
	"seccomp 过滤器在内核查看 {requested} 之前就拒绝了该系统调用：过滤器是在该进程或其"
	"父进程启动时设置的。",
};
const struct text text_denied_by_module = {
	"A security module{?security.label} (the process runs under {security.label}){/} "
	"refused {requested}: address, port, capabilities and modes of files would have "
	"allowed it.",
	"安全模块{?security.label}（进程的标签为 {security.label}）{/}拒绝了 {requested}："
	"地址、端口、能力和文件权限本来都允许。",
};
const struct text text_denied_by_program = {
	"A BPF program attached to the control group{?cgroup.program.name} "
	"({cgroup.program.name}, id {cgroup.program.id}){/} refused {requested}.",
	"附加在控制组上的 BPF 程序{?cgroup.program.name}（{cgroup.program.name}，id "
	"{cgroup.program.id}）{/}拒绝了 {requested}。",
};
const struct text text_path_read_only = {
	"{network.local.address} lies on a file system that is mounted "
	"read-only{?path.read_only} ({path.read_only}){/}: no socket can be made there.",
	"{network.local.address} 位于只读挂载的文件系统上{?path.read_only}（"
	"{path.read_only}）{/}：无法在那里创建套接字。",
};
const struct text fix_own_network_docker = {
	"Give the container a network of its own, and let the runtime publish the port: -p "
	"{network.local.port}:8080 instead of --network host.",
	"让容器使用自己的网络并由运行时发布端口：用 -p {network.local.port}:8080 代替 "
	"--network host。",
};
const struct text fix_own_network_kubernetes = {
	"Set hostNetwork: false and let a Service or hostPort map the port.",
	"设置 hostNetwork: false，由 Service 或 hostPort 映射端口。",
};
const struct text fix_ambient = {
	"Start it with the capability in the ambient set, which no_new_privs leaves alone: "
	"setpriv --inh-caps +net_bind_service --ambient-caps +net_bind_service.",
	"启动时把该能力放入 ambient 集合，no_new_privs 不影响它：setpriv --inh-caps "
	"+net_bind_service --ambient-caps +net_bind_service。",
};
const struct text fix_privileges_docker = {
	"Drop --security-opt no-new-privileges for this container.",
	"对该容器去掉 --security-opt no-new-privileges。",
};
const struct text fix_privileges_kubernetes = {
	"Set allowPrivilegeEscalation: true in the container's securityContext.",
	"在容器的 securityContext 中设置 allowPrivilegeEscalation: true。",
};
const struct text fix_move_program = {
	"Start the program from a mount without nosuid, and give the copy there the "
	"capability (setcap cap_net_bind_service=+ep).",
	"从不带 nosuid 的挂载启动程序，并为那里的副本设置能力（setcap "
	"cap_net_bind_service=+ep）。",
};
const struct text fix_mount_suid = {
	"Mount it without nosuid: mount -o remount,suid, for all programs that lie there.",
	"去掉 nosuid 重新挂载：mount -o remount,suid，这会影响那里的所有程序。",
};
const struct text fix_start_again = {
	"Start the program again: capabilities of a file are taken over only at the start.",
	"重新启动程序：文件能力只在启动时取得。",
};
const struct text fix_effective_file = {
	"Let the file's capability be switched on at the start: setcap "
	"cap_net_bind_service=+ep {?process.executable.path}{process.executable.path}{/}.",
	"让文件能力在启动时即启用：setcap cap_net_bind_service=+ep "
	"{?process.executable.path}{process.executable.path}{/}。",
};
const struct text fix_seccomp_docker = {
	"Allow bind and listen in the profile of --security-opt seccomp=PROFILE.json; the "
	"runtime's default profile does.",
	"在 --security-opt seccomp=PROFILE.json 的配置中放行 bind 和 listen；运行时的默认配"
	"置是放行的。",
};
const struct text fix_seccomp_kubernetes = {
	"Allow bind and listen in the profile named by securityContext.seccompProfile; "
	"RuntimeDefault does.",
	"在 securityContext.seccompProfile 指定的配置中放行 bind 和 listen；RuntimeDefault "
	"是放行的。",
};
const struct text fix_seccomp_systemd = {
	"Allow the call in the unit: SystemCallFilter=bind listen (or @network-io).",
	"在 unit 中放行该调用：SystemCallFilter=bind listen（或 @network-io）。",
};
const struct text fix_seccomp = {
	"Allow bind and listen in the filter that is set before the program starts.",
	"在程序启动前设置的过滤器中放行 bind 和 listen。",
};
const struct text fix_module_log = {
	"See which rule refused it: journalctl -k | grep -i -e apparmor -e avc -e audit.",
	"查看是哪条规则拒绝的：journalctl -k | grep -i -e apparmor -e avc -e audit。",
};
const struct text fix_module_rule = {
	"Allow it in the profile or policy of that module{?security.label} for "
	"{security.label}{/}; SELinux: semanage port -a -t http_port_t -p tcp "
	"{network.local.port}.",
	"在该模块的配置或策略中{?security.label}为 {security.label} {/}放行；SELinux："
	"semanage port -a -t http_port_t -p tcp {network.local.port}。",
};
const struct text fix_program_systemd = {
	"Allow the port in the unit: SocketBindAllow={network.local.port}.",
	"在 unit 中放行该端口：SocketBindAllow={network.local.port}。",
};
const struct text fix_program_owner = {
	"See who attached it, and allow the address there: bpftool cgroup tree; bpftool prog "
	"show id {cgroup.program.id}.",
	"查看是谁附加的，并在那里放行该地址：bpftool cgroup tree；bpftool prog show id "
	"{cgroup.program.id}。",
};
const struct text fix_add_address = {
	"Where another host hands the address over later (VRRP, a floating address): sysctl "
	"-w net.ipv4.ip_nonlocal_bind=1 (net.ipv6.ip_nonlocal_bind for IPv6).",
	"如果该地址稍后才由其他主机移交（VRRP、浮动地址）：sysctl -w "
	"net.ipv4.ip_nonlocal_bind=1（IPv6 用 net.ipv6.ip_nonlocal_bind）。",
};
const struct text fix_enable_ipv6_docker = {
	"Start the container with --sysctl net.ipv6.conf.all.disable_ipv6=0, on a network "
	"with IPv6.",
	"以 --sysctl net.ipv6.conf.all.disable_ipv6=0 启动容器，并使用带 IPv6 的网络。",
};
const struct text fix_remove_stale = {
	"Remove the stale socket before listening: rm {network.local.address} (in Go: "
	"os.Remove before net.Listen).",
	"监听前删除遗留的套接字：rm {network.local.address}（在 Go 中：net.Listen 之前调用 "
	"os.Remove）。",
};
const struct text fix_stop_path_holder = {
	"Stop {holder}, or give one of the two another path.",
	"停止 {holder}，或让其中一个使用别的路径。",
};
const struct text fix_other_path = {
	"Name another path: what lies at {network.local.address} is no socket and belongs to "
	"somebody.",
	"使用别的路径：{network.local.address} 不是套接字，另有用途。",
};
const struct text fix_mount_volume = {
	"If it is to come from outside, mount the volume that holds it.",
	"如果它应来自容器外部，请挂载包含它的卷。",
};
const struct text fix_tmpfs_docker = {
	"Mount a tmpfs there: --tmpfs with the directory of the socket.",
	"在那里挂载 tmpfs：--tmpfs 加上套接字所在的目录。",
};
const struct text fix_tmpfs_kubernetes = {
	"Mount an emptyDir at the directory of the socket.",
	"在套接字所在的目录挂载 emptyDir。",
};
const struct text fix_tmpfs_systemd = {
	"In the unit: RuntimeDirectory=NAME, and put the socket below /run/NAME.",
	"在 unit 中设置 RuntimeDirectory=NAME，并将套接字放在 /run/NAME 下。",
};
const struct text fix_tmpfs = {
	"Name a path on a file system that can be written to, below /run or /tmp.",
	"使用可写文件系统上的路径，例如 /run 或 /tmp 下。",
};
const struct text fix_own_directory = {
	"Name a path below a directory that user {process.user.id} owns.",
	"使用用户 {process.user.id} 拥有的目录下的路径。",
};
const struct text fix_directory_systemd = {
	"In the unit: RuntimeDirectory=NAME makes /run/NAME and gives it to the unit's user.",
	"在 unit 中设置 RuntimeDirectory=NAME：它会创建 /run/NAME 并交给该 unit 的用户。",
};
const struct text fix_directory_kubernetes = {
	"Use an emptyDir there, with securityContext.fsGroup set to a group of the process.",
	"在那里使用 emptyDir，并将 securityContext.fsGroup 设为进程所在的组。",
};
const struct text fix_loopback_up = {
	"The loopback device of this network is down: ip link set lo up.",
	"该网络的回环设备没有启用：ip link set lo up。",
};
