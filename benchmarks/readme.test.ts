import { expect, test } from "vitest";
import { readmes, withBlock } from "./readme-blocks.ts";

test("the tables are those of results/; npm run bench:readme -w benchmarks writes them", async () => {
  for (const { file, now, expected } of await readmes()) expect(now, file.pathname).toBe(expected);
});

test("a block takes the place of what is between the markers", () => {
  const [start, end] = ["<!-- benchmark:start -->", "<!-- benchmark:end -->"];
  expect(withBlock(`a\n${start}\nold\n${end}\nb`, "new")).toBe(`a\n${start}\nnew\n${end}\nb`);
  expect(() => withBlock("a", "new")).toThrow(start);
});
