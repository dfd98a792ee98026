// SPDX-License-Identifier: BSD-2-Clause
// What each view shows, and how it is used by hand.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { settled } from "./browser.mjs";
import { ROOT } from "./mock.mjs";
import { AWAY, at, mock, texts } from "./places.mjs";
import { check, equal, test } from "./tap.mjs";

test("the plots' library is the published one, with its licence", async () => {
  for (const [kept, published] of [
    ["uPlot.iife.min.js", "dist/uPlot.iife.min.js"],
    ["uPlot.min.css", "dist/uPlot.min.css"],
    ["uPlot.LICENSE.txt", "LICENSE"],
  ])
    check(
      (await readFile(path.join(ROOT, "user/export/page", kept))).equals(
        await readFile(path.join(process.env.MODULES, "node_modules/uplot", published)),
      ),
      `${kept} differs`,
    );
});

test("what fails now comes first, with its verdict and what mends it", () =>
  at("typical", "", async (page) => {
    equal(await texts(page, "h1"), ["What fails, and why"], "title");
    equal((await texts(page, "section h2"))[0], "Failing now 3", "first section");
    const card = page.locator(".card").first();
    check((await card.innerText()).includes("CAP_NET_BIND_SERVICE"), "no explanation");
    equal(await card.locator(".fixes li").count(), 2, "fixes");
    equal(
      await card.locator("code").allInnerTexts(),
      [
        "missing_cap_net_bind_service",
        "docker run --sysctl net.ipv4.ip_unprivileged_port_start=80",
      ],
      "cause and command",
    );
    equal(await page.locator("#badge").innerText(), "3", "badge");
    await card.locator("summary").click();
    check(
      (await card.locator("dl").first().innerText()).includes("ip_unprivileged_port_start"),
      "no evidence",
    );
    await card.getByRole("link", { name: /^[0-9a-f]{32}$/ }).click();
    await page.waitForURL(/#\/trace\//);
  }));

test("where nothing failed it says so, and on what that rests", async () => {
  await at("calm", "", async (page) => {
    check((await page.locator(".calmly").innerText()).startsWith("Nothing failed."), "calm");
    check((await page.locator(".calmly").innerText()).includes("61,530"), "acts");
    equal(await page.locator(".card").count(), 0, "cards");
  });
  await at("empty", "", async (page) =>
    check((await page.locator(".calmly").innerText()).startsWith("Nothing was seen yet."), "empty"),
  );
  await at("empty", "#/latency", async (page) =>
    equal(await texts(page, ".empty:visible"), ["Connect: nothing in the last hour."], "latency"),
  );
});

test("tables sort, filter and lead on; the address keeps all of it", () =>
  at("typical", "#/containers", async (page) => {
    const rows = page.locator("tbody tr");
    equal(await rows.count(), 13, "rows");
    await page.getByRole("button", { name: "Program", exact: true }).click();
    equal(await page.locator("th[aria-sort=ascending]").innerText(), "Program", "sorted by");
    const names = await texts(page, "tbody td:nth-child(2)");
    equal(names, [...names].sort(), "order");
    await page.getByLabel("Filter").fill("mailer shop");
    equal(await rows.count(), 1, "filtered");
    await page.reload();
    await settled(page);
    equal(await rows.count(), 1, "filtered after a reload");
    equal(
      await page.locator("th[aria-sort=ascending]").innerText(),
      "Program",
      "sorted after a reload",
    );
    await rows.getByRole("link").click();
    await settled(page);
    check((await page.locator("h1").innerText()).startsWith("shop/mailer-"), "drilled down");
    equal(
      await page.evaluate(() => document.activeElement.tagName),
      "H1",
      "focus goes to the title",
    );
    await page.goBack();
    await settled(page);
    equal(await page.getByLabel("Filter").inputValue(), "mailer shop", "filter after going back");
    await page.getByLabel("Filter").fill("no such thing");
    equal(
      await texts(page, ".empty:visible"),
      ["No container or program matches the filter."],
      "no match",
    );
  }));

test("latency: each kind of act has its plots, numbers, reading line and table", () =>
  at("typical", "#/latency", async (page) => {
    equal(await page.locator("canvas").count(), 3, "plots");
    for (const kind of ["TLS handshake", "Bind", "System calls", "Connect"]) {
      await page.getByLabel(kind, { exact: true }).check();
      await settled(page);
      check(
        (await page.locator(".board").getAttribute("aria-label")).startsWith(`${kind}, last hour`),
        kind,
      );
    }
    equal(
      mock.asked.filter((one) => one.includes("event=syscalls")).length > 0,
      true,
      "asked for calls",
    );
    await page.locator(".plot").nth(1).hover();
    check(
      /\d\d:\d\d:\d\d · OK \d+/.test(await page.locator(".reading").innerText()),
      "reading line",
    );
    await page.getByText("The same as a table").click();
    // An hour begins within one stretch and ends within another, or with the twelfth.
    const rows = await page.locator(".as-table tbody tr").count();
    check(rows === 12 || rows === 13, `${rows} rows of five minutes`);
  }));

test("heat map and lines are really drawn, in the theme's colours", () =>
  at("typical", "#/latency", async (page) => {
    const drawn = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("canvas")].map((canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Map();
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] !== 255) continue;
            const key = data.slice(at, at + 3).join();
            colours.set(key, (colours.get(key) ?? 0) + 1);
          }
          return [...colours].filter(([, count]) => count > 50).map(([key]) => key);
        }),
      );
    const light = await drawn();
    check(light[0].includes("213,234,242") && light[0].includes("4,56,77"), `heat ${light[0]}`);
    check(light[1].includes("11,100,131"), `lines ${light[1]}`);
    check(light[2].includes("179,38,30"), `failures ${light[2]}`);
    await page.locator("#theme").selectOption("dark");
    await settled(page);
    check((await drawn())[0].includes("21,53,67"), "heat in the dark");
  }));

