// SPDX-License-Identifier: BSD-2-Clause
// What holds for all views: keyboard, screen reader, languages, themes, sizes, hostile names, and an
// agent that is away.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { contrast, overflow, strangers, structure, untranslated } from "./audit.mjs";
import { settled } from "./browser.mjs";
import { HOSTILE } from "./causes.mjs";
import { ROOT } from "./mock.mjs";
import { AWAY, at, each, mock } from "./places.mjs";
import { check, equal, test } from "./tap.mjs";

const PICTURES = path.join(ROOT, "build/page");

test("by keyboard alone: every stop is seen, and everything is reached", () =>
  at("typical", "#/failures", async (page) => {
    const focused = () =>
      page.evaluate(() => {
        const node = document.activeElement,
          style = getComputedStyle(node);
        return {
          text: node.getAttribute("aria-label") ?? node.innerText ?? "",
          tag: node.tagName,
          seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        };
      });
    const walk = async (wanted, key = "Tab") => {
      for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press(key);
        const now = await focused();
        if (now.tag !== "BODY") check(now.seen, `no outline around ${now.tag} ${now.text}`);
        if (now.text.startsWith(wanted)) return true;
      }
      return check(false, `never came to ${wanted}`);
    };
    await walk("Skip to the content");
    await page.keyboard.press("Enter");
    equal(await page.evaluate(() => document.activeElement.id), "main", "skipped");
    await walk("Evidence and an example");
    await page.keyboard.press("Enter");
    equal(await page.locator(".card details[open]").count(), 1, "opened");
    await walk("Containers", "Shift+Tab");
    await page.keyboard.press("Enter");
    await settled(page);
    await walk("Connect");
    await page.keyboard.press("Enter");
    equal(await page.locator("th[aria-sort=descending]").innerText(), "Connect", "sorted");
    await walk("checkout");
    await page.keyboard.press("Enter");
    await settled(page);
    equal(await page.locator("h1").innerText(), "checkout-1", "drilled down");
    await walk("Connect, last hour");
    await page.keyboard.press("ArrowLeft");
    const last = await page.locator(".reading").innerText();
    await page.keyboard.press("ArrowLeft");
    check(
      /\d\d:\d\d:\d\d · OK/.test(last) && (await page.locator(".reading").innerText()) !== last,
      `read ${last}`,
    );
  }));

test("what a screen reader goes by is in order, in every view", async () => {
  for (const state of ["typical", "empty"])
    await each(state, async (page, name) =>
      equal(await page.evaluate(structure), [], `${state} ${name}`),
    );
  await at("typical", "", async (page) => {
    equal(await page.locator("#nav [aria-current]").textContent(), "Failures3", "where one is");
    mock.state = "failing";
    await page.locator("#news p").first().waitFor({ state: "attached" });
    check(
      /^(Fails now: |\d+ new kinds)/.test(await page.locator("#news p").first().textContent()),
      "news",
    );
    equal(await page.locator("#news").getAttribute("aria-live"), "polite", "live");
  });
});

test("English and Chinese: the browser's, by choice, and kept", async () => {
  await each(
    "typical",
    async (page, name) => {
      equal(await page.evaluate(() => document.documentElement.lang), "zh-CN", `${name}: language`);
      equal(await page.evaluate(untranslated), [], name);
      const english =
        (await page.locator("h1, h2, thead, dt, .label").allInnerTexts())
          .join(" ")
          .match(/\b(?!TLS|Pod|Go|p50|p90|p99|shop|mailer|payments)[A-Za-z]{4,}\b/g) ?? [];
      equal(
        english.filter((one) => name !== "container" && name !== "trace"),
        [],
        `${name}: English words`,
      );
    },
    { locale: "zh-CN" },
  );
  await at(
    "typical",
    "",
    async (page) => {
      check(
        (await page.locator(".why").first().innerText()).includes("权能"),
        "verdict in Chinese",
      );
      await page.locator("#language").selectOption("en");
      await settled(page);
      equal(await page.locator("h1").innerText(), "What fails, and why", "chosen");
      check(
        (await page.locator(".why").first().innerText()).includes("capability"),
        "verdict in English",
      );
      await page.reload();
      await settled(page);
      equal(await page.locator("h1").innerText(), "What fails, and why", "kept");
    },
    { locale: "zh-CN" },
  );
});

test("light and dark: the system's, by choice, and kept", () =>
  at(
    "typical",
    "",
    async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      equal(await ground(), "rgb(14, 19, 24)", "the system's");
      await page.emulateMedia({ colorScheme: "light" });
      await settled(page);
      equal(await ground(), "rgb(244, 246, 248)", "when the system's changes");
      await page.locator("#theme").selectOption("dark");
      await page.reload();
      await settled(page);
      equal(await ground(), "rgb(14, 19, 24)", "kept");
    },
    { dark: true },
  ));

test("contrast reaches 4.5 in both themes, in every view", async () => {
  for (const dark of [false, true])
    for (const state of ["typical", "failing", "empty"])
      await each(
        state,
        async (page, name) => {
          for (const summary of await page.locator("main summary:visible").all())
            await summary.click();
          equal(await page.evaluate(contrast), [], `${dark ? "dark" : "light"} ${state} ${name}`);
        },
        { dark },
      );
});

