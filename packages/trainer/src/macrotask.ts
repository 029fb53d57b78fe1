/** What the platforms offer; each is missing somewhere. */
interface Platform {
  readonly setImmediate?: (task: () => void) => unknown;
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/**
 * Resolves in a later task, so that timers, signals, input and painting get their turn; awaiting
 * promises alone gives them none. Not `setTimeout`: a background tab delays that by a second.
 */
export function macrotask(): Promise<void> {
  const { setImmediate, scheduler }: Platform = globalThis;
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(() => resolve()));
  if (scheduler?.yield !== undefined) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