test("one trace is a waterfall whose spans open", () =>
  at(
    "typical",
    "#/traces",
    async (page) => {
      await page.locator("tbody a").first().click();
      await settled(page);
      equal(await page.locator(".waterfall .open").count(), 3, "spans");
      const bars = await page.locator(".span").evaluateAll((all) =>
        all.map((one) => {
          const frame = one.parentElement.getBoundingClientRect(),
            box = one.getBoundingClientRect();
          return [(box.left - frame.left) / frame.width, box.width / frame.width].map(
            (share) => +share.toFixed(2),
          );
        }),
      );
      equal(
        bars,
        [
          [0, 0.08],
          [0.09, 0.27],
          [0.39, 0.61],
        ],
        "bars",
      );
      const open = page.locator(".open").nth(1);
      await open.click();
      equal(await open.getAttribute("aria-expanded"), "true", "expanded");
      check(
        (await page.locator(".waterfall .more:visible").innerText()).includes("Renew the server's"),
        "verdict",
      );
      await page.evaluate(() => {
        location.hash = `#/trace/${"0".repeat(32)}`;
      });
      await settled(page);
      check(
        (await page.locator(".empty").innerText()).includes("does not keep this trace"),
        "gone",
      );
    },
    { expected: AWAY },
  ));

test("the agent's health: what works, what does not, what was lost", async () => {
  await at("failing", "#/health", async (page) => {
    equal(
      await texts(page, "tbody tr:has(.mark.error) td:last-child"),
      ["the kernel refused uprobes: EPERM"],
      "refused",
    );
    check((await page.locator("main").innerText()).includes("1,204"), "losses");
    check((await page.locator("#state").innerText()).includes("Not ready"), "state");
  });
  await at("calm", "#/health", async (page) =>
    check((await page.locator("main").innerText()).includes("Nothing was lost."), "no losses"),
  );
});
