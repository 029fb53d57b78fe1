// docs/dependencies.md: made from the packages' own files, so that it cannot say anything else than they do.
import { EXCEPTIONS } from "./licences.ts";
import type { ProductionTree } from "./production-tree.ts";
import type { PublishedPackage, RuntimeDependency } from "./published-packages.ts";
import { reasonsIn } from "./reasons.ts";

const KIND = { dependency: "", peer: " (peer)", "optional peer": " (optional peer)" } as const;

/**
 * @param licences - of each installed package, by `name@version`.
 * @throws {Error} when a README's list of reasons is not of the form of `reasonsIn`.
 */
export function dependenciesPage(
  packages: readonly PublishedPackage[],
  tree: ProductionTree,
  licences: ReadonlyMap<string, string>,
): string {
  const installed = tree.of(packages);
  const own = new Map(packages.map(({ manifest }) => [manifest.name, manifest.license]));
  const licenceOf = (folder: string, name: string): string =>
    own.get(name) ??
    licences.get(`${name}@${tree.versionOf(folder, name)}`) ??
    "not installed here";

  const rows = packages.flatMap((one) => {
    const reasons = reasonsIn(one.readme);
    const name = `\`${one.manifest.name}\``;
    if (one.dependencies.length === 0) return [row(name, "none", "", "")];
    return one.dependencies.map((dependency) =>
      row(
        name,
        label(dependency, own.has(dependency.name)),
        licenceOf(one.folder, dependency.name),
        reasons.get(dependency.name) ?? "",
      ),
    );
  });
  const byLicence = new Map<string, Set<string>>();
  for (const { name, version } of installed) {
    const licence = licences.get(`${name}@${version}`) ?? "none";
    byLicence.set(licence, (byLicence.get(licence) ?? new Set()).add(`\`${name}\``));
  }
  const licenceRows = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, names]) => row(licence, [...names].join(", ")));
  const exceptions = Object.entries(EXCEPTIONS).map(
    ([name, { licence, why }]) => `- \`${name}\`, ${licence}: ${why}.`,
  );

  return `# Dependencies

<!-- Made by \`npm run document:dependencies\` from the packages' package.json and README.md; do not edit. -->

What each published package needs at run time, under which licence, and why. The reasons are those in the packages' READMEs. Development tools are not listed: nobody who installs a package gets them.

| package | dependency | licence | why |
| --- | --- | --- | --- |
${rows.join("\n")}

## All that comes with them

Installing every package, without the optional peers, brings ${installed.length} packages that others wrote. None of them runs a script when it is installed, and neither do Kindling's.

| licence | packages |
| --- | --- |
${licenceRows.join("\n")}

Licences that ask for more than their own text beside a copy are refused, but for:

${exceptions.join("\n")}
`;
}

function label({ name, range, kind }: RuntimeDependency, own: boolean): string {
  // Kindling's own move together; their number here would be stale with each release.
  return `\`${name}\`${own ? "" : ` ${range}`}${KIND[kind]}`;
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
