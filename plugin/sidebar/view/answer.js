// One question and what is answered: sentences with their sources, what disagrees, or why there is no answer.

import { askWords } from "../ask-words.js";
import { icon } from "../icons.js";
import { h } from "../tree.js";
import { cites, textButton } from "./parts.js";

const CONFLICT = /^Sources disagree: ?/;

/**
 * Number the passages of a turn in the order in which a reader meets them, after those that have a number.
 * @returns {Map<string, number>} all of them
 */
export function numbersOf(turn, taken = new Map()) {
  const numbers = new Map(taken);
  const meet = (id) => numbers.has(id) || numbers.set(id, numbers.size + 1);
  for (const sentence of turn.sentences) sentence.citations.forEach(meet);
  for (const each of turn.told?.conflicts ?? []) [each.said_by, each.contradicted_by].forEach(meet);
  for (const id of turn.passages.keys()) meet(id);
  return numbers;
}

/**
 * Describe an answer.
 * @param {import("../conversation.js").Turn} turn
 * @param {object} panel  numbers, `review: {passages}` and `act.cite`, as the marks of citations need them
 * @param {{again: () => void, isBusy: boolean, more?: Array}} tools  what stands at its foot
 */
export function answer(turn, panel, { again, isBusy, more = [] }) {
  const { told, phase } = turn;
  const conflicts = told?.conflicts ?? [];
  const isTold = (sentence) => conflicts.some((each) => tells(sentence, each));
  const isOpen = phase === "stopped" || phase === "failed";
  return h(
    "div",
    { key: "answer", class: `answer${told?.abstained ? " abstained" : ""}` },
    told?.abstained && h("p", { key: "abstained", class: "tag" }, askWords.abstained(told.reason)),
    turn.sentences.map((each, n) => !isTold(each) && sentence(each, n, panel)),
    conflicts.map((each, n) => conflict(each, n, panel)),
    told?.abstained && nearest(turn, panel),
    phase === "asking" && h("p", { key: "looking", class: "looking" }, askWords.looking),
    phase === "stopped" && h("p", { key: "stopped", class: "quiet" }, askWords.stopped),
    turn.failure && h("p", { key: "failure", class: "failure" }, icon("error"), h("span", {}, askWords.failure(turn.failure))),
    phase !== "asking" && h("div", { key: "foot", class: "answer-foot" },
      told?.as_of && turn.passages.size > 0 && h("span", { key: "as-of", class: "as-of" }, askWords.asOf(told.as_of)),
      more,
      (isOpen || told?.reason === "needs_payer") && textButton(askWords.again, again, { key: "again", name: "again", disabled: isBusy })),
  ); // prettier-ignore
}

function sentence({ text, citations }, n, panel) {
  const isConflict = CONFLICT.test(text);
  const marks = cites(citations, panel);
  if (!isConflict) return h("p", { key: `sentence ${n}`, class: "sentence" }, beside(text, marks, citations));
  return h("p", { key: `sentence ${n}`, class: "sentence disagree" }, icon("conflict"), h("span", {}, h("b", {}, askWords.disagree), " ", beside(text.replace(CONFLICT, ""), marks, citations)));
}

/** A mark stays on the line of the last word before it, where there are few. */
function beside(text, marks, citations) {
  const [, start, last] = /^(.*\s)?(\S{1,24})$/s.exec(text.trim()) ?? [];
  if (!last || citations.length > 2) return [text, " ", marks];
  return [start, h("span", { class: "beside" }, last, " ", marks)];
}

/** Whether a sentence is the answer's own telling of a conflict: both sides stand behind it. */
function tells({ text, citations }, { said_by: by, contradicted_by: other }) {
  return CONFLICT.test(text) && citations.includes(by) && citations.includes(other);
}

/** What the one says, and what the answer follows. */
function conflict(each, n, panel) {
  return h("p", { key: `conflict ${n}`, class: "sentence disagree" }, icon("conflict"),
    h("span", {}, h("b", {}, askWords.disagree), " ", beside(each.claim, cites([each.said_by], panel), [each.said_by]), " ", beside(each.resolution, cites([each.contradicted_by], panel), [each.contradicted_by]))); // prettier-ignore
}

/** There is no answer, but these come nearest; those that a sentence names already stand there. */
function nearest(turn, panel) {
  const cited = new Set(turn.sentences.flatMap((each) => each.citations));
  const rest = [...turn.passages.keys()].filter((id) => !cited.has(id));
  return rest.length > 0 && h("p", { key: "nearest", class: "quiet" }, askWords.nearest, " ", cites(rest, panel));
}

/** The question and what it was asked about. */
export function question(turn, level = "h3") {
  const about = askWords.about(turn.asked);
  return h(level, { key: "question", class: "question" }, turn.question, about && h("span", { class: "asked-about" }, ` ${about}`));
}
