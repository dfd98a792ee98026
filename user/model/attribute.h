/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one vocabulary: every attribute name of every output, and a bounded set of name and value.
 * Names are OpenTelemetry's wherever it has one.
 */
#ifndef SEAMARK_ATTRIBUTE_H
#define SEAMARK_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attribute_type {
	ATTRIBUTE_STRING,
	ATTRIBUTE_INTEGER,
	ATTRIBUTE_BOOLEAN,
	ATTRIBUTE_STRING_LIST,	/* set as one string; goes out as a list of it */
};

/* X(KEY, name, name as a Prometheus label, type, help, the same in Chinese) */
#define ATTRIBUTE_TABLE(X) \
	X(CONTAINER_ID, "container.id", "container_id", STRING, \
	  "container, by its runtime's id", \
	  "容器，即运行时给的 id") \
	X(CONTAINER_NAME, "container.name", "container_name", STRING, \
	  "container, by its name", \
	  "容器的名称") \
	X(CONTAINER_IMAGE_NAME, "container.image.name", "container_image_name", STRING, \
	  "image the container runs", \
	  "容器运行的镜像") \
	X(CONTAINER_IMAGE_TAGS, "container.image.tags", "container_image_tags", STRING_LIST, \
	  "tag of that image", \
	  "该镜像的标签") \
	X(CONTAINER_RUNTIME_NAME, "container.runtime.name", "container_runtime_name", STRING, \
	  "runtime of the container", \
	  "容器的运行时") \
	X(K8S_POD_UID, "k8s.pod.uid", "k8s_pod_uid", STRING, \
	  "pod, by its uid", \
	  "pod 的 uid") \
	X(K8S_POD_QOS_CLASS, "k8s.pod.qos_class", "k8s_pod_qos_class", STRING, \
	  "quality of service of the pod: Guaranteed, Burstable, BestEffort", \
	  "pod 的服务质量等级：Guaranteed、Burstable、BestEffort") \
	X(K8S_POD_NAME, "k8s.pod.name", "k8s_pod_name", STRING, \
	  "pod, by its name", \
	  "pod 的名称") \
	X(K8S_NAMESPACE_NAME, "k8s.namespace.name", "k8s_namespace_name", STRING, \
	  "namespace of the pod", \
	  "pod 所在的命名空间") \
	X(K8S_CONTAINER_NAME, "k8s.container.name", "k8s_container_name", STRING, \
	  "container, by its name in the pod", \
	  "容器在 pod 中的名称") \
	X(K8S_DEPLOYMENT_NAME, "k8s.deployment.name", "k8s_deployment_name", STRING, \
	  "deployment the pod belongs to", \
	  "pod 所属的 deployment") \
	X(K8S_REPLICASET_NAME, "k8s.replicaset.name", "k8s_replicaset_name", STRING, \
	  "replica set the pod belongs to", \
	  "pod 所属的 replica set") \
	X(K8S_STATEFULSET_NAME, "k8s.statefulset.name", "k8s_statefulset_name", STRING, \
	  "stateful set the pod belongs to", \
	  "pod 所属的 stateful set") \
	X(K8S_DAEMONSET_NAME, "k8s.daemonset.name", "k8s_daemonset_name", STRING, \
	  "daemon set the pod belongs to", \
	  "pod 所属的 daemon set") \
	X(K8S_JOB_NAME, "k8s.job.name", "k8s_job_name", STRING, \
	  "job the pod belongs to", \
	  "pod 所属的 job") \
	X(SERVICE_NAME, "service.name", "service_name", STRING, \
	  "service, by what the process, its pod or its container say", \
	  "服务名：由进程、其 pod 或容器给出") \
	X(SERVICE_NAMESPACE, "service.namespace", "service_namespace", STRING, \
	  "namespace of the service", \
	  "服务的命名空间") \
	X(SERVICE_VERSION, "service.version", "service_version", STRING, \
	  "version of the service", \
	  "服务的版本") \
	X(SERVICE_INSTANCE_ID, "service.instance.id", "service_instance_id", STRING, \
	  "instance of the service", \
	  "服务的实例") \
	X(PROCESS_PID, "process.pid", "process_pid", INTEGER, \
	  "process, as the host counts it", \
	  "进程号（宿主机视角）") \
	X(PROCESS_VPID, "process.vpid", "process_vpid", INTEGER, \
	  "process, as it counts itself in its pid namespace, where that differs", \
	  "进程在其 pid 命名空间中的编号，仅在不同时给出") \
	X(PROCESS_PARENT_PID, "process.parent_pid", "process_parent_pid", INTEGER, \
	  "parent process", \
	  "父进程") \
	X(THREAD_ID, "thread.id", "thread_id", INTEGER, \
	  "kernel thread", \
	  "内核线程") \
	X(PROCESS_EXECUTABLE_NAME, "process.executable.name", "process_executable_name", STRING, \
	  "file name of the program", \
	  "程序的文件名") \
	X(PROCESS_EXECUTABLE_PATH, "process.executable.path", "process_executable_path", STRING, \
	  "path of the program", \
	  "程序的路径") \
	X(PROCESS_RUNTIME_NAME, "process.runtime.name", "process_runtime_name", STRING, \
	  "go, where it is one", \
	  "是 Go 程序时为 go") \
	X(PROCESS_RUNTIME_VERSION, "process.runtime.version", "process_runtime_version", STRING, \
	  "Go release it was built with", \
	  "编译该程序的 Go 版本") \
	X(PROCESS_LINUX_CGROUP, "process.linux.cgroup", "process_linux_cgroup", STRING, \
	  "control group path", \
	  "控制组路径") \
	X(PROCESS_EXIT_CODE, "process.exit.code", "process_exit_code", INTEGER, \
	  "exit status of the process", \
	  "进程的退出状态") \
	X(PROCESS_EXIT_SIGNAL, "seamark.process.exit_signal", "seamark_process_exit_signal", \
	  INTEGER, \
	  "signal that ended it", \
	  "终止该进程的信号") \
	X(PROCESS_USER_ID, "process.user.id", "process_user_id", INTEGER, \
	  "effective user", \
	  "有效用户") \
	X(SYSTEMD_UNIT, "seamark.systemd.unit", "seamark_systemd_unit", STRING, \
	  "systemd unit of the process", \
	  "进程所属的 systemd 单元") \
	X(NETWORK_TRANSPORT, "network.transport", "network_transport", STRING, \
	  "tcp, udp, unix", \
	  "tcp、udp、unix") \
	X(NETWORK_TYPE, "network.type", "network_type", STRING, \
	  "ipv4, ipv6", \
	  "ipv4、ipv6") \
	X(NETWORK_PEER_ADDRESS, "network.peer.address", "network_peer_address", STRING, \
	  "the other end; unix: its path", \
	  "对端地址；unix 套接字为其路径") \
	X(NETWORK_PEER_PORT, "network.peer.port", "network_peer_port", INTEGER, \
	  "port of the other end", \
	  "对端端口") \
	X(NETWORK_LOCAL_ADDRESS, "network.local.address", "network_local_address", STRING, \
	  "this end; unix: its path", \
	  "本端地址；unix 套接字为其路径") \
	X(NETWORK_LOCAL_PORT, "network.local.port", "network_local_port", INTEGER, \
	  "port of this end", \
	  "本端端口") \
	X(SERVER_ADDRESS, "server.address", "server_address", STRING, \
	  "server name of the handshake (SNI)", \
	  "握手中的服务器名（SNI）") \
	X(SERVER_PORT, "server.port", "server_port", INTEGER, \
	  "port of the server", \
	  "服务器端口") \
	X(TLS_ROLE, "tls.role", "tls_role", STRING, \
	  "client, server", \
	  "client（客户端）、server（服务端）") \
	X(TLS_PROTOCOL_VERSION, "tls.protocol.version", "tls_protocol_version", STRING, \
	  "1.0 to 1.3", \
	  "1.0 至 1.3") \
	X(TLS_CIPHER, "tls.cipher", "tls_cipher", STRING, \
	  "cipher suite by its IANA name", \
	  "密码套件的 IANA 名称") \
	X(TLS_CURVE, "tls.curve", "tls_curve", STRING, \
	  "key exchange group", \
	  "密钥交换组") \
	X(TLS_RESUMED, "tls.resumed", "tls_resumed", BOOLEAN, \
	  "session was resumed", \
	  "是否恢复了会话") \
	X(TLS_NEXT_PROTOCOL, "tls.next_protocol", "tls_next_protocol", STRING, \
	  "protocol agreed on (ALPN)", \
	  "协商出的应用协议（ALPN）") \
	X(TLS_ESTABLISHED, "tls.established", "tls_established", BOOLEAN, \
	  "handshake succeeded", \
	  "握手是否成功") \
	X(TLS_ALERT, "tls.alert", "tls_alert", INTEGER, \
	  "number of the alert", \
	  "告警编号") \
	X(TLS_ALERT_NAME, "tls.alert.name", "tls_alert_name", STRING, \
	  "name of the alert", \
	  "告警名称") \
	X(DNS_QUESTION_NAME, "dns.question.name", "dns_question_name", STRING, \
	  "name looked up", \
	  "所查询的域名") \
	X(ERROR_TYPE, "error.type", "error_type", STRING, \
	  "errno's name, or the class of a failed handshake", \
	  "errno 的名称，或失败握手的类别") \
	X(GO_GOROUTINE_ID, "go.goroutine.id", "go_goroutine_id", INTEGER, \
	  "goroutine", \
	  "goroutine 的编号") \
	X(SYSCALL_NAME, "syscall.name", "syscall_name", STRING, \
	  "system call", \
	  "系统调用") \
	X(SYSCALL_RESULT, "syscall.result", "syscall_result", INTEGER, \
	  "what the system call returned", \
	  "系统调用的返回值")

