export function serve(
  prepare: (model: string, batch: number) => Promise<() => Promise<void>>,
): Promise<void>;
