import { homedir } from "node:os";
import { join } from "node:path";

/** Where data go unless told otherwise: KINDLING_DATA, or `kindling` in the system's cache folder. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  if (environment.KINDLING_DATA) return environment.KINDLING_DATA;
  return join(systemCache(environment, platform), "kindling");
}

function systemCache(
  environment: Readonly<Record<string, string | undefined>>,
  platform: string,
): string {
  if (platform === "darwin") return join(homedir(), "Library", "Caches");
  if (platform === "win32") {
    return environment.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  }
  return environment.XDG_CACHE_HOME || join(homedir(), ".cache");
}
