/** The look of a report: light, dark, on paper, on a phone. Colours are variables that the charts use too. */

export type Colors = Readonly<Record<string, string>>;

export function styleSheet(light: Colors, dark: Colors): string {
  return `${variables(':root', light)}
@media (prefers-color-scheme: dark) { ${variables(':root', dark)} }
@media print { ${variables(':root', light)} }
${layout}${figures}${tables}${controls}${paper}`;
}

function variables(selector: string, colors: Colors): string {
  const lines = Object.entries(colors).map(([name, color]) => `${name}: ${color};`);
  return `${selector} { ${lines.join(' ')} }`;
}

const layout = `
:root {
  color-scheme: light dark;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: calc(var(--toolbar, 3rem) + 1rem); }
body {
  margin: 0 auto; max-width: 68rem; padding: 0 1.5rem 4rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 var(--sans); font-variant-numeric: lining-nums;
}
header { padding-top: 2rem; }
h1, h2, .finding { line-height: 1.2; letter-spacing: -0.014em; text-wrap: balance; }
h1 { font-size: 0.9375rem; font-weight: 600; letter-spacing: 0; margin: 0 0 1.1rem; }
h2 { font-size: 1.3rem; font-weight: 650; margin: 0 0 0.5rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.6rem 0 0.4rem; display: flex; align-items: center; gap: 0.5rem; }
section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.4rem; }
main > section:first-of-type { margin-top: 0.9rem; border-top: 0; padding-top: 0; }
p { max-width: 44rem; margin: 0 0 1rem; }
.kicker { font-weight: 400; color: var(--muted); margin-left: 0.9em; }
.finding { font-size: clamp(1.5rem, 1rem + 2.2vw, 2.3rem); font-weight: 700; letter-spacing: -0.022em; max-width: none; margin: 0 0 0.55rem; overflow-wrap: anywhere; }
.detail { font-size: 1.0625rem; max-width: none; margin: 0 0 0.15rem; }
.note { color: var(--muted); font-size: 0.9375rem; max-width: none; margin: 0; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.8125rem; color: var(--muted); }
`;

const figures = `
figure { margin: 0.25rem -0.25rem 0; padding: 0.25rem 0.25rem 1.25rem; content-visibility: auto; contain-intrinsic-size: auto 300px; }
figcaption { font-size: 0.875rem; line-height: 1.45; color: var(--muted); max-width: 48rem; margin-top: 0.3rem; }
figcaption strong { color: var(--ink); font-weight: 600; }
.plot svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.picture { position: relative; isolation: isolate; }
.picture canvas.behind { z-index: -1; }
.picture svg { display: block; width: 100%; height: auto; overflow: visible; }
.picture canvas { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.picture[tabindex] { cursor: crosshair; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.picture:focus-visible { outline: 2px solid var(--space-1); outline-offset: 3px; border-radius: 2px; }
@media screen { [data-live] .network-marks, [data-live] [class*="stairs_"], [data-live] [class*="band_"], [data-live] .static-only { display: none; } }
.saving { display: flex; justify-content: flex-end; gap: 0.3rem; height: 0; position: relative; top: -0.1rem; }
.saving button { font-size: 0.6875rem; line-height: 1.3; height: 1.25rem; padding: 0 0.35rem; border-color: transparent; color: var(--muted); opacity: 0; background: var(--paper); }
figure:hover .saving button, .saving button:focus-visible { opacity: 1; }
.saving button:hover { border-color: var(--line); color: var(--ink); }
@media (hover: none) { .saving { height: auto; } .saving button { opacity: 1; } }
.ranks { white-space: nowrap; display: inline-flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; font-size: 0.9375rem; }
.rank { display: inline-flex; align-items: center; gap: 0.35rem; }
.plot text, .picture text { font-family: var(--sans); font-variant-numeric: tabular-nums; }
.narrow { display: none; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr)); gap: 0.25rem 1.75rem; }
.grid.halves { grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
.grid figure { margin: 0 -0.25rem; min-width: 0; }
@media screen and (max-width: 40rem) {
  body { padding: 0 1rem 3rem; }
  header { padding-top: 1.25rem; }
  .kicker { display: block; margin: 0.15rem 0 0; }
  .wide { display: none; }
  .narrow { display: block; }
}
sub { line-height: 0; font-size: 0.75em; }
.swatch { width: 0.7rem; height: 0.7rem; flex: none; }
`;

