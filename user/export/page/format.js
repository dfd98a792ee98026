// SPDX-License-Identifier: BSD-2-Clause
// Numbers, durations and moments as they are read, in the language of the page.
import { language, t } from "./text.js";

const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");
const formats = new Map();

function cached(name, make) {
  const key = name + locale();
  if (!formats.has(key)) formats.set(key, make(locale()));
  return formats.get(key);
}

export function number(value) {
  return cached("number", (where) => new Intl.NumberFormat(where)).format(value);
}

/** The order of two names: "web-9" before "web-10". */
export function compareTexts(one, other) {
  return cached("order", (where) => new Intl.Collator(where, { numeric: true })).compare(
    one,
    other,
  );
}

/** "0.3 %": of a share between 0 and 1. */
export function percent(share) {
  const digits = share && share < 0.1 ? 1 : 0;
  const shown = 100 * share;
  if (shown && shown < 0.1) return "< 0.1 %";
  return `${shown.toFixed(digits)} %`;
}

const UNITS = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

/** "1.23 ms": three digits that count; an empty text where nothing is known. */
export function duration(ns) {
  if (ns === null || ns === undefined) return "";
  if (ns >= 60e9) {
    const minutes = ns / 60e9;
    return minutes >= 60 ? `${(minutes / 60).toFixed(1)} h` : `${minutes.toFixed(1)} min`;
  }
  const [size, unit] = UNITS.find((one) => ns >= one[0]) ?? UNITS[3];
  const value = ns / size;
  return `${value.toFixed(unit === "ns" || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${unit}`;
}

/** For an axis: "1 ms", "10 ms". */
export function roundDuration(ns) {
  const [size, unit] = UNITS.find((one) => ns >= one[0] * 0.999) ?? UNITS[3];
  return `${+(ns / size).toPrecision(2)} ${unit}`;
}

export function bytes(value) {
  if (value < 1024) return `${value} B`;
  return value < 1 << 20
    ? `${(value / 1024).toFixed(1)} KiB`
    : `${(value / (1 << 20)).toFixed(1)} MiB`;
}

/** "10:22:03", with the date where it is not today's. */
export function clock(time) {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return "";
  const hours = cached(
    "clock",
    (where) =>
      new Intl.DateTimeFormat(where, {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
      }),
  );
  if (moment.toDateString() === new Date().toDateString()) return hours.format(moment);
  const days = cached(
    "day",
    (where) =>
      new Intl.DateTimeFormat(where, { year: "numeric", month: "2-digit", day: "2-digit" }),
  );
  return `${days.format(moment)} ${hours.format(moment)}`;
}

/** "10:22": for the axis of an hour. */
export function minute(seconds) {
  return cached(
    "minute",
    (where) =>
      new Intl.DateTimeFormat(where, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  ).format(new Date(1000 * seconds));
}

/** "12 s ago", of milliseconds. */
export function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 2) return t("ago.now");
  if (seconds < 120) return t("ago.seconds", { n: seconds });
  if (seconds < 7200) return t("ago.minutes", { n: Math.round(seconds / 60) });
  if (seconds < 172800) return t("ago.hours", { n: Math.round(seconds / 3600) });
  return t("ago.days", { n: Math.round(seconds / 86400) });
}
