import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

const root = fileURLToPath(new URL("../web", import.meta.url));
const configFile = `${root}/vite.config.ts`;

declare module "vitest" {
  export interface ProvidedContext {
    /** The built page. */
    pageUrl: string;
  }
}

/** Builds the page and serves what was built, as any server of static files would. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  await build({ root, configFile, logLevel: "warn" });
  const server = await preview({ root, configFile, preview: { port: 0, open: false } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined)
    throw new Error("serve: expected the preview to have an address, got none");
  project.provide("pageUrl", url);
  return () => server.close();
}
