// SPDX-License-Identifier: BSD-2-Clause
// The only way into the document: text as text, never as markup, and nodes that stay the same while
// what they show changes, so that focus, selection and open details outlive a poll.

const LONGEST = 160;
const SVG = "http://www.w3.org/2000/svg";
// What turns the reading direction or can't be seen at all is shown by its number.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A name from outside as it may be shown: nothing unseen in it, and of bounded length. */
export function plain(text, longest = LONGEST) {
  const whole = String(text ?? "");
  const points = whole.length > longest ? [...whole.slice(0, 2 * longest + 2)] : whole;
  const short = points.length > longest ? `${[...points].slice(0, longest).join("")}…` : whole;
  return short.replace(
    UNSEEN,
    (one) => `⟨U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** el("a", { href: "#/", onclick: f }, "text", node): null and false children are skipped. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, value);
  }
  node.append(
    ...children.flat().filter((one) => one !== null && one !== undefined && one !== false),
  );
  return node;
}

/** Changes the text only where it differs: what is selected or read aloud is left in peace. */
export function setText(node, text) {
  const value = String(text ?? "");
  if (node.textContent !== value) node.textContent = value;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

const ICONS = {
  error: "M4 4l8 8M12 4l-8 8",
  ok: "M3 8.5l3.5 3.5L13 4.5",
  cancelled: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 4.2l7.6 7.6",
  unknown: "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .7-1 1.4M8 12.6v.1",
};

/** A shape that goes with a word, never without one. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name] ?? ICONS.unknown);
  svg.append(path);
  return svg;
}

const known = new WeakMap();

/**
 * Makes the children of parent those of items: make(item) for one whose keyOf(item) is new,
 * update(node, item) for all.
 */
export function keyed(parent, items, keyOf, make, update) {
  const before = known.get(parent) ?? new Map();
  const after = new Map();
  const focused = document.activeElement;

  for (const item of items) {
    let key = keyOf(item);
    while (after.has(key)) key += "'";
    after.set(key, [before.get(key)?.[0] ?? make(item), item]);
  }
  for (const [key, [node]] of before) if (!after.has(key)) node.remove();
  let place = parent.firstChild;
  for (const [node, item] of after.values()) {
    update(node, item);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  known.set(parent, after);
  // A node that was moved has lost the focus.
  if (focused && focused !== document.activeElement && parent.contains(focused))
    focused.focus({ preventScroll: true });
}
