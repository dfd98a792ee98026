// SPDX-License-Identifier: BSD-2-Clause
// The last hour of one kind of act: plots, what they say in words and as a table, a reading line.
import { get } from "./api.js";
import { addUp, quantile, stretches } from "./distribution.js";
import { el, keyed, plain, setAttribute, setText } from "./dom.js";
import { containerName } from "./facts.js";
import { clock, compareTexts, duration, minute, number } from "./format.js";
import { HEAT_STEPS, HeatMap, Outcomes, QUANTILES, Quantiles } from "./plots.js";
import { Table } from "./table.js";
import { t } from "./text.js";

export const EVENTS = ["connect", "tls.handshake", "bind", "syscalls"];
const TABLE_SECONDS = 300;
// An agent that has just begun has little to show, but not across the whole width.
const LEAST_SECONDS = 600;
const CONTAINERS_MAX = 500;

/** A history as the plots take it: sorted, with a gap where nothing was. */
function prepare(history) {
  const step = history.step_seconds ?? 10,
    xs = [],
    at = new Map();
  const columns = history.columns
    .map((one) => ({ ...one, x: Date.parse(one.time) / 1000, cells: one.cells ?? [] }))
    .sort((one, other) => one.x - other.x);
  const to = Date.parse(history.to) / 1000;
  let most = 1;

  for (const column of columns) {
    const last = xs.at(-1);
    if (last !== undefined && column.x - last > 1.5 * step) xs.push(last + step);
    xs.push(column.x);
    at.set(column.x, column);
    for (const [, count] of column.cells) most = Math.max(most, count);
  }
  return {
    xs,
    at,
    columns,
    step,
    most,
    bounds: history.bounds_ns ?? [],
    from: Math.min(Date.parse(history.from) / 1000, to - LEAST_SECONDS),
    to,
  };
}

function eventChoice(chosen, choose) {
  return el(
    "fieldset",
    { class: "segments" },
    el("legend", { class: "unseen" }, t("latency.event")),
    EVENTS.map((event) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "event",
          value: event,
          checked: event === chosen,
          onchange: () => choose(event),
        }),
        el("span", {}, t(`event.${event}`)),
      ),
    ),
  );
}

function figure(title, plot, legend) {
  return el(
    "figure",
    {},
    el("figcaption", {}, el("span", { class: "title" }, title), legend),
    plot.node,
  );
}

function heatLegend() {
  return el(
    "span",
    { class: "legend" },
    t("heat.fewer"),
    el(
      "span",
      { class: "ramp", "aria-hidden": "true" },
      Array.from({ length: HEAT_STEPS }, (_, index) => el("i", { class: `heat-${index + 1}` })),
    ),
    t("heat.more"),
  );
}

function legend(names) {
  return el(
    "span",
    { class: "legend" },
    names.map(([kind, name]) =>
      el(
        "span",
        { class: "entry" },
        el("i", { class: `key ${kind}`, "aria-hidden": "true" }),
        name,
      ),
    ),
  );
}

function hourTable() {
  return new Table({
    caption: t("latency.table"),
    keyOf: (row) => String(row.from),
    columns: [
      { name: "time", label: t("time"), narrow: true, text: (row) => minute(row.from) },
      ...["ok", "error", "cancelled"].map((name) => ({
        name,
        label: t(`outcome.${name}`),
        number: true,
        text: (row) => number(row.sum[name]),
      })),
      ...[
        ["p50", 0.5],
        ["p90", 0.9],
        ["p99", 0.99],
      ].map(([name, share]) => ({
        name,
        label: name,
        number: true,
        text: (row) => duration(quantile(row.sum, share)) || "–",
      })),
    ],
  });
}

export class Charts {
  constructor({ wanted = {}, params, app }) {
    const event = params.get("event");
    this.event = EVENTS.includes(event) ? event : "connect";
    this.wanted = wanted;
    this.app = app;
    this.plots = [new HeatMap(230), new Quantiles(200), new Outcomes(130)];
    this.empty = el("p", { class: "empty", hidden: true });
    this.numbers = el("ul", { class: "numbers" });
    this.reading = el("p", { class: "reading", role: "status" });
    this.table = hourTable();
    this.board = el(
      "div",
      {
        class: "board",
        role: "group",
        tabindex: "0",
        "aria-label": t("latency.board"),
        onkeydown: (key) => this.step(key),
      },
      figure(t("latency.heat"), this.plots[0], heatLegend()),
      figure(
        t("latency.quantiles"),
        this.plots[1],
        legend([...QUANTILES].reverse().map(({ name }) => [name, name])),
      ),
      figure(
        t("latency.outcomes"),
        this.plots[2],
        legend(["ok", "cancelled", "error"].map((name) => [`bar-${name}`, t(`outcome.${name}`)])),
      ),
    );
    this.body = el(
      "div",
      {},
      this.numbers,
      this.board,
      this.reading,
      el(
        "details",
        { class: "as-table" },
        el("summary", {}, t("latency.as_table")),
        this.table.node,
      ),
    );
    this.body.hidden = true;
    this.node = el(
      "div",
      { class: "charts" },
      eventChoice(this.event, (one) => this.choose(one)),
      this.empty,
      this.body,
    );
    this.redraw = () => this.draw(true);
    document.documentElement.addEventListener("themechange", this.redraw);
    this.board.addEventListener("mousemove", () => this.read());
    this.board.addEventListener("mouseleave", () => setText(this.reading, t("latency.hint")));
    setText(this.reading, t("latency.hint"));
  }

  choose(event) {
    this.event = event;
    this.app.keep({ event });
    this.app.guard(() => this.load())();
  }

