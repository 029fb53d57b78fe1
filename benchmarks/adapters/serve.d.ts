type Result = Readonly<Record<string, number>> | undefined;
/** From a request's details; `never`, since each task has its own. */
type Task = (details: never) => Promise<() => Result | Promise<Result>>;

export function serve(
  tasks: Readonly<Record<string, Task>>,
  about: Readonly<Record<string, string>>,
): Promise<void>;
