// Questions at the foot of the panel: a fold with what was asked and answered, and a field for the next question.

import { askWords } from "../ask-words.js";
import { LONGEST_QUESTION } from "../conversation.js";
import { suggested } from "../suggested.js";
import { h } from "../tree.js";
import { answer, numbersOf, question } from "./answer.js";
import { quote, textButton, unseen } from "./parts.js";

/** The panel as citations see it: the review's sources first, then those of answers. One number is one source. */
export function withTalk(panel) {
  const { review, state } = panel;
  const { turns } = state.talk;
  if (!turns.length) return panel;
  const numbers = turns.reduce((taken, turn) => numbersOf(turn, taken), panel.numbers);
  const passages = [...(review?.passages ?? []), ...turns.flatMap((turn) => [...turn.passages.values()])];
  return { ...panel, numbers, review: { ...review, passages } };
}

export function ask(panel) {
  const { state, act } = panel;
  if (state.isAskHidden) return null;
  const isOpen = state.open.has("ask");
  return h(
    "div",
    { key: "ask", class: `asking${isOpen ? " open" : ""}`, part: "ask", "data-item": "ask", inert: state.cards.length > 0 },
    h("div", { key: "head", class: "ask-head" },
      h("button", { type: "button", class: "fold-head", "data-focus": true, "aria-expanded": String(isOpen), onclick: act.openAsk },
        h("span", { class: "turn", "aria-hidden": "true" }), askWords.ask),
      isOpen && state.talk.turns.length > 0 && textButton(askWords.clear, act.clearAsk, { key: "clear", name: "muted clear", label: `${askWords.clear}: ${askWords.talk}` })),
    isOpen && [talk(panel), form(panel)],
  ); // prettier-ignore
}

function talk(panel) {
  const { state, act } = panel;
  const { turns } = state.talk;
  if (!turns.length) return null;
  const seen = withTalk(panel);
  return h(
    "div",
    { key: "talk", class: "talk", part: "talk", tabindex: "0", role: "group", "aria-label": askWords.talk, onwheel: act.letGo, ontouchmove: act.letGo, onkeydown: act.letGo },
    turns.map((turn) => h("div", { key: turn.id, class: "turn-told", "data-turn": turn.id }, question(turn), answer(turn, seen, {
      again: () => act.askAgain(turn),
      isBusy: state.talk.isBusy,
      more: [ofOtherNote(turn, state) && h("span", { key: "other", class: "as-of" }, askWords.otherNote)],
    }), quotes(turn, panel))),
  ); // prettier-ignore
}

function ofOtherNote(turn, { note }) {
  return Boolean(turn.asked.note) && turn.asked.note !== note;
}

/** The note's words that an answer rests on lead to their place, while the note stands as it was asked about. */
function quotes(turn, panel) {
  const spans = turn.told?.evidence ?? [];
  if (!spans.length || turn.asked.note !== panel.state.sent) return null;
  return h("div", { key: "quotes", class: "quotes" }, spans.slice(0, 4).map((span) => quote(span, panel)));
}

function form(panel) {
  const { review, state, act } = panel;
  const { turns, isBusy } = state.talk;
  const chips = isBusy ? [] : suggested(review, state.dismissed, turns.map((turn) => turn.question)); // prettier-ignore
  return h(
    "form",
    { key: "form", class: "ask-form", onsubmit: act.sendAsk },
    chips.length > 0 && h("div", { key: "chips", class: "choice" }, chips.slice(0, turns.length ? 1 : 3).map((text) => h("button", { key: text, type: "button", class: "chip", onclick: () => act.ask(text) }, text))),
    h(
      "div",
      { key: "row", class: "ask-row" },
      h("label", {}, unseen(askWords.question),
        h("textarea", { name: "question", rows: "1", maxlength: String(LONGEST_QUESTION), placeholder: askWords.hint, autocomplete: "off", onkeydown: act.enterSends })),
      isBusy
        ? h("button", { key: "stop", type: "button", class: "action", onclick: act.stopAsk }, askWords.stop)
        : h("button", { key: "send", type: "submit", class: "action main" }, askWords.send),
    ),
  ); // prettier-ignore
}
