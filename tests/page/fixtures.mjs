// SPDX-License-Identifier: BSD-2-Clause
// Answers of an agent as it could be: empty, nothing failing, everything failing, thousands of
// containers, long names, hostile ones. The same from the same state and moment.
import { CAUSES, HOSTILE, LONG } from "./causes.mjs";

const NS = 1e6;
// What began did so before this, whenever it is asked for.
const SINCE = Date.now();
// As include/slots.h has them, from 15 µs to 1 s.
const BOUNDS = Array.from({ length: 64 }, (_, index) => Math.floor(2 ** ((index - 64) / 4) * 1e9));

/** A dice that falls the same each time. */
function dice(seed) {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function iso(milliseconds) {
  return new Date(milliseconds).toISOString().replace("Z", "000000Z");
}

function hex(seed, digits) {
  const roll = dice(seed * 2654435761 + 12345);
  return Array.from({ length: digits }, () => Math.floor(16 * roll()).toString(16)).join("");
}

const NAMES = [
  "checkout",
  "payments",
  "catalogue",
  "search",
  "gateway",
  "mailer",
  "inventory",
  "sessions",
  "billing",
  "webhooks",
  "thumbnails",
  "recommender",
];

/** One whom things happen to. */
function container(index, state) {
  let name = `${NAMES[index % NAMES.length]}-${Math.floor(index / NAMES.length) + 1}`;
  if (state === "hostile") name = HOSTILE[index % HOSTILE.length];
  if (state === "long")
    name = index % 2 ? LONG : `${"very-long-deployment-name-".repeat(5)}${index}`;
  return {
    id: hex(index + 1, 64),
    name,
    runtime: index % 3 ? "containerd" : "docker",
    image:
      state === "hostile"
        ? name
        : state === "long"
          ? `registry.example/${LONG}`
          : `registry.example/shop/${name.split("-")[0]}:2026.11.${(index % 28) + 1}`,
  };
}

function program(index, state) {
  if (state === "hostile") return HOSTILE[(index + 3) % HOSTILE.length];
  return state === "long" ? LONG.slice(0, 128) : NAMES[index % NAMES.length];
}

const SIZES = {
  empty: 0,
  calm: 9,
  failing: 24,
  thousands: 2400,
  hostile: HOSTILE.length,
  long: 6,
  typical: 12,
};
const FAILING = {
  calm: [],
  empty: [],
  typical: [
    "missing_cap_net_bind_service",
    "certificate_expired",
    "refused_no_listener",
    "happy_eyeballs_loser",
  ],
};

function fact(cause, index, state, at, language) {
  const what = CAUSES[cause],
    box = container(index, state),
    failing = what.outcome ?? "error";
  const strange = state === "hostile" || state === "long" ? program(index, state) : null;
  return {
    time: iso(at),
    event: what.event,
    outcome: failing,
    duration_ns: 400000 + 1000 * index,
    trace_id: hex(1000 + index, 32),
    span_id: hex(5000 + index, 16),
    attributes: {
      "process.pid": 4000 + index,
      ...(failing === "error" && { "error.type": what.type }),
      ...what.attributes,
      ...(strange && {
        "server.address": strange,
        "network.local.address": strange,
        "network.peer.address": strange,
      }),
      "process.executable.name": program(index, state),
      "process.executable.path": `/app/${program(index, state)}`,
      "process.runtime.name": "go",
      "process.runtime.version": "1.27.3",
      "container.id": box.id,
      "container.name": box.name,
      "container.runtime.name": box.runtime,
    },
    ...(what.error && { error: strange ? { ...what.error, message: strange } : what.error }),
    ...(what.explanation && {
      verdict: {
        cause,
        explanation: strange ?? what.explanation[language],
        evidence: strange ? { [strange.slice(0, 60)]: strange } : what.evidence,
        fixes: strange ? [strange] : what.fixes.map((one) => one[language]),
      },
    }),
  };
}

function failures(state, at, language) {
  const causes = FAILING[state] ?? Object.keys(CAUSES),
    count = SIZES[state];
  const total = state === "failing" ? 60 : state === "thousands" ? 200 : causes.length;
  return Array.from({ length: causes.length && count ? total : 0 }, (_, index) =>
    fact(
      causes[index % causes.length],
      index % count,
      state,
      at - 2000 - 47000 * Math.floor(index ** 1.3),
      language,
    ),
  );
}

const WENT_WELL = { bind: 214, listen: 198, connect: 48211, "tls.handshake": 12907 };

function diagnoses(state, at, language) {
  const groups = failures(state, at, language).map((one, index) => {
    const count = 1 + Math.floor(97 / (index + 1));
    const { time, event, outcome, attributes, verdict, ...rest } = one;
    return {
      event,
      outcome,
      cause: verdict?.cause ?? null,
      ...(attributes["error.type"] && { error_type: attributes["error.type"] }),
      program: attributes["process.executable.name"],
      container: {
        id: attributes["container.id"],
        name: attributes["container.name"],
        runtime: attributes["container.runtime.name"],
      },
      failure: outcome === "error",
      count,
      first: iso(SINCE - 61000 * count),
      last: time,
      example: { time, ...rest, attributes },
      ...(verdict && { verdict }),
    };
  });
  const ended = (event, outcome) =>
    groups
      .filter((one) => one.event === event && one.outcome === outcome)
      .reduce((sum, one) => sum + one.count, 0);
  const busy = {};
  for (const [event, ok] of SIZES[state] ? Object.entries(WENT_WELL) : [])
    busy[event] = { ok, error: ended(event, "error"), cancelled: ended(event, "cancelled") };
  return {
    since: iso(at - 3 * 3600e3),
    diagnoses: groups,
    beyond: state === "failing" ? 1312 : 0,
    gave_way: state === "failing" ? 41 : 0,
    totals: busy,
  };
}

function act(roll, scale, wrong) {
  const ok = Math.floor(scale * (0.4 + roll())),
    p50 = Math.floor((0.3 + 2 * roll()) * NS);
  return {
    ok,
    error: wrong ? Math.floor(20 * roll()) : 0,
    cancelled: roll() < 0.2 ? 2 : 0,
    ...(ok && { p50_ns: p50, p90_ns: 3 * p50, p99_ns: Math.floor(p50 * (5 + 40 * roll())) }),
  };
}

function activity(state, seconds) {
  const rows = Array.from({ length: SIZES[state] }, (_, index) => {
    const roll = dice(index + 7),
      wrong = state !== "calm" && (state === "failing" || roll() < 0.15);
    const busy = seconds * (1 + 9 * roll());
    return {
      container: container(index, state),
      ...(index % 4 === 1 && {
        pod: {
          name: `${NAMES[index % NAMES.length]}-6f7d9c-${hex(index, 5)}`,
          namespace: state === "hostile" ? HOSTILE[2] : "shop",
        },
      }),
      program: program(index, state),
      acts: {
        connect: act(roll, busy, wrong),
        "tls.client": act(roll, busy / 3, wrong),
        ...(index % 3 === 0 && { "tls.server": act(roll, busy / 2, false) }),
        ...(index % 5 === 0 && { bind: act(roll, 2, wrong) }),
      },
      calls: ["futex", "read", "write", "epoll_pwait", "openat", "fsync"]
        .map((name, at) => {
          const count = Math.floor(busy * 20 * (1 + roll())),
            waits = name === "futex" || name === "epoll_pwait";
          return {
            name,
            count,
            errors: at === 4 ? Math.floor(count / 50) : 0,
            waits,
            sum_ns: Math.floor(count * (waits ? 9 : 0.2) * NS * (1.2 - at / 6)),
            p50_ns: Math.floor(0.02 * NS * (1 + at)),
            p99_ns: Math.floor(0.4 * NS * (1 + at)),
          };
        })
        .sort((one, other) => other.sum_ns - one.sum_ns),
    };
  });
  if (SIZES[state])
    rows.push({
      unit: "nightly-report.service",
      program: "report",
      acts: { connect: act(dice(3), 20, false) },
      calls: [],
    });
  return rows;
}

function history(state, event, at, single) {
  const step = 10e3,
    to = Math.floor(at / step) * step,
    from = to - 3600e3,
    roll = dice(event.length + 5);
  const columns = [];
  for (let time = from; SIZES[state] && time < to; time += step) {
    const share = (time - from) / 3600e3,
      slow = Math.abs(share - 0.62) < 0.05;
    const busy = (single ? 4 : 60) * (0.6 + 0.4 * Math.sin(9 * share)) * (0.7 + 0.6 * roll());
    if (share > 0.31 && share < 0.34) continue;
    const center = (event === "bind" ? 8 : 30) + (slow ? 9 : 0) + 2 * Math.sin(5 * share);
    const cells = new Map();
    for (let one = 0; one < busy; one++) {
      const slot = Math.max(
        0,
        Math.min(
          BOUNDS.length - 1,
          Math.round(
            center + 4 * (roll() + roll() + roll() - 1.5) + (roll() < 0.03 ? 12 * roll() : 0),
          ),
        ),
      );
      cells.set(slot, (cells.get(slot) ?? 0) + 1);
    }
    const sorted = [...cells].sort((one, other) => one[0] - other[0]);
    const ok = sorted.reduce((sum, [, count]) => sum + count, 0);
    const at_share = (wanted) => {
      let sum = 0;
      for (const [slot, count] of sorted) if ((sum += count) >= wanted * ok) return BOUNDS[slot];
      return undefined;
    };
    columns.push({
      time: iso(time),
      ok,
      error: state !== "calm" && (slow || state === "failing") ? Math.floor((ok / 6) * roll()) : 0,
      cancelled: roll() < 0.04 ? 2 : 0,
      ...(ok && { p50_ns: at_share(0.5), p90_ns: at_share(0.9), p99_ns: at_share(0.99) }),
      cells: sorted,
    });
  }
  return { event, from: iso(from), to: iso(to), step_seconds: 10, bounds_ns: BOUNDS, columns };
}

function spans(index, state, at) {
  const box = container(index % SIZES[state], state),
    who = {
      "process.executable.name": program(index, state),
      "container.id": box.id,
      "container.name": box.name,
      "process.pid": 4000 + index,
    };
  const wrong = state !== "calm" && index % 4 === 0,
    start = at - 9000 * (index + 1);
  const id = hex(1000 + index, 32),
    connect = hex(9000 + index, 16);
  return [
    {
      time: iso(start),
      event: "connect",
      outcome: "ok",
      duration_ns: 1.8 * NS,
      trace_id: id,
      span_id: connect,
      attributes: {
        ...who,
        "network.transport": "tcp",
        "network.peer.address": "10.4.7.21",
        "network.peer.port": 443,
      },
    },
    {
      time: iso(start + 2),
      event: "tls.handshake",
      outcome: wrong ? "error" : "ok",
      duration_ns: 6.3 * NS,
      trace_id: id,
      span_id: hex(9500 + index, 16),
      parent_span_id: connect,
      attributes: {
        ...who,
        "tls.role": "client",
        "server.address": state === "hostile" ? box.name : "payments.internal.example",
        "tls.protocol.version": "1.3",
      },
      ...(wrong && {
        error: CAUSES.certificate_expired.error,
        verdict: {
          cause: "certificate_expired",
          explanation: CAUSES.certificate_expired.explanation[0],
          evidence: {},
          fixes: CAUSES.certificate_expired.fixes.map((one) => one[0]),
        },
      }),
    },
    {
      time: iso(start + 9),
      event: "syscall.slow",
      outcome: "ok",
      duration_ns: 14 * NS,
      trace_id: id,
      span_id: hex(9700 + index, 16),
      attributes: { ...who, "syscall.name": "fsync" },
    },
  ];
}

function traces(state, at) {
  return Array.from({ length: SIZES[state] ? 40 : 0 }, (_, index) => {
    const all = spans(index, state, at),
      first = all[0];
    return {
      trace_id: first.trace_id,
      name: `connect ${all[1].attributes["server.address"]}`,
      time: first.time,
      duration_ns: 23 * NS + 91000 * index,
      spans: all.length,
      outcome: all[1].outcome,
      program: first.attributes["process.executable.name"],
      container: { id: first.attributes["container.id"], name: first.attributes["container.name"] },
    };
  });
}

function status(state, at) {
  const odd = state === "failing",
    size = SIZES[state];
  return {
    version: "1.0",
    architecture: "x86_64",
    kernel: "6.12.48",
    host: state === "hostile" ? HOSTILE[0] : state === "long" ? LONG : "node-17",
    started: iso(at - 3 * 3600e3),
    now: iso(at),
    ready: !odd,
    step_seconds: 10,
    ...(size && { history_since: iso(at - 3600e3) }),
    history_bytes: 14000 * size,
    probes: [
      { name: "process", state: "works", means: "tp_btf" },
      { name: "bind", state: "works", means: "tp_btf" },
      { name: "connect", state: "works", means: "tp_btf" },
      odd
        ? { name: "tls", state: "refused", reason: "the kernel refused uprobes: EPERM" }
        : { name: "tls", state: "works", means: "uprobe_multi" },
      { name: "syscall", state: "works", means: "raw_tp" },
    ],
    series: { used: 31 * size, ceiling: odd ? 800 : 100000, overflowed: odd ? 5123 : 0 },
    events: {
      received: 61423 * size,
      exported: 61002 * size,
      absorbed: 301 * size,
      sampled_out: 120 * size,
    },
    losses: odd
      ? [
          { cause: "ring_full", lane: "fact", count: 1204 },
          { cause: "no_start", lane: "count", count: 3 },
        ]
      : [],
    exporters: odd
      ? [
          {
            name: "otlp_metrics",
            taken: 9012,
            waiting: 512,
            fates: { delivered: 8100, refused: 400 },
          },
        ]
      : [],
    go_processes: size + 3,
    containers: size,
  };
}

/** What the agent in that state says to a path at that moment: [status, object or text]. */
export function answer(state, url, at) {
  const language = url.searchParams.get("lang") === "zh" ? 1 : 0,
    path = url.pathname;
  const trace = /^\/api\/v1\/traces\/(.+)$/.exec(path);
  if (trace) {
    for (let index = 0; index < 40 && SIZES[state]; index++)
      if (hex(1000 + index, 32) === trace[1])
        return [200, { trace_id: trace[1], spans: spans(index, state, at) }];
    return [404, "no such trace\n"];
  }
  switch (path) {
    case "/api/v1/status":
      return [200, status(state, at)];
    case "/api/v1/diagnoses":
      return [200, diagnoses(state, at, language)];
    case "/api/v1/failures":
      return [
        200,
        {
          failures: failures(state, at, language).slice(0, url.searchParams.get("limit")),
          beyond: 0,
        },
      ];
    case "/api/v1/activity": {
      const rows = activity(state, Number(url.searchParams.get("seconds")));
      return [200, { from: iso(at - 60e3), to: iso(at), rows, total: { acts: {}, calls: [] } }];
    }
    case "/api/v1/history":
      return [
        200,
        history(state, url.searchParams.get("event"), at, url.searchParams.has("container")),
      ];
    case "/api/v1/traces":
      return [200, { traces: traces(state, at), beyond: state === "failing" ? 812 : 0 }];
    default:
      return [404, "not here\n"];
  }
}
