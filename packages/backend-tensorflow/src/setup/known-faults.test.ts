import { expect, test } from "vitest";
import { knownFaults } from "./known-faults.ts";

const CUDA = { cuda: "12.5.1", cudnn: "9", oldestGpu: "6.0", newestGpu: "8.9" };

test.each([
  ["2.12.1", CUDA, []],
  ["2.18.1", null, [/int32/]],
  ["2.20.0", CUDA, [/int32/]],
  ["2.21.0", null, [/int32/]],
  ["2.21.0", CUDA, [/int32/, /cusolver.*take 2\.20\.0/]],
  ["2.22.0", CUDA, [/int32/, /newer than 2\.21/]],
])("of %s with %o", (version, cuda, expected) => {
  expect(knownFaults({ version, cuda })).toEqual(
    expected.map((text) => expect.stringMatching(text)),
  );
});