const tables = `
.scrolling { overflow-x: auto; margin: 1.25rem 0; }
.scrolling:focus-visible { outline: 2px solid var(--space-1); outline-offset: 4px; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; font-size: 0.8125rem; color: var(--muted); padding-bottom: 0.4rem; }
@media screen and (max-width: 40rem) { .scrolling caption { position: sticky; left: 0; width: fit-content; max-width: calc(100vw - 2.5rem); white-space: normal; } }
th, td { padding: 0.38rem 0.75rem 0.38rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th:last-child, td:last-child { padding-right: 0.25rem; }
thead th { font-weight: 500; color: var(--muted); border-bottom: 1px solid var(--line); vertical-align: bottom; }
th:first-child { text-align: left; }
tbody th { font-weight: 600; }
.quiet { color: var(--muted); }
#trial-table td:nth-child(2), #trial-table th:nth-child(2) { text-align: left; color: var(--muted); }
#trial-table tbody th { font-weight: 500; }
#trial-table tr.diverged td:nth-child(3), #trial-table tr.failed td:nth-child(3) { font-style: italic; }
#trial-rows.live { max-height: min(36rem, 80vh); overflow: auto; overscroll-behavior: contain; }
#trial-rows.live thead th { position: sticky; top: 0; background: var(--paper); box-shadow: inset 0 -1px var(--line); z-index: 1; }
#trial-rows.live tbody tr:not(.spacer) > * { height: 30px; padding-top: 0; padding-bottom: 0; }
#trial-rows.live .spacer td { padding: 0; border: 0; }
#trial-table tr.lit > * { background: color-mix(in srgb, var(--space-1) 14%, transparent); }
.wordy th, .wordy td { white-space: normal; text-align: left; vertical-align: top; min-width: 5rem; }
.wordy tbody th { font-weight: 500; min-width: 14rem; }
.provenance { width: auto; }
.provenance th { font-weight: 500; color: var(--muted); padding-right: 1.5rem; }
.provenance td { text-align: left; white-space: normal; overflow-wrap: anywhere; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.8125rem; }
.failures { padding-left: 1.1rem; font-size: 0.9375rem; }
.methods { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: 0.6rem 1.5rem; font-size: 0.9375rem; max-width: 56rem; }
.methods dt { font-weight: 600; }
.methods dd { margin: 0; }
.reference { font-size: 0.875rem; color: var(--muted); }
details summary { cursor: pointer; color: var(--muted); font-size: 0.9375rem; padding: 0.4rem 0; }
@media screen and (max-width: 40rem) { .methods { grid-template-columns: 1fr; gap: 0.1rem; } .methods dd { margin-bottom: 0.8rem; } }
`;

const controls = `
[hidden] { display: none !important; }
.toolbar {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.5rem;
  margin: 0.6rem -0.5rem 0; padding: 0.5rem; background: var(--paper); font-size: 0.875rem;
}
@media screen and (max-width: 40rem) { html:not([data-live]) .toolbar { position: static; } }
.toolbar .label { color: var(--muted); margin-right: 0.15rem; }
.downloads { margin-left: auto; display: flex; align-items: center; gap: 0.5rem; }
@media screen and (max-width: 40rem) { .downloads { margin-left: 0; } }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.2rem 0.65rem; cursor: pointer; }
button:hover { border-color: var(--muted); }
button:focus-visible { outline: 2px solid var(--space-1); outline-offset: 2px; }
button.space { display: inline-flex; align-items: center; gap: 0.45rem; }
button:disabled { color: inherit; border-color: transparent; padding: 0.2rem 0.4rem 0.2rem 0; cursor: default; }
.selecting { flex: 1 0 100%; max-width: none; margin: 0; min-height: 2rem; display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.8rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.selecting button { padding: 0.1rem 0.6rem; color: var(--ink); }
.selecting strong { color: var(--ink); font-weight: 600; }
#search { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.2rem 0.55rem; width: 10.5rem; }
#search::placeholder { color: var(--muted); opacity: 1; }
#search:focus-visible { outline: 2px solid var(--space-1); outline-offset: 2px; }
button.space[aria-pressed="false"] { color: var(--muted); text-decoration: line-through; }
button.space[aria-pressed="false"] .swatch { opacity: 0.25; }
th button { border: 0; padding: 0; color: inherit; border-radius: 0.2rem; }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
#tooltip {
  position: fixed; z-index: 3; pointer-events: none; max-width: 21rem; padding: 0.5rem 0.7rem; border-radius: 0.45rem;
  background: var(--ink); color: var(--paper); font-size: 0.8125rem; line-height: 1.4; box-shadow: 0 4px 18px rgb(0 0 0 / 0.22);
}
#tooltip b { display: block; font-weight: 600; }
#tooltip .stages { display: block; width: 100%; height: 3.4rem; margin: 0.35rem 0 0.4rem; }
#tooltip .words { display: block; opacity: 0.75; margin-bottom: 0.25rem; }
#tooltip dl { display: grid; grid-template-columns: auto 1fr; gap: 0 0.8rem; margin: 0; font-variant-numeric: tabular-nums; }
#tooltip dt { opacity: 0.75; }
#tooltip dd { margin: 0; text-align: right; }
`;

const paper = `
@media print {
  @page { margin: 16mm 14mm; }
  body { max-width: none; padding: 0; font-size: 10pt; color-scheme: light; }
  header { padding-top: 0; }
  .live-only, #tooltip, .picture canvas { display: none !important; }
  .toolbar { position: static; }
  #trial-rows.live { max-height: none; }
  #trial-rows .spacer { display: none; }
  .finding { font-size: 19pt; }
  figure { content-visibility: visible; }
  section { margin-top: 1.6rem; }
  figure, tr, p, h2, h3, dt, dd { break-inside: avoid; }
  h2, h3, caption, section > p { break-after: avoid; }
  #provenance { break-inside: avoid; }
  .grid { grid-template-columns: repeat(3, 1fr); gap: 0.8rem; }
  .scrolling { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: 0.2rem 0.5rem 0.2rem 0; }
}
`;
