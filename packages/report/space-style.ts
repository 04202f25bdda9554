/** What the page of a design space adds to the look of a report. */
export const spaceStyle = `
.spaces h1, .spaces h2 { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; font-size: 1.3rem; font-weight: 650; margin: 0 0 0.6rem; }
.spaces #comparison { padding-top: 2rem; }
.spaces #comparison h1 { gap: 0.3rem 1.6rem; }
.spaces article { margin-top: 2rem; }
.spaces article + article, .spaces section + article { margin-top: 3.5rem; border-top: 2px solid var(--line); padding-top: 1.8rem; }
.spaces .name { display: inline-flex; align-items: center; gap: 0.45rem; }
.spaces .finding { font-size: clamp(1.2rem, 1rem + 1.1vw, 1.65rem); letter-spacing: -0.015em; margin-bottom: 1.2rem; text-wrap: pretty; }
.spaces section { margin-top: 1.8rem; padding-top: 1.1rem; }
.spaces .part { font-size: 1.0625rem; margin: 0 0 0.3rem; }
.spaces section > p { color: var(--muted); font-size: 0.9375rem; max-width: none; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.5rem; margin: 0; font-size: 0.9375rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.facts code { color: var(--muted); font: 0.8125rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: nowrap; }
.spaces figcaption { margin: 0 0 0.25rem; }
.spaces figcaption strong { display: block; font-size: 0.9375rem; }
.spaces figcaption span { display: block; }
.spaces .grid figure, .panels figure { display: flex; flex-direction: column; justify-content: space-between; }
.grid.four { grid-template-columns: repeat(auto-fill, minmax(min(100%, 14.5rem), 1fr)); }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 11.5rem), 1fr)); gap: 1.4rem 1rem; }
.panels figure { margin: 0; min-width: 0; }
.panels figcaption { font-size: 0.78125rem; line-height: 1.35; overflow-wrap: anywhere; }
.panels figcaption strong { font-size: 0.8125rem; }
@media screen and (max-width: 40rem) { .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 0.5rem; } .facts code { display: block; white-space: normal; } }
@media print { .panels { grid-template-columns: repeat(5, 1fr); } .spaces section { break-inside: auto; } }
`;
