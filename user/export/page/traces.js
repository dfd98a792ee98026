// SPDX-License-Identifier: BSD-2-Clause
// Traces: which there are, and one of them as a waterfall.
import { Refusal, get } from "./api.js";
import { el, icon, plain, setText } from "./dom.js";
import {
  containerName,
  containerOf,
  eventName,
  outcomeMark,
  placeLink,
  subject,
  traceLink,
} from "./facts.js";
import { clock, duration, number } from "./format.js";
import { Table, definitions } from "./table.js";
import { language, t } from "./text.js";

// As many as the agent gives.
const TRACES_MAX = 200;

export function tracesView(params, app) {
  const table = new Table({
    caption: t("traces.caption"),
    unseen: true,
    keyOf: (trace) => trace.trace_id,
    empty: "",
    columns: [
      {
        name: "time",
        label: t("time"),
        narrow: true,
        text: (trace) => clock(trace.time),
        order: (trace) => trace.time,
        down: true,
      },
      {
        name: "name",
        label: t("traces.name"),
        text: (trace) => plain(trace.name) || trace.trace_id,
        href: (trace) => traceLink(trace.trace_id),
        order: (trace) => trace.name ?? "",
      },
      {
        name: "who",
        label: t("program"),
        text: (trace) => plain(trace.program) || t("program.unknown"),
        note: (trace) => containerName(trace.container),
        order: (trace) => trace.program ?? "",
      },
      {
        name: "outcome",
        label: t("outcome"),
        text: (trace) => trace.outcome,
        node: (trace) => outcomeMark(trace.outcome),
        order: (trace) => trace.outcome,
      },
      {
        name: "spans",
        label: t("traces.spans"),
        number: true,
        minor: true,
        text: (trace) => number(trace.spans),
        order: (trace) => trace.spans,
      },
      {
        name: "took",
        label: t("duration"),
        number: true,
        text: (trace) => duration(trace.duration_ns),
        order: (trace) => trace.duration_ns,
      },
    ],
  });
  const beyond = el("p", { class: "quiet" });
  const node = el(
    "div",
    {},
    el("div", { class: "head" }, el("h1", {}, t("traces.title"))),
    el("p", { class: "quiet lead" }, t("traces.lead")),
    table.node,
    beyond,
  );

  return {
    node,
    title: t("traces.title"),
    polls: [
      [
        5,
        app.guard(async (signal) => {
          const said = await get("/api/v1/traces", { limit: TRACES_MAX }, signal);
          table.show(said.traces, t("traces.none"));
          setText(
            beyond,
            said.beyond ? t("traces.beyond", { n: said.beyond, count: number(said.beyond) }) : "",
          );
        }),
      ],
    ],
  };
}

/** Nanoseconds since the epoch, as exact as they are told: a plain number would round them. */
function exact(iso) {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? "";
  return (
    BigInt(Math.floor(Date.parse(iso) / 1000)) * 1000000000n +
    BigInt(fraction.padEnd(9, "0").slice(0, 9))
  );
}

/** Spans as rows with offset and depth: a child below its parent, each by its beginning. */
export function waterfall(spans) {
  const rows = spans.map((span) => ({ span, from: exact(span.time) }));
  rows.sort((one, other) => (one.from < other.from ? -1 : Number(one.from > other.from)));
  const start = rows[0]?.from ?? 0n,
    ids = new Set(spans.map((span) => span.span_id));
  const children = new Map(),
    out = [];

  for (const row of rows) {
    const parent =
      ids.has(row.span.parent_span_id) && row.span.parent_span_id !== row.span.span_id
        ? row.span.parent_span_id
        : "";
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(row);
  }
  function walk(id, depth) {
    for (const row of children.get(id) ?? []) {
      out.push({ span: row.span, offset: Number(row.from - start), depth });
      if (row.span.span_id && depth < 32) walk(row.span.span_id, depth + 1);
    }
  }
  walk("", 0);
  const whole = Math.max(1, ...out.map((row) => row.offset + (row.span.duration_ns ?? 0)));
  return { rows: out, whole };
}

function attributes(span) {
  return el(
    "div",
    { class: "evidence" },
    span.verdict ? el("p", { class: "said" }, plain(span.verdict.explanation, 1200)) : null,
    span.verdict?.fixes?.length
      ? el(
          "ol",
          {},
          span.verdict.fixes.map((fix) => el("li", {}, plain(fix, 1200))),
        )
      : null,
    definitions([
      [t("error.go_type"), plain(span.error?.go_type, 600)],
      [t("error.message"), plain(span.error?.message, 1200)],
      [t("traces.span_id"), span.span_id],
      ...Object.entries(span.attributes ?? {}).map(([name, value]) => [
        plain(name),
        plain(value, 600),
      ]),
    ]),
  );
}

