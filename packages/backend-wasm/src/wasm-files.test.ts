import { BackendError } from "@kindling/core";
import { expect, test, vi } from "vitest";
import { wasm } from "./wasm.ts";
import { besideThisModule } from "./wasm-files.ts";

test("the browser's binaries lie next to the module", () => {
  const urls = Object.entries(besideThisModule());
  expect(urls.length).toBe(3);
  for (const [name, url] of urls) expect(url).toBe(new URL(`./${name}`, import.meta.url).href);
});

// Last: tfjs takes no other path after this.
test("a folder without the binaries is an error that says what to do", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const failed = wasm({ wasmPath: "/nowhere/" }).activate();
  await expect(failed).rejects.toThrow(BackendError);
  await expect(failed).rejects.toThrow(/from "\/nowhere\/".*wasm\(\{ wasmPath \}\)/);
  warned.mockRestore();
});
