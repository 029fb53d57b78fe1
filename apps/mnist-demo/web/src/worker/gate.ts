/** Why a run ended before its time: it was told to. */
export class Stopped extends Error {}

/**
 * What every step passes through: it lets messages in between two steps, holds the run while it is
 * paused, and ends it when it is stopped.
 */
export class Gate {
  #stopped = false;
  #pausedAt: number | null = null;
  #pausedMs = 0;
  #open: () => void = () => {};
  #opened: Promise<void> = Promise.resolve();

  /** How long the run has been held, so far. */
  get pausedMs(): number {
    return this.#pausedMs + (this.#pausedAt === null ? 0 : performance.now() - this.#pausedAt);
  }

  get paused(): boolean {
    return this.#pausedAt !== null;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  pause(): void {
    if (this.paused || this.#stopped) return;
    this.#pausedAt = performance.now();
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  resume(): void {
    this.#pausedMs = this.pausedMs;
    this.#pausedAt = null;
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  /** @throws {Stopped} (rejects) once `stop` was called. */
  readonly pass = async (): Promise<void> => {
    await nextTask();
    while (this.paused) await this.#opened;
    if (this.#stopped) throw new Stopped();
  };
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

// A message of our own stands in line behind the page's messages, so these are handled first. Not
// `scheduler.yield`, which goes ahead of them, nor a timer, which waits for 4 ms.
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
