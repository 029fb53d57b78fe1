import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DataError } from "@kindling/core";
import { describeOnBackends, values } from "@kindling/testing";
import { dispose } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DataFile, MnistFiles } from "../mnist-files.ts";
import type { DownloadProgress } from "../mnist-options.ts";
import { load, mnist } from "./mnist.ts";

const hash = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

// Two images in the format of the real files.
const IMAGES = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]);
const RAW: Readonly<Record<string, Uint8Array>> = {
  "train-images": Uint8Array.from([...IMAGES, ...new Array<number>(1568).fill(9)]),
  "train-labels": Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4),
};
const raw = (name: string): Uint8Array => RAW[name] as Uint8Array;
const gzip = (name: string): Uint8Array => gzipSync(raw(name));

function files(check: (name: string) => Partial<DataFile>): MnistFiles {
  const file = (name: string): DataFile => ({ name, sizeBytes: raw(name).length, ...check(name) });
  const pair = { images: file("train-images"), labels: file("train-labels") };
  return {
    name: "toy",
    folder: "Toy",
    classes: [..."0123456789"],
    mirrors: [],
    train: pair,
    test: pair,
  };
}
const TOY = files((name) => ({ sha256: hash("sha256", raw(name)) }));
const TOY_MD5 = files((name) => ({ gzipMd5: hash("md5", gzip(name)) }));

type Answer = (response: ServerResponse, name: string) => void;
const good: Answer = (response, name) => response.end(gzip(name));

let root: string;
const closing: (() => void)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kindling-"));
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await rm(root, { recursive: true });
});

