// SPDX-License-Identifier: BSD-2-Clause
// Who does what: a row for each program of a container, and one of them looked at closely.
import { get } from "./api.js";
import { Cards } from "./cards.js";
import { Charts } from "./charts.js";
import { el, icon, plain, setText } from "./dom.js";
import { containerName, eventName, place, placeLink } from "./facts.js";
import { failureTable, sortOut } from "./failures.js";
import { duration, number } from "./format.js";
import { Table, definitions } from "./table.js";
import { t } from "./text.js";

// What else there is to see of a container must not lie far below its failures.
const CARDS_FIRST = 5;
const WINDOWS = [60, 300, 900, 3600];
const ACTS = ["bind", "connect", "tls.client", "tls.server"];
const act = (row, name) => row.acts?.[name];
const failed = (row) => ACTS.reduce((sum, name) => sum + (act(row, name)?.error ?? 0), 0);
const count = (value) => (value ? number(value) : "–");
const rowKey = (row) => JSON.stringify([row.container?.id, row.unit, row.program]);

function failedMark(row) {
  const errors = failed(row);
  return errors
    ? el("span", { class: "mark error" }, icon("error"), number(errors))
    : el("span", { class: "quiet" }, "–");
}

function quantile(name, of, values, which) {
  return {
    name,
    label: which.slice(0, 3),
    of,
    number: true,
    minor: which === "p50_ns",
    text: (row) => duration(values(row)?.[which]) || "–",
    order: (row) => values(row)?.[which],
  };
}

function handshakes(row) {
  const sides = [act(row, "tls.client"), act(row, "tls.server")].filter(Boolean);
  if (!sides.length) return undefined;
  const worst = (which) => {
    const known = sides.map((one) => one[which]).filter((one) => one !== undefined);
    return known.length ? Math.max(...known) : undefined;
  };
  return {
    ok: sides.reduce((sum, one) => sum + one.ok, 0),
    p50_ns: worst("p50_ns"),
    p99_ns: worst("p99_ns"),
  };
}

function costliest(row) {
  return row.calls?.find((call) => !call.waits);
}

function columns() {
  const connect = (row) => act(row, "connect");
  return [
    {
      name: "place",
      label: t("containers.place"),
      text: place,
      href: placeLink,
      note: (row) => plain(row.container?.image ?? (row.container ? row.container.runtime : "")),
      order: place,
    },
    {
      name: "program",
      label: t("program"),
      text: (row) => plain(row.program) || t("program.unknown"),
      order: (row) => row.program ?? "",
    },
    {
      name: "failed",
      label: t("failed"),
      number: true,
      text: (row) => String(failed(row)),
      node: failedMark,
      order: failed,
    },
    {
      name: "connects",
      label: t("event.connect"),
      number: true,
      starts: true,
      text: (row) => count(connect(row)?.ok),
      order: (row) => connect(row)?.ok ?? 0,
    },
    quantile("connect50", t("event.connect"), connect, "p50_ns"),
    quantile("connect99", t("event.connect"), connect, "p99_ns"),
    {
      name: "handshakes",
      label: t("containers.tls"),
      number: true,
      starts: true,
      text: (row) => count(handshakes(row)?.ok),
      order: (row) => handshakes(row)?.ok ?? 0,
    },
    quantile("tls50", t("containers.tls"), handshakes, "p50_ns"),
    quantile("tls99", t("containers.tls"), handshakes, "p99_ns"),
    {
      name: "binds",
      label: t("event.bind"),
      number: true,
      minor: true,
      starts: true,
      text: (row) => count(act(row, "bind")?.ok),
      order: (row) => act(row, "bind")?.ok ?? 0,
    },
    {
      name: "call",
      label: t("containers.call"),
      minor: true,
      text: (row) => plain(costliest(row)?.name) || "–",
      note: (row) => duration(costliest(row)?.sum_ns),
      order: (row) => costliest(row)?.sum_ns ?? 0,
      down: true,
    },
  ];
}

function windowChoice(seconds, choose) {
  return el(
    "label",
    { class: "choice" },
    `${t("window")} `,
    el(
      "select",
      { onchange: (event) => choose(Number(event.target.value)) },
      WINDOWS.map((one) =>
        el("option", { value: one, selected: one === seconds }, t(`window.${one}`)),
      ),
    ),
  );
}

