// SPDX-License-Identifier: BSD-2-Clause
// The agent's own health: is it ready, what of it works, and what it had to leave out.
import { now } from "./api.js";
import { el, plain, setText } from "./dom.js";
import { outcomeMark } from "./facts.js";
import { bytes, clock, duration, number, percent } from "./format.js";
import { Table, definitions } from "./table.js";
import { t } from "./text.js";

function about(status) {
  const running = status.started ? now() - Date.parse(status.started) : undefined;
  return definitions([
    [
      t("health.state"),
      outcomeMark(
        status.ready ? "ok" : "error",
        t(status.ready ? "health.ready" : "health.not_ready"),
      ),
    ],
    [t("health.version"), plain(status.version)],
    [t("health.host"), plain(status.host)],
    [
      t("health.kernel"),
      [plain(status.kernel), plain(status.architecture)].filter(Boolean).join(" · "),
    ],
    [
      t("health.running"),
      status.started &&
        t("health.since", { time: clock(status.started), long: duration(running * 1e6) }),
    ],
    [
      t("health.watched"),
      [
        ["health.containers", status.containers],
        ["health.programs", status.go_processes],
      ]
        .filter(([, n]) => n !== undefined)
        .map(([name, n]) => t(name, { n, count: number(n) }))
        .join(" · "),
    ],
    [
      t("health.history"),
      status.history_since
        ? t("health.history.said", {
            since: clock(status.history_since),
            size: bytes(status.history_bytes ?? 0),
          })
        : "–",
    ],
  ]);
}

function probeTable() {
  return new Table({
    caption: t("health.probes"),
    unseen: true,
    keyOf: (probe) => probe.name,
    empty: t("health.no_probes"),
    columns: [
      { name: "name", label: t("health.probe"), text: (probe) => plain(probe.name) },
      {
        name: "state",
        label: t("health.state"),
        text: (probe) => probe.state,
        node: (probe) =>
          probe.state === "works"
            ? outcomeMark("ok", t("probe.works"))
            : probe.state === "off"
              ? el("span", {}, t("probe.off"))
              : outcomeMark(
                  "error",
                  probe.state === "refused" ? t("probe.refused") : plain(probe.state),
                ),
      },
      { name: "means", label: t("health.means"), text: (probe) => plain(probe.means) || "–" },
      {
        name: "reason",
        label: t("health.reason"),
        text: (probe) => plain(probe.reason, 600) || "–",
      },
    ],
  });
}

function lossTable() {
  return new Table({
    caption: t("health.losses"),
    unseen: true,
    keyOf: (loss) => `${loss.cause} ${loss.lane}`,
    empty: t("health.no_losses"),
    columns: [
      { name: "cause", label: t("cause"), text: (loss) => plain(loss.cause) },
      { name: "lane", label: t("health.lane"), text: (loss) => plain(loss.lane) || "–" },
      {
        name: "count",
        label: t("container.count"),
        number: true,
        text: (loss) => number(loss.count),
      },
    ],
  });
}

function exporterTable() {
  return new Table({
    caption: t("health.exporters"),
    unseen: true,
    keyOf: (one) => one.name,
    empty: t("health.no_exporters"),
    columns: [
      { name: "name", label: t("health.exporter"), text: (one) => plain(one.name) },
      {
        name: "taken",
        label: t("health.taken"),
        number: true,
        text: (one) => number(one.taken ?? 0),
      },
      {
        name: "waiting",
        label: t("health.waiting"),
        number: true,
        text: (one) => number(one.waiting ?? 0),
      },
      {
        name: "fates",
        label: t("health.fates"),
        text: (one) =>
          Object.entries(one.fates ?? {})
            .filter(([, count]) => count)
            .map(([fate, count]) => `${plain(fate)} ${number(count)}`)
            .join(" · ") || "–",
      },
    ],
  });
}

function meter(label, used, ceiling) {
  const share = ceiling ? used / ceiling : 0;
  return el(
    "div",
    { class: "gauge" },
    el(
      "p",
      {},
      t("health.of", { used: number(used), ceiling: number(ceiling), share: percent(share) }),
    ),
    el("meter", {
      min: 0,
      max: ceiling || 1,
      value: used,
      high: 0.8 * (ceiling || 1),
      optimum: 0,
      "aria-label": label,
    }),
  );
}

function events(status) {
  const one = status.events ?? {};
  return definitions(
    ["received", "exported", "absorbed", "sampled_out"].map((name) => [
      t(`health.${name}`),
      one[name] === undefined ? "" : number(one[name]),
    ]),
  );
}

export function healthView() {
  const body = el("div"),
    probes = probeTable(),
    losses = lossTable(),
    exporters = exporterTable();
  const series = el("div"),
    accounts = el("div"),
    overflow = el("p", { class: "quiet" });
  const section = (title, ...inside) =>
    el("section", { class: "section" }, el("h2", {}, t(title)), inside);
  const node = el(
    "div",
    {},
    el("div", { class: "head" }, el("h1", {}, t("health.title"))),
    body,
    section("health.probes", probes.node),
    el(
      "div",
      { class: "two" },
      section("health.losses", losses.node),
      section("health.events", accounts),
      section("health.exporters", exporters.node),
      section("health.series", series, overflow),
    ),
  );

  return {
    node,
    title: t("health.title"),
    polls: [],
    status(status) {
      body.replaceChildren(about(status));
      probes.show(status.probes ?? []);
      losses.show(status.losses ?? []);
      exporters.show(status.exporters ?? []);
      if (status.series) {
        series.replaceChildren(
          meter(t("health.series"), status.series.used, status.series.ceiling),
        );
        setText(
          overflow,
          status.series.overflowed
            ? t("health.overflowed", {
                n: status.series.overflowed,
                count: number(status.series.overflowed),
              })
            : t("health.fits"),
        );
      }
      accounts.replaceChildren(events(status));
    },
  };
}
