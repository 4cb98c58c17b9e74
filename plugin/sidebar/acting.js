// What a person can do in the panel, one function an action. Each tells the host first; the host may take it over.

import { signature } from "./gathered.js";
import { talking } from "./talking.js";
import { words } from "./words.js";

/**
 * Make the actions.
 * @param {import("./session.js").Session} session
 * @param {object} surface the element: emit, redraw, focus, adapter, and what it keeps of itself
 */
export function actsOf(session, surface) {
  return { ...looking(session, surface), ...deciding(session, surface), ...asking(session, surface), ...arranging(session, surface), ...talking(session, surface) };
}

/** Opening, closing, and finding words in the note. */
function looking(session, { emit, redraw, focus, focused, adapter }) {
  const lines = { hover: null, focus: null };
  let origin = null; // what had the focus before the first card

  function toggle(key) {
    if (!session.open.delete(key)) session.open.add(key);
    redraw();
  }

  /** Open an item and bring it into view. A gap that is folded away is unfolded. */
  function show(key) {
    if (session.numbers.has(key)) return cite(key);
    session.open.add(key);
    if (session.review?.suggestions.some((line) => line.missing.some((gap) => gap.id === key))) session.open.add("more-gaps");
    redraw();
    return focus(`[data-item="${CSS.escape(key)}"] [data-focus]`);
  }

  /** Light the evidence of a line in the note while the pointer or the focus is on it. */
  function light(line, reason) {
    if (lines[reason] === line) return;
    lines[reason] = line;
    const lit = lines.hover ?? lines.focus;
    session.marking.light(lit);
    const about = line ?? lit;
    const detail = { spans: about === null ? [] : session.marking.of(about), active: lit !== null, line_id: lit, reason };
    if (emit("evidence", detail, true)) adapter()?.mark(session.marking.groups());
  }

  function jump(evidence, line) {
    const span = session.marking.now(evidence);
    if (!span) return session.tell(words.wordsChanged);
    if (emit("evidence", { spans: [span], active: true, line_id: line, reason: "jump" }, true)) adapter()?.jump(span);
    return undefined;
  }

  function cite(id) {
    if (!session.cards.length) origin = focused();
    session.cards = [...session.cards.filter((card) => card !== id), id];
    focus(".card-body");
  }

  function keys() {
    if (session.cards.at(-1) === "keys") return closeCards();
    if (!session.cards.length) origin = focused();
    session.cards = [...session.cards, "keys"];
    return focus(".card-body");
  }

  function back() {
    session.cards = session.cards.slice(0, -1);
    focus(".card-body");
  }

  function closeCards() {
    session.cards = [];
    focus(origin);
  }

  return { toggle, show, light, jump, cite, keys, back, closeCards };
}

