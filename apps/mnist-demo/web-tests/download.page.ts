import { expect } from "vitest";
import { test } from "./demo-page.ts";

test("the digits are fetched gzipped, each file once, with progress; then they are in the cache", async ({
  demo,
}) => {
  const asked: string[] = [];
  demo.page.on("request", (request) => {
    const name = /\/data\/(.*)$/.exec(request.url())?.[1];
    if (name !== undefined) asked.push(name);
  });
  await demo.open();
  expect(asked.toSorted()).toEqual([
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
  ]);
  const fractions = (await demo.messages()).flatMap(({ fraction }) => fraction ?? []);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);

  await demo.page.reload();
  await demo.ready();
  expect(asked).toHaveLength(4);
});
