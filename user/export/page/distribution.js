// SPDX-License-Identifier: BSD-2-Clause
// What a history's columns add up to: counts, and quantiles from the slots that they share.

// Four slots a doubling: a slot begins at its upper bound over this.
export const SLOT_WIDTH = 2 ** 0.25;

/** Of columns that have cells [[index into bounds, count], ...]. */
export function addUp(columns, bounds) {
  const sum = { ok: 0, error: 0, cancelled: 0, counts: new Map() };
  for (const column of columns) {
    for (const key of ["ok", "error", "cancelled"]) sum[key] += column[key] ?? 0;
    for (const [slot, count] of column.cells ?? [])
      sum.counts.set(bounds[slot], (sum.counts.get(bounds[slot]) ?? 0) + count);
  }
  return sum;
}

/** In ns, within a slot as if evenly spread by ratio; undefined where there is none. */
export function quantile(sum, share) {
  const slots = [...sum.counts].sort((one, other) => one[0] - other[0]);
  const wanted = share * slots.reduce((all, [, count]) => all + count, 0);
  let before = 0;
  for (const [bound, count] of slots) {
    if (count && before + count >= wanted)
      return bound / SLOT_WIDTH ** (1 - (wanted - before) / count);
    before += count;
  }
  return undefined;
}

/** Columns put together in stretches of so many seconds: [{ from, columns }], oldest first. */
export function stretches(columns, seconds) {
  const found = new Map();
  for (const column of columns) {
    const from = Math.floor(Date.parse(column.time) / 1000 / seconds) * seconds;
    if (!found.has(from)) found.set(from, []);
    found.get(from).push(column);
  }
  return [...found]
    .sort((one, other) => one[0] - other[0])
    .map(([from, together]) => ({ from, columns: together }));
}
