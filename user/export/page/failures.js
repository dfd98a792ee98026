// SPDX-License-Identifier: BSD-2-Clause
// The first view: what fails now and why, what failed before, and what programs gave up themselves.
import { now } from "./api.js";
import { Cards } from "./cards.js";
import { el, icon, keyed, plain, setText } from "./dom.js";
import { containerName, containerOf, eventName, outcomeMark, subject, traceLink } from "./facts.js";
import { clock, duration, number, percent } from "./format.js";
import { Table } from "./table.js";
import { t } from "./text.js";

const NOW_MS = 5 * 60e3,
  HOUR_MS = 3600e3;
const TILES = ["bind", "listen", "connect", "tls.handshake"];

/** Groups by how long ago they failed last; apart from them what was no failure. */
export function sortOut(groups) {
  const out = { now: [], hour: [], earlier: [], calm: [] };
  for (const group of groups) {
    const age = now() - Date.parse(group.last);
    if (group.failure === false) out.calm.push(group);
    else if (age <= NOW_MS) out.now.push(group);
    else out[age <= HOUR_MS ? "hour" : "earlier"].push(group);
  }
  return out;
}

/** Facts of failures as rows, newest first. */
export function failureTable(caption) {
  return new Table({
    caption,
    unseen: true,
    empty: t("failures.none_listed"),
    keyOf: (fact) => `${fact.span_id ?? ""}${fact.time}`,
    columns: [
      { name: "time", label: t("time"), narrow: true, text: (fact) => clock(fact.time) },
      {
        name: "what",
        label: t("what"),
        text: (fact) =>
          `${eventName(fact.event, fact.attributes["tls.role"])} ${subject(fact.event, fact.attributes)}`,
        href: (fact) => traceLink(fact.trace_id),
      },
      {
        name: "who",
        label: t("program"),
        text: (fact) => plain(fact.attributes["process.executable.name"]) || t("program.unknown"),
        note: (fact) => containerName(containerOf(fact.attributes)),
      },
      {
        name: "cause",
        label: t("cause"),
        text: (fact) =>
          plain(fact.verdict?.cause ?? fact.attributes["error.type"] ?? fact.error?.message),
      },
      {
        name: "outcome",
        label: t("outcome"),
        minor: true,
        text: (fact) => fact.outcome,
        node: (fact) => outcomeMark(fact.outcome),
      },
      {
        name: "took",
        label: t("duration"),
        number: true,
        minor: true,
        text: (fact) => duration(fact.duration_ns),
      },
    ],
  });
}

class Section {
  constructor(title, folded = false) {
    this.cards = new Cards();
    this.count = el("span", { class: "tally" });
    const head = el("h2", {}, title, " ", this.count);
    this.node = folded
      ? el("details", { class: "section" }, el("summary", {}, head), this.cards.node)
      : el("section", { class: "section" }, head, this.cards.node);
  }

  show(groups) {
    this.node.hidden = !groups.length;
    setText(this.count, number(groups.length));
    this.cards.show(groups);
  }
}

function tile(event) {
  const value = el("p", { class: "value" }),
    note = el("p", { class: "note" });
  const node = el(
    "li",
    { class: "tile" },
    el("p", { class: "label" }, eventName(event)),
    value,
    note,
  );
  node.show = (total) => {
    const all = total.ok + total.error + total.cancelled;
    node.classList.toggle("bad", total.error > 0);
    value.replaceChildren(
      icon(total.error ? "error" : "ok"),
      total.error
        ? t("tile.failed", { n: total.error, count: number(total.error) })
        : t("tile.none"),
    );
    setText(
      note,
      (total.error
        ? t("tile.share", { all: number(all), share: percent(total.error / all) })
        : t("tile.of", { all: number(all) })) +
        (total.cancelled ? t("tile.cancelled", { count: number(total.cancelled) }) : ""),
    );
  };
  return node;
}

/** What is said where nothing failed: calm, and on what it rests. */
function calmText(diagnoses, groups) {
  const totals = Object.values(diagnoses.totals ?? {});
  const acts = totals.reduce((sum, one) => sum + one.ok + one.error + one.cancelled, 0);
  if (groups.hour.length || groups.earlier.length) return [t("calm.now"), t("calm.now.note")];
  if (!acts) return [t("calm.nothing_yet"), t("calm.nothing_yet.note")];
  return [
    t("calm.never"),
    t("calm.never.note", { acts: number(acts), since: clock(diagnoses.since) }),
  ];
}

export function failuresView() {
  const tiles = el("ul", { class: "tiles" });
  const calm = el("div", { class: "calmly", hidden: true });
  const sections = {
    now: new Section(t("failures.now")),
    hour: new Section(t("failures.hour")),
    earlier: new Section(t("failures.earlier"), true),
    calm: new Section(t("failures.calm"), true),
  };
  const beyond = el("p", { class: "quiet" });
  const latest = failureTable(t("failures.latest"));
  const since = el("p", { class: "quiet lead" });
  const single = el(
    "section",
    { class: "section", hidden: true },
    el("h2", {}, t("failures.latest")),
    latest.node,
  );
  const node = el(
    "div",
    {},
    el("div", { class: "head" }, el("h1", {}, t("failures.title")), since),
    tiles,
    calm,
    Object.values(sections).map((one) => one.node),
    beyond,
    single,
  );

  function show(diagnoses, failures) {
    const groups = sortOut(diagnoses.diagnoses);
    const seen = TILES.filter((event) => diagnoses.totals?.[event]);
    keyed(
      tiles,
      seen,
      (event) => event,
      tile,
      (one, event) => one.show(diagnoses.totals[event]),
    );
    tiles.hidden = !seen.length;
    setText(since, diagnoses.since ? t("failures.since", { since: clock(diagnoses.since) }) : "");
    for (const [name, section] of Object.entries(sections)) section.show(groups[name]);
    calm.hidden = groups.now.length > 0;
    if (!calm.hidden) {
      const [title, note] = calmText(diagnoses, groups),
        key = title + note;
      calm.classList.toggle("blank", !seen.length);
      if (calm.key !== key)
        calm.replaceChildren(
          icon(seen.length ? "ok" : "unknown"),
          el("div", {}, el("p", { class: "title" }, title), el("p", {}, note)),
        );
      calm.key = key;
    }
    setText(
      beyond,
      diagnoses.beyond
        ? t("failures.beyond", {
            n: diagnoses.beyond,
            count: number(diagnoses.beyond),
            kinds: number(diagnoses.gave_way),
          })
        : "",
    );
    beyond.hidden = !diagnoses.beyond;
    if (failures) latest.show(failures);
    if (failures) single.hidden = !failures.length;
  }

  return { node, title: t("failures.title"), diagnosed: show, single: true, polls: [] };
}
