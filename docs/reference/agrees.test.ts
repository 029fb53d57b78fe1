import { tensor2d } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { agrees } from "./agrees.ts";
import { show } from "./show.ts";
import "@tensorflow/tfjs-backend-cpu";

describe("agrees", () => {
  it.each([
    ["0.66666668", "0.667", true],
    ["0.6661", "0.667", false],
    ["14.3", "14", false],
    ["0.99999994", "1", true],
    ["1.00001e-8", "1e-8", true],
    ["2e-8", "1e-8", false],
    ["[1, 2, 3]", "[1, …]", true],
    ["[1, 2]", "[1, 2, 3]", false],
    ["[1, 2]", "[1]", false],
    ["[[3]]", "[[3]]; not [[6]]", true],
    ["-1", "−1", true],
    ["ArgumentError: a; b", "ArgumentError: a; c", false],
    ['"a b"', '"a  b"', false],
  ])("%s shown as %s: %s", (shown, expected, result) => {
    expect(agrees(shown, expected)).toBe(result);
  });
});

describe("show", () => {
  it("writes values as the examples do", async () => {
    const x = tensor2d([1, 0, 0, 1], [2, 2], "bool");
    expect(await show({ x, y: Int32Array.of(1), z: ["a", null] })).toBe(
      '{ x: [[true, false], [false, true]], y: Int32Array [1], z: ["a", null] }',
    );
    x.dispose();
  });
});
