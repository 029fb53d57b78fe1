/** A browser's `Worker`, a worker's own scope (`self`), or a `MessagePort`. */
export interface WebEndpoint {
  /** Sends a message to the other side. */
  postMessage(message: unknown): void;
  /** Calls the listener with each `message`, `error` and `messageerror` event. */
  addEventListener(type: string, listener: (event: Event) => void): void;
  /** Takes a listener off. */
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** Of a `MessagePort`, whose messages wait for it. */
  start?(): void;
}

/** A `Worker` or the `parentPort` of Node's worker_threads. */
export interface NodeEndpoint {
  /** Sends a message to the other side. */
  postMessage(message: unknown): void;
  /** Calls the listener with what each `message`, `error`, `messageerror` and `exit` event carries. */
  on(event: string, listener: (value: unknown) => void): unknown;
  /** Takes a listener off. */
  off(event: string, listener: (value: unknown) => void): unknown;
}

/** One end of a channel between two threads. */
export type Endpoint = WebEndpoint | NodeEndpoint;

/** Marks these messages: a worker may have others to exchange as well. */
const TAG = "kindling/training";

interface Envelope {
  readonly channel: typeof TAG;
  readonly message: unknown;
}

export function send(endpoint: Endpoint, message: unknown): void {
  const envelope: Envelope = { channel: TAG, message };
  endpoint.postMessage(envelope);
}

export interface Listeners<Message> {
  readonly onMessage: (message: Message) => void;
  /** The other side broke down: an error that nothing caught, its end, or a message that cannot be read. */
  readonly onBreakdown?: (reason: string) => void;
}

/** Listens to the other side. @returns what ends it. */
export function listen<Message>(
  endpoint: Endpoint,
  { onMessage, onBreakdown = () => {} }: Listeners<Message>,
): () => void {
  const receive = (value: unknown): void => {
    const { channel, message } = (value ?? {}) as Partial<Envelope>;
    if (channel === TAG) onMessage(message as Message);
  };
  const fail = (value: { readonly message?: string } | undefined): void =>
    onBreakdown(value?.message ?? "a message that cannot be read");
  if ("on" in endpoint) {
    const exit = (code: number): void => onBreakdown(`it ended with code ${code}`);
    const listeners = { message: receive, error: fail, messageerror: fail, exit };
    const entries = Object.entries(listeners) as [string, (value: unknown) => void][];
    for (const [event, listener] of entries) endpoint.on(event, listener);
    return () => {
      for (const [event, listener] of entries) endpoint.off(event, listener);
    };
  }
  const message = (event: Event): void => receive((event as MessageEvent).data);
  const failed = (event: Event): void => fail(event as ErrorEvent);
  const entries = Object.entries({ message, error: failed, messageerror: failed });
  for (const [event, listener] of entries) endpoint.addEventListener(event, listener);
  endpoint.start?.();
  return () => {
    for (const [event, listener] of entries) endpoint.removeEventListener(event, listener);
  };
}