enum attribute_key {
#define X(key, name, label, type, help, chinese) ATTRIBUTE_##key,
	ATTRIBUTE_TABLE(X)
#undef X
	ATTRIBUTE_KEY_MAX,
};

struct attribute_definition {
	const char *name;	/* "process.pid" */
	const char *label;	/* "process_pid": the same name as a Prometheus label */
	const char *help;
	const char *chinese;	/* the same */
	enum attribute_type type;
};

const struct attribute_definition *attribute_definition(enum attribute_key key);

#define ATTRIBUTES_MAX		48
#define ATTRIBUTES_BYTES	3072

struct attribute {
	enum attribute_key key;
	union {
		int64_t integer;
		bool boolean;
		uint16_t string;	/* offset into bytes; read with attribute_string() */
	};
};

/* In the order of setting; a key at most once. What does not fit is left out, and counted. */
struct attributes {
	uint16_t count;
	uint16_t used;			/* of bytes */
	uint16_t left_out;
	struct attribute items[ATTRIBUTES_MAX];
	char bytes[ATTRIBUTES_BYTES];
};

void attributes_clear(struct attributes *attributes);
/*
 * Copies at most length bytes of value up to a NUL, made printable: valid UTF-8 stays, control
 * characters and stray bytes become \xNN. An empty value sets nothing.
 */
void attributes_set_string(struct attributes *attributes, enum attribute_key key,
			   const char *value, size_t length);
void attributes_set_text(struct attributes *attributes, enum attribute_key key, const char *value);
void attributes_set_integer(struct attributes *attributes, enum attribute_key key, int64_t value);
void attributes_set_boolean(struct attributes *attributes, enum attribute_key key, bool value);
const struct attribute *attributes_get(const struct attributes *attributes, enum attribute_key key);
/* NULL when the key is absent or no string (of a list: its one). Lives until the next change. */
const char *attributes_string(const struct attributes *attributes, enum attribute_key key);
/* fallback when the key is absent or no integer. */
int64_t attributes_integer(const struct attributes *attributes, enum attribute_key key,
			   int64_t fallback);
const char *attribute_string(const struct attributes *attributes, const struct attribute *item);

#endif
