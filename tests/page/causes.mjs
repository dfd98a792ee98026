// SPDX-License-Identifier: BSD-2-Clause
// What goes wrong in the made-up answers, as verdicts word it in English and Chinese; and names that
// are meant to act.

export const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  '"><script>alert(2)</script>',
  "javascript:alert(3)",
  "\u202egnp.exe\u202c",
  "{{constructor.constructor('alert(4)')()}}",
  "a\u0000b\u001b[31mred",
  "<svg/onload=fetch('//evil.example')>",
  "__proto__",
  "constructor",
  "' onmouseover='alert(5)",
];
export const LONG = "x".repeat(10240);

export const CAUSES = {
  certificate_expired: {
    event: "tls.handshake",
    type: "certificate_expired",
    attributes: {
      "tls.role": "client",
      "server.address": "payments.internal.example",
      "network.peer.address": "10.4.7.21",
      "network.peer.port": 443,
      "tls.protocol.version": "1.3",
    },
    error: {
      go_type: "*tls.CertificateVerificationError > x509.CertificateInvalidError",
      message: "certificate has expired or is not yet valid",
    },
    explanation: [
      "The server's certificate ended on 2026-11-23, 7 days ago.",
      "服务器的证书已于 2026-11-23 到期，距今 7 天。",
    ],
    evidence: {
      "server.address": "payments.internal.example",
      "certificate.subject": "CN = payments.internal.example",
      "certificate.not_after": "2026-11-23",
      "clock.now": "2026-11-30",
      clock: "synchronised",
    },
    fixes: [
      ["Renew the server's certificate and let it be loaded.", "续签服务器证书并重新加载。"],
      ["Check this host's clock: timedatectl.", "检查本机时钟：timedatectl。"],
    ],
  },
  missing_cap_net_bind_service: {
    event: "bind",
    type: "EACCES",
    attributes: {
      "network.transport": "tcp",
      "network.local.address": "::",
      "network.local.port": 80,
    },
    error: { message: "permission denied" },
    explanation: [
      "Ports below 1024 need the capability CAP_NET_BIND_SERVICE here, and this process (user 65534) does not have it: port 80 was refused.",
      "此处低于 1024 的端口需要 CAP_NET_BIND_SERVICE 权能，而该进程（用户 65534）没有：端口 80 被拒绝。",
    ],
    evidence: {
      "network.local.address": "::",
      "network.local.port": "80",
      "process.user.id": "65534",
      "net.ipv4.ip_unprivileged_port_start": "1024",
      "capabilities.effective": "0000000000000000",
    },
    fixes: [
      [
        "Listen on a high port inside and publish it: -p 80:8080.",
        "在容器内监听高端口并发布：-p 80:8080。",
      ],
      [
        "Let the container's network open low ports: docker run --sysctl net.ipv4.ip_unprivileged_port_start=80.",
        "允许容器网络开放低端口：docker run --sysctl net.ipv4.ip_unprivileged_port_start=80。",
      ],
    ],
  },
  refused_no_listener: {
    event: "connect",
    type: "ECONNREFUSED",
    attributes: {
      "network.transport": "tcp",
      "network.peer.address": "10.4.9.3",
      "network.peer.port": 5432,
    },
    error: { message: "connection refused" },
    explanation: [
      "Nobody listens on 10.4.9.3:5432: its host refused the connection at once (0.4 ms).",
      "10.4.9.3:5432 上没有监听者：对方主机立即拒绝了连接（0.4 ms）。",
    ],
    evidence: {
      "network.peer.address": "10.4.9.3",
      "network.peer.port": "5432",
      duration: "0.4 ms",
    },
    fixes: [
      [
        "See whether the server runs and where it listens: ss -ltnp.",
        "查看服务器是否在运行、监听何处：ss -ltnp。",
      ],
      ["Check the address and port that the program was given.", "检查程序所用的地址和端口。"],
    ],
  },
  address_in_use: {
    event: "listen",
    type: "EADDRINUSE",
    attributes: {
      "network.transport": "tcp",
      "network.local.address": "0.0.0.0",
      "network.local.port": 8080,
    },
    error: { message: "address already in use" },
    explanation: [
      "0.0.0.0:8080 is taken by gateway (process 4211).",
      "0.0.0.0:8080 已被 gateway（进程 4211）占用。",
    ],
    evidence: { "network.local.port": "8080", "holder.process": "4211" },
    fixes: [
      ["See who has it: ss -ltunp 'sport = :8080'.", "查看占用者：ss -ltunp 'sport = :8080'。"],
      [
        "Listen on another port, or on port 0 for any free one.",
        "监听其他端口，或用端口 0 取任意空闲端口。",
      ],
    ],
  },
  unexplained: {
    event: "tls.handshake",
    type: "other",
    attributes: {
      "tls.role": "server",
      "network.local.address": "10.4.1.8",
      "network.local.port": 8443,
    },
    error: { go_type: "*errors.errorString", message: "tls: unexpected message" },
  },
  happy_eyeballs_loser: {
    event: "connect",
    outcome: "cancelled",
    failure: false,
    attributes: {
      "network.transport": "tcp",
      "network.peer.address": "2001:db8::15",
      "network.peer.port": 443,
    },
    explanation: [
      "The program dialled several addresses at once, and another was faster.",
      "程序同时拨向多个地址，另一个更快。",
    ],
    evidence: { "network.peer.address": "2001:db8::15" },
    fixes: [],
  },
};
