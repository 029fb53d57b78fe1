import { expect, test } from "vitest";
import { type Row, table } from "./table.ts";

const ROWS: readonly Row[] = [
  { name: "Node", state: "ok", detail: "v24.0.0" },
  { name: "TensorFlow", state: "missing", detail: "none in /usr/bin/python3; pip install it" },
  { name: "NVIDIA driver", state: "none", detail: "" },
];

test("in a file, each row is one line, without blanks at its end", () => {
  expect(table(ROWS)).toBe(
    [
      "Node           ok       v24.0.0",
      "TensorFlow     missing  none in /usr/bin/python3; pip install it",
      "NVIDIA driver  none",
    ].join("\n"),
  );
});

test("in a terminal, details wrap under themselves", () => {
  expect(table(ROWS, 50)).toBe(
    [
      "Node           ok       v24.0.0",
      "TensorFlow     missing  none in /usr/bin/python3;",
      "                        pip install it",
      "NVIDIA driver  none",
    ].join("\n"),
  );
});

test("a path longer than a line goes on in the next", () => {
  const row = { name: "a", state: "ok", detail: `in ${"/folder".repeat(6)} now` } as const;
  expect(table([row], 37)).toBe(
    ["a  ok  in", "       /folder/folder/folder/folder/f", "       older/folder now"].join("\n"),
  );
});

test("a window too narrow for that is left to wrap by itself", () => {
  expect(table(ROWS, 30)).toBe(table(ROWS));
});
