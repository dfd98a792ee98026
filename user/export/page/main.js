// SPDX-License-Identifier: BSD-2-Clause
// The page itself: which view the address asks for, the bar above it, and what is always asked.
import { Refusal, agent, get, onAgent, poll } from "./api.js";
import { groupKey, groupTitle } from "./cards.js";
import { latencyView } from "./charts.js";
import { containerView, containersView } from "./containers.js";
import { el, icon, plain, setAttribute, setText } from "./dom.js";
import { failuresView, sortOut } from "./failures.js";
import { clock, number } from "./format.js";
import { healthView } from "./health.js";
import { language, t } from "./text.js";
import { traceView, tracesView } from "./traces.js";

const choices = globalThis.seamarkChoices;
const byId = (id) => document.getElementById(id);
// Of the failures one by one, as many as the agent gives.
const SINGLE_MAX = 200;
// Each view, and which entry of the navigation it belongs to.
const VIEWS = {
  failures: [failuresView, "failures"],
  containers: [containersView, "containers"],
  container: [containerView, "containers"],
  latency: [latencyView, "latency"],
  traces: [tracesView, "traces"],
  trace: [traceView, "traces"],
  health: [healthView, "health"],
};

let view = null,
  shown = null,
  status = null,
  diagnoses = null,
  ends = [],
  known = null;

function address() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, id] = path.split("/");
  return {
    name: Object.hasOwn(VIEWS, name) ? name : "failures",
    id: decode(id ?? ""),
    params: new URLSearchParams(query ?? ""),
  };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hash(name, query) {
  const wanted = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return `#/${name}${wanted.length ? `?${new URLSearchParams(wanted)}` : ""}`;
}

/** What views may ask of the page. */
const app = {
  go(name, query = {}) {
    location.hash = hash(name, query);
  },
  kept() {
    return Object.fromEntries(address().params);
  },
  /** Into the address without a step back: filter, order, kind of act. */
  keep(query) {
    const { name, id } = address();
    history.replaceState(null, "", hash(id ? `${name}/${id}` : name, { ...app.kept(), ...query }));
    shown = location.hash;
  },
  /** A task whose refusal by the agent is shown, and taken back when it goes well. */
  guard(task) {
    return async (signal) => {
      try {
        await task(signal);
        tell(task, "");
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        tell(task, t("refused", { status: error.status, text: plain(error.message) }));
      }
    };
  },
};

const refusals = new Map();

function tell(task, text) {
  if (text) refusals.set(task, text);
  else refusals.delete(task);
  byId("refused").hidden = !refusals.size;
  setText(byId("refused"), [...new Set(refusals.values())].join(" "));
}

function open(focus) {
  const { name, id, params } = address(),
    [make, entry] = VIEWS[name];
  for (const end of ends) end();
  view?.close?.();
  refusals.clear();
  shown = location.hash;
  view = make(params, app, id);
  byId("main").replaceChildren(
    el("p", { id: "refused", class: "refused", role: "alert", hidden: true }),
    view.node,
  );
  for (const link of document.querySelectorAll("#nav a"))
    setAttribute(link, "aria-current", link.hash === `#/${entry}` ? "page" : null);
  document.title = `${view.title} – Seamark`;
  if (diagnoses) view.diagnosed?.(diagnoses, null);
  if (status) view.status?.(status);
  ends = [...view.polls, [5, app.guard(diagnose)]].map(([seconds, task]) => poll(task, seconds));
  if (focus) {
    const title = byId("main").querySelector("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function words() {
  for (const node of document.querySelectorAll("[data-t]")) setText(node, t(node.dataset.t));
  for (const node of document.querySelectorAll("[data-t-label]"))
    setAttribute(node, "aria-label", t(node.dataset.tLabel));
  byId("theme").value = choices.theme();
  byId("language").value = choices.language();
}

function showAgent() {
  const state = byId("state"),
    away = byId("away");
  const kind = agent.awaySince ? "error" : !status ? "unknown" : status.ready ? "ok" : "error";
  const word = t(
    agent.awaySince
      ? "agent.away"
      : !status
        ? "agent.asking"
        : status.ready
          ? "health.ready"
          : "health.not_ready",
  );
  const host = status ? plain(status.host, 40) : "",
    key = [kind, word, host, language()].join();
  if (state.dataset.key !== key) {
    state.dataset.key = key;
    state.className = `state ${kind}`;
    state.replaceChildren(
      icon(kind),
      el("span", {}, word),
      host ? el("span", { class: "host" }, host) : "",
    );
  }
  away.hidden = !agent.awaySince;
  document.body.classList.toggle("stale", !!agent.awaySince);
  if (agent.awaySince)
    setText(away, t(agent.heard ? "away" : "away.never", { time: clock(agent.awaySince) }));
  else setText(away, "");
  setText(byId("about"), status ? t("foot.about", { version: plain(status.version, 60) }) : "");
}

/** Says aloud what began to fail since the last look; the first look says nothing. */
function announce(groups) {
  const failing = new Map(groups.now.map((group) => [groupKey(group), group]));
  const fresh = [...failing].filter(([key]) => known && !known.has(key)).map(([, group]) => group);
  known = new Set([...(known ?? []), ...failing.keys()]);
  if (fresh.length)
    byId("news").append(
      el(
        "p",
        {},
        fresh.length > 3
          ? t("news.many", { n: fresh.length })
          : t("news", { what: fresh.map(groupTitle).join("; ") }),
      ),
    );
  while (byId("news").children.length > 5) byId("news").firstChild.remove();
  const badge = byId("badge");
  badge.hidden = !groups.now.length;
  setText(badge, number(groups.now.length));
  setAttribute(badge, "aria-label", t("badge", { n: groups.now.length }));
}

/** Failures one by one only where a view shows them. */
async function diagnose(signal) {
  const lang = language();
  const [said, single] = await Promise.all([
    get("/api/v1/diagnoses", { lang }, signal),
    view.single && get("/api/v1/failures", { limit: SINGLE_MAX, lang }, signal),
  ]);
  diagnoses = said;
  announce(sortOut(diagnoses.diagnoses));
  view.diagnosed?.(diagnoses, single?.failures);
}

async function ask(signal) {
  const said = await get("/api/v1/status", {}, signal);
  if (said.now) agent.ahead_ms = Date.parse(said.now) - Date.now();
  status = said;
  view?.status?.(status);
  showAgent();
}

function start() {
  const restart = () => {
    words();
    showAgent();
    open(false);
  };

  byId("theme").addEventListener("change", (event) => choices.set("theme", event.target.value));
  byId("language").addEventListener("change", (event) => {
    choices.set("language", event.target.value);
    restart();
  });
  byId("skip").addEventListener("click", () => byId("main").focus());
  addEventListener("hashchange", () => {
    if (location.hash !== shown) open(true);
  });
  onAgent(showAgent);
  restart();
  poll(app.guard(ask), 10);
}

start();
