import { ArgumentError } from "@kindling/core";
import { Variable } from "@tensorflow/tfjs-core";

/** Parameters that share options. The options may be changed between steps: `group.lr = 1e-4`. */
export type ParamGroup<O extends object> = O & { readonly params: readonly Variable[] };

/** Parameters with options of their own; those not named are the optimizer's. */
export type ParamGroupOptions<O extends object> = Partial<O> & {
  readonly params: Iterable<Variable>;
};

/** What an optimizer is made for: parameters, or groups of them. */
export type ParamSource<O extends object> = Iterable<Variable> | Iterable<ParamGroupOptions<O>>;

/** Parameters alone are one group without options. */
export function groupsOf<O extends object>(
  where: string,
  source: ParamSource<O>,
): ParamGroupOptions<O>[] {
  const list: (Variable | ParamGroupOptions<O>)[] = [...source];
  if (list.length === 0) {
    throw new ArgumentError(`${where}: expected parameters, got an empty list`);
  }
  const groups = list.filter((item): item is ParamGroupOptions<O> => "params" in item);
  if (groups.length === list.length) return groups;
  if (groups.length > 0) {
    throw new ArgumentError(`${where}: expected parameters or groups of them, got both`);
  }
  // Nothing in the list is a group; an entry that is no Variable either is found by checkParams.
  const options: Partial<O> = {};
  return [{ ...options, params: list as Variable[] }];
}

/** @param taken - the parameters of the other groups. */
export function checkParams(
  where: string,
  params: readonly Variable[],
  taken: ReadonlySet<Variable>,
): void {
  if (params.length === 0) {
    throw new ArgumentError(`${where}: expected parameters in the group, got an empty list`);
  }
  const seen = new Set<Variable>();
  params.forEach((param, i) => {
    if (!(param instanceof Variable) || param.dtype !== "float32") {
      throw new ArgumentError(
        `${where}: expected float32 variables as parameters, got ${describe(param)} at ${i}`,
      );
    }
    if (seen.has(param) || taken.has(param)) {
      const place = seen.has(param) ? "its group" : "another group";
      throw new ArgumentError(
        `${where}: expected each parameter once, got ${describe(param)} at ${i} again, already in ${place}`,
      );
    }
    seen.add(param);
  });
}

function describe(value: unknown): string {
  if (!(value instanceof Object)) return String(value);
  const { dtype, shape, name } = value as Partial<Variable>;
  return shape === undefined ? "an object" : `${name ?? "a tensor"} (${dtype} [${shape}])`;
}