/** Accept, edit, reject, and the way back. */
function deciding(session, { emit, redraw, focus }) {
  /** `stood`: what was accepted, as `{code, units, modifiers}`; null if nothing was. */
  function decide(line, decision, isOurs, stood = null) {
    const sent = { suggestion_id: session.review.id, line_id: line.id, ...decision };
    session.decided.set(line.id, { ...decision, stood, about: signature(line), entry: isOurs ? session.deciding.take(sent) : null });
    session.undone.delete(line.id);
    session.lapsed.delete(line.id);
    session.form = null;
    session.say(`${words.decided[decision.action]}: ${line.code}`);
    redraw();
  }

  const told = (line, more) => ({ review_id: session.review.id, line_id: line.id, code: line.code, ...more });

  function accept(line) {
    if (session.isOutdated) return session.tell(words.readFirst);
    if (line.units === null) return form("edit", line.id); // a person says how many units it is
    const { code, units, modifiers } = line;
    const isOurs = emit("accept", told(line, { units, modifiers: [...modifiers] }), true);
    return decide(line, { action: "accept" }, isOurs, { code, units, modifiers });
  }

  function saveEdit(line, event) {
    event.preventDefault();
    if (session.isOutdated) return session.tell(words.readFirst);
    const read = readEdit(new FormData(event.target));
    if (read.problem) {
      session.form = { ...session.form, problem: read.problem };
      return redraw();
    }
    const was = { code: line.code, units: line.units, modifiers: [...line.modifiers] };
    const changed = Object.fromEntries(Object.entries(read.edit).filter(([name, value]) => String(value) !== String(was[name])));
    if (!Object.keys(changed).length) return accept(line);
    const isOurs = emit("accept", { ...told(line, read.edit), edited: true, was }, true);
    decide(line, { action: "edit", edit: changed }, isOurs, read.edit);
    session.decided.get(line.id).edit = read.edit;
    redraw();
    return focus(`[data-item="${CSS.escape(line.id)}"] [data-focus]`);
  }

  function reject(line, reason) {
    const isOurs = emit("reject", told(line, { reason_code: reason }), true);
    decide(line, { action: "reject", reason_code: reason }, isOurs);
    focus(`[data-item="${CSS.escape(line.id)}"] [data-focus]`);
  }

  /** What has not left yet is taken back; what the server has kept stands there until the next choice replaces it. */
  function undo(line) {
    const { action, entry } = session.decided.get(line.id);
    const isBack = entry === null || session.deciding.withdraw(line.id);
    if (!isBack) session.undone.set(line.id, action);
    session.decided.delete(line.id);
    emit("undo", told(line, { action }));
    redraw();
  }

  function form(kind, id) {
    session.form = { kind, id, problem: "" };
    if (kind !== "dismiss") session.open.add(id);
    redraw();
    focus(`[data-item="${CSS.escape(id)}"] :is(form input${kind === "edit" ? "[name=units]" : ""}, .chip)`);
  }

  function closeForm() {
    const id = session.form?.id;
    session.form = null;
    redraw();
    if (id) focus(`[data-item="${CSS.escape(id)}"] [data-focus]`);
  }

  function resend() {
    session.deciding.retry();
    redraw();
  }

  /** A person has seen that an accepted line is gone. */
  function forget(id) {
    session.lapsed.delete(id);
    redraw();
  }

  return { accept, saveEdit, reject, undo, form, closeForm, resend, forget };
}

/** Read the fields of an edit: `{edit: {code, units, modifiers}}`, or `{problem}` in words. */
function readEdit(fields) {
  const code = String(fields.get("code")).trim().toUpperCase();
  const units = String(fields.get("units")).trim();
  const modifiers = String(fields.get("modifiers")).toUpperCase().split(/[\s,]+/).filter(Boolean); // prettier-ignore
  if (!/^[0-9A-Z]{5}$/.test(code)) return { problem: words.badCode };
  if (!/^\d{1,3}$/.test(units)) return { problem: words.badUnits };
  if (modifiers.length > 8 || !modifiers.every((each) => /^[0-9A-Z]{2}$/.test(each))) return { problem: words.badModifiers };
  return { edit: { code, units: Number(units), modifiers } };
}

/** What is asked of the clinician: put a blank into the note, or say that it need not be asked. */
function asking(session, { emit, redraw, adapter, hasCaret }) {
  /** The blank names what is missing and nothing that could stand there. */
  async function insert(gap) {
    const blank = words.blank(gap);
    const text = blank + words.line;
    if (!emit("insert", { gap_id: gap.id, element: gap.element, text }, true)) return;
    const select = { start: blank.length, end: text.length };
    if (!adapter()) await copied(text);
    else if (adapter().insert(text, { at: hasCaret() ? "caret" : "end", select }) === false) session.tell(words.notInserted);
  }

  async function copied(text) {
    const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false); // prettier-ignore
    session.tell(isDone ? words.copied(text) : words.notInserted);
  }

  function dismiss(gap, line, reason) {
    const isOurs = emit("dismiss", { gap_id: gap.id, element: gap.element, reason_code: reason }, true);
    const decision = { suggestion_id: session.review.id, line_id: gap.id, action: "dismiss_gap", reason_code: reason };
    session.dismissed.set(gap.id, { reason_code: reason, entry: isOurs ? session.deciding.take(decision) : null });
    session.form = null;
    redraw();
  }

  function restore(gap) {
    session.deciding.withdraw(gap.id);
    session.dismissed.delete(gap.id);
    redraw();
  }

  return { insert, dismiss, restore };
}

/** The panel itself, and asking again. */
function arranging(session, { collapse, chooseDate, print, reach }) {
  return {
    retry: () => session.asking.now(),
    collapse: () => collapse(true),
    expand: () => collapse(false),
    chooseDate,
    print,
    reach,
  };
}
