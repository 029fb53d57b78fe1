import { ArgumentError } from "@kindling/core";
import { LineChart } from "echarts/charts";
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { cleaned, printable } from "./clean-svg.ts";
import { type Colors, THEMES, type Theme } from "./theme.ts";
import { type Drawn, thin } from "./thin.ts";

/** What all charts can be asked for. */
export interface ChartOptions {
  /** Above the chart, and in its text for screen readers. @defaultValue none */
  title?: string;
  /** In pixels. @defaultValue 640 */
  width?: number;
  /** In pixels. @defaultValue 360 */
  height?: number;
  /** @defaultValue "light" */
  theme?: Theme;
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions extends ChartOptions {
  readonly where: string;
  readonly lines: readonly Line[];
  readonly xName: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Only whole numbers at the axis. */
  readonly integerX?: boolean;
  /** A vertical line with a text. */
  readonly mark?: { readonly x: number; readonly label: string };
}

/**
 * Lines over an axis as an SVG, with a text for screen readers. A value that is not finite, or that has
 * no logarithm on such an axis, is a gap.
 */
export function lineChart(options: LineChartOptions): string {
  const { where, width = 640, height = 360, theme = "light", title = "" } = options;
  for (const [name, size] of Object.entries({ width, height })) {
    if (!(size >= 50 && size <= 10_000)) {
      throw new ArgumentError(`${where}: expected ${name} to be 50 to 10000 pixels, got ${size}`);
    }
  }
  const colors = THEMES[theme];
  if (colors === undefined) {
    throw new ArgumentError(`${where}: expected theme "light", "dark" or "page", got "${theme}"`);
  }
  // Here and not above: at the top it would be a side effect, which bundlers have to keep.
  use([
    LineChart,
    GraphicComponent,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TitleComponent,
    SVGRenderer,
  ]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(chartOption(options, colors));
    const names = options.lines.map(({ name }) => name).join(", ");
    return cleaned(chart.renderToSVGString(), printable(`${title || names} by ${options.xName}`));
  } finally {
    chart.dispose();
  }
}

function chartOption(options: LineChartOptions, colors: Colors): EChartsCoreOption {
  const { title = "", xName, logX = false, logY = false, integerX = false, mark } = options;
  const { width = 640 } = options;
  const lines = options.lines.map((line) => ({
    ...line,
    points: thin(drawn(line.points, logX, logY), 2 * width),
  }));
  const rows = legendRows(options.lines, width, title);
  const isEmpty = lines.every(({ points }) => points.every(([, y]) => y === null));
  const text = { color: colors.muted, fontFamily: FONT, fontSize: 12 };
  const axis = {
    axisLine: { show: true, lineStyle: { color: colors.muted } },
    axisTick: { lineStyle: { color: colors.muted } },
    axisLabel: { ...text, show: !isEmpty, formatter: axisNumber },
    splitLine: { lineStyle: { color: colors.grid } },
    minorSplitLine: { show: false },
    scale: true,
  };
  return {
    animation: false,
    backgroundColor: colors.background,
    color: [...colors.lines],
    textStyle: text,
    title: {
      text: printable(title),
      left: 8,
      top: 6,
      textStyle: { ...text, color: colors.ink, fontSize: 15, fontWeight: "normal" },
    },
    legend: {
      show: lines.length > 1,
      type: "plain",
      right: 8,
      left: rows > 1 || title === "" ? 8 : "auto",
      top: rows > 1 && title !== "" ? 30 : 8,
      icon: "rect",
      itemWidth: 14,
      itemHeight: 3,
      // Wider than echarts's own: texts are wider in some of the fonts that FONT may be.
      itemGap: 24,
      textStyle: { ...text, color: colors.ink },
      data: lines.map(({ name }) => printable(name)),
    },
    grid: { left: 12, right: 24, top: rows > 1 ? 30 + 36 * rows : 48, bottom: 28 },
    xAxis: {
      ...axis,
      type: logX ? "log" : "value",
      name: printable(xName),
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: text,
      ...(integerX ? { minInterval: 1 } : {}),
      ...(isEmpty ? { min: logX ? 0.1 : 0, max: 1 } : {}),
      splitLine: { show: false },
    },
    yAxis: { ...axis, type: logY ? "log" : "value", ...(isEmpty ? { min: 0.1, max: 1 } : {}) },
    series: lines.map(({ name, points }, i) => ({
      type: "line",
      name: printable(name),
      data: points,
      silent: true,
      emphasis: { disabled: true },
      lineStyle: { width: 2 },
      // Points of their own where there are few; a lone one would not be seen otherwise.
      showSymbol: points.length <= 30 || isolated(points),
      symbol: "circle",
      symbolSize: points.length <= 30 ? 5 : 3,
      ...(i === 0 && mark !== undefined ? { markLine: markLine(mark, colors) } : {}),
    })),
    ...(isEmpty ? { graphic: emptyText(colors) } : {}),
  };
}

/** How many rows the legend takes: one beside the title, or as many as its texts need below it. */
function legendRows(lines: readonly Line[], width: number, title: string): number {
  if (lines.length < 2) return 1;
  const needed = lines.reduce((sum, { name }) => sum + 45 + 8 * name.length, 0);
  if (needed + 10 * title.length < width) return 1;
  return Math.max(2, Math.ceil(needed / (width - 100)));
}

function drawn(points: Line["points"], logX: boolean, logY: boolean): Drawn[] {
  return points
    .filter(([x]) => Number.isFinite(x) && (!logX || x > 0))
    .map(([x, y]) => [x, Number.isFinite(y) && (!logY || y > 0) ? y : null]);
}

/** True when a point has gaps on both sides. */
function isolated(points: readonly Drawn[]): boolean {
  const isGap = (i: number): boolean => (points[i]?.[1] ?? null) === null;
  return points.some((_, i) => !isGap(i) && isGap(i - 1) && isGap(i + 1));
}

function markLine({ x, label }: { x: number; label: string }, colors: Colors): object {
  return {
    silent: true,
    symbol: "none",
    // Off: echarts rounds to two decimals, and small rates to 0.
    precision: -1,
    data: [{ xAxis: x }],
    lineStyle: { color: colors.ink, type: "dashed", width: 1 },
    label: {
      formatter: () => printable(label),
      position: "end",
      color: colors.ink,
      textBorderWidth: 0,
      fontFamily: FONT,
    },
  };
}

function emptyText(colors: Colors): object {
  return {
    type: "text",
    left: "center",
    top: "middle",
    style: { text: "no values yet", fill: colors.muted, fontFamily: FONT, fontSize: 14 },
  };
}

const FONT = "system-ui, sans-serif";

/** `0.001` → `0.001`, `0.0000001` → `1e-7`, `1200000` → `1.2e+6`: what fits beside an axis. */
function axisNumber(value: number): string {
  // Twelve digits: without 0.30000000000000004.
  const rounded = Number(value.toPrecision(12));
  const size = Math.abs(rounded);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return String(rounded);
  const short = rounded.toExponential();
  return short.length < 8 ? short : rounded.toExponential(2);
}
