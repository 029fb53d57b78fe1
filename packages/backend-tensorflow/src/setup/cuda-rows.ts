/// <reference types="node" />
import { normalize } from "node:path";
import type { CudaLibrary } from "../diagnosis/cuda-libraries.ts";
import type { CudaReport } from "../diagnosis/cuda-report.ts";
import type { Row } from "./table.ts";

/** The rows on driver, GPUs and libraries. Without a GPU, or a TensorFlow for one, nothing is missing. */
export function cudaRows({ driver, build, libcuda, libraries }: CudaReport): Row[] {
  if ("reason" in driver) {
    const [state, detail] =
      build === null ? (["none", ""] as const) : (["missing", driver.reason] as const);
    return [{ name: "NVIDIA driver", state, detail }, ...libraries.map(libraryRow)];
  }
  const gpus = driver.gpus.map(
    ({ name, capability }, index): Row => ({
      name: `GPU ${index}`,
      state: "ok",
      detail: capability === null ? name : `${name}, compute capability ${capability}`,
    }),
  );
  return [
    { name: "NVIDIA driver", state: "ok", detail: driver.version },
    ...(gpus.length > 0 ? gpus : [{ name: "GPU", state: "missing", detail: "none" } as const]),
    { name: "libcuda.so.1", state: libcuda === null ? "missing" : "ok", detail: libcuda ?? "" },
    ...libraries.map(libraryRow),
  ];
}

function libraryRow({ name, path, lacks, outOfSight }: CudaLibrary): Row {
  // The loader's paths have `tensorflow/../nvidia` in them.
  const place = path === null ? "" : normalize(path);
  if (path !== null && lacks === null) return { name, state: "ok", detail: place };
  if (path !== null) return { name, state: "missing", detail: `${place}, but not ${lacks}` };
  const detail = outOfSight === null ? "" : `${outOfSight}, where TensorFlow does not look`;
  return { name, state: "missing", detail };
}
