import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { htmlReport } from "./index.ts";

const rows = [1, 2, 3].map((epoch) => ({
  epoch,
  trainLoss: 3 / epoch,
  trainAccuracy: 0.5,
  valLoss: [1, 0.5, 0.75][epoch - 1] as number,
  valAccuracy: 0.25 * epoch,
  seconds: 100,
}));

describe("htmlReport", () => {
  test("shows the curves by metric, the epochs and how long it took", () => {
    const page = htmlReport({ title: "First run", history: rows, date: "today" });
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain("<title>First run</title>");
    expect(page).toContain("3 epochs · 5 min · today");
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/<tr>/g)).toHaveLength(4);
    // The lowest loss, not that of the last epoch.
    expect(page).toContain('<td class="best">0.5000</td>');
    expect(page.match(/class="best"/g)).toHaveLength(2);
  });

  test("shows configuration, environment, confusion matrix, samples and summary when given", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const page = htmlReport({
      title: "",
      history: [],
      configuration: { lr: 1e-3, betas: [0.9, 0.999], none: null, cycle, big: 1n },
      environment: { backend: "wasm" },
      confusionMatrix: {
        counts: [
          [3, 1],
          [0, 0],
        ],
        classes: ["cat", "dog"],
      },
      samples: [
        { width: 1, height: 2, pixels: new Float32Array([0, 1]), label: 1, predicted: 2 },
        { width: 1, height: 1, pixels: new Uint8Array([1, 2, 3]), label: "a", predicted: "a" },
        { width: 1, height: 1, pixels: new Uint8Array(4) },
      ],
      summary: "a < b",
    });
    for (const text of [
      "[0.9,0.999]",
      "null",
      "[object Object]",
      "<td>1</td>",
      "wasm",
      "a &#60; b",
    ]) {
      expect(page).toContain(text);
    }
    expect(page).toContain('rgba(var(--heat),0.45)">3</td>');
    expect(page.match(/<li class="wrong"><img alt="label 1, predicted 2"/g)).toHaveLength(1);
    expect(page.match(/<li class="right">/g)).toHaveLength(2);
    const bare = htmlReport({ title: "", history: [] });
    expect(bare).not.toMatch(/Configuration|Environment|Confusion|Samples|Model|role="alert"/);
  });

  test("shows the error, its causes, and no path of a stack", () => {
    const error = new Error("outer", { cause: new TypeError("inner") });
    const page = htmlReport({ title: "", history: rows.slice(0, 1), error });
    expect(page).toContain("1 epoch · 1.7 min · failed".replace("1.7", "2"));
    expect(page).toContain("Error: outer\ncaused by TypeError: inner");
    expect(page).not.toContain("html-report.test");
    const unprintable = {
      toString: () => {
        throw new Error("no");
      },
    };
    expect(htmlReport({ title: "", history: [], error: unprintable })).toContain(
      "cannot be printed",
    );
  });

  test("bears an empty history, one epoch, NaN and rows of different keys", () => {
    expect(htmlReport({ title: "", history: [] })).toContain("No epoch was completed.");
    const nan = [
      { epoch: 1, trainLoss: Number.NaN },
      { epoch: 2, valLoss: Number.POSITIVE_INFINITY },
    ];
    const page = htmlReport({ title: "", history: nan });
    for (const cell of ["<td>NaN</td>", "<td>–</td>", "<td>Infinity</td>"])
      expect(page).toContain(cell);
    expect(page).toContain("no values yet");
    expect(htmlReport({ title: "", history: rows.slice(0, 1) })).toContain("1 epoch");
  });

  test("cuts a long table in the middle, and says so", () => {
    const long = Array.from({ length: 50_000 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: 1 / (i + 1),
    }));
    const page = htmlReport({ title: "", history: long });
    expect(page).toContain('<tr class="omitted"><td colspan="2">49,000 more</td></tr>');
    expect(page).toContain("<td>500</td>");
    expect(page).not.toContain("<td>501</td>");
    expect(page).toContain("<td>50000</td>");
    expect(page.length).toBeLessThan(300_000);
  });

  test("says what does not fit", () => {
    const counts = [[1, 2], [3]];
    expect(() => htmlReport({ title: "", history: [], confusionMatrix: { counts } })).toThrow(
      "htmlReport: expected a confusion matrix of 2 rows and columns, got rows of 2, 1",
    );
    const samples = [{ width: 2, height: 2, pixels: new Uint8Array(5) }];
    expect(() => htmlReport({ title: "", history: [], samples })).toThrow(
      "htmlReport: expected a sample of 1, 3 or 4 values a pixel, got 5 for 2 × 2",
    );
  });

  test("has no tag, attribute or address that is not its own, whatever the texts are", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('"', "'", "-->", "]]>", "</style>", "</title>", "</pre>", "\u0000"),
          fc.string(),
        )
        .map(
          ([end, rest]) => `${end}><img src=x onerror=alert(1)>${rest}<script>alert(1)</script>`,
        ),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "$&",
        "javascript:alert(1)",
        "&lt;b&gt;",
        "{a|x}",
      ),
    );
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const page = htmlReport({
          title: a,
          history: [{ epoch: 1, trainLoss: 1, [b]: 2 }],
          configuration: { [a]: b, [c]: [a] },
          environment: { [b]: c },
          confusionMatrix: { counts: [[1]], classes: [c] },
          samples: [{ width: 1, height: 1, pixels: new Uint8Array(1), label: a, predicted: b }],
          summary: c,
          stopReason: b,
          error: new Error(c, { cause: a }),
          date: a,
        });
        expectOwnTagsOnly(page);
        expect(decoded(page)).toContain(`<h1>${a}</h1>`);
      }),
      { numRuns: 100 },
    );
  });
});

const TAG = /<(\/?)([a-zA-Z0-9]+)((?: [a-zA-Z:-]+="[^"<>]*")*) ?>/g;
const TAGS = new Set(
  (
    "html head meta title style body header h1 h2 p main section div ul li img pre " +
    "table thead tbody tr th td svg g rect path text defs clipPath"
  ).split(" "),
);
const ATTRIBUTES =
  /^(lang|charset|http-equiv|content|name|class|role|scope|colspan|alt|src|style|aria-label|width|height|xmlns(:xlink)?|version|baseProfile|viewBox|x|y|d|id|transform|fill(-opacity)?|stroke(-[a-z]+)?|clip-path|dominant-baseline|text-anchor|xml:space|paint-order)$/;

function expectOwnTagsOnly(page: string): void {
  const rest = page.replace(/^<!doctype html>/, "").replace(TAG, (_, _slash, tag, attributes) => {
    if (!TAGS.has(tag)) expect.fail(`a tag that is not the report's: ${tag}`);
    for (const [, name = "", value = ""] of attributes.matchAll(/ ([a-zA-Z:-]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.test(name)) expect.fail(`an attribute that is not the report's: ${name}`);
      if (name === "src") expect(value).toMatch(/^data:image\/png;base64,[\w+/=]*$/);
    }
    return "";
  });
  // All that is not such a tag is text.
  expect(rest).not.toContain("<");
}

function decoded(page: string): string {
  return page.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
