import type { Page } from "playwright";

/** A message between page and worker: what the tests look at. */
export interface Message {
  readonly from: "page" | "worker";
  readonly type: string;
  /** The step that a message of the worker names. */
  readonly step: number | null;
  readonly losses: readonly (readonly [step: number, loss: number])[];
  /** How much of the download has come, 0..1. */
  readonly fraction: number | null;
}

/** The step that the last message of a type names. */
export function stepOf(messages: readonly Message[], type: string): number {
  const step = messages.findLast((message) => message.type === type)?.step;
  if (typeof step === "number") return step;
  throw new Error(`stepOf: expected a message "${type}" that names a step, got ${step}`);
}

/** Has every document of this page note its messages, in order, in `globalThis.messages`. */
export async function recordMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Said {
      readonly type: string;
      readonly step?: number;
      readonly fraction?: number;
      readonly progress?: { step: number; losses: [step: number, loss: number][] };
    }
    const messages: Message[] = [];
    const note = (from: Message["from"], { type, step, fraction, progress }: Said): void => {
      const losses = progress?.losses ?? [];
      const names = { step: step ?? progress?.step ?? null, fraction: fraction ?? null };
      messages.push({ from, type, ...names, losses });
    };
    class RecordedWorker extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }) => note("worker", data));
      }
      override postMessage(message: Said): void {
        note("page", message);
        super.postMessage(message);
      }
    }
    Object.assign(globalThis, { messages, Worker: RecordedWorker });
  });
}
