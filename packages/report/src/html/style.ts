import { pageColors } from "../charts/theme.ts";

/** The report's style sheet: light, dark and on paper. */
export const STYLE: string = `
:root{color-scheme:light dark;${pageColors("light")}--heat:0,96,168}
@media (prefers-color-scheme:dark){:root{${pageColors("dark")}--heat:86,180,233}}
@media print{:root{color-scheme:light;${pageColors("light")}--heat:0,96,168}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem;background:var(--background);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.7rem;overflow-wrap:anywhere}
h2{margin:2.2rem 0 .6rem;font-size:1.15rem}
.status{margin:.2rem 0 0;color:var(--muted)}
.error{border-left:4px solid var(--line-1);padding:.1rem 1rem;margin-top:1rem}
pre{overflow-x:auto;font:13px/1.4 ui-monospace,monospace;white-space:pre}
.error h2{margin-top:.6rem}
.error pre{white-space:pre-wrap;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:1rem}
.charts svg{width:100%;max-width:42rem;height:auto}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--grid);vertical-align:top}
thead th{color:var(--muted);font-weight:600;white-space:nowrap}
.pairs th,.pairs td{text-align:left;overflow-wrap:anywhere}
.pairs th{color:var(--muted);font-weight:400;white-space:nowrap}
.pairs td{white-space:pre-wrap}
.best{font-weight:700}
.omitted td{text-align:center;color:var(--muted)}
.matrix td,.matrix th{text-align:center;min-width:2.6rem;border:1px solid var(--grid)}
.samples{display:flex;flex-wrap:wrap;gap:.8rem;margin:0;padding:0;list-style:none}
.samples li{width:6rem;font-size:.8rem;text-align:center;overflow-wrap:anywhere}
.samples img{width:100%;image-rendering:pixelated;border:1px solid var(--grid);display:block}
.wrong img{border:3px solid var(--line-1)}
@media print{body{max-width:none;padding:0;font-size:11pt}thead{display:table-header-group}
pre{white-space:pre-wrap}h2{break-after:avoid}
tr,.samples li,.charts svg,.error{break-inside:avoid}*{print-color-adjust:exact}}
`;
