import { BackendError } from "@kindling/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { indexedDbStore, opfsStore } from "./index.ts";
import { memoryStore } from "./memory-store.ts";
import { describeStore } from "./store-contract.ts";

describe("the tests' own store", () => {
  let store = memoryStore();
  beforeEach(() => {
    store = memoryStore();
  });
  describeStore(() => store);
});

test("the browser's stores say so where there is no browser", async () => {
  await expect(indexedDbStore("a").list()).rejects.toThrow(BackendError);
  await expect(indexedDbStore("a").list()).rejects.toThrow(
    "indexedDbStore: expected indexedDB, got none; use a browser, or fileStore in Node",
  );
  await expect(opfsStore("a").list()).rejects.toThrow("opfsStore: expected navigator.storage");
});

test("opfsStore says so where files cannot be written, as in older Safaris, and leaves none", async () => {
  const removed: string[] = [];
  const folder = {
    getDirectoryHandle: async () => folder,
    getFileHandle: async () => ({}),
    removeEntry: async (name: string) => void removed.push(name),
  };
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => folder } });
  await expect(opfsStore("a").write("000001-x", { b: Uint8Array.of(1) })).rejects.toThrow(
    "got one without; use indexedDbStore",
  );
  expect(removed).toEqual(["000001-x", "000001-x"]);
  vi.unstubAllGlobals();
});
