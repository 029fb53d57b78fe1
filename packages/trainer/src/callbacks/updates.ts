/** An optimizer that does not update at every step, such as `accumulateGradients` makes. */
export interface CountsUpdates {
  /** Updates of the parameters so far. */
  readonly updates: number;
}

/**
 * Answers whether the parameters were updated since it was last asked: always, where every step is an
 * update.
 */
export function updateWatch(optimizer: CountsUpdates | undefined): () => boolean {
  let seen = optimizer?.updates ?? 0;
  return () => {
    if (optimizer === undefined) return true;
    const updated = optimizer.updates !== seen;
    seen = optimizer.updates;
    return updated;
  };
}
