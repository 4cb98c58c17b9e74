// The whole panel, in order of attention: what can be billed, what would stop it, why something isn't, what it rests on.

import { openGaps } from "../gathered.js";
import { icon } from "../icons.js";
import { WIDTH } from "../resize.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { ask, withTalk } from "./ask.js";
import { codes, totals } from "./codes.js";
import { chart, missing } from "./missing.js";
import { textButton } from "./parts.js";
import { keySheet, sourceCard, sources } from "./sources.js";
import { disagreements, notCoded, warnings } from "./told.js";

const TOO_LONG = 413; // pressing a button does not shorten a note

/**
 * @typedef {object} Panel what every section gets
 * @property {object|null} review
 * @property {Map<string, number>} numbers of the sources
 * @property {object} state what a person opened, chose and decided (see `acting.js`)
 * @property {object} act what a person can do (see `acting.js`)
 * @property {object} separator handlers of the separator
 */

/** Describe the panel, open or as a rail. */
export function drawing(panel) {
  const { state } = panel;
  return [
    state.collapsed ? rail(panel) : whole(panel),
    state.isOutOfView && bar(panel),
    h("div", { key: "said", class: "unseen", role: "status", "aria-live": "polite" }, state.said),
  ];
}

function whole(panel) {
  const { state } = panel;
  const isCovered = state.cards.length > 0;
  return h(
    "aside",
    { key: "whole", class: "whole", part: "panel", "aria-label": state.label, tabindex: "-1" },
    separator(panel),
    header(panel),
    h("div", { class: `scroller${state.isDim ? " stale" : ""}`, part: "scroller", inert: isCovered }, content(panel)),
    ask(panel),
    strip(panel),
    footer(panel),
    isCovered && topCard(panel),
  );
}

function header({ review, state, act }) {
  const { payer, discipline } = review?.encounter ?? state.given;
  const isKnown = review || payer || discipline;
  const told = stateWords(state, review);
  return h(
    "header",
    { part: "header" },
    h("strong", { class: "name" }, words.name),
    h("span", { class: "who" }, isKnown && [h("span", { class: "payer" }, words.payer(payer)), h("span", {}, ` · ${words.discipline(discipline)}`)]),
    h("span", { class: "state", part: "state" }, told),
    h("button", { type: "button", class: "icon-button collapse", "aria-label": words.collapse, title: words.collapse, onclick: act.collapse }, icon(state.isAtStart ? "expand" : "collapse")),
  );
}

function stateWords(state, review) {
  if (state.failure) return state.isOffline ? words.offline : "";
  if (state.isReading) return words.reading;
  if (!review) return "";
  return state.isCurrent ? words.fresh : words.stale;
}

function content(panel) {
  const { review, state } = panel;
  return [
    review
      ? [totals(panel), codes(panel), missing(panel), notCoded(panel), warnings(panel), h("div", { key: "folds", class: "folds" }, disagreements(panel), chart(panel), sources(panel))]
      : h("p", { key: "empty", class: "empty" }, state.hasText && state.failure ? words.noneYet : words.empty),
  ]; // prettier-ignore
}

/** What went wrong and what just happened, below the list: there it moves nothing that is being read. */
function strip(panel) {
  const { state } = panel;
  const rows = [failure(panel), state.unsaved > 0 && unsaved(panel), state.notice && h("p", { key: "notice" }, state.notice)].filter(Boolean);
  return rows.length > 0 && h("div", { key: "strip", class: "strip", part: "strip" }, rows);
}

/** One line, and a way on. */
function failure({ review, state, act }) {
  if (!state.failure) return null;
  const { status, detail, retryIn } = state.failure;
  const isOlder = review && !state.isCurrent;
  const said = status === 0 ? (state.isOffline ? (review ? words.offline : words.offlineFirst) : words.unreachable) : status === -1 ? words.unreadable : status === 422 && detail ? detail : words.failure(status);
  const next = status === 429 && retryIn ? ` · ${words.again(Math.ceil(retryIn / 1000))}` : "";
  return h("p", { key: "failure", class: `failure${state.isOffline ? " offline" : ""}`, title: detail || null }, icon(state.isOffline ? "info" : "error"),
    h("span", {}, said, next, isOlder && `${/[.!?]$/.test(said + next) ? "" : "."} ${words.asLastRead}`), status !== TOO_LONG && textButton(words.retry, act.retry));
}

function unsaved({ state, act }) {
  return h("p", { key: "unsaved", class: "failure waiting" }, icon("warning"), h("span", {}, words.waiting(state.unsaved)), textButton(words.retry, act.resend));
}

function footer({ review, act }) {
  return h(
    "footer",
    { part: "footer" },
    h("span", {}, words.legal),
    h("span", { class: "tools" },
      review && tool("print", words.print, words.print, act.print),
      tool("keys", words.keys, `${words.keys} (?)`, act.keys)),
  ); // prettier-ignore
}

function tool(kind, label, title, onclick) {
  return h("button", { key: kind, type: "button", class: "icon-button", "aria-label": label, title, onclick }, icon(kind));
}

function topCard(panel) {
  const top = panel.state.cards.at(-1);
  const seen = withTalk(panel);
  const passage = seen.review?.passages.find((each) => each.id === top);
  const said = panel.state.talk.turns.flatMap((turn) => turn.sentences).filter((each) => each.citations.includes(top));
  return passage ? sourceCard(passage, seen, said.map((each) => each.text)) : keySheet(panel);
}

function separator({ state, separator: handlers }) {
  if (state.isStacked) return null;
  return h("div", {
    key: "separator",
    class: "separator",
    part: "separator",
    role: "separator",
    tabindex: "0",
    "aria-orientation": "vertical",
    "aria-label": words.resize,
    "aria-valuemin": String(WIDTH.least),
    "aria-valuemax": String(WIDTH.most),
    "aria-valuenow": String(state.width),
    ...handlers,
  });
}

/** Under the note, out of view: a strip at the edge of the window says what there is, and leads to it. */
function bar({ review, state, act }) {
  if (!review) return null;
  const told = words.bar(review.suggestions.length, openGaps(review, state.dismissed).length);
  return h(
    "nav",
    { key: "bar", class: "bar", part: "bar", "aria-label": state.label },
    h("button", { type: "button", class: "bar-button", onclick: act.reach }, told),
    icon("open"),
  );
}

/** What stays when the panel is collapsed: how many codes there are, and how many questions. */
function rail({ review, state, act }) {
  const lines = review?.suggestions.length ?? 0;
  const open = review ? openGaps(review, state.dismissed).length : 0;
  return h(
    "aside",
    { key: "rail", class: "rail", part: "rail", "aria-label": state.label },
    h(
      "button",
      { type: "button", class: "rail-button", "aria-label": `${words.expand}: ${words.rail(lines, open)}`, title: words.expand, onclick: act.expand },
      icon(state.isAtStart ? "collapse" : "expand"),
      h("span", { class: "tally" }, h("b", {}, String(lines)), words.railLines),
      h("span", { class: `tally${open ? " needs_documentation" : ""}` }, h("b", {}, String(open)), words.railGaps),
    ),
  );
}
