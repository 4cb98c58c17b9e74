// How the panel looks, as constructed stylesheets: they work under a content policy that forbids inline styles.
// Sizes keep to a grid of 4 pixels. Colour says status and is never the only thing that says it.

import { ASK } from "./ask-styles.js";
import { TOKENS } from "./tokens.js";

const BASE = `
*, ::before, ::after { box-sizing: border-box; }
h2, h3, p, ul, dl, dd, blockquote { margin: 0; padding: 0; }
ul { list-style: none; }
button, input { font: inherit; color: inherit; letter-spacing: inherit; }
button { background: none; border: 0; padding: 0; text-align: start; cursor: pointer; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 1px; border-radius: 4px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon {
  display: block; flex: none; width: 16px; height: 16px; fill: none; stroke: currentColor;
  stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round;
}
.quiet, .muted { color: var(--_muted); }
.code, .units, .modifiers, .count, .number, .totals, .cite, .tally b { font-variant-numeric: tabular-nums; }
`;

const FRAME = `
.whole {
  container: panel / inline-size; display: flex; flex-direction: column; height: 100%; max-height: inherit; min-height: 0;
  position: relative; background: var(--_paper);
}
header { display: flex; flex-wrap: nowrap; align-items: center; gap: 0 6px; min-height: 40px; padding: 0 8px 0 16px; border-bottom: 1px solid var(--_line); }
.name { font-weight: 600; }
.who { flex: 1 1 5em; display: flex; min-width: 0; overflow: hidden; white-space: pre; color: var(--_muted); }
.payer { min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.state { flex: none; min-width: 6.8em; color: var(--_muted); white-space: nowrap; }
/* Letters twice as large: the head takes two rows rather than leave the panel. */
@container panel (inline-size < 16em) { header { flex-wrap: wrap; } .state { margin-inline-end: auto; } }
.scroller { flex: 1; min-height: 0; overflow: hidden auto; overflow-anchor: none; overscroll-behavior: contain; scrollbar-gutter: stable; padding: 8px 8px 16px 16px; }
.scroller.stale { --_ink: var(--_muted); --_accent: var(--_muted); --_amber: var(--_muted); --_red: var(--_muted); color: var(--_muted); }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; padding: 4px 8px 4px 16px; min-height: 36px; border-top: 1px solid var(--_line); color: var(--_muted); font-size: 12px; align-items: center; }
.tools { display: flex; gap: 4px; min-width: 60px; justify-content: flex-end; margin-inline-start: auto; }
.strip { border-top: 1px solid var(--_line); padding: 4px 16px; }
.strip p { display: flex; align-items: center; gap: 8px; min-height: 24px; }
.strip p > span { flex: 1; min-width: 0; }
.failure .icon { color: var(--_red); }
.failure.offline .icon { color: var(--_muted); }
button:disabled { cursor: not-allowed; opacity: 0.6; }
.failure.waiting .icon { color: var(--_amber); }
.empty { color: var(--_muted); padding: 8px 0; }
.separator { position: absolute; z-index: 2; inset-block: 0; inset-inline-start: -4px; width: 9px; cursor: col-resize; touch-action: none; }
:host([placement="start"]) .separator { inset-inline: auto -4px; }
.separator::after { content: ""; position: absolute; inset-block: 0; inset-inline-start: 3px; width: 2px; transition: background 120ms; }
.separator:is(:hover, :focus-visible, :active)::after { background: var(--_accent); }
.separator:focus-visible { outline-offset: -2px; }
.bar {
  position: fixed; z-index: 3; inset: auto 0 0; display: flex; align-items: center; gap: 8px; min-height: 40px; padding: 0 16px;
  border: solid var(--_line); border-width: 1px 0 0; background: var(--_paper); color: var(--_ink); font-weight: 600; font-variant-numeric: tabular-nums;
}
.bar-button { flex: 1; min-height: 40px; }
.bar-button:focus-visible { outline-offset: -2px; }
.bar .icon { rotate: -90deg; color: var(--_muted); }
.rail { height: 100%; }
.rail-button { display: flex; flex-direction: column; align-items: center; gap: 12px; width: 100%; height: 100%; padding: 12px 0; color: var(--_muted); }
.rail-button:hover { background: var(--_accent-soft); color: var(--_ink); }
.rail-button:focus-visible { outline-offset: -2px; }
.tally { display: grid; justify-items: center; font-size: 11px; line-height: 14px; }
.tally b { font-size: 15px; line-height: 20px; font-weight: 600; color: var(--_ink); }
.tally.needs_documentation, .tally.needs_documentation b { color: var(--_amber); }
:host([placement="bottom"]) .rail-button { flex-direction: row; padding: 0 16px; gap: 16px; }
:host([placement="bottom"]) .rail-button .icon { rotate: 90deg; }
:host([placement="bottom"]) .tally { display: flex; align-items: baseline; gap: 4px; }
:host([placement="bottom"]) .collapse .icon { rotate: 90deg; }
@container panel (max-width: 330px) {
  .name { display: none; }
  .row .head { grid-template-columns: 16px 3.6em minmax(0, 1fr) auto; }
  .row .label { grid-row: span 2; }
  .row .modifiers { grid-column: 4; justify-self: end; }
}
@container panel (max-width: 300px) {
  .row .head { grid-template-columns: 16px minmax(0, 1fr) auto auto; }
  .row .label { grid-row: 2; grid-column: 2 / -1; }
  .row .head > .icon { grid-row: 1; grid-column: 1; }
  .row .code { grid-row: 1; grid-column: 2; }
  .row .units { grid-row: 1; grid-column: 3; }
  .row .modifiers { grid-row: 1; grid-column: 4; }
}
`;

