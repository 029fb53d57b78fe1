import type { Page } from "playwright";

interface Task {
  readonly startMs: number;
  readonly durationMs: number;
}
interface Watched {
  readonly longTasks: Task[];
  /** When the watch was found to work; tasks before that are not the page's. */
  watchedFromMs: number;
}

/** Begins to watch for tasks of the main thread that take 50 ms or more, and sees to it that it does. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const longTasks: Task[] = [];
    Object.assign(globalThis, { longTasks });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        longTasks.push({ startMs: startTime, durationMs: duration });
      }
    }).observe({ type: "longtask" });
  });
  // It sees one when there is one: that none is seen later must mean that there was none.
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        setTimeout(() => {
          const until = performance.now() + 150;
          while (performance.now() < until);
          (globalThis as unknown as Watched).watchedFromMs = until;
          done();
        });
      }),
  );
  await page.waitForFunction(() => {
    const { longTasks, watchedFromMs } = globalThis as unknown as Watched;
    return longTasks.some(
      // Its end is rounded, and may lie before the moment that it read.
      ({ startMs, durationMs }) =>
        startMs < watchedFromMs && startMs + durationMs > watchedFromMs - 50,
    );
  });
}

/** Those since `watchTasks`, as the longest first, in milliseconds; `[]` when there was none. */
export function longTasks(page: Page): Promise<{ atMs: number; durationMs: number }[]> {
  return page.evaluate(() => {
    const { longTasks, watchedFromMs } = globalThis as unknown as Watched;
    return longTasks
      .filter(({ startMs }) => startMs >= watchedFromMs)
      .map(({ startMs, durationMs }) => ({ atMs: startMs - watchedFromMs, durationMs }))
      .sort((a, b) => b.durationMs - a.durationMs);
  });
}
