import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { curves, learningRateCurve } from "./index.ts";

const rows = [1, 2, 3, 4].map((epoch) => ({
  epoch,
  trainLoss: 1 / epoch,
  valLoss: 2 / epoch,
  trainAccuracy: 1 - 1 / epoch,
  seconds: 3,
}));

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");

/** The lines' own paths: of width 2, and not a legend's. */
const lines = (svg: string): string[] =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="2"/g)].map(
    ([, path]) => path ?? "",
  );

describe("curves", () => {
  test("draws the losses, with title, legend and axis, and a name for screen readers", () => {
    const svg = curves(rows, { title: "Loss" });
    expect(svg).toMatch(/^<svg role="img" aria-label="Loss by epoch" width="640" height="360"/);
    expect(texts(svg)).toEqual(expect.arrayContaining(["Loss", "trainLoss", "valLoss", "epoch"]));
    expect(texts(svg)).not.toContain("trainAccuracy");
    expect(lines(svg)).toHaveLength(2);
  });

  test("draws the metrics asked for, against another key, at another size", () => {
    const svg = curves(rows, { metrics: ["trainAccuracy"], x: "seconds", width: 300, height: 200 });
    expect(svg).toContain('viewBox="0 0 300 200"');
    // One line needs no legend.
    expect(texts(svg)).not.toContain("trainAccuracy");
    expect(texts(svg)).toContain("seconds");
  });

  test("draws all there is where there are no losses", () => {
    const svg = curves([{ epoch: 1, lr: 0.1, norm: 2, seconds: 1 }]);
    expect(texts(svg)).toEqual(expect.arrayContaining(["lr", "norm"]));
    expect(texts(svg)).not.toContain("seconds");
  });

  test("leaves a gap where a value is missing or not finite", () => {
    const broken = rows.map((row) => ({ ...row, trainLoss: row.epoch === 2 ? Number.NaN : 1 }));
    const [train] = lines(curves(broken, { metrics: ["trainLoss"] }));
    // The first alone, then the third to the fourth.
    expect(train?.match(/M/g)).toHaveLength(2);
    expect(train?.match(/L/g)).toHaveLength(1);
    const logarithmic = rows.map((row) => ({ ...row, trainLoss: row.epoch === 3 ? 0 : 1 }));
    const [log] = lines(curves(logarithmic, { metrics: ["trainLoss"], logarithmic: true }));
    expect(log?.match(/L/g)).toHaveLength(1);
  });

  test("shows a point for a single epoch, and says so when there is nothing", () => {
    expect(curves(rows.slice(0, 1))).toMatch(/<path d="M1 0A1 1/);
    const nan = rows.map(({ epoch }) => ({ epoch, trainLoss: Number.NaN }));
    for (const empty of [curves([]), curves([], { metrics: ["trainLoss"] }), curves(nan)]) {
      expect(texts(empty)).toContain("no values yet");
    }
    expect(texts(curves(rows))).not.toContain("no values yet");
  });

  test("keeps a long run small, and its peak", () => {
    const long = Array.from({ length: 200_000 }, (_, i) => ({
      epoch: i,
      trainLoss: i === 123_456 ? 50 : 1 + Math.sin(i),
    }));
    const svg = curves(long);
    expect(svg.length).toBeLessThan(100_000);
    expect(texts(svg)).toContain("50");
  });

  test("is in each theme in its colours", () => {
    expect(curves(rows)).toContain('fill="#ffffff"');
    expect(curves(rows, { theme: "dark" })).toContain('fill="#15181c"');
    const page = curves(rows, { theme: "page" });
    expect(page).toContain('stroke="var(--line-0)"');
    // What has a colour of its own is not seen: strokes of no width, and what clips.
    const seen = page.replace(/<[^>]* stroke-width="0"[^>]*>|<defs[\s\S]*<\/defs>/g, "");
    expect(seen).not.toMatch(/"#[0-9a-f]{3,6}"/);
  });

  test("is the same string for the same rows, and has ids of its own for others", () => {
    const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]*)"/g)].map(([id]) => id);
    expect(curves(rows)).toBe(curves(rows));
    expect(ids(curves(rows)).length).toBeGreaterThan(0);
    const other = ids(curves(rows, { title: "other" }));
    expect(ids(curves(rows)).filter((id) => other.includes(id))).toEqual([]);
  });

  test("takes a title with a replacement pattern in it as it is", () => {
    const svg = curves(rows, { title: "$& $1 $`" });
    expect(svg.startsWith('<svg role="img" aria-label="$&#38; $1 $` by epoch" width=')).toBe(true);
  });

  test("has nothing in it that runs or is loaded, whatever the texts are", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        '"><script>alert(1)</script>',
        "{a|x}",
        "__proto__",
        "]]>",
        "</style>",
        'id="zr0-c0"',
      ),
    );
    fc.assert(
      fc.property(text, text, (title, key) => {
        const svg = curves([{ epoch: 1, [key]: 1, other: 2 }], { title });
        expect(svg).not.toMatch(/<(script|style|image|foreignObject|a)\b| on\w+=| href=/i);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them.
        expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
      }),
      { numRuns: 50 },
    );
  });

  test("lets the prototype of objects be, whatever the names are", () => {
    const names = Object.getOwnPropertyNames(Object.prototype);
    const row = Object.fromEntries(names.map((name, i) => [name, i]));
    curves([{ ...row, epoch: 1 }], { title: "__proto__", metrics: names.slice(0, 3) });
    curves([{ epoch: 1, ["__proto__"]: 2 }]);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
    expect(Object.keys(Object)).toEqual([]);
    expect("prev" in Object.prototype.toString).toBe(false);
  });

  test("says what is wrong", () => {
    expect(() => curves(rows, { metrics: ["valAccuracy"] })).toThrow(
      'curves: expected a metric "valAccuracy", got none; the rows have trainLoss, valLoss, trainAccuracy, seconds',
    );
    expect(() => curves(rows, { width: Number.NaN })).toThrow(
      "curves: expected width to be 50 to 10000 pixels, got NaN",
    );
    expect(() => curves(rows, { theme: "blue" as "dark" })).toThrow(
      'curves: expected theme "light", "dark" or "page", got "blue"',
    );
  });
});

