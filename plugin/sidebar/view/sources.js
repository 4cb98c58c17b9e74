// The sources of a review: their list, and the card that shows one over the panel.

import { bare, sourceTitle } from "../gathered.js";
import { icon } from "../icons.js";
import { trusted } from "../links.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { cites, fold } from "./parts.js";

const LEAST_SAID = 24; // characters: shorter pieces stand in many sentences

export function sources(panel) {
  const { review, numbers } = panel;
  if (!numbers.size) return null;
  const rows = () => h("ul", {}, [...numbers].map(([id, n]) => row(review.passages.find((each) => each.id === id), n, panel)));
  return fold("sources", words.sources(numbers.size), rows, panel);
}

function row(passage, n, { act }) {
  const { source, disputed } = passage;
  const facts = [words.authority(source.authority), words.place(source), words.when(source)].filter(Boolean).join(" · ");
  return h(
    "li",
    { key: passage.id, class: "source" },
    h("span", { class: "number" }, `[${n}]`),
    h("div", {},
      h("button", { type: "button", class: `text title${disputed ? " disputed" : ""}`, onclick: () => act.cite(passage.id) }, sourceTitle(source)),
      h("p", { class: "facts" }, facts, disputed && [" · ", h("span", { class: "warned" }, words.disputed)])),
  ); // prettier-ignore
}

/** A source opened over the panel. */
export function sourceCard(passage, panel, said = []) {
  return card(sourceTitle(passage.source), panel, Boolean(passage.disputed), sourceTold(passage, panel, said));
}

/** What a source says, who says it, since when, and what contradicts it; its words that are in `said` are marked. */
export function sourceTold(passage, panel, said = []) {
  const { source, disputed } = passage;
  const link = source.url ? trusted(source.url) : null;
  const facts = [source.publisher, words.place(source), words.when(source), source.revision, source.checked && words.checked(source.checked)];
  return [
    h("p", { class: "badges" }, h("span", { class: `badge ${source.authority}` }, words.authority(source.authority)),
      disputed && h("span", { class: "badge disputed" }, words.disputed)),
    passage.heading?.length > 0 && h("p", { key: "trail", class: "facts" }, passage.heading.join(" › ")),
    h("blockquote", { class: disputed ? "passage disputed" : "passage" }, saidOf(passage.text, said)),
    disputed && h("p", { key: "dispute" }, `${words.contradictedBy} `, cites([disputed.by], panel), ` ${disputed.because}`),
    h("p", { class: "facts" }, [...new Set(facts.filter(Boolean))].join(" · ")),
    source.url && h("p", { key: "address", class: "facts address" }, link ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer", "aria-label": words.opensOutside(link) }, link) : source.url),
  ]; // prettier-ignore
}

/** The passage with those of its sentences marked that an answer repeats. */
function saidOf(text, said) {
  const pieces = text.split(/(?<=[.;:!?]\s+)/);
  return pieces.map((piece, n) => {
    const words = bare(piece);
    return words.length >= LEAST_SAID && said.some((each) => each.toLowerCase().includes(words)) ? h("mark", { key: n }, piece) : piece;
  });
}

/** The keys that work in the panel. */
export function keySheet(panel) {
  const rows = words.sheet.map(([key, what]) => [h("dt", { key }, key.split(" ").map((one) => h("kbd", {}, one))), h("dd", { key: `dd ${key}` }, what)]);
  return card(words.keys, panel, false, h("dl", { class: "sheet" }, rows));
}

function card(title, { state, act }, isStruck, ...inside) {
  return h(
    "div",
    { key: "card", class: "card", part: "card", role: "dialog", "aria-labelledby": "card-title" },
    h(
      "div",
      { class: "card-head" },
      state.cards.length > 1 && h("button", { key: "back", type: "button", class: "icon-button", "aria-label": words.back, title: words.back, onclick: act.back }, icon("back")),
      h("h2", { id: "card-title", class: isStruck ? "disputed" : null }, title),
      h("button", { key: "close", type: "button", class: "icon-button close", "aria-label": words.close, title: `${words.close} (Esc)`, onclick: act.closeCards }, icon("close")),
    ),
    h("div", { class: "card-body", tabindex: "0", role: "group", "aria-labelledby": "card-title" }, ...inside),
  );
}