const SECTIONS = `
.totals { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; color: var(--_muted); padding-inline-end: 8px; }
.totals strong { color: var(--_ink); font-weight: 600; }
.rules { flex-basis: 100%; font-size: 12px; }
h2 { margin: 16px 0 4px; font-size: 12px; line-height: 16px; font-weight: 600; color: var(--_muted); }
.count { font-weight: 400; }
.item { margin-inline: -8px 0; padding-inline: 8px; border-radius: var(--_radius); animation: appear 120ms ease-out; }
.item:focus-visible { outline-offset: -2px; }
.row { display: flex; align-items: start; gap: 4px; }
.row .head {
  flex: 1; min-width: 0; display: grid; grid-template-columns: 16px 3.7em minmax(0, 1fr) auto auto; gap: 0 8px;
  align-items: start; margin-inline-start: -4px; padding: 5px 0 5px 4px; min-height: 28px;
}
.head > .icon { margin-top: 1px; }
.icon.supported { color: var(--_accent); }
.icon.needs_documentation, .icon.warning, .icon.required { color: var(--_amber); }
.icon.error { color: var(--_red); }
.icon:is(.recommended, .info, .not_coded, .conflict) { color: var(--_muted); }
.code { font-weight: 600; }
.label { min-width: 0; overflow-wrap: anywhere; }
.needs { color: var(--_amber); }
.label .needs { display: block; }
.row .units { font-weight: 600; min-width: 20px; text-align: end; }
.modifiers { color: var(--_muted); min-width: 20px; overflow-wrap: anywhere; max-width: 5.6em; }
.codes ul:not(:has(.modifiers:not(:empty))) .modifiers { display: none; }
.row { margin-inline: -8px 0; padding-inline-start: 8px; border-radius: var(--_radius); }
.row:hover { background: color-mix(in srgb, var(--_accent-soft) 45%, transparent); }
.line.lit .row { background: var(--_accent-soft); }
.line.needs_documentation.lit .row { background: var(--_amber-soft); }
.head:focus-visible { outline-offset: -2px; }
.line.was-reject .row :is(.code, .label, .units, .modifiers) { color: var(--_muted); text-decoration: line-through; }
.tick { display: grid; place-items: center; width: 24px; height: 24px; margin: 2px; }
.tick .icon { border: 1px solid var(--_field); border-radius: 4px; padding: 2px; color: transparent; }
.tick:hover .icon { border-color: var(--_accent); color: var(--_accent); }
.tick[aria-pressed="true"] .icon { background: var(--_accent); border-color: var(--_accent); color: var(--_paper); stroke-width: 2; }
.decision { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; padding-inline-start: 24px; min-height: 24px; color: var(--_muted); }
.unsaved, .lapsed { color: var(--_amber); }
.lapsed { flex-wrap: nowrap; align-items: start; padding-block: 3px; }
.lapsed .icon { margin-top: 1px; color: inherit; }
.lapsed span { flex: 1; min-width: 0; }
.gone { padding-inline-end: 8px; }
.gone .lapsed { padding-inline-start: 0; }
.body { display: grid; gap: 6px; padding: 0 4px 8px 24px; animation: appear 120ms ease-out; }
.body p { overflow-wrap: anywhere; }
.status { font-weight: 500; }
.status.supported { color: var(--_accent); }
.status.needs_documentation, .reason.needs_documentation, .warned { color: var(--_amber); }
.quotes { display: grid; justify-items: start; }
.quote { min-height: 24px; padding: 3px 0; color: var(--_muted); font-style: italic; overflow-wrap: anywhere; }
.quote:hover { color: var(--_ink); text-decoration: underline; text-underline-offset: 3px; }
.cites { display: inline-flex; flex-wrap: wrap; margin-block: -3px; }
.cite { min-width: 24px; min-height: 24px; padding: 0 2px; text-align: center; color: var(--_accent); }
.cite:hover, .text:hover { text-decoration: underline; text-underline-offset: 3px; }
.text { min-height: 24px; color: var(--_accent); }
.text.muted { color: var(--_muted); }
.text.needs { color: var(--_amber); }
.methods { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 12px; }
.methods dt { color: var(--_muted); }
.methods .units { font-weight: 600; }
.counted { display: block; color: var(--_muted); overflow-wrap: anywhere; }
.actions, .choice { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding-top: 4px; }
.action, .chip { min-height: 28px; padding: 0 12px; border: 1px solid var(--_field); border-radius: var(--_radius); }
.chip { min-height: 24px; padding: 0 8px; }
.action:hover, .chip:hover { border-color: var(--_accent); color: var(--_accent); }
.action.main { border-color: var(--_accent); color: var(--_accent); }
form.edit { display: flex; flex-wrap: wrap; align-items: end; gap: 4px 8px; padding-top: 4px; }
form.edit label { display: grid; color: var(--_muted); font-size: 12px; }
form.edit input { min-height: 28px; width: 100%; padding: 0 8px; border: 1px solid var(--_field); border-radius: var(--_radius); background: var(--_paper); color: var(--_ink); font-size: var(--_size); font-variant-numeric: tabular-nums; }
form.edit .code { width: 6.2em; font-weight: 400; }
form.edit .units { width: 4.4em; min-width: 0; font-weight: 400; text-align: start; }
form.edit .modifiers { flex: 1; min-width: 88px; max-width: none; }
form.edit .actions { padding: 0; }
.problem { flex-basis: 100%; color: var(--_red); }
.gap { padding-block: 4px; }
.gap .head { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto; gap: 0 8px; width: 100%; min-height: 24px; padding: 3px 8px 3px 0; align-items: start; }
.gap:hover, .gap.open { background: color-mix(in srgb, var(--_accent-soft) 45%, transparent); }
.ask { font-weight: 500; }
.for { color: var(--_muted); font-variant-numeric: tabular-nums; }
.because { padding-inline: 24px 8px; color: var(--_muted); overflow: hidden; }
.gap:not(.open) .because { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.because { cursor: pointer; }
.gap-actions, .gap .choice { display: flex; gap: 4px 16px; padding: 0 8px 0 24px; flex-wrap: wrap; align-items: center; }
.gap .choice { gap: 4px 8px; padding-block: 4px; }
.finished { display: flex; gap: 8px; align-items: center; min-height: 28px; }
.finished .icon { color: var(--_accent); }
.told { display: grid; grid-template-columns: 16px minmax(0, 1fr); gap: 8px; padding-block: 4px; padding-inline-end: 8px; }
.told > .icon { margin-top: 1px; }
.told p { overflow-wrap: anywhere; }
.tag { color: var(--_muted); }
.told p + p { margin-top: 6px; }
.told p + .quote { margin-top: 4px; display: block; }
.told .code + .tag { margin-inline-start: 8px; }
.conflict .who { color: var(--_muted); }
.folds { margin-top: 16px; display: grid; gap: 4px; }
.fold-head { display: flex; align-items: center; gap: 8px; min-height: 24px; width: 100%; color: var(--_muted); }
.fold-head:hover { color: var(--_ink); }
.turn { width: 16px; height: 16px; display: grid; place-items: center; }
.turn::before { content: ""; width: 6px; height: 6px; border: solid currentColor; border-width: 1.5px 1.5px 0 0; rotate: 45deg; margin-inline-start: -3px; }
[aria-expanded="true"] > .turn::before { rotate: 135deg; margin: -3px 0 0; }
.folded { padding: 4px 8px 4px 24px; animation: appear 120ms ease-out; }
.folded li { padding-block: 4px; }
.source { display: grid; grid-template-columns: 2.2em minmax(0, 1fr); }
.source .number { color: var(--_muted); padding-top: 3px; }
.facts { color: var(--_muted); font-size: 12px; overflow-wrap: anywhere; }
.title.disputed, .card-head h2.disputed { text-decoration: line-through; }
.several .actions { margin-bottom: 8px; }
`;

