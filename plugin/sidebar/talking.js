// What a person can do with questions in the panel. Nothing here takes the focus but what a person opens or sends.

import { askWords } from "./ask-words.js";

const FIELD = ".ask-form textarea";

/**
 * Make the actions.
 * @param {import("./session.js").Session} session
 * @param {object} surface the element: text, request, redraw, focus, find
 */
export function talking(session, { text, request, redraw, focus, find }) {
  const { talk } = session;
  let follows = null; // the turn whose question is kept in view while its answer grows

  /** What is known of the visit: what the host says, else what was read in this very note. */
  function known() {
    const note = text();
    const read = session.review && session.isCurrent ? session.review.encounter : {};
    const { payer, discipline, date_of_service: date } = request();
    const all = { payer: payer ?? read.payer, discipline: discipline ?? read.discipline, date_of_service: date ?? read.date_of_service, note: note.trim() ? note : null };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
  }

  function openAsk() {
    const isShut = session.open.delete("ask");
    if (!isShut) session.open.add("ask");
    redraw();
    if (!isShut) focus(FIELD);
  }

  /** Tell a screen reader what was answered, once and whole. */
  function told(turn) {
    if (turn?.phase === "answered") session.say(askWords.said(turn));
    else if (turn?.phase === "failed") session.say(askWords.failure(turn.failure));
  }

  async function ask(question) {
    const asked = talk.ask(question, known());
    follows = talk.turns.at(-1) ?? null;
    redraw();
    focus(FIELD);
    told(await asked);
  }

  function sendAsk(event) {
    event.preventDefault();
    const field = event.currentTarget.elements.question;
    if (talk.isBusy || !field.value.trim()) return;
    const question = field.value;
    field.value = "";
    ask(question);
  }

  function enterSends(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  async function askAgain(turn) {
    follows = turn;
    const asked = talk.again(turn, known());
    focus(FIELD);
    told(await asked);
  }

  function stopAsk() {
    talk.stop();
    focus(FIELD);
  }

  function clearAsk() {
    talk.clear();
    focus(FIELD);
  }

  const letGo = () => (follows = null);

  /** Keep the question of the latest answer at the top, as far as there is room below it. */
  function follow() {
    const box = follows && find(".talk");
    const row = box && find(`[data-turn="${follows.id}"] .question`);
    if (row) box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  }

  return { openAsk, ask, sendAsk, enterSends, askAgain, stopAsk, clearAsk, letGo, follow };
}
