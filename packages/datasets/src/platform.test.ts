import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("only the Node entry imports Node's modules", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file));
  const users = sources.filter((file) =>
    /from "node:|process\.|\bBuffer\b/.test(readFileSync(join(import.meta.dirname, file), "utf8")),
  );
  expect(users.length).toBeGreaterThan(0);
  expect(users.filter((file) => !file.startsWith("node"))).toEqual([]);
});
