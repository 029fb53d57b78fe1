const TOKEN = /…|"(?:[^"\\]|\\.)*"|-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\s+|\w+|[^\w\s]/gi;
const NUMBER = /^-?(?:\d|\.\d)/;
/** Whole numbers have no digits to round to: float32's own error at most. */
const WHOLE = 1e-6;

/**
 * True when a value is what a comment shows: numbers to the digits shown, `…` for anything, spaces aside.
 * What the comment says behind `; ` is a remark, except within a text or an error's message.
 */
export function agrees(shown: string, expected: string): boolean {
  const remark = /^("|\w*Error: )/.test(expected) ? -1 : expected.indexOf("; ");
  const value = remark === -1 ? expected : expected.slice(0, remark);
  return matches(tokens(shown), tokens(value));
}

function tokens(text: string): string[] {
  return (text.replace(/[−]/g, "-").match(TOKEN) ?? []).filter((token) => token.trim() !== "");
}

function matches(shown: readonly string[], expected: readonly string[]): boolean {
  const [wanted, ...rest] = expected;
  if (wanted === undefined) return shown.length === 0;
  if (wanted === "…")
    return shown.some((_, i) => matches(shown.slice(i), rest)) || rest.length === 0;
  const [got, ...others] = shown;
  return got !== undefined && same(got, wanted) && matches(others, rest);
}

function same(shown: string, expected: string): boolean {
  if (shown === expected) return true;
  if (!NUMBER.test(shown) || !NUMBER.test(expected)) return false;
  const [mantissa = "", exponent = "0"] = expected.toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  const value = Number(expected);
  const unit = 10 ** (Number(exponent) - decimals);
  const whole = decimals === 0 && exponent === "0";
  const allowed = whole ? WHOLE * Math.max(1, Math.abs(value)) : (unit / 2) * (1 + WHOLE);
  return Math.abs(Number(shown) - value) <= allowed;
}
