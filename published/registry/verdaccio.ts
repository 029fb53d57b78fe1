// A registry of npm packages on this machine: Kindling's are published to it, and all others come through it.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";

export interface Registry {
  readonly url: string;
  /** What npm needs to know of it, as a `.npmrc`. */
  readonly npmrc: string;
  /** This process's, with npm turned to it: a registry that the environment names would come before a `.npmrc`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: () => void;
}

const START_MS = 60_000;

/** Starts one that keeps its packages in this folder. @throws {Error} when it does not answer within a minute. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "config.json");
  const npm = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  writeFileSync(config, JSON.stringify(configuration(folder, npm)));
  const port = await freePort();
  const verdaccio = createRequire(import.meta.url).resolve("verdaccio/bin/verdaccio");
  const parameters = [verdaccio, "--config", config, "--listen", `127.0.0.1:${port}`];
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said = (said + chunk).slice(-4000);
    });
  }
  const url = `http://127.0.0.1:${port}/`;
  const stop = (): void => void child.kill();
  const end = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > end) {
      stop();
      throw new Error(`the registry did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  // npm publishes only with a token, whatever it is.
  const npmrc = `registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\nfund=false\naudit=false\nupdate-notifier=false\n`;
  return { url, npmrc, environment: environmentFor(url), stop };
}

function environmentFor(url: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_config_registry$/i.test(name));
  // changesets reads only the one in lower case.
  return { ...Object.fromEntries(kept), npm_config_registry: url };
}

function configuration(folder: string, npm: string): object {
  const ours = { access: "$all", publish: "$all" };
  return {
    storage: join(folder, "storage"),
    uplinks: { npm: { url: npm, timeout: "60s", max_fails: 20 } },
    packages: {
      // No uplink: a package of ours that was not published is not found.
      "@kindling/*": ours,
      "create-kindling": ours,
      "**": { access: "$all", proxy: "npm" },
    },
    max_body_size: "50mb",
    log: { type: "stdout", format: "pretty", level: "warn" },
    web: { enable: false },
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}-/ping`).catch(() => null);
  return response?.ok ?? false;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
