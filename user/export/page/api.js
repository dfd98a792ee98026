// SPDX-License-Identifier: BSD-2-Clause
// The agent's answers: asked for politely, kept when it is away, and never while nobody looks.

const PATIENCE_MS = 8000;

/** The agent answered, but not with what was asked for. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** What is known of the agent itself: since when it is away (null: it answers), and its clock. */
export const agent = { awaySince: null, heard: null, ahead_ms: 0 };
const listeners = new Set();

export function onAgent(listener) {
  listeners.add(listener);
}

function heard() {
  const back = agent.awaySince !== null;
  agent.awaySince = null;
  agent.heard = new Date();
  if (back || !agent.told) for (const listener of listeners) listener();
  agent.told = true;
}

function missed() {
  if (agent.awaySince !== null) return;
  agent.awaySince = agent.heard ?? new Date();
  for (const listener of listeners) listener();
}

/** The agent's now, by which its times are to be read: the browser's clock may differ. */
export function now() {
  return Date.now() + agent.ahead_ms;
}

/** get("/api/v1/history", { event: "bind" }): what is undefined or empty is not asked for. */
export async function get(path, query = {}, signal = undefined) {
  const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const url = wanted.length ? `${path}?${new URLSearchParams(wanted)}` : path;
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  let answer, body;

  try {
    answer = await fetch(url, {
      headers: { Accept: "application/json" },
      cache: "no-store",
      redirect: "error",
      signal: signal && AbortSignal.any ? AbortSignal.any([signal, timeout]) : (signal ?? timeout),
    });
    body = await answer.text();
  } catch (error) {
    if (!signal?.aborted) missed();
    throw error;
  }
  heard();
  if (!answer.ok) throw new Refusal(answer.status, body.trim().slice(0, 300));
  return JSON.parse(body);
}

/**
 * Calls task(signal) now and every so many seconds, one call at a time, not while the page is
 * hidden, and at once when it is seen again. Returns what ends it.
 */
export function poll(task, seconds) {
  const end = new AbortController();
  let timer = null,
    running = false,
    last = 0;

  async function turn() {
    clearTimeout(timer);
    if (running || end.signal.aborted || document.hidden) return;
    running = true;
    try {
      await task(end.signal);
    } catch (error) {
      if (!end.signal.aborted && !(error instanceof TypeError) && error.name !== "TimeoutError")
        console.warn(error);
    }
    running = false;
    last = Date.now();
    if (!end.signal.aborted) timer = setTimeout(turn, 1000 * seconds);
  }
  function seen() {
    if (!document.hidden && Date.now() - last > 1000) turn();
  }

  document.addEventListener("visibilitychange", seen);
  turn();
  return () => {
    end.abort();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
