import { expect, test } from "vitest";
import { faultOfName, nearestName } from "./package-name.ts";

test.each(["app", "my-app", "a.b_c~1", "0x", "x".repeat(214)])("npm takes %s", (name) => {
  expect(faultOfName(name)).toBe(null);
});

test.each([
  ["", "it is empty"],
  ["App", "only a-z, 0-9 and - _ . ~ are allowed"],
  ["my app", "only a-z, 0-9 and - _ . ~ are allowed"],
  ["größe", "only a-z, 0-9 and - _ . ~ are allowed"],
  [".hidden", "it has to begin with a letter or a digit"],
  ["_private", "it has to begin with a letter or a digit"],
  ["-rf", "it has to begin with a letter or a digit"],
  ["node_modules", "it is reserved"],
  ["stream", "it is reserved"],
  ["x".repeat(215), "214 characters at most"],
])("npm refuses %j", (name, fault) => {
  expect(faultOfName(name)).toBe(fault);
});

test.each([
  ["My App", "my-app"],
  ["Café Models", "cafe-models"],
  ["_draft.", "draft."],
  ["stream", null],
  ["日本", null],
])("the nearest name to %j is %j", (name, near) => {
  expect(nearestName(name)).toBe(near);
});
