// SPDX-License-Identifier: BSD-2-Clause
// The mock agent that all tests share, and how its views are visited.
import { settled, visit } from "./browser.mjs";
import { answer } from "./fixtures.mjs";
import { Mock } from "./mock.mjs";

export const AWAY = /Failed to load resource|ERR_|TypeError: Failed to fetch/;
export const mock = await new Mock().start();
export const url = mock.url;

/** Where an agent in that state has something to see. */
function places(state) {
  const at = (name) => answer(state, new URL(`http://mock/api/v1/${name}`), Date.now())[1];
  const row = at("activity?seconds=60").rows[1],
    trace = at("traces").traces[0];
  return {
    failures: "#/failures",
    containers: "#/containers",
    latency: "#/latency",
    traces: "#/traces",
    health: "#/health",
    ...(row && { container: `#/container?container=${row.container.id}` }),
    ...(trace && { trace: `#/trace/${trace.trace_id}` }),
  };
}

/** All views of a state, one after the other in one page. */
export async function each(state, use, options) {
  mock.state = state;
  await visit(
    url,
    "",
    async (page) => {
      for (const [name, hash] of Object.entries(places(state))) {
        await page.evaluate((where) => {
          location.hash = where;
        }, hash);
        await settled(page);
        await use(page, name);
      }
    },
    options,
  );
}

/** A view in a state, seen by the tests below. */
export async function at(state, hash, use, options) {
  mock.state = state;
  await visit(url, hash, use, options);
}

export const texts = (page, selector) => page.locator(selector).allInnerTexts();