describe("learningRateCurve", () => {
  const points = Array.from({ length: 50 }, (_, i) => {
    const lr = 10 ** (-7 + i / 7);
    return { lr, loss: 2 - 1 / (1 + (1e-3 / lr) ** 2) };
  });

  test("marks the suggested rate, however small", () => {
    for (const suggestion of [1.2e-6, 1.2e-3, 0.5]) {
      const svg = learningRateCurve({ points, suggestion });
      expect(svg).toContain("stroke-dasharray");
      expect(texts(svg).some((text) => text.startsWith("suggested "))).toBe(true);
    }
    expect(texts(learningRateCurve({ points, suggestion: 1.2e-6 }))).toContain("suggested 1.20e-6");
    expect(learningRateCurve({ points, suggestion: null })).not.toContain("stroke-dasharray");
  });

  test("has powers of ten at its axis, and the smoothed loss as a second line", () => {
    const svg = learningRateCurve({ points });
    expect(texts(svg)).toEqual(expect.arrayContaining(["1e-7", "1e-6", "0.001", "learning rate"]));
    const smoothed = points.map((point) => ({ ...point, smoothed: point.loss }));
    expect(texts(learningRateCurve({ points: smoothed }))).toContain("smoothed");
  });

  test("bears no points, and a loss that is not finite", () => {
    expect(texts(learningRateCurve({ points: [] }))).toContain("no values yet");
    const diverged = [...points, { lr: 2, loss: Number.POSITIVE_INFINITY }];
    expect(lines(learningRateCurve({ points: diverged }))).toHaveLength(1);
  });

  test("rejects a suggestion that is no rate", () => {
    expect(() => learningRateCurve({ points, suggestion: 0 })).toThrow(
      "learningRateCurve: expected a suggestion that is a number above 0, got 0",
    );
  });
});
