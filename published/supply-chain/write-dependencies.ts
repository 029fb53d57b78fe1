// `npm run document:dependencies`: writes docs/dependencies.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dependenciesPage } from "./dependencies-page.ts";
import { installedLicences } from "./licences.ts";
import { ProductionTree } from "./production-tree.ts";
import { publishedPackages, ROOT } from "./published-packages.ts";

const packages = publishedPackages();
const page = dependenciesPage(packages, new ProductionTree(), await installedLicences());
writeFileSync(join(ROOT, "docs/dependencies.md"), page);
console.log(`docs/dependencies.md: the dependencies of ${packages.length} packages`);
