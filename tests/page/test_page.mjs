// SPDX-License-Identifier: BSD-2-Clause
// The page in a real browser, before an agent that is made up, and before a real one.
import { browser } from "./browser.mjs";
import { mock } from "./places.mjs";
import { main } from "./tap.mjs";
import "./views.mjs";
import "./manners.mjs";
import "./real.mjs";

await main(process.argv.slice(2), async () => {
  await browser.close();
  mock.stop();
});
