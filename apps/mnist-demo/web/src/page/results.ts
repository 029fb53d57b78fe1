import type { Digit, EpochReport, Filters, TestReport } from "../messages.ts";
import { byId, make, percent } from "./elements.ts";
import { digitPicture, filterPicture } from "./pictures.ts";

/** The digits of the dataset; a click, or Enter, picks one. */
export function showDigits(digits: readonly Digit[], onPick: (digit: Digit) => void): void {
  const buttons = digits.map((digit) => {
    const label = make("span", {}, String(digit.label));
    const button = make("button", { className: "picture" }, digitPicture(digit.pixels), label);
    button.type = "button";
    button.setAttribute("aria-label", `A ${digit.label}; have it read`);
    button.addEventListener("click", () => onPick(digit));
    return button;
  });
  byId("digits", HTMLElement).replaceChildren(...buttons);
}

export function showFilters({ side, values }: Filters): void {
  const size = side * side;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const pictures = Array.from({ length: values.length / size }, (_, i) => {
    const picture = filterPicture(values.subarray(i * size, (i + 1) * size), largest);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", `Filter ${i + 1}`);
    return make("span", { className: "picture" }, picture);
  });
  byId("filters", HTMLElement).replaceChildren(...pictures);
}

/** Adds an epoch to the table. */
export function showEpoch({ epoch, trainLoss, valLoss, valAccuracy, seconds }: EpochReport): void {
  const table = byId("epochs", HTMLTableElement);
  const cells = [trainLoss.toFixed(4), valLoss.toFixed(4), percent(valAccuracy, 2)];
  const row = make("tr", {}, make("th", { scope: "row" }, String(epoch)));
  row.append(...[...cells, seconds.toFixed(1)].map((text) => make("td", {}, text)));
  table.tBodies[0]?.append(row);
  table.hidden = false;
}

export function clearResults(): void {
  const table = byId("epochs", HTMLTableElement);
  table.tBodies[0]?.replaceChildren();
  table.hidden = true;
  byId("results", HTMLElement).hidden = true;
}

export function showTest(test: TestReport): void {
  byId("results", HTMLElement).hidden = false;
  byId("test-accuracy", HTMLElement).replaceChildren(
    make("strong", {}, percent(test.accuracy, 2)),
    " of 10,000 test digits read correctly",
  );
  showConfusion(test.confusion);
  byId("mistakes-help", HTMLElement).textContent =
    `The ${test.mistakes.length} it was most sure of, out of ${test.mistakeCount.toLocaleString("en")}: ` +
    "what it is → what it was read as.";
  const pictures = test.mistakes.map(({ pixels, label, prediction, probability }) =>
    make(
      "figure",
      { className: "picture", title: `${percent(probability)} sure` },
      digitPicture(pixels),
      make("figcaption", {}, `${label} → ${prediction}`),
    ),
  );
  byId("mistakes", HTMLElement).replaceChildren(...pictures);
}

function showConfusion(confusion: TestReport["confusion"]): void {
  const table = byId("confusion", HTMLTableElement);
  const digits = confusion.map((_, digit) => make("th", { scope: "col" }, String(digit)));
  const head = make("thead", {}, make("tr", {}, make("td", {}), ...digits));
  const rows = confusion.map((counts, digit) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, read) => {
      const className = read === digit ? "right" : count > 0 ? "wrong" : "none";
      const cell = make("td", { className }, String(count));
      // The square root lets the few mistakes show beside the many hits.
      cell.style.setProperty("--share", String(Math.sqrt(count / Math.max(1, total))));
      return cell;
    });
    return make("tr", {}, make("th", { scope: "row" }, String(digit)), ...cells);
  });
  table.tHead?.remove();
  for (const body of [...table.tBodies]) body.remove();
  table.append(head, make("tbody", {}, ...rows));
}