  async load(signal) {
    const event = this.event;
    const history = await get(
      "/api/v1/history",
      {
        event,
        seconds: 3600,
        container: this.wanted.id,
        unit: this.wanted.unit,
        program: this.wanted.program,
      },
      signal,
    );
    if (event !== this.event) return;
    this.state = prepare(history);
    this.draw(false);
  }

  draw(anew) {
    if (!this.state) return;
    const { columns, bounds } = this.state,
      none = !columns.length;
    setText(this.empty, t("latency.none", { what: t(`event.${this.event}`) }));
    this.empty.hidden = !none;
    this.body.hidden = none;
    if (none) return;
    for (const plot of this.plots) {
      if (anew) plot.clear();
      plot.show(this.state);
    }
    this.tell(addUp(columns, bounds));
    this.table.show(
      stretches(columns, TABLE_SECONDS)
        .reverse()
        .map((one) => ({ from: one.from, sum: addUp(one.columns, bounds) })),
    );
  }

  tell(sum) {
    const worst = this.state.columns.reduce((one, other) =>
      (other.p99_ns ?? 0) > (one.p99_ns ?? 0) ? other : one,
    );
    const shown = [
      ["outcome.ok", number(sum.ok)],
      ["outcome.error", number(sum.error)],
      ["outcome.cancelled", number(sum.cancelled)],
      ...[
        ["p50", 0.5],
        ["p90", 0.9],
        ["p99", 0.99],
      ].map(([name, share]) => [name, duration(quantile(sum, share)) || "–"]),
    ];
    keyed(
      this.numbers,
      shown,
      ([name]) => name,
      ([name]) =>
        el(
          "li",
          { class: name.replace(".", "-") },
          el("span", { class: "label" }, name.startsWith("p") ? name : t(name)),
          el("span", { class: "value" }),
        ),
      (node, [, value]) => setText(node.lastChild, value),
    );
    setAttribute(
      this.board,
      "aria-label",
      t("latency.said", {
        what: t(`event.${this.event}`),
        ok: number(sum.ok),
        error: number(sum.error),
        p50: duration(quantile(sum, 0.5)) || "–",
        p99: duration(quantile(sum, 0.99)) || "–",
        worst: duration(worst.p99_ns) || "–",
        when: clock(worst.time),
      }),
    );
  }

  read() {
    const { plot } = this.plots[0],
      index = plot?.cursor.idx;
    const column =
      index === null || index === undefined ? null : this.state.at.get(this.state.xs[index]);
    if (!column) return;
    setText(
      this.reading,
      [
        clock(column.time),
        ...["ok", "error", "cancelled"]
          .filter((name) => column[name])
          .map((name) => `${t(`outcome.${name}`)} ${number(column[name])}`),
        ...["p50", "p90", "p99"]
          .filter((name) => column[`${name}_ns`])
          .map((name) => `${name} ${duration(column[`${name}_ns`])}`),
      ].join(" · "),
    );
  }

  /** Arrows go from column to column, Home and End to the first and last. */
  step(event) {
    const { plot } = this.plots[0],
      last = this.state ? this.state.xs.length - 1 : 0;
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!plot || event.target !== this.board || !(event.key in moves)) return;
    event.preventDefault();
    const from = plot.cursor.idx ?? (event.key === "ArrowRight" ? -1 : last + 1);
    const to = Math.min(last, Math.max(0, from + moves[event.key]));
    for (const one of this.plots)
      one.plot.setCursor({ left: one.plot.valToPos(this.state.xs[to], "x"), top: 10 });
    this.read();
  }

  close() {
    document.documentElement.removeEventListener("themechange", this.redraw);
    for (const plot of this.plots) plot.close();
  }
}

/** [[id, name]] of those that did something lately, and of the chosen one. */
async function containerNames(signal, chosen) {
  const { rows } = await get("/api/v1/activity", { seconds: 900 }, signal);
  const names = new Map(
    rows
      .filter((row) => row.container?.id)
      .map((row) => [row.container.id, containerName(row.container, row.pod)]),
  );
  if (chosen && !names.has(chosen)) names.set(chosen, plain(chosen.slice(0, 12)));
  const all = [...names].sort((one, other) => compareTexts(one[1], other[1]));
  return all.filter(([id], index) => index < CONTAINERS_MAX || id === chosen);
}

/** Latency of all programs, or of one container that is chosen. */
export function latencyView(params, app) {
  const wanted = { id: params.get("container") ?? "" };
  const charts = new Charts({ wanted, params, app });
  const scope = el("select", {
    id: "scope",
    onchange: () => app.go("latency", { event: charts.event, container: scope.value }),
  });
  const node = el(
    "div",
    {},
    el(
      "div",
      { class: "head" },
      el("h1", {}, t("latency.title")),
      el("label", { class: "choice" }, `${t("latency.scope")} `, scope),
    ),
    charts.node,
  );
  const offer = (names) => {
    keyed(
      scope,
      [["", t("latency.all")], ...names],
      ([id]) => id,
      ([id]) => el("option", { value: id }),
      (option, [, name]) => setText(option, name),
    );
    if (scope.value !== wanted.id) scope.value = wanted.id;
  };

  offer(wanted.id ? [[wanted.id, plain(wanted.id.slice(0, 12))]] : []);
  return {
    node,
    title: t("latency.title"),
    close: () => charts.close(),
    polls: [
      [10, app.guard((signal) => charts.load(signal))],
      [60, app.guard(async (signal) => offer(await containerNames(signal, wanted.id)))],
    ],
  };
}
