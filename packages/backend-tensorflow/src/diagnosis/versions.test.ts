import { expect, test } from "vitest";
import { isOlder } from "./versions.ts";

test.each([
  ["2.9.1", "2.12", true],
  ["2.12", "2.9.1", false],
  ["2.12.0", "2.12", false],
  ["2.12rc1", "2.12", false],
  ["470.57.02", "525.60.13", true],
  ["525.60.13", "525.60.13", false],
  ["525.147.05", "525.60.13", false],
])("%s is older than %s: %s", (version, other, expected) => {
  expect(isOlder(version, other)).toBe(expected);
});