test("nothing that it is told can act", async () => {
  await each("hostile", async (page, name) => {
    for (const summary of await page.locator("main summary:visible").all()) await summary.click();
    for (const button of await page.locator(".open").all()) await button.click();
    await settled(page);
    equal(await page.evaluate(strangers), [], name);
    const text = await page.locator("body").innerText();
    if (name === "containers")
      for (const one of HOSTILE.filter((word) => !/[\u0000-\u001f\u202e]/.test(word)))
        check(text.includes(one), `${name}: ${one} is not shown as it is`);
    check(
      !/[\u202a-\u202e\u2066-\u2069\u0000-\u0008]/.test(text),
      `${name}: what can't be seen is there`,
    );
  });
  for (const hash of [
    "#/trace/%3Cimg%20src=x%20onerror=alert(1)%3E",
    "#/container?container=<script>alert(1)</script>",
    "#/constructor",
    "#/__proto__/x",
    "#/latency?event=%22%3E&container=javascript:alert(1)",
    "#/trace/%E0%A4%A",
  ])
    await at("typical", hash, async (page) => equal(await page.evaluate(strangers), [], hash), {
      expected: AWAY,
    });
});

test("the policy holds: markup and inline script are refused by the browser itself", () =>
  at(
    "typical",
    "",
    async (page) => {
      const found = await page.evaluate(async () => {
        let typed = "let through";
        try {
          document.body.innerHTML += "<b>x</b>";
        } catch (error) {
          typed = error.name;
        }
        const script = document.createElement("div");
        try {
          script.setAttribute("onclick", "globalThis.acted = true");
        } catch {
          /* refused even earlier */
        }
        script.click();
        const far = await fetch("http://127.0.0.1:9/").then(
          () => "let through",
          () => "refused",
        );
        await new Promise((done) => {
          setTimeout(done, 50);
        });
        const told = globalThis.violations.length;
        globalThis.violations = [];
        return { typed, far, acted: globalThis.acted ?? false, told: told > 1 };
      });
      equal(found, { typed: "TypeError", far: "refused", acted: false, told: true }, "policy");
    },
    { expected: /Content Security Policy|Trusted|TrustedHTML|violates/ },
  ));

test("an agent that is away: what it said stays, since when is told, and it comes back", () =>
  at(
    "typical",
    "",
    async (page) => {
      mock.away = true;
      try {
        await page.locator("#away:visible").waitFor();
        check(
          /has not answered since \d\d:\d\d:\d\d/.test(await page.locator("#away").innerText()),
          "since",
        );
        check((await page.locator("#state").innerText()).includes("No answer"), "state");
        equal((await page.locator(".card").count()) > 0, true, "kept");
      } finally {
        mock.away = false;
      }
      await page.locator("#away").waitFor({ state: "hidden" });
    },
    { expected: AWAY },
  ));

test("thousands of containers: the first hundred at once, the rest on demand", () =>
  at("thousands", "#/containers", async (page) => {
    const rows = page.locator(".table tbody tr");
    equal(await rows.count(), 100, "rows");
    await page.getByRole("button", { name: "Show 100 more" }).click();
    equal(await rows.count(), 200, "rows after more");
    const took = await page.evaluate(() => {
      const started = performance.now();
      document.querySelector(".sort").click();
      const filter = document.querySelector("#filter");
      filter.value = "checkout";
      filter.dispatchEvent(new Event("input"));
      return performance.now() - started;
    });
    check(took < 1000, `sorting and filtering took ${Math.round(took)} ms`);
    equal(
      await page.locator(".controls [role=status]").innerText(),
      "200 of 2,401 programs",
      "found",
    );
  }));

test("a poll takes neither focus nor what is open, and asks for nothing while hidden", () =>
  at("typical", "", async (page) => {
    const summary = page.locator(".card summary").first();
    await summary.click();
    for (let poll = 0; poll < 2; poll++)
      await page.waitForResponse((one) => one.url().includes("/api/v1/diagnoses"));
    await settled(page);
    equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY", "focus");
    equal(await page.locator(".card details[open]").count(), 1, "open");
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    await page.waitForTimeout(1000);
    const asked = mock.asked.length;
    await page.waitForTimeout(6500);
    equal(mock.asked.length, asked, "requests while hidden");
    await hide(false);
    await settled(page);
    check(mock.asked.length > asked, "nothing is asked when it is seen again");
  }));

test("three sizes, both themes: nothing is cut off; pictures are in build/page", async () => {
  await mkdir(PICTURES, { recursive: true });
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ])
    for (const state of ["typical", "failing", "long", "empty", "calm", "thousands", "hostile"])
      await each(
        state,
        async (page, name) => {
          equal(await page.evaluate(overflow), [], `${width} ${state} ${name}`);
          const dark = (width + name.length + state.length) % 2 === 1;
          await page.locator("#theme").selectOption(dark ? "dark" : "light");
          await settled(page);
          await page.screenshot({
            path: path.join(PICTURES, `${state}-${name}-${width}${dark ? "-dark" : ""}.png`),
          });
        },
        { width, height },
      );
});
