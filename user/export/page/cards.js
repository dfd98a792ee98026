// SPDX-License-Identifier: BSD-2-Clause
// A group of like failures as a card: what failed, why, and what mends it, in this order.
import { now } from "./api.js";
import { el, keyed, plain, setText } from "./dom.js";
import {
  containerName,
  eventName,
  moment,
  outcomeMark,
  placeLink,
  subject,
  traceLink,
} from "./facts.js";
import { ago, clock, duration, number } from "./format.js";
import { definitions } from "./table.js";
import { t } from "./text.js";

const FIRST = 20;

export function groupKey(group) {
  return JSON.stringify([
    group.event,
    group.outcome,
    group.cause,
    group.error_type,
    group.program,
    group.container?.id,
    group.example?.attributes?.["tls.role"],
    group.first,
  ]);
}

/** In one line, for those who are told and not shown. */
export function groupTitle(group) {
  const attributes = group.example?.attributes ?? {};
  return `${eventName(group.event, attributes["tls.role"])} ${subject(group.event, attributes)}`;
}

const COMMANDS = [
  "chmod",
  "chown",
  "date",
  "dig",
  "docker",
  "getent",
  "ip",
  "iptables",
  "kubectl",
  "ls",
  "mkdir",
  "nft",
  "openssl",
  "rm",
  "setcap",
  "ss",
  "sysctl",
  "systemctl",
  "timedatectl",
];
const COMMAND = new RegExp(`^(.*?[:：] ?)((?:${COMMANDS.join("|")})\\b.*?)([.。]?)$`, "s");

/** A command at the end of a sentence is set apart, so that it can be copied. */
function fixText(fix) {
  const whole = plain(fix, 1200),
    parts = COMMAND.exec(whole);
  if (!parts) return [whole];
  const command = parts[2];
  const button = el(
    "button",
    {
      type: "button",
      class: "copy",
      "aria-label": t("copy.this", { command }),
      onclick: () => copy(button, command),
    },
    t("copy"),
  );
  return [
    parts[1],
    el("span", { class: "command" }, el("code", {}, command), navigator.clipboard ? button : null),
  ];
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    setText(button, t("copied"));
  } catch {
    setText(button, t("copy.failed"));
  }
  setTimeout(() => setText(button, t("copy")), 2000);
}

function why(group) {
  const error = group.example?.error ?? {};
  if (group.verdict) return plain(group.verdict.explanation, 1200);
  const said = [group.error_type, error.message]
    .filter(Boolean)
    .map((one) => plain(one))
    .join(": ");
  return said ? t("card.no_verdict", { said }) : t("card.nothing_known");
}

function evidence(group) {
  const verdict = group.verdict?.evidence ?? {},
    error = group.example?.error ?? {};
  const attributes = group.example?.attributes ?? {};
  const link = traceLink(group.example?.trace_id);
  return [
    definitions(Object.entries(verdict).map(([name, value]) => [plain(name), plain(value, 600)])),
    el("h4", {}, t("card.example")),
    definitions([
      [t("time"), group.example && el("span", {}, plain(group.example.time))],
      [t("duration"), duration(group.example?.duration_ns)],
      [t("error.type"), plain(group.error_type)],
      [t("error.go_type"), plain(error.go_type, 600)],
      [t("error.message"), plain(error.message, 1200)],
      [t("trace"), link && el("a", { href: link }, group.example.trace_id)],
      ...Object.entries(attributes)
        .filter(([name]) => !(name in verdict))
        .map(([name, value]) => [plain(name), plain(value, 600)]),
    ]),
  ];
}

function who(group) {
  const parts = [el("strong", {}, plain(group.program) || t("program.unknown"))];
  const name = containerName(group.container),
    link = placeLink(group);
  if (name) parts.push(" · ", el("a", { href: link }, name));
  else if (link) parts.push(" · ", el("a", { href: link }, t("host")));
  if (group.container?.runtime)
    parts.push(el("span", { class: "quiet" }, ` (${plain(group.container.runtime)})`));
  return parts;
}

function headline(group, level) {
  const attributes = group.example?.attributes ?? {};
  const outcome = group.failure === false ? "cancelled" : "error";
  return el(
    "header",
    {},
    el(
      level,
      {},
      outcomeMark(outcome),
      " ",
      el("span", { class: "event" }, eventName(group.event, attributes["tls.role"])),
      " ",
      el("bdi", { class: "subject" }, subject(group.event, attributes)),
    ),
    el("p", { class: "times" }, el("span", { class: "count" }), " · ", el("time")),
  );
}

function reason(group) {
  const fixes = group.verdict?.fixes ?? [];
  return el(
    "div",
    { class: "reason" },
    el(
      "div",
      { class: "why" },
      el("p", {}, why(group)),
      el(
        "p",
        { class: "cause" },
        el("code", {}, group.cause ? plain(group.cause) : t("cause.unknown")),
      ),
    ),
    fixes.length
      ? el(
          "div",
          { class: "fixes" },
          el("p", { class: "label" }, t("card.fixes")),
          el(
            "ol",
            {},
            fixes.map((fix) => el("li", {}, fixText(fix))),
          ),
        )
      : null,
  );
}

function details(card) {
  const body = el("div", { class: "evidence" });
  return el(
    "details",
    {
      ontoggle: (event) => {
        if (event.target.open) body.replaceChildren(...evidence(card.group));
      },
    },
    el("summary", {}, t("card.evidence")),
    body,
  );
}

/** Anew only when what it says is another: a group's newest failure may have another verdict. */
function update(card, group, level) {
  const said = JSON.stringify([group.verdict, group.example?.attributes, group.container]);
  card.group = group;
  if (card.said !== said) {
    card.said = said;
    card.replaceChildren(
      headline(group, level),
      el("p", { class: "who" }, who(group)),
      reason(group),
      details(card),
    );
  }
  const last = ago(now() - Date.parse(group.last));
  setText(
    card.querySelector(".count"),
    t("card.count", { n: group.count, count: number(group.count) }),
  );
  moment(
    card.querySelector("time"),
    group.last,
    group.count > 1 ? t("card.span", { first: clock(group.first), last }) : last,
  );
}

/** A list of cards that grows on demand. level: of its headings. */
export class Cards {
  constructor({ level = "h3", first = FIRST } = {}) {
    this.level = level;
    this.limit = first;
    this.list = el("div", { class: "cards" });
    this.more = el("button", {
      type: "button",
      onclick: () => {
        this.limit += FIRST;
        this.show(this.groups);
      },
    });
    this.node = el("div", {}, this.list, el("p", { class: "more" }, this.more));
  }

  show(groups) {
    this.groups = groups;
    keyed(
      this.list,
      groups.slice(0, this.limit),
      groupKey,
      (group) => el("article", { class: `card ${group.failure === false ? "calm" : "failed"}` }),
      (card, group) => update(card, group, this.level),
    );
    const left = groups.length - this.limit;
    this.more.hidden = left <= 0;
    setText(this.more, t("table.more", { n: Math.min(left, FIRST) }));
  }
}