function bar({ offset, span }, whole) {
  const node = el("i", { class: `span ${span.outcome}` });
  node.style.left = `${(100 * offset) / whole}%`;
  node.style.width = `${(100 * (span.duration_ns ?? 0)) / whole}%`;
  return el("span", { class: "track", "aria-hidden": "true" }, node);
}

function spanRows(row, whole, index) {
  const { span } = row,
    role = span.attributes?.["tls.role"];
  const more = el(
    "tr",
    { class: "more", id: `span-${index}`, hidden: true },
    el("td", { colspan: "4" }),
  );
  const open = el(
    "button",
    {
      type: "button",
      class: "open",
      "aria-expanded": "false",
      "aria-controls": more.id,
      onclick: () => {
        more.hidden = !more.hidden;
        open.setAttribute("aria-expanded", String(!more.hidden));
        if (!more.hidden) more.firstChild.replaceChildren(attributes(span));
      },
    },
    icon(["ok", "error", "cancelled"].includes(span.outcome) ? span.outcome : "unknown"),
    el("span", { class: "unseen" }, `${t(`outcome.${span.outcome}`)}: `),
    el("span", { class: "event" }, eventName(span.event, role)),
    " ",
    el("bdi", { class: "subject" }, subject(span.event, span.attributes)),
  );
  const head = el("th", { scope: "row" }, open);
  head.style.paddingLeft = `${0.5 + 1.1 * row.depth}rem`;
  return [
    el(
      "tr",
      {},
      head,
      el("td", { class: "number minor" }, `+${duration(row.offset) || "0 ns"}`),
      el("td", { class: "number" }, duration(span.duration_ns)),
      el("td", { class: "line" }, bar(row, whole)),
    ),
    more,
  ];
}

function scale(whole) {
  return el(
    "span",
    { class: "scale", "aria-hidden": "true" },
    [0, 0.25, 0.5, 0.75, 1].map((share) => el("span", {}, share ? duration(share * whole) : "0")),
  );
}

function summary(spans, whole) {
  const first = spans[0],
    where = first.attributes ?? {},
    container = containerOf(where);
  const link = placeLink({ container, program: where["process.executable.name"] });
  return definitions([
    [t("program"), plain(where["process.executable.name"])],
    [t("containers.place"), link && el("a", { href: link }, containerName(container) || t("host"))],
    [t("time"), plain(first.time)],
    [t("duration"), duration(whole)],
    [t("traces.spans"), number(spans.length)],
  ]);
}

export function traceView(params, app, id) {
  const body = el("div"),
    title = el("h1", {}, t("trace"), " ", el("code", { class: "id" }, plain(id, 32)));
  const node = el(
    "div",
    {},
    el("p", { class: "back" }, el("a", { href: "#/traces" }, `← ${t("traces.title")}`)),
    title,
    body,
  );
  let said = null;

  function show(spans) {
    const key = JSON.stringify(spans);
    if (key === said) return;
    said = key;
    const { rows, whole } = waterfall(spans);
    body.replaceChildren(
      summary(
        rows.map((row) => row.span),
        whole,
      ),
      el(
        "div",
        {
          class: "scroll table",
          role: "region",
          tabindex: "0",
          "aria-label": t("traces.waterfall"),
        },
        el(
          "table",
          { class: "waterfall" },
          el("caption", { class: "unseen" }, t("traces.waterfall")),
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              el("th", { scope: "col" }, t("traces.span")),
              el("th", { scope: "col", class: "number minor" }, t("traces.start")),
              el("th", { scope: "col", class: "number" }, t("duration")),
              el(
                "th",
                { scope: "col", class: "line" },
                el("span", { class: "unseen" }, t("traces.line")),
                scale(whole),
              ),
            ),
          ),
          el(
            "tbody",
            {},
            rows.flatMap((row, index) => spanRows(row, whole, index)),
          ),
        ),
      ),
    );
  }

  return {
    node,
    title: `${t("trace")} ${plain(id, 32)}`,
    polls: [
      [
        10,
        app.guard(async (signal) => {
          try {
            const { spans } = await get(
              `/api/v1/traces/${encodeURIComponent(id)}`,
              { lang: language() },
              signal,
            );
            if (spans.length) show(spans);
          } catch (error) {
            if (!(error instanceof Refusal) || error.status !== 404) throw error;
            // What was shown stays: the agent forgets traces, the reader need not.
            if (!said) body.replaceChildren(el("p", { class: "empty" }, t("trace.gone")));
          }
        }),
      ],
    ],
  };
}
