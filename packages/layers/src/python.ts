/** A value as Python prints it: `True`, `None`, `(3, 3)`, `'same'`. */
export function python(value: boolean | string | null | number | readonly number[]): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return value;
  if (typeof value === "number") return integerOrFloat(value);
  return value.length === 1 ? `(${value[0]},)` : `(${value.join(", ")})`;
}

/** A number that PyTorch keeps as a float: `1.0`, `1e-05`. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : integerOrFloat(value);
}

function integerOrFloat(value: number): string {
  if (value === 0 || !Number.isFinite(value)) {
    return value === 0 ? "0" : String(value).replace("Infinity", "inf").replace("NaN", "nan");
  }
  // Python changes to exponents below 1e-4 (JavaScript: 1e-6), and writes two digits of them.
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