/** All words of the filter, in whatever order. */
function matches(row, words) {
  const text = [
    row.container?.name,
    row.container?.id,
    row.container?.image,
    row.pod?.name,
    row.pod?.namespace,
    row.unit,
    row.program,
  ]
    .join(" ")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

const seconds = (params) =>
  WINDOWS.includes(Number(params.get("seconds"))) ? Number(params.get("seconds")) : 60;

export function containersView(params, app) {
  let rows = [],
    wanted = params.get("filter") ?? "",
    answered = false;
  const table = new Table({
    caption: t("containers.caption"),
    unseen: true,
    columns: columns(),
    keyOf: rowKey,
    sort: { by: params.get("by") ?? "failed", down: params.get("up") === null },
    onsort: (sort) => app.keep({ by: sort.by, up: sort.down ? null : "1" }),
  });
  const found = el("span", { class: "quiet", role: "status" });
  const filter = el("input", {
    type: "search",
    id: "filter",
    value: wanted,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => {
      wanted = filter.value;
      app.keep({ filter: wanted || null });
      show();
    },
  });
  const node = el(
    "div",
    {},
    el("div", { class: "head" }, el("h1", {}, t("containers.title"))),
    el(
      "div",
      { class: "controls", role: "search" },
      el("label", { class: "choice", for: "filter" }, t("filter")),
      filter,
      windowChoice(seconds(params), (value) =>
        app.go("containers", { ...app.kept(), seconds: value }),
      ),
      found,
    ),
    table.node,
  );

  function show() {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = words.length ? rows.filter((row) => matches(row, words)) : rows;
    table.show(
      shown,
      !answered ? "" : rows.length ? t("containers.no_match") : t("containers.none"),
    );
    setText(
      found,
      rows.length
        ? t("containers.found", {
            n: shown.length,
            shown: number(shown.length),
            all: number(rows.length),
          })
        : "",
    );
  }

  return {
    node,
    title: t("containers.title"),
    polls: [
      [
        5,
        app.guard(async (signal) => {
          rows = (await get("/api/v1/activity", { seconds: seconds(params) }, signal)).rows;
          answered = true;
          show();
        }),
      ],
    ],
  };
}

function actTable() {
  return new Table({
    caption: t("container.acts"),
    unseen: true,
    keyOf: ([name]) => name,
    empty: t("container.no_acts"),
    columns: [
      { name: "act", label: t("what"), text: ([name]) => eventName(name) },
      { name: "ok", label: t("outcome.ok"), number: true, text: ([, one]) => count(one.ok) },
      {
        name: "error",
        label: t("outcome.error"),
        number: true,
        text: ([, one]) => String(one.error),
        node: ([, one]) => failedMark({ acts: { bind: one } }),
      },
      {
        name: "cancelled",
        label: t("outcome.cancelled"),
        number: true,
        text: ([, one]) => count(one.cancelled),
      },
      ...["p50", "p90", "p99"].map((name) => ({
        name,
        label: name,
        number: true,
        minor: name === "p90",
        text: ([, one]) => duration(one[`${name}_ns`]) || "–",
      })),
    ],
  });
}

export function callTable() {
  return new Table({
    caption: t("container.calls"),
    unseen: true,
    keyOf: (call) => call.name,
    empty: t("container.no_calls"),
    sort: { by: "sum", down: true },
    columns: [
      {
        name: "name",
        label: t("container.call"),
        text: (call) => plain(call.name),
        note: (call) => (call.waits ? t("container.waits") : ""),
        order: (call) => call.name,
      },
      {
        name: "sum",
        label: t("container.sum"),
        number: true,
        text: (call) => duration(call.sum_ns),
        order: (call) => call.sum_ns,
      },
      {
        name: "count",
        label: t("container.count"),
        number: true,
        text: (call) => number(call.count),
        order: (call) => call.count,
      },
      {
        name: "errors",
        label: t("failed"),
        number: true,
        text: (call) => count(call.errors),
        order: (call) => call.errors,
      },
      {
        name: "p50",
        label: "p50",
        number: true,
        minor: true,
        text: (call) => duration(call.p50_ns),
        order: (call) => call.p50_ns,
      },
      {
        name: "p99",
        label: "p99",
        number: true,
        text: (call) => duration(call.p99_ns),
        order: (call) => call.p99_ns,
      },
    ],
  });
}

/** The same acts and calls of all its programs together; quantiles can't be added up. */
export function joined(rows) {
  if (rows.length === 1) return rows[0];
  const acts = {};
  for (const row of rows)
    for (const [name, one] of Object.entries(row.acts ?? {})) {
      const sum = (acts[name] ??= { ok: 0, error: 0, cancelled: 0 });
      for (const key of ["ok", "error", "cancelled"]) sum[key] += one[key];
    }
  return { acts, calls: [] };
}

function chosen(params) {
  return {
    id: params.get("container") ?? "",
    unit: params.get("unit") ?? "",
    program: params.get("program") ?? "",
  };
}

function identity(row, wanted) {
  return definitions([
    [t("container.pod"), row?.pod && containerName(null, row.pod)],
    [t("container.runtime"), plain(row?.container?.runtime)],
    [t("container.unit"), plain(row?.unit ?? wanted.unit)],
    [t("container.image"), plain(row?.container?.image), true],
    [t("container.id"), wanted.id && el("code", {}, plain(wanted.id)), true],
  ]);
}

function programChoice(rows, wanted, app) {
  if (rows.length < 2 && !(wanted.id && wanted.program)) return [];
  const names = [...new Set(rows.map((row) => row.program ?? ""))];
  return [
    el(
      "label",
      { class: "choice" },
      `${t("program")} `,
      el(
        "select",
        {
          onchange: (event) =>
            app.go("container", {
              container: wanted.id,
              unit: wanted.unit,
              program: event.target.value,
              event: app.kept().event,
            }),
        },
        el("option", { value: "" }, t("container.all_programs")),
        names
          .filter(Boolean)
          .map((name) =>
            el("option", { value: name, selected: name === wanted.program }, plain(name)),
          ),
      ),
    ),
  ];
}

export function containerView(params, app) {
  const wanted = chosen(params),
    charts = new Charts({ wanted, params, app });
  const title = el(
    "h1",
    { class: "name" },
    wanted.id ? plain(wanted.id.slice(0, 12)) : plain(wanted.unit || wanted.program),
  );
  const facts = el("div"),
    choice = el("div", { class: "controls" }),
    acts = actTable(),
    calls = callTable();
  const cards = new Cards({ first: CARDS_FIRST }),
    latest = failureTable(t("failures.latest"));
  const nothing = el("p", { class: "empty" }, t("container.no_failures"));
  const calling = el(
    "section",
    { class: "section" },
    el("h2", {}, t("container.calls")),
    calls.node,
  );
  const gone = el("p", { class: "empty", hidden: true }, t("container.quiet"));
  const node = el(
    "div",
    {},
    el("p", { class: "back" }, el("a", { href: "#/containers" }, `← ${t("containers.title")}`)),
    title,
    facts,
    choice,
    gone,
    el("section", { class: "section" }, el("h2", {}, t("container.failures")), nothing, cards.node),
    el("section", { class: "section" }, el("h2", {}, t("container.acts.hour")), acts.node),
    el("section", { class: "section" }, el("h2", {}, t("latency.title")), charts.node),
    calling,
    el("section", { class: "section" }, el("h2", {}, t("failures.latest")), latest.node),
  );
  const mine = (container, program) =>
    (wanted.id ? container?.id === wanted.id : !container?.id) &&
    (!wanted.program || program === wanted.program);
  let key = null;

  function show(rows) {
    const here = rows.filter((row) =>
      wanted.id
        ? row.container?.id === wanted.id
        : !row.container?.id && (!wanted.unit || row.unit === wanted.unit),
    );
    const shown = here.filter((row) => !wanted.program || row.program === wanted.program);
    const first = shown[0] ?? here[0],
      said = JSON.stringify([here.map((row) => row.program), first?.container, first?.pod]);
    const row = shown.length ? joined(shown) : { acts: {}, calls: [] };
    if (said !== key) {
      key = said;
      if (first) setText(title, wanted.id ? place(first) : plain(wanted.unit || wanted.program));
      facts.replaceChildren(identity(first, wanted));
      choice.replaceChildren(...programChoice(here, wanted, app));
    }
    gone.hidden = shown.length > 0;
    acts.show(Object.entries(row.acts));
    // Calls of several programs are several lists: one of them is to be chosen first.
    calls.show(row.calls ?? [], shown.length > 1 ? t("container.choose_program") : undefined);
  }

  return {
    node,
    title: title.textContent,
    close: () => charts.close(),
    single: true,
    diagnosed(diagnoses, failures) {
      const groups = sortOut(
        diagnoses.diagnoses.filter((group) => mine(group.container, group.program)),
      );
      const shown = [...groups.now, ...groups.hour, ...groups.earlier, ...groups.calm];
      nothing.hidden = shown.length > 0;
      cards.show(shown);
      if (failures)
        latest.show(
          failures.filter((fact) =>
            mine(
              { id: fact.attributes["container.id"] },
              fact.attributes["process.executable.name"],
            ),
          ),
        );
    },
    polls: [
      [
        10,
        app.guard(async (signal) =>
          show((await get("/api/v1/activity", { seconds: 3600 }, signal)).rows),
        ),
      ],
      [10, app.guard((signal) => charts.load(signal))],
    ],
  };
}
