/// <reference types="node" />
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeMachine } from "../diagnosis/fake-machine.ts";
import { cacheFolder, findCachedBinding, storeBinding } from "./binding-cache.ts";

let machine: FakeMachine;
let bindings: string;
beforeEach(() => {
  machine = new FakeMachine();
  machine.installTensorflow();
  vi.stubEnv("KINDLING_CACHE", join(machine.root, "cache"));
  bindings = join(machine.root, "cache/tensorflow");
});
afterEach(() => {
  vi.unstubAllEnvs();
  machine.remove();
});

const make = (path: string) => writeFile(path, "binding");

function store(version = "2.20.0", folder = machine.tensorflow) {
  return storeBinding({ version, folder }, true, make);
}

test.each([
  [{ KINDLING_CACHE: "cache", XDG_CACHE_HOME: "/x" }, resolve("cache")],
  [{ KINDLING_CACHE: "", XDG_CACHE_HOME: "/x" }, join("/x", "kindling")],
  [{}, join(homedir(), ".cache", "kindling")],
])("with %o the cache is %s", (environment, folder) => {
  expect(cacheFolder(environment)).toBe(folder);
});

test("what is stored is found, under a key that names TensorFlow, Node-API and platform", async () => {
  expect(await findCachedBinding()).toBeNull();
  const { path } = await store();
  expect(await findCachedBinding()).toEqual({
    path,
    tensorflow: { version: "2.20.0", folder: machine.tensorflow },
    cuda: true,
  });
  const key = `2.20.0-binding2-napi8-${process.platform}-${process.arch}`;
  expect(path.slice(bindings.length + 1)).toMatch(
    new RegExp(`^${key}-[0-9a-f]{8}/tfjs_binding\\.node$`),
  );
});

test("two environments with the same TensorFlow have a binding each, and the newer one counts", async () => {
  const other = join(machine.root, "other/tensorflow");
  machine.file("other/tensorflow-2.20.0.dist-info/WHEEL");
  const first = await store();
  const second = await store("2.20.0", other);
  utimesSync(dirname(first.path), 1000, 1000);
  expect((await findCachedBinding())?.path).toBe(second.path);
  await store();
  expect((await findCachedBinding())?.path).toBe(first.path);
});

describe("is passed over", () => {
  test("a binding whose TensorFlow is gone, or was upgraded in its place", async () => {
    await store();
    const about = join(machine.sitePackages, "tensorflow-2.20.0.dist-info");
    renameSync(about, join(machine.sitePackages, "tensorflow-2.21.0.dist-info"));
    expect(await findCachedBinding()).toBeNull();
  });

  test("one of another platform or Node-API", async () => {
    const { path } = await store();
    const name = dirname(path);
    for (const [from, to] of [
      [process.arch, "riscv64"],
      ["napi8", "napi10"],
      ["binding2", "binding1"],
    ] as const) {
      renameSync(name, name.replace(from, to));
      expect(await findCachedBinding()).toBeNull();
      renameSync(name.replace(from, to), name);
    }
  });

  test.each(["", "null", "{}", '{"tensorflow":{"version":1}}'])(
    "one whose description is %j",
    async (text) => {
      const { path } = await store();
      writeFileSync(join(dirname(path), "binding.json"), text);
      expect(await findCachedBinding()).toBeNull();
    },
  );
});

describe("storing", () => {
  test("is all or nothing: a binding that fails leaves the one before", async () => {
    const { path } = await store();
    const fails = storeBinding(
      { version: "2.20.0", folder: machine.tensorflow },
      true,
      async (to) => {
        await writeFile(to, "half a bind");
        throw new Error("does not verify");
      },
    );
    await expect(fails).rejects.toThrow("does not verify");
    expect(readFileSync(path, "utf8")).toBe("binding");
    expect(readdirSync(bindings)).toHaveLength(1);
  });

  test("by several at once leaves one", async () => {
    await Promise.all(Array.from({ length: 8 }, () => store()));
    expect(await findCachedBinding()).not.toBeNull();
    expect(readdirSync(bindings)).toHaveLength(1);
  });

  test("removes what an interrupted setup left an hour ago, and not a running one's", async () => {
    const old = dirname(machine.file("cache/tensorflow/old.tmp/x"));
    const recent = dirname(machine.file("cache/tensorflow/recent.tmp/x"));
    utimesSync(old, 1000, 1000);
    await store();
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });

  test("where it cannot: says where, why, and what to set", async () => {
    vi.stubEnv("KINDLING_CACHE", machine.file("file"));
    await expect(store()).rejects.toThrow(
      /^expected to write to .*file\/tensorflow, got ENOTDIR.*; set KINDLING_CACHE to a folder with room/,
    );
  });
});
