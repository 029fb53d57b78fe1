/** What the page sends to the worker. */
export interface Settings {
  epochs: number;
}

/** What it gets back. */
export interface Result {
  /** Of the points kept from the training, 0..1. */
  accuracy: number;
  /** What it ran on. */
  backend: string;
}
