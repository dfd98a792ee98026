// SPDX-License-Identifier: BSD-2-Clause
// The page as the agent itself serves it, with what it observes: root, and a kernel that lets it.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { structure } from "./audit.mjs";
import { settled, visit } from "./browser.mjs";
import { ROOT, pageHeaders } from "./mock.mjs";
import { check, equal, test } from "./tap.mjs";

const { SEAMARK, FAILURES } = process.env;

/** An agent with a program under it that fails in every way, ended with the test. */
async function withAgent(use) {
  const agent = spawn(SEAMARK, ["agent", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  try {
    const url = await new Promise((done, fail) => {
      agent.stderr.on("data", (some) => {
        said += some;
        const found = /metrics at (http:\/\/\S+)\/metrics/.exec(said);
        if (found) done(found[1]);
      });
      agent.on("exit", () => fail(new Error(`the agent ended: ${said}`)));
    });
    const program = spawn(FAILURES, [], { stdio: "ignore" });
    await new Promise((done) => {
      program.on("exit", done);
    });
    await use(url);
  } finally {
    agent.kill("SIGTERM");
    if (agent.exitCode === null)
      await new Promise((done) => {
        agent.on("exit", done);
      });
  }
}

async function checkFiles(url) {
  const wanted = await pageHeaders();
  const first = await fetch(`${url}/`),
    page = await first.text();
  for (const [name, value] of Object.entries(wanted)) equal(first.headers.get(name), value, name);
  equal(page, await readFile(path.join(ROOT, "user/export/page/index.html"), "utf8"), "index.html");
  const again = await fetch(`${url}/`, { headers: { "If-None-Match": first.headers.get("ETag") } });
  equal(again.status, 304, "the same again");
  const script = await fetch(`${url}/page/main.js`, { headers: { "Accept-Encoding": "gzip" } });
  equal(
    [script.headers.get("Content-Type"), script.headers.get("Content-Encoding")],
    ["text/javascript; charset=utf-8", "gzip"],
    "main.js",
  );
  equal(
    await script.text(),
    await readFile(path.join(ROOT, "user/export/page/main.js"), "utf8"),
    "unpacked",
  );
  equal((await fetch(`${url}/page/none.js`)).status, 404, "no such file");
}

if (SEAMARK && FAILURES)
  test("served by the agent, with what it observed", () =>
    withAgent(async (url) => {
      await checkFiles(url);
      await visit(url, "", async (page) => {
        await page.locator(".card").first().waitFor();
        const text = await page.locator("main").innerText();
        for (const cause of ["certificate_expired", "hostname_mismatch"])
          check(text.includes(cause), `no ${cause} among the failures`);
        for (const view of ["Containers", "Latency", "Traces", "Health"]) {
          await page.locator("#nav").getByText(view, { exact: true }).click();
          await settled(page);
          check(
            await page.locator("#refused").isHidden(),
            `${view}: ${await page.locator("#refused").innerText()}`,
          );
          equal(await page.evaluate(structure), [], view);
        }
        check((await page.locator("tbody .mark.ok").count()) > 3, "no probe works");
        await page.locator("#nav").getByText("Traces", { exact: true }).click();
        await page.locator("tbody a").first().click();
        await page.locator(".waterfall .span").first().waitFor();
        await page.locator("#nav").getByText("Containers", { exact: true }).click();
        await page.locator("tbody a", { hasText: /./ }).first().click();
        await page.locator(".numbers:visible, .charts .empty:visible").first().waitFor();
        equal(await page.evaluate(structure), [], "drill-down");
      });
    }));
