import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "./cache-folder.ts";

test.each([
  [{ KINDLING_DATA: "/data", XDG_CACHE_HOME: "/x" }, "linux", "/data"],
  [{ XDG_CACHE_HOME: "/x" }, "linux", join("/x", "kindling")],
  [{}, "linux", join(homedir(), ".cache", "kindling")],
  [{ KINDLING_DATA: "" }, "darwin", join(homedir(), "Library", "Caches", "kindling")],
  [{ LOCALAPPDATA: "C:\\L" }, "win32", join("C:\\L", "kindling")],
])("with %o on %s it is %s", (environment, platform, folder) => {
  expect(cacheFolder(environment, platform)).toBe(folder);
});
