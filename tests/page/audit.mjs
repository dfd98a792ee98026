// SPDX-License-Identifier: BSD-2-Clause
// What is looked for inside the page; each function runs there and returns what is wrong.

/** Texts whose contrast with what they lie on is less than WCAG AA asks for. */
export function contrast() {
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const luminance = ([red, green, blue]) =>
    [red, green, blue]
      .map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
      .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT),
    wrong = new Set();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement,
      style = getComputedStyle(node);
    if (!text.data.trim() || !node.checkVisibility() || node.closest(".unseen, noscript, option"))
      continue;
    const size = parseFloat(style.fontSize),
      bold = Number(style.fontWeight) >= 700;
    const large = size >= 24 || (bold && size >= 18.66);
    const [one, other] = [luminance(parse(style.color)), luminance(ground(node))].sort(
      (a, b) => b - a,
    );
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5))
      wrong.add(`${ratio.toFixed(2)} of "${text.data.trim().slice(0, 30)}" in .${node.className}`);
  }
  return [...wrong];
}

/** Structure that a screen reader goes by. */
export function structure() {
  const wrong = [],
    seen = (node) => node.checkVisibility();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const named = (node) =>
    node.getAttribute("aria-label") ||
    node.textContent.trim() ||
    node.labels?.[0]?.textContent.trim() ||
    node.getAttribute("alt");
  let level = 0;

  for (const [landmark, count] of [
    ["header", 1],
    ["main", 1],
    ["nav", 1],
    ["footer", 1],
    ["h1", 1],
  ]) {
    const found = all(
      landmark === "header" || landmark === "footer" ? `body > ${landmark}` : landmark,
    ).length;
    if (found !== count) wrong.push(`${found} ${landmark}`);
  }
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) wrong.push(`h${now} after h${level}: ${heading.textContent}`);
    level = now;
  }
  for (const table of all("table")) {
    if (!table.caption?.textContent) wrong.push("a table without a caption");
    for (const cell of table.querySelectorAll("th"))
      if (!cell.scope) wrong.push(`th without scope: ${cell.textContent}`);
    for (const row of table.tBodies[0].rows)
      if (
        !row.hidden &&
        !row.querySelector("th") &&
        !row.previousElementSibling?.querySelector("[aria-expanded]")
      )
        wrong.push("a row without a heading");
  }
  for (const node of all("button, a, input, select, [role=region], [role=group], summary"))
    if (!named(node)) wrong.push(`no name: ${node.outerHTML.slice(0, 80)}`);
  for (const image of document.images) if (image.alt === null) wrong.push("an image without alt");
  for (const canvas of all("canvas"))
    if (!canvas.closest("[aria-hidden=true]") || !canvas.closest("[role=group][aria-label]"))
      wrong.push("a plot without words");
  if (document.querySelectorAll("[style*=undefined], [style*=NaN]").length)
    wrong.push("a style that is no number");
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`id ${id} twice`);
  return [...new Set(wrong)];
}

/** What is wider than the window, or lies over its right edge without a frame that scrolls. */
export function overflow() {
  const width = document.documentElement.clientWidth,
    wrong = [];
  if (document.documentElement.scrollWidth > width)
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide in ${width}`);
  for (const node of document.querySelectorAll("main *, header *, footer *"))
    if (
      node.checkVisibility() &&
      node.getBoundingClientRect().right > width + 1 &&
      !node.closest(".scroll, nav ul, .unseen, .u-wrap")
    )
      wrong.push(`${node.tagName}.${node.getAttribute("class")} reaches over the edge`);
  return wrong.slice(0, 5);
}

/** Elements that only markup from outside could have made. */
export function strangers() {
  const outside = [
    "img",
    "script",
    "iframe",
    "object",
    "[onerror]",
    "[onload]",
    "[onmouseover]",
    "a[href^='javascript']",
    "a[href^='//']",
    "a[href^='http']",
  ].map((one) => `main ${one}`);
  return [...document.querySelectorAll(outside.join())].map((node) => node.outerHTML.slice(0, 100));
}

/** Words that have no translation show their name: "event.bind". */
export function untranslated() {
  const rooms =
    "nav|card|tile|calm|health|latency|containers?|event|outcome|window|failures|traces|table";
  const found = document.body.innerText.match(new RegExp(`\\b(${rooms})\\.[a-z_.]+[a-z]\\b`, "g"));
  return found ?? [];
}
