// SPDX-License-Identifier: BSD-2-Clause
// Three plots over one hour, drawn by uPlot: durations as a heat map, their quantiles, outcomes.
/* global uPlot */
import { el } from "./dom.js";
import { minute, number, roundDuration } from "./format.js";
import { SLOT_WIDTH } from "./distribution.js";

export const HEAT_STEPS = 6;
const SYNC = "hour";

/** A colour of the style sheet: canvases don't read it themselves. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function decades(low, high) {
  return [
    10 ** Math.floor(Math.log10(Math.max(low, 1))),
    10 ** Math.ceil(Math.log10(Math.max(high, 10))),
  ];
}

/** The plots' common base: axes in the page's colours, a cursor that all three share. */
class Plot {
  constructor(height) {
    this.height = height;
    this.node = el("div", { class: "plot" });
    this.observer = new ResizeObserver(() => {
      const width = this.node.clientWidth;
      if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height });
    });
    this.observer.observe(this.node);
  }

  axes(values, splits) {
    const axis = {
      stroke: colour("quiet"),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      grid: { stroke: colour("grid"), width: 1 },
      ticks: { stroke: colour("grid"), width: 1, size: 4 },
    };
    return [
      { ...axis, space: 64, size: 28, values: (_, splits) => splits.map(minute) },
      {
        ...axis,
        size: 62,
        space: 26,
        values: (_, splits) => splits.map((one) => (one === null ? "" : values(one))),
        ...(splits && { splits }),
      },
    ];
  }

  draw(state, data, options) {
    this.state = state;
    if (!this.plot) {
      this.plot = new uPlot(
        {
          width: this.node.clientWidth || 600,
          height: this.height,
          padding: [8, 12, 0, 0],
          legend: { show: false },
          cursor: {
            y: false,
            drag: { x: false, y: false },
            points: { show: false },
            sync: { key: SYNC, setSeries: false },
          },
          ...options(),
        },
        data,
        this.node,
      );
    } else this.plot.setData(data);
    this.plot.root.setAttribute("aria-hidden", "true");
  }

  scales(y) {
    return { x: { time: true, range: () => [this.state.from, this.state.to] }, y };
  }

  clear() {
    this.plot?.destroy();
    this.plot = null;
  }

  close() {
    this.observer.disconnect();
    this.clear();
  }
}

// Lines at whole decades only, where a logarithmic axis would draw each step.
const wholeDecades = (_, axis, low, high) =>
  Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (__, index) => low * 10 ** index);

export class HeatMap extends Plot {
  show(state) {
    const used = new Set(state.columns.flatMap((column) => column.cells.map(([slot]) => slot)));
    const bounds = used.size ? [...used].map((slot) => state.bounds[slot]) : [1e6];
    this.range = decades(Math.min(...bounds) / SLOT_WIDTH, Math.max(...bounds));
    this.draw(state, [state.xs, state.xs.map(() => null)], () => ({
      scales: this.scales({ distr: 3, range: () => this.range }),
      axes: this.axes(roundDuration, wholeDecades),
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: { draw: [(plot) => this.cells(plot)] },
    }));
  }

  cells(plot) {
    const { columns, bounds, step, most } = this.state,
      context = plot.ctx;
    const shades = Array.from({ length: HEAT_STEPS }, (_, index) => colour(`heat-${index + 1}`));
    const { left, top, width, height } = plot.bbox;

    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    for (const column of columns) {
      const x = Math.floor(plot.valToPos(column.x, "x", true));
      const wide = Math.max(1, Math.floor(plot.valToPos(column.x + step, "x", true)) - x);
      for (const [slot, count] of column.cells) {
        const y = Math.round(plot.valToPos(bounds[slot], "y", true));
        const low = Math.round(plot.valToPos(bounds[slot] / SLOT_WIDTH, "y", true));
        context.fillStyle = shades[heatStep(count, most)];
        context.fillRect(x, y, wide, Math.max(1, low - y));
      }
    }
    context.restore();
  }
}

/** Which shade a count has: by its logarithm, for a few slow ones must be seen beside many fast. */
export function heatStep(count, most) {
  if (most <= 1) return HEAT_STEPS - 1;
  return Math.min(HEAT_STEPS - 1, Math.floor((HEAT_STEPS * Math.log(count)) / Math.log(most + 1)));
}

export const QUANTILES = [
  { name: "p99", key: "p99_ns", colour: "line-3", dash: [2, 3], width: 1.75 },
  { name: "p90", key: "p90_ns", colour: "line-2", dash: [7, 3], width: 1.5 },
  { name: "p50", key: "p50_ns", colour: "line-1", dash: [], width: 2 },
];

export class Quantiles extends Plot {
  show(state) {
    const rows = QUANTILES.map(({ key }) => state.xs.map((x) => state.at.get(x)?.[key] ?? null));
    const known = rows.flat().filter((one) => one > 0);
    this.range = known.length ? decades(Math.min(...known), Math.max(...known)) : [1e5, 1e7];
    if (this.range[0] === this.range[1]) this.range[1] *= 10;
    this.draw(
      state,
      [state.xs, ...rows.map((row) => row.map((one) => (one > 0 ? one : null)))],
      () => ({
        scales: this.scales({ distr: 3, range: () => this.range }),
        axes: this.axes(roundDuration, wholeDecades),
        series: [
          {},
          ...QUANTILES.map((one) => ({
            stroke: colour(one.colour),
            width: one.width,
            dash: one.dash,
            points: { size: 4, fill: colour(one.colour) },
          })),
        ],
      }),
    );
  }
}

export class Outcomes extends Plot {
  show(state) {
    const row = (of) =>
      state.xs.map((x) => {
        const column = state.at.get(x);
        return column ? of(column) : null;
      });
    const bars = uPlot.paths.bars({ size: [0.9, 12, 1], align: 1 });
    // Each is drawn over the one before: what failed lies at the bottom, for it must be seen.
    this.draw(
      state,
      [
        state.xs,
        row((one) => one.ok + one.cancelled + one.error),
        row((one) => one.cancelled + one.error),
        row((one) => one.error),
      ],
      () => ({
        scales: this.scales({ range: (_, low, high) => [0, Math.max(high ?? 0, 4) * 1.08] }),
        axes: this.axes((one) => (Number.isInteger(one) ? number(one) : "")),
        series: [
          {},
          ...["bar-ok", "bar-cancelled", "bar-error"].map((name) => ({
            paths: bars,
            fill: colour(name),
            width: 0,
            points: { show: false },
          })),
        ],
      }),
    );
  }
}
