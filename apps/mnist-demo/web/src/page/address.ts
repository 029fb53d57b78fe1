const PARAMETER = "backend";

/** The backend that the page's address asks for; null when it asks for none. */
export function backendInAddress(): string | null {
  return new URLSearchParams(location.search).get(PARAMETER) || null;
}

/** Asks for a backend in the address, so that a reload and a bookmark do too. */
export function putBackendInAddress(name: string): void {
  const url = new URL(location.href);
  url.searchParams.set(PARAMETER, name);
  history.replaceState(null, "", url);
}
