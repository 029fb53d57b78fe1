/** What `npm audit --json` prints: a report, or why there is none. */
interface AuditOutput {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
  readonly message?: string;
  readonly statusCode?: number;
}

interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  readonly range: string;
  /** Advisories, or the names of the dependencies that have them. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

export interface AuditOutcome {
  readonly status: "clean" | "vulnerable" | "not checked";
  readonly lines: readonly string[];
}

/** What an audit found. A registry that does not answer audits, as mirrors often do not, found nothing out. */
export function auditOutcome(stdout: string): AuditOutcome {
  const { vulnerabilities, metadata, message, statusCode } = parsed(stdout);
  if (vulnerabilities === undefined) {
    const why = statusCode === undefined ? (message ?? "no answer") : `it says ${statusCode}`;
    const line = `audit: NOT CHECKED: the npm registry in use does not answer audits (${why})`;
    return { status: "not checked", lines: [line] };
  }
  const found = Object.values(vulnerabilities);
  if (found.length === 0) {
    const count = metadata?.dependencies?.prod ?? 0;
    return { status: "clean", lines: [`audit: no known vulnerability in ${count} packages`] };
  }
  const lines = found.map(({ name, range, severity, via }) => {
    const causes = via.map((one) => (typeof one === "string" ? one : `${one.title} (${one.url})`));
    return `audit: ${name} ${range}: ${severity}: ${causes.join(", ")}`;
  });
  return { status: "vulnerable", lines };
}

function parsed(stdout: string): AuditOutput {
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: stdout.trim().split("\n")[0] || "npm printed nothing" };
  }
}
