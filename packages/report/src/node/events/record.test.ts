/// <reference types="node" />
import { expect, test } from "vitest";
import { encodeRecord } from "./record.ts";

test.each([
  ["hello", "0500000000000000eab2043e68656c6c6fbb1f1c19"],
  ["", "000000000000000029039807d8ea82a2"],
])("frames %j as tensorboard.summary.writer.record_writer does", (text, hex) => {
  expect(Buffer.from(encodeRecord(new TextEncoder().encode(text))).toString("hex")).toBe(hex);
});
