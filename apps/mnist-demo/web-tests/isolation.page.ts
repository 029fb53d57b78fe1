// Cross-origin isolated, a page may share memory between threads, and tfjs takes another way to start.
import { expect } from "vitest";
import { test } from "./demo-page.ts";

const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

test.for([false, true])("trains where crossOriginIsolated is %s", async (isolated, { demo }) => {
  if (isolated) {
    await demo.page.route("**/*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), ...HEADERS } });
    });
  }
  await demo.open();
  expect(await demo.page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  await demo.start({ epochs: "1", samples: "2000" });
  await demo.status("Finished");
});
