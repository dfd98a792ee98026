// SPDX-License-Identifier: BSD-2-Clause
// A table that sorts by its headings and shows its first rows, more on demand: never thousands.
import { el, keyed, setAttribute, setText } from "./dom.js";
import { compareTexts, number } from "./format.js";
import { t } from "./text.js";

const STEP = 100;

/**
 * columns: [{ name, label, text(row), href(row), note(row), node(row), order(row), number, minor,
 * down }]. What has an order can be sorted by; minor columns are left out where there is no room.
 * of: whose column it is, where the label alone does not say; starts: the first of such.
 * A node is made anew when the text of its key changes.
 */
export class Table {
  constructor({ caption, columns, keyOf, sort = null, empty = "", unseen = false, onsort = null }) {
    Object.assign(this, { columns, keyOf, sort, onsort, limit: STEP, rows: [], emptyText: empty });
    this.body = el("tbody");
    this.heads = columns.map((column) => this.head(column));
    this.caption = el("caption", { class: unseen ? "unseen" : false }, caption);
    this.table = el(
      "table",
      {},
      this.caption,
      el("thead", {}, el("tr", {}, this.heads)),
      this.body,
    );
    this.count = el("span", { class: "quiet" });
    this.more = el("button", { type: "button", onclick: () => this.extend() });
    this.foot = el("p", { class: "more" }, this.count, this.more);
    this.empty = el("p", { class: "empty" }, empty);
    this.scroll = el(
      "div",
      { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
      this.table,
    );
    this.node = el("div", { class: "table" }, this.scroll, this.empty, this.foot);
    this.show([]);
  }

  head(column) {
    const label = [column.of && el("span", { class: "unseen" }, `${column.of}: `), column.label];
    const name = column.order
      ? el(
          "button",
          { type: "button", class: "sort", onclick: () => this.sortBy(column) },
          el("span", {}, label),
          el("span", { class: "arrow", "aria-hidden": "true" }),
        )
      : label;
    return el("th", { scope: "col", class: this.classOf(column) }, name);
  }

  classOf(column) {
    return (
      [
        column.number && "number",
        column.minor && "minor",
        column.starts && "starts",
        column.narrow && "narrow",
      ]
        .filter(Boolean)
        .join(" ") || false
    );
  }

  sortBy(column) {
    const again = this.sort?.by === column.name;
    this.sort = {
      by: column.name,
      down: again ? !this.sort.down : (column.down ?? !!column.number),
    };
    this.onsort?.(this.sort);
    this.render();
  }

  extend() {
    const first = this.body.children.length;
    this.limit += STEP;
    this.render();
    // Where the button is gone, reading goes on at the first of the new rows.
    if (this.more.hidden) {
      const row = this.body.children[first];
      row?.setAttribute("tabindex", "-1");
      row?.focus();
    }
  }

  sorted() {
    const column = this.sort && this.columns.find((one) => one.name === this.sort.by);
    if (!column?.order) return this.rows;
    const turn = this.sort.down ? -1 : 1;
    const values = new Map(this.rows.map((row) => [row, column.order(row)]));
    return [...this.rows].sort((one, other) => {
      const left = values.get(one),
        right = values.get(other);
      // What is not known comes last, whichever way.
      if (left === undefined || right === undefined)
        return (left === undefined) - (right === undefined);
      if (typeof left === "string") return turn * compareTexts(left, right);
      return turn * (left - right);
    });
  }

  show(rows, empty = this.emptyText) {
    this.rows = rows;
    setText(this.empty, empty);
    this.render();
  }

  render() {
    const shown = this.sorted().slice(0, this.limit),
      left = this.rows.length - shown.length;
    this.columns.forEach((column, index) => {
      const by = this.sort?.by === column.name;
      if (column.order)
        setAttribute(
          this.heads[index],
          "aria-sort",
          by ? (this.sort.down ? "descending" : "ascending") : "none",
        );
    });
    keyed(
      this.body,
      shown,
      this.keyOf,
      () => this.row(),
      (node, row) => this.fill(node, row),
    );
    this.scroll.hidden = !this.rows.length;
    this.empty.hidden = this.rows.length > 0 || !this.empty.textContent;
    this.foot.hidden = !left;
    setText(
      this.count,
      t("table.shown", { shown: number(shown.length), all: number(this.rows.length) }),
    );
    setText(this.more, t("table.more", { n: Math.min(left, STEP) }));
    this.more.hidden = !left;
  }

  row() {
    return el(
      "tr",
      {},
      this.columns.map((column, index) =>
        el(
          index ? "td" : "th",
          { scope: index ? false : "row", class: this.classOf(column) },
          column.node ? null : el(column.href ? "a" : "span", { class: "text" }),
          column.note ? el("span", { class: "note" }) : null,
        ),
      ),
    );
  }

  fill(node, row) {
    this.columns.forEach((column, index) => {
      const cell = node.children[index];
      if (column.node) {
        const key = column.text(row);
        if (cell.dataset.key === key) return;
        cell.dataset.key = key;
        cell.replaceChildren(column.node(row));
        return;
      }
      setText(cell.firstChild, column.text(row));
      if (column.href) setAttribute(cell.firstChild, "href", column.href(row));
      if (column.note) setText(cell.lastChild, column.note(row));
    });
  }
}

/** Names and values in columns, [name, value, wide]: what has no value is left out. */
export function definitions(pairs) {
  return el(
    "dl",
    { class: "pairs" },
    pairs
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value, wide]) =>
        el("div", { class: wide && "wide" }, el("dt", {}, name), el("dd", {}, value)),
      ),
  );
}
