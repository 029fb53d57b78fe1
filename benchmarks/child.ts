import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type Contender, FOLDER } from "./contenders.ts";

/** What an adapter is asked for: the task's name, how often to do it, and what else it needs to know. */
export interface Request {
  readonly task: "step" | "kernel" | "profile" | "job";
  readonly repeats: number;
  readonly [detail: string]: unknown;
}

export interface Answer {
  /** Milliseconds a repeat. */
  readonly ms?: number;
  /** Why there is no time. */
  readonly error?: string;
  readonly about?: Readonly<Record<string, string>>;
  readonly [result: string]: unknown;
}

/** A contender at work, in a process of its own: several of them own tfjs's `wasm` backend. */
export class Child {
  readonly name: string;
  /** Versions; empty when it did not start. */
  about: Readonly<Record<string, string>> = {};
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  #printed = "";

  private constructor({ name, command, environment }: Contender) {
    const [program = "", ...parameters] = command;
    const env = { ...process.env, ...environment };
    this.name = name;
    this.#process = spawn(program, parameters, { cwd: FOLDER, env, stdio: "pipe" });
    this.#closed = once(this.#process, "close").catch((error: Error) => {
      this.#printed += `Error: ${error.message}`;
    });
    this.#process.stdin?.on("error", () => undefined); // it ended: the missing answer says so
    this.#process.stderr?.on("data", (text) => {
      this.#printed += text;
    });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Resolves when the contender is ready, or has failed to start; it then answers why. */
  static async start(contender: Contender): Promise<Child> {
    const child = new Child(contender);
    child.about = (await child.#answer()).about ?? {};
    return child;
  }

  ask(request: Request): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  /** The most memory that the process has held, in MB; null where only Linux tells. */
  async peakMb(): Promise<number | null> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8").catch(() => "");
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Math.round((Number(kilobytes) * 1024) / 1e6);
  }

  end(): void {
    this.#process.kill();
  }

  async #answer(): Promise<Answer> {
    const { value, done } = await this.#answers.next();
    if (!done) return JSON.parse(value);
    await this.#closed;
    const reason = /^\w*Error:.*|bad option.*/m.exec(this.#printed)?.[0];
    return { error: reason ?? "ended without an answer" };
  }
}
