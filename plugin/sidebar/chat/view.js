// What the page for questions shows: the conversation, and the sources of one answer beside it.

import { askWords } from "../ask-words.js";
import { sourceTitle } from "../gathered.js";
import { icon } from "../icons.js";
import { h } from "../tree.js";
import { answer, numbersOf, question } from "../view/answer.js";
import { textButton } from "../view/parts.js";
import { sourceTold } from "../view/sources.js";
import { words } from "../words.js";

const EXAMPLES = [
  "Can a PTA do an evaluation?",
  "How many units are 33 minutes of 97110 and 7 minutes of 97140?",
  "Does Medicare pay for dry needling?",
  "When is a progress report due?",
  "Can 97530 and 97140 be billed on one day?",
  "What does 97110 need in the note?",
];

/** Describe the conversation, or what to ask where there is none. */
export function talk({ turns, isBusy, shown, act }) {
  if (!turns.length) return empty(act);
  return h("ol", { key: "turns", class: "turns" }, turns.map((turn) => {
    const panel = panelOf(turn, (id) => act.cite(turn, id));
    return h(
      "li",
      { key: turn.id, class: `turn-told${shown === turn ? " shown" : ""}`, "data-turn": turn.id },
      question(turn, "h2"),
      answer(turn, panel, { again: () => act.again(turn), isBusy, more: [tools(turn, act)] }),
    );
  })); // prettier-ignore
}

function tools(turn, act) {
  if (!turn.sentences.length) return null;
  return [
    textButton(askWords.copy(turn.passages.size > 0), () => act.copy(turn), { key: "copy", name: "copy", label: `${askWords.copy(turn.passages.size > 0)}: ${turn.question}` }),
    turn.passages.size > 0 && textButton(words.sources(turn.passages.size), () => act.cite(turn, null), { key: "sources", name: "to-sources", label: `${words.sources(turn.passages.size)}: ${turn.question}` }),
    turn.told?.reason === "needs_payer" && textButton(askWords.choosePayer, act.choosePayer, { key: "payer", name: "payer" }),
  ];
}

function empty(act) {
  return h(
    "div",
    { key: "empty", class: "empty" },
    h("h2", {}, "Ask about therapy coding"),
    h("p", {}, "Codes, units, modifiers, payers and documentation of outpatient therapy and chiropractic. Each sentence of an answer names its sources; where they don’t say, neither does the answer."),
    h("ul", { class: "examples" }, EXAMPLES.map((text) => h("li", { key: text }, h("button", { type: "button", class: "example", onclick: () => act.ask(text) }, text)))),
  );
}

/** An answer as the marks of its citations see it: numbers and passages of its own. */
function panelOf(turn, cite) {
  return { numbers: numbersOf(turn), review: { passages: [...turn.passages.values()] }, act: { cite } };
}

/** Describe the sources of one answer; `open` is the one that was asked for. */
export function sources({ shown, open, act }) {
  const head = h("div", { key: "head", class: "sources-head" }, h("h2", { id: "sources-title", tabindex: "-1" }, askWords.sources),
    h("button", { key: "close", type: "button", class: "icon-button close-sources", "aria-label": words.close, title: `${words.close} (Esc)`, onclick: act.close }, icon("close"))); // prettier-ignore
  if (!shown?.passages.size) return [head, h("p", { key: "none", class: "quiet" }, askWords.noSources)];
  const panel = panelOf(shown, act.toSource);
  const listed = [...panel.numbers].filter(([id]) => shown.passages.has(id));
  return [
    head,
    h("p", { key: "of", class: "quiet of" }, shown.question),
    h("ol", { key: "list", class: "source-list" }, listed.map(([id, number]) => source(shown.passages.get(id), number, shown, panel, id === open))),
  ];
}

function source(passage, number, turn, panel, isOpen) {
  const said = turn.sentences.filter((each) => each.citations.includes(passage.id)).map((each) => each.text);
  return h(
    "li",
    { key: passage.id, class: `source-card${isOpen ? " open" : ""}`, "data-source": passage.id, tabindex: "-1", "aria-current": isOpen ? "true" : null },
    h("h3", { class: passage.disputed ? "disputed" : null }, h("span", { class: "number" }, `[${number}] `), h("span", { class: "title" }, sourceTitle(passage.source))),
    sourceTold(passage, panel, said),
  );
}