/** A mirror on this machine, and what it was asked for. */
async function mirror(answer: Answer): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(response, (request.url ?? "").replace(/^.*\/|\.gz$/g, ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`, asked };
}

describeOnBackends("mnist", () => {
  test("finds the installed package, checks it and reads the test images", async () => {
    const dataset = await mnist({ train: false, root, download: false });
    expect(dataset.length).toBe(10_000);
    const [images, labels] = dataset.batch([0, 9999]);
    expect([images.shape, labels.dtype]).toEqual([[2, 28, 28, 1], "int32"]);
    expect(values(labels)).toEqual([7, 6]);
    const pixels = values(images);
    expect([Math.min(...pixels), Math.max(...pixels)]).toEqual([0, 1]);
    dispose([images, labels]);
    expect(await readdir(root)).toEqual([]);
  });
});

describe("a download", () => {
  test("is put into the cache, whole, and not repeated", async () => {
    const { url, asked } = await mirror(good);
    const first = await load(TOY, { root, mirrors: [url] });
    expect(first.get(1).label).toBe(4);
    expect(asked).toEqual(["/files/train-images.gz", "/files/train-labels.gz"]);
    expect(await readdir(join(root, "Toy", "raw"))).toEqual(["train-images", "train-labels"]);
    const again = await load(TOY, { root, mirrors: [url] });
    expect(again.image(1)).toEqual(first.image(1));
    expect(asked).toHaveLength(2);
  });

  test("keeps the compressed form when that is what can be checked", async () => {
    const { url, asked } = await mirror(good);
    await load(TOY_MD5, { root, mirrors: [url] });
    expect(await readdir(join(root, "Toy", "raw"))).toEqual(["train-images.gz", "train-labels.gz"]);
    await load(TOY_MD5, { root, mirrors: [url] });
    expect(asked).toHaveLength(2);
  });

  test("by many at once leaves whole files and nothing else", async () => {
    const { url } = await mirror(good);
    await Promise.all(Array.from({ length: 5 }, () => load(TOY, { root, mirrors: [url] })));
    const folder = join(root, "Toy", "raw");
    expect(await readdir(folder)).toEqual(["train-images", "train-labels"]);
    expect(new Uint8Array(await readFile(join(folder, "train-labels")))).toEqual(
      raw("train-labels"),
    );
  });

  const lengths: [string, Answer, (name: string) => [loaded: number, total: number | null]][] = [
    [
      "with its length",
      (response, name) => {
        response.setHeader("content-length", gzip(name).length);
        response.end(gzip(name));
      },
      (name) => [gzip(name).length, gzip(name).length],
    ],
    [
      "without one",
      (response, name) => {
        response.write(gzip(name).subarray(0, 9));
        response.end(gzip(name).subarray(9));
      },
      (name) => [gzip(name).length, null],
    ],
    [
      "compressed on the way",
      (response, name) => {
        response.setHeader("content-encoding", "gzip");
        response.setHeader("content-length", gzip(name).length);
        response.end(gzip(name));
      },
      (name) => [gzip(name).length, gzip(name).length],
    ],
  ];
  test.each(lengths)("%s says how far it is, file by file", async (_, answer, expected) => {
    const { url } = await mirror(answer);
    const reports: DownloadProgress[] = [];
    const onProgress = (report: DownloadProgress): void => void reports.push(report);
    await load(TOY, { root, mirrors: [url], onProgress });
    for (const name of Object.keys(RAW)) {
      const own = reports.filter(({ file }) => file === name);
      const [loaded, total] = expected(name);
      expect(own[0]).toEqual({ file: name, loaded: 0, total });
      expect(own.at(-1)).toEqual({ file: name, loaded, total });
      const counts = own.map((report) => report.loaded);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    }
    reports.length = 0;
    await load(TOY, { root, mirrors: [url], onProgress });
    expect(reports).toEqual([]);
  });

  test("ends when whoever is told throws, and asks no other mirror", async () => {
    const [first, next] = [await mirror(good), await mirror(good)];
    const onProgress = (): void => {
      throw new RangeError("enough");
    };
    const mirrors = [first.url, next.url];
    await expect(load(TOY, { root, mirrors, onProgress })).rejects.toThrow(
      new RangeError("enough"),
    );
    expect(next.asked).toEqual([]);
  });

  const failures: [string, Answer, string][] = [
    [
      "404",
      (response) => {
        response.statusCode = 404;
        response.end("no");
      },
      "expected status 200, got 404",
    ],
    [
      "a body cut off",
      (response, name) => {
        response.setHeader("content-length", gzip(name).length);
        response.write(gzip(name).subarray(0, 20));
        setTimeout(() => response.destroy(), 20);
      },
      "terminated",
    ],
    [
      "a body cut off without a word",
      (response, name) => response.end(gzip(name).subarray(0, -9)),
      "expected intact gzip data",
    ],
    [
      "a page in place of the file",
      (response) => response.end("<html>"),
      "bytes in train-images, got 6",
    ],
    [
      "other bytes of the same size",
      (response, name) => response.end(gzipSync(raw(name).map((byte, i) => (i === 99 ? 1 : byte)))),
      `expected SHA-256 ${TOY.train.images.sha256}, got`,
    ],
    [
      "more than there can be",
      (response) => response.end(new Uint8Array(5000)),
      "expected 2608 bytes at most, got more",
    ],
    ["silence", () => undefined, "nothing came for 100 ms"],
    [
      "silence in the middle",
      (response, name) => response.write(gzip(name).subarray(0, 20)),
      "nothing came for 100 ms",
    ],
  ];
  test.each(failures)(
    "that fails with %s is said, and the next mirror asked",
    async (_, answer, reason) => {
      const [bad, next] = [await mirror(answer), await mirror(good)];
      const options = { root, timeoutMs: 100 };
      const work = load(TOY, { ...options, mirrors: [bad.url] });
      await expect(work).rejects.toThrow(DataError);
      await expect(work).rejects.toThrow(reason);
      await expect(work).rejects.toThrow(`folder ${root} (no train-images there)`);
      expect(await readdir(root)).toEqual([]);
      const dataset = await load(TOY, { ...options, mirrors: [bad.url, next.url] });
      expect(dataset.length).toBe(2);
    },
  );

  test("that finds no server names each source and why", async () => {
    const work = load(
      { ...TOY, npmPackage: "not-installed-anywhere" },
      { root, mirrors: ["http://127.0.0.1:1/"] },
    );
    await expect(work).rejects.toThrow(
      `toy: expected train-images in one of the sources, got none: folder ${root} (no train-images there); ` +
        "npm package not-installed-anywhere (not installed; npm install not-installed-anywhere brings the files); " +
        "http://127.0.0.1:1/ (fetch failed",
    );
  });

  test("is not tried when it is not wanted", async () => {
    const { url, asked } = await mirror(good);
    await expect(load(TOY, { root, mirrors: [url], download: false })).rejects.toThrow("got none");
    expect(asked).toEqual([]);
  });

  test("that cannot be kept is an error that names the file", async () => {
    const { url } = await mirror(good);
    await writeFile(join(root, "Toy"), "a file where the folder should be");
    await expect(load(TOY, { root, mirrors: [url] })).rejects.toThrow(
      `expected to write ${join(root, "Toy", "raw", "train-images")}, got`,
    );
  });
});

describe("the cache folder", () => {
  test.each([
    ["as torchvision lays it out", "Toy/raw", ""],
    ["directly", ".", ""],
    ["compressed", "Toy/raw", ".gz"],
  ])("is read %s", async (_, folder, suffix) => {
    await mkdir(join(root, folder), { recursive: true });
    for (const name of Object.keys(RAW)) {
      await writeFile(join(root, folder, name + suffix), suffix ? gzip(name) : raw(name));
    }
    expect((await load(TOY, { root, download: false })).length).toBe(2);
  });

  test("with a changed file is an error that names it, both hashes and the next step", async () => {
    const changed = raw("train-images").map((byte, i) => (i === 500 ? byte + 1 : byte));
    const path = join(root, "train-images");
    await writeFile(path, changed);
    const { url, asked } = await mirror(good);
    await expect(load(TOY, { root, mirrors: [url] })).rejects.toThrow(
      `toy: folder ${root}: train-images: expected SHA-256 ${TOY.train.images.sha256}, ` +
        `got ${hash("sha256", changed)}; delete ${path} so that it is fetched again`,
    );
    expect(asked).toEqual([]);
  });

  test("with a truncated file is an error that names both sizes", async () => {
    await writeFile(join(root, "train-images"), raw("train-images").subarray(0, 100));
    await expect(load(TOY, { root })).rejects.toThrow(
      "expected 1584 bytes in train-images, got 100",
    );
  });

  test("with a file whose MD5 is another is an error that names both", async () => {
    const other = gzipSync(gunzipSync(gzip("train-images")), { level: 0 });
    await writeFile(join(root, "train-images.gz"), other);
    await expect(load(TOY_MD5, { root })).rejects.toThrow(
      `train-images.gz: expected MD5 ${TOY_MD5.train.images.gzipMd5}, got ${hash("md5", other)}`,
    );
  });
});
