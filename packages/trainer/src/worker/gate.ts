import { macrotask } from "../macrotask.ts";

interface Pause {
  readonly number: number;
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** What every step passes through: it lets messages in between two steps, and holds the run while it is paused. */
export class Gate {
  #pause: Pause | null = null;
  readonly #onHeld: (pause: number) => void;

  /** @param onHeld - called when the run stands still. */
  constructor(onHeld: (pause: number) => void) {
    this.#onHeld = onHeld;
  }

  close(number: number): void {
    this.open();
    let end: () => void = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#pause = { number, over, end };
  }

  open(): void {
    this.#pause?.end();
    this.#pause = null;
  }

  async pass(): Promise<void> {
    await nextMessages();
    // Again for a pause that follows at once.
    while (this.#pause !== null) {
      this.#onHeld(this.#pause.number);
      await this.#pause.over;
    }
  }
}

// In browsers a message of our own, which stands in line behind those of the page: `scheduler.yield`,
// which the loop uses, goes ahead of them.
function nextMessages(): Promise<void> {
  if ("setImmediate" in globalThis) return macrotask();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
