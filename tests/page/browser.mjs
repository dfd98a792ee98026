// SPDX-License-Identifier: BSD-2-Clause
// Debian's Chromium, driven by Playwright: pages that tell everything they should not have done.
import { createRequire } from "node:module";
import { check } from "./tap.mjs";

const require = createRequire(`${process.env.MODULES}/package.json`);
const { chromium } = require("playwright-core");

const inFlight = new WeakMap();

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/**
 * A page of a new profile at url + hash, given to use(page); afterwards nothing may have been asked
 * of another host, refused by the policy, written to the console or thrown.
 */
export async function visit(
  url,
  hash,
  use,
  {
    width = 1280,
    height = 800,
    dark = false,
    locale = "en-GB",
    scripts = [],
    expected = /^$/,
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    timezoneId: "UTC",
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage(),
    wrong = [];

  page.setDefaultTimeout(15000);
  page.on("dialog", (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => wrong.push(`thrown: ${error.stack}`));
  page.on("console", (one) => {
    if (!expected.test(one.text())) wrong.push(`console: ${one.text()}`);
  });
  page.on("request", (one) => {
    if (new URL(one.url()).origin !== new URL(url).origin) wrong.push(`asked for ${one.url()}`);
  });
  inFlight.set(page, new Set());
  page.on("request", (one) => inFlight.get(page).add(one));
  for (const end of ["requestfinished", "requestfailed"])
    page.on(end, (one) => inFlight.get(page).delete(one));
  page.on("popup", (one) => wrong.push(`opened ${one.url()}`));
  await page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (one) =>
      globalThis.violations.push(`${one.violatedDirective} ${one.blockedURI} ${one.sourceFile}`),
    );
  });
  for (const script of scripts) await page.addInitScript(script);
  try {
    await page.goto(`${url}/${hash}`);
    await settled(page);
    await use(page);
    wrong.push(
      ...(await page.evaluate(() => globalThis.violations)).map((one) => `policy: ${one}`),
    );
  } finally {
    await context.close();
  }
  for (const one of new Set(wrong)) check(false, `${hash}: ${one}`);
}

/** Until what the view asked for is there, and drawn. */
export async function settled(page) {
  const drawn = () =>
    page.evaluate(
      () =>
        new Promise((done) => {
          requestAnimationFrame(() => requestAnimationFrame(done));
        }),
    );
  for (let quiet = 0; quiet < 2;) {
    await drawn();
    quiet = inFlight.get(page).size ? 0 : quiet + 1;
  }
}
