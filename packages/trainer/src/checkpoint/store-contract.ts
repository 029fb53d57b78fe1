// For tests: what every store passes, in Node and in browsers.
import { expect, test } from "vitest";
import type { CheckpointStore } from "./store.ts";

const FIRST = "000001-epoch-1-end";
const SECOND = "000002-epoch-1-end";

/** @param open - a store on the same, at first empty place each time it is called in a test. */
export function describeStore(open: () => CheckpointStore): void {
  const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

  test("keeps files under the names of their checkpoints, for whoever opens it later", async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    await store.write(FIRST, { "a.bin": bytes(1, 2, 3), "checkpoint.json": bytes() });
    await store.write(SECOND, { "a.bin": bytes(4), "checkpoint.json": bytes(5) });
    const later = open();
    expect([...(await later.list())].sort()).toEqual([FIRST, SECOND]);
    expect([...((await later.read(FIRST, "a.bin")) ?? [])]).toEqual([1, 2, 3]);
    expect([...((await later.read(SECOND, "a.bin")) ?? [])]).toEqual([4]);
    expect((await later.read(FIRST, "checkpoint.json"))?.length).toBe(0);
  });

  test("has null for what is not there", async () => {
    const store = open();
    expect(await store.read(FIRST, "a.bin")).toBeNull();
    await store.write(FIRST, { "checkpoint.json": bytes(1) });
    expect(await store.read(FIRST, "a.bin")).toBeNull();
  });

  test("removes a checkpoint and no other", async () => {
    const store = open();
    for (const name of [FIRST, SECOND]) {
      await store.write(name, { "a.bin": bytes(1), "checkpoint.json": bytes(1) });
    }
    await store.remove(FIRST);
    expect(await store.list()).toEqual([SECOND]);
    expect(await store.read(FIRST, "a.bin")).toBeNull();
    expect((await store.read(SECOND, "a.bin"))?.length).toBe(1);
    await store.remove(FIRST);
  });

  test("holds a file of a few megabytes", async () => {
    const store = open();
    const large = new Uint8Array(5_000_000);
    large.forEach((_, i) => {
      large[i] = i * 31;
    });
    await store.write(FIRST, { "a.bin": large, "checkpoint.json": bytes(1) });
    expect(isEqual((await open().read(FIRST, "a.bin")) ?? bytes(), large)).toBe(true);
  });

  test("says where it is", () => {
    expect(open().where).toMatch(/./);
  });
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
