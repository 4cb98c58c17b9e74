// How a review looks on paper: black on white, nothing cut at the end of a page, pages numbered.

export const STYLES = `
@page { margin: 16mm 16mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #555; } }
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #111; font: 9.5pt/13pt system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
p, ul, dl, dd, h1, h2, h3 { margin: 0; padding: 0; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.5pt solid #111; padding-bottom: 3pt; }
h1 { font-size: 14pt; line-height: 18pt; }
h2 { font-size: 10.5pt; line-height: 14pt; margin: 12pt 0 3pt; padding-bottom: 1pt; border-bottom: .5pt solid #999; break-after: avoid; }
.muted, dt { color: #555; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 4pt 12pt; padding: 6pt 0; }
dt { font-size: 8pt; line-height: 10pt; }
.code, .units, .modifiers, .cite, .facts { font-variant-numeric: tabular-nums; }
.line { padding: 5pt 0; break-inside: avoid; }
.line + .line { border-top: .5pt solid #ccc; }
h3 { display: grid; grid-template-columns: 40pt 40pt 56pt minmax(0, 1fr) auto; gap: 6pt; font-size: 10pt; line-height: 14pt; break-after: avoid; }
h3 .status { font-weight: 400; }
h3 .modifiers, h3 .label { font-weight: 400; }
.line > p, .line > ul { margin-left: 46pt; }
.decision { font-weight: 600; }
ul { padding-left: 11pt; }
li { break-inside: avoid; padding: 1pt 0; }
q { font-style: italic; }
q::before { content: "\\201C"; }
q::after { content: "\\201D"; }
.cite { color: #333; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; color: inherit; font: inherit; } /* a blank frame has no doctype: its tables inherit nothing */
tr { break-inside: avoid; }
th, td { padding: 2pt 8pt 2pt 0; text-align: left; vertical-align: top; font-weight: 400; }
th { width: 46pt; font-weight: 600; }
table:not(.sources) td:nth-child(2) { width: 84pt; }
.sources { font-size: 8.5pt; line-height: 11pt; }
.sources th { width: 46pt; }
footer { margin-top: 16pt; break-inside: avoid; }
.sign { display: grid; grid-template-columns: 2fr 2fr 1fr; gap: 16pt; padding: 28pt 0 8pt; }
.sign div { display: grid; }
.rule { border-top: .75pt solid #111; }
@media screen { body { max-width: 178mm; margin: 16px auto; padding: 0 16px; } }
@media screen and (max-width: 480px) { .facts { grid-template-columns: repeat(2, 1fr); } h3 { grid-template-columns: auto auto 1fr; } .line > p, .line > ul { margin-left: 0; } }
`;
