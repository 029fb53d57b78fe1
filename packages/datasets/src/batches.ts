import { tensorsIn } from "./tensors-in.ts";

/**
 * Prepares batches one after the other, up to `prefetch` ahead of the one asked for, and disposes each
 * when the next is asked for or the iteration ends.
 */
export async function* batches<Batch>(
  indices: Iterable<ArrayLike<number>>,
  prepare: (indices: ArrayLike<number>) => Batch | Promise<Batch>,
  prefetch: number,
): AsyncGenerator<Batch, undefined, undefined> {
  const source = indices[Symbol.iterator]();
  const queue: Promise<Batch>[] = [];
  let exhausted = false;

  const refill = (size: number): void => {
    while (!exhausted && queue.length < size) {
      const { done, value } = source.next();
      exhausted = done === true;
      if (done) return;
      const batch = (async () => prepare(value))();
      // Its turn may never come; when it does, the loop sees the same error.
      batch.catch(() => undefined);
      queue.push(batch);
    }
  };

  try {
    while (true) {
      refill(1);
      const head = queue.shift();
      if (head === undefined) return undefined;
      refill(prefetch);
      const batch = await head;
      try {
        yield batch;
      } finally {
        disposeTensors(batch);
      }
    }
  } finally {
    exhausted = true;
    source.return?.();
    for (const result of await Promise.allSettled(queue)) {
      if (result.status === "fulfilled") disposeTensors(result.value);
    }
  }
}

function disposeTensors(batch: unknown): void {
  for (const tensor of tensorsIn(batch)) tensor.dispose();
}
