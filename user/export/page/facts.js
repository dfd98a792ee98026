// SPDX-License-Identifier: BSD-2-Clause
// How a fact, its outcome and whoever did it are called.
import { el, icon, plain, setAttribute, setText } from "./dom.js";
import { t } from "./text.js";

const EVENTS = [
  "bind",
  "listen",
  "connect",
  "tls.handshake",
  "tls.client",
  "tls.server",
  "syscall.slow",
  "process.start",
  "process.exit",
  "syscalls",
];

/** "TLS handshake", and of which side where that is known. */
export function eventName(event, role) {
  if (event === "tls.handshake" && (role === "client" || role === "server"))
    return t(`event.tls.${role}`);
  return EVENTS.includes(event) ? t(`event.${event}`) : plain(event);
}

function endpoint(address, port) {
  if (address === undefined) return port === undefined ? "" : `:${port}`;
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What it was about: "[::]:80", "shop.example", "read". */
export function subject(event, attributes = {}) {
  const local = endpoint(attributes["network.local.address"], attributes["network.local.port"]);
  const peer = endpoint(attributes["network.peer.address"], attributes["network.peer.port"]);
  switch (event) {
    case "bind":
    case "listen":
      return plain(local);
    case "connect":
      return plain(peer || attributes["server.address"]);
    case "tls.handshake":
      return plain(attributes["server.address"] ?? (peer || local));
    case "syscall.slow":
      return plain(attributes["syscall.name"]);
    default:
      return plain(attributes["process.executable.path"] ?? attributes["process.executable.name"]);
  }
}

/** "web-1", "shop/web-6f7d", "0123456789ab": a container by its best name; empty for none. */
export function containerName(container, pod) {
  if (pod?.name) return plain(pod.namespace ? `${pod.namespace}/${pod.name}` : pod.name);
  if (!container?.id) return "";
  return container.name ? plain(container.name) : plain(container.id.slice(0, 12));
}

/** Where a row of the activity is: its container, pod or unit, or the host. */
export function place(row) {
  return containerName(row.container, row.pod) || (row.unit ? plain(row.unit) : t("host"));
}

/** Of a fact, as a group or a trace names it. */
export function containerOf(attributes = {}) {
  const id = attributes["container.id"];
  return id ? { id, name: attributes["container.name"] } : undefined;
}

/** Deep link to what is known of a container, or of a unit's program. */
export function placeLink({ container, unit, program }) {
  const query = new URLSearchParams();
  if (container?.id) query.set("container", container.id);
  else {
    if (unit) query.set("unit", unit);
    if (program) query.set("program", program);
  }
  return query.size ? `#/container?${query}` : null;
}

export function traceLink(id) {
  return /^[0-9a-f]{32}$/.test(id ?? "") ? `#/trace/${id}` : null;
}

const OUTCOMES = ["ok", "error", "cancelled"];

/** A word with its shape; its colour only underlines both. */
export function outcomeMark(outcome, word) {
  const kind = OUTCOMES.includes(outcome) ? outcome : "unknown";
  return el("span", { class: `mark ${kind}` }, icon(kind), word ?? t(`outcome.${kind}`));
}

/** <time> with the whole moment in it; the text is the caller's. */
export function moment(node, iso, text) {
  setAttribute(node, "datetime", iso);
  setAttribute(node, "title", iso);
  setText(node, text);
  return node;
}