const CARD = `
.card {
  position: absolute; z-index: 1; inset: 48px 8px auto; max-height: calc(100% - 64px); display: flex; flex-direction: column;
  background: var(--_paper); border: 1px solid var(--_line); border-radius: var(--_radius); box-shadow: 0 8px 28px var(--_shadow);
  animation: appear 120ms ease-out;
}
.card-head { display: flex; align-items: start; gap: 4px; padding: 8px 8px 4px 16px; }
.card-head h2 { flex: 1; min-width: 0; margin: 0; padding: 5px 0; color: inherit; font-size: inherit; line-height: inherit; font-weight: 600; overflow-wrap: anywhere; }
.card-body { overflow: auto; display: grid; gap: 8px; padding: 4px 16px 16px; min-height: 0; }
.card-body:focus-visible { outline-offset: -2px; }
.icon-button { flex: none; display: grid; place-items: center; width: 28px; height: 28px; border-radius: 4px; color: var(--_muted); }
.icon-button:hover { color: var(--_ink); background: var(--_accent-soft); }
.badges { display: flex; flex-wrap: wrap; gap: 4px; }
.badge { padding: 0 8px; border: 1px solid currentColor; border-radius: var(--_radius); font-size: 12px; color: var(--_muted); }
.badge:is(.regulator, .contractor, .payer) { color: var(--_accent); }
.badge.disputed { color: var(--_amber); }
.passage { padding-inline-start: 12px; border-inline-start: 2px solid var(--_accent); white-space: pre-wrap; overflow-wrap: anywhere; }
.passage.disputed { border-color: var(--_amber); color: var(--_muted); }
.address a { color: var(--_accent); display: inline-block; min-height: 24px; }
.sheet { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; align-items: center; }
kbd { font: inherit; font-size: 12px; border: 1px solid var(--_field); border-radius: 4px; padding: 0 6px; margin-inline-end: 4px; }
`;

const MOTION = `
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) {
  .tick[aria-pressed="true"] .icon { background: Highlight; color: HighlightText; border-color: Highlight; forced-color-adjust: none; }
  .tick[aria-pressed="false"] .icon { stroke: none; }
  .line.lit .row, .gap.open, .line.open { outline: 1px solid Highlight; outline-offset: -1px; }
  .card { border-width: 2px; }
}
@media print { :host { display: none; } }
`;

let made = null;

/** The stylesheets, shared by every sidebar of the page. */
export function sheets() {
  made ??= [TOKENS, BASE, FRAME, SECTIONS, ASK, CARD, MOTION].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return made;
}
