// The worker's entry: messages in, messages out.
import type { FromWorker, ToWorker } from "../messages.ts";
import { Session } from "./session.ts";

/** The part of a worker's global scope used here; the DOM's types describe a page's. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const session = new Session((message) => scope.postMessage(message));

scope.onmessage = ({ data }) => {
  void handle(data);
};

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "load":
      return session.load(message.backend, message.pageUrl);
    case "start":
      return session.start(message.settings, message.architecture);
    case "pause":
      return session.pause();
    case "resume":
      return session.resume();
    case "stop":
      return session.stop();
    case "reset":
      return session.reset(message.seed, message.architecture);
    case "predict":
      return session.predict(message.id, message.pixels);
    case "save":
      return session.save();
    case "loadWeights":
      return session.loadWeights(message.file, message.architecture);
  }
}
