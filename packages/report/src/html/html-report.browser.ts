// The page in a real browser: what is seen, in what colours, and that nothing is loaded or run.
import { afterEach, expect, test } from "vitest";
import { type HtmlReportOptions, htmlReport } from "./index.ts";

const frames: HTMLIFrameElement[] = [];
afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove();
});

/** Shows a report in a frame that may run scripts: the page's own policy is what forbids them. */
async function show(options: Partial<HtmlReportOptions>): Promise<Document> {
  const frame = document.createElement("iframe");
  frame.width = "1000";
  frame.height = "800";
  frame.srcdoc = htmlReport({ title: "A run", history: [], ...options });
  frames.push(frame);
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument;
  if (page === null) throw new Error("expected a document in the frame, got none");
  return page;
}

// Those that a policy blocked are among them.
const requests = (page: Document): PerformanceResourceTiming[] =>
  (page.defaultView?.performance.getEntriesByType("resource") ?? []) as PerformanceResourceTiming[];

const history = [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch, valLoss: 1.5 / epoch }));

test("shows curves, tables and pictures, and requests nothing", async () => {
  const page = await show({
    history,
    configuration: { lr: 0.001 },
    confusionMatrix: {
      counts: [
        [2, 1],
        [0, 3],
      ],
    },
    samples: [{ width: 2, height: 2, pixels: new Uint8Array([0, 255, 255, 0]), label: 1 }],
  });
  expect(page.querySelector("h1")?.textContent).toBe("A run");
  expect(page.body.textContent).toContain("0.3333");
  const line = page.querySelector<SVGPathElement>('svg path[stroke-width="2"]');
  expect(line?.getBBox().width).toBeGreaterThan(300);
  const view = page.defaultView as Window;
  expect(view.getComputedStyle(line as Element).stroke).toMatch(/^rgb\(\d+, \d+, \d+\)$/);
  expect(page.querySelector("svg text")?.getBoundingClientRect().width).toBeGreaterThan(0);
  expect(page.querySelector("img")?.naturalWidth).toBe(2);
  // Nothing is wider than the page.
  expect(page.documentElement.scrollWidth).toBeLessThanOrEqual(1000);
  expect(requests(page)).toEqual([]);
});

test("neither runs nor loads what is put into its texts", async () => {
  const attack =
    '"\'></title></style></pre><img src="/attack.png" onerror="parent.attacked = 1">' +
    "<script>parent.attacked = 1</script><svg onload='parent.attacked = 1'>";
  const page = await show({
    title: attack,
    history: [{ epoch: 1, [attack]: 1 }],
    configuration: { [attack]: attack },
    environment: { [attack]: attack },
    summary: attack,
    stopReason: attack,
    error: new Error(attack),
    samples: [{ width: 1, height: 1, pixels: new Uint8Array(1), label: attack }],
  });
  expect(page.querySelector("h1")?.textContent).toBe(attack);
  expect(page.querySelectorAll("script, [onerror], [onload], [href]")).toHaveLength(0);
  expect(page.querySelectorAll("img")).toHaveLength(1);
  expect("attacked" in window).toBe(false);
  expect(requests(page)).toEqual([]);
});

test("would not even if it were not escaped: its policy forbids both", async () => {
  const page = await show({ title: "POLICY" });
  const frame = frames[0] as HTMLIFrameElement;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  const source = page.documentElement.outerHTML;
  frame.srcdoc = source.replace(
    "<h1>",
    "<script>parent.attacked = 1</script><img src='/attack.png'><h1>",
  );
  await loaded;
  expect(frame.contentDocument?.querySelectorAll("script, img")).toHaveLength(2);
  expect("attacked" in window).toBe(false);
  // Tried, and blocked: what a server answers has a status, also when it has no such file.
  const statuses = requests(frame.contentDocument as Document).map((entry) => entry.responseStatus);
  expect(statuses).toEqual([0]);
});
