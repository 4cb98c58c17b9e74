// One line that can be billed: its head says what, its body says why, and a person decides on it.

import { icon } from "../icons.js";
import { bare, possibleUnits, shortLabel } from "../gathered.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { cites, progress, quote, reasonChoice, textButton, unseen } from "./parts.js";

const REJECTIONS = ["wrong_code", "wrong_units", "not_performed", "payer_rule", "documented_elsewhere", "other"];

export function codeLine(line, panel) {
  const { state, act } = panel;
  const isOpen = state.open.has(line.id);
  const decided = state.decided.get(line.id);
  const kind = [line.status, decided && `was-${decided.action}`, state.lit === line.id && "lit", isOpen && "open"].filter(Boolean).join(" ");
  return h(
    "li",
    {
      key: line.id,
      class: `item line ${kind}`,
      part: `line ${line.status}`,
      "data-item": line.id,
      "data-line": line.id,
      onmouseenter: () => act.light(line.id, "hover"),
      onmouseleave: () => act.light(null, "hover"),
      onfocusin: () => act.light(line.id, "focus"),
      onfocusout: () => act.light(null, "focus"),
    },
    h("div", { class: "row" }, head(line, isOpen, decided, panel), tick(line, decided, panel)),
    decided ? decision(line, decided, panel) : state.undone.has(line.id) && undone(line, panel),
    state.lapsed.has(line.id) && lapsed(state.lapsed.get(line.id)),
    isOpen && body(line, panel),
  );
}

function head(line, isOpen, decided, { review, act }) {
  const now = decided?.edit ? { ...line, ...decided.edit } : line;
  const units = decided?.edit ? [now.units] : possibleUnits(line, review);
  const open = line.missing.filter((gap) => gap.where === "note").length;
  return h(
    "button",
    { type: "button", class: "head", "data-focus": true, "aria-expanded": String(isOpen), onclick: () => act.toggle(line.id) },
    icon(line.status, words.status[line.status]),
    h("span", { class: "code" }, now.code),
    h("span", { class: "label" }, now.code === line.code ? shortLabel(line.label) : "", line.status !== "supported" && open > 0 && h("span", { class: "needs" }, ` ${words.needs(open)}`)),
    h("span", { class: "units" }, h("span", { "aria-hidden": "true" }, words.times(units)), unseen(words.timesSaid(units))),
    h("span", { class: "modifiers" }, now.modifiers.join(" ")),
  );
}

/** Accept by one press; a second one takes it back. */
function tick(line, decided, { state, act }) {
  const isOn = isTaken(decided);
  const isShut = !isOn && state.isOutdated;
  return h(
    "button",
    {
      type: "button",
      class: "tick",
      part: "accept",
      "aria-pressed": String(isOn),
      "aria-label": words.acceptLine(line.code),
      title: isOn ? words.undo : isShut ? words.readFirst : `${words.accept} (A)`,
      disabled: isShut,
      onclick: () => (isOn ? act.undo(line) : act.accept(line)),
    },
    icon("done"),
  );
}

function decision(line, decided, { act }) {
  const [code, units, modifiers] = JSON.parse(decided.about); // the line as it was decided on
  const was = { code, units: units ?? "?", modifiers };
  const said =
    decided.action === "edit"
      ? `${words.decided.edit} from ${words.changedTo(was)}`
      : [words.decided[decided.action], decided.reason_code && words.reasons[decided.reason_code].toLowerCase()].filter(Boolean).join(": ");
  return h(
    "div",
    { key: "decision", class: "decision" },
    h("span", {}, said),
    textButton(words.undo, () => act.undo(line), { label: `${words.undo}: ${said.toLowerCase()} ${line.code}` }),
    progress(decided.entry, act),
  );
}

function isTaken(decided) {
  return decided?.action === "accept" || decided?.action === "edit";
}

/** What was accepted and does not stand in the note any more, until a person decides again. */
export function lapsed({ code, was, now }, more = null) {
  return h("div", { key: "lapsed", class: "decision lapsed" }, icon("warning"), h("span", {}, words.lapsed({ code, ...was }, now)), more);
}

function undone(line, { state }) {
  return h("div", { key: "undone", class: "decision quiet" }, words.replaced(state.undone.get(line.id)));
}

function body(line, panel) {
  return h(
    "div",
    { key: "body", class: "body" },
    h("p", {}, said(line), shortLabel(line.label) !== line.label && ` · ${line.label}`),
    arithmetic(line, panel),
    line.evidence.length > 0 && h("div", { class: "quotes" }, line.evidence.map((span) => quote(span, panel, line.id))),
    line.reasons.map((each, n) => reason(each, n, line, panel)),
    line.alternatives.map((other) =>
      h("p", { key: `not ${other.code}`, class: "reason quiet" }, `${words.notThat(other.code)} ${other.why_not} `, cites(other.citations, panel)),
    ),
    questions(line, panel),
    form(line, panel) ?? actions(line, panel),
  );
}

/** How sure it is, in words where nothing is missing; where something is, that matters first. */
function said(line) {
  const sure = words.confidence(line.confidence);
  const exact = words.confidenceExact(line.confidence);
  const isSure = line.status === "supported";
  const status = h("span", { class: `status ${line.status}`, title: isSure ? null : `${sure}: ${exact.toLowerCase()}` }, words.status[line.status]);
  return [status, isSure && [" · ", h("span", { title: exact }, sure)]];
}

function arithmetic(line, { review }) {
  const counted = countedBy(line.arithmetic);
  if (line.units === null || counted) return methods(line, review, counted ?? {});
  const isSaid = line.reasons.some((each) => bare(each.text) === bare(line.arithmetic));
  return line.arithmetic && !isSaid && h("p", { key: "units", class: "reason arithmetic" }, line.arithmetic);
}

/** What each method makes of the line, one row a method. */
function methods(line, review, counted) {
  const read = Object.entries(review.units.by_method);
  if (!read.some(([, units]) => line.code in units)) return h("p", { key: "units", class: "reason needs_documentation" }, words.unitsOpen);
  const row = ([method, units]) => [
    h("dt", { key: `dt ${method}` }, words.method(method)),
    h("dd", { key: `dd ${method}` }, h("span", { class: "units" }, words.methodUnits(units[line.code])), counted[method] && h("span", { class: "counted" }, counted[method])),
  ];
  return h("dl", { key: "units", class: "methods" }, read.map(row));
}

/** The arithmetic of each method where a sentence holds that of both; else null. */
function countedBy(text) {
  const [total, alone] = text.split(/; each code alone,? */);
  return alone ? { medicare_total_time: total, midpoint: alone } : null;
}

/** A reason with its sources. Arithmetic that stands by method above is not told again: only its sources are. */
function reason({ text, citations }, n, line, panel) {
  const isTold = countedBy(line.arithmetic) && bare(text) === bare(line.arithmetic);
  return h("p", { key: `reason ${n}`, class: "reason" }, isTold ? h("span", { class: "quiet" }, `${words.arithmetic}:`) : text, " ", cites(citations, panel));
}

function questions(line, { state, act }) {
  const open = line.missing.filter((gap) => gap.where === "note" && !state.dismissed.has(gap.id));
  return open.length > 0 && h("p", { key: "questions" }, textButton(words.needs(open.length), () => act.show(open[0].id), { name: "needs" }));
}

/** What is decided already isn't offered again: the way back stands beside the decision. */
function actions(line, { state, act }) {
  const decided = state.decided.get(line.id);
  const shut = state.isOutdated && { disabled: true, title: words.readFirst };
  return h(
    "div",
    { key: "actions", class: "actions" },
    !isTaken(decided) && h("button", { key: "accept", type: "button", class: "action", onclick: () => act.accept(line), ...shut }, words.accept),
    h("button", { key: "edit", type: "button", class: "action", onclick: () => act.form("edit", line.id), ...shut }, words.edit),
    decided?.action !== "reject" && h("button", { key: "reject", type: "button", class: "action", onclick: () => act.form("reject", line.id) }, words.reject),
  );
}

function form(line, { review, state, act }) {
  if (state.form?.id !== line.id) return null;
  if (state.form.kind === "reject") return reasonChoice(REJECTIONS, (reason) => act.reject(line, reason), act.closeForm);
  if (state.form.kind !== "edit") return null;
  const units = possibleUnits(line, review);
  const field = (name, label, value, more) => h("label", { key: name, class: name }, label, h("input", { name, value, autocomplete: "off", spellcheck: "false", ...more }));
  return h(
    "form",
    { key: "edit", class: "edit", novalidate: true, onsubmit: (event) => act.saveEdit(line, event) },
    field("code", words.codeField, line.code, { maxlength: "5", size: "5" }),
    field("units", words.unitsField, units.length === 1 ? String(units[0]) : "", { inputmode: "numeric", maxlength: "3", size: "3" }),
    field("modifiers", words.modifiersField, line.modifiers.join(" "), { size: "8" }),
    state.form.problem && h("p", { key: "problem", class: "problem", role: "alert" }, state.form.problem),
    h("div", { class: "actions" }, h("button", { type: "submit", class: "action main", disabled: state.isOutdated, title: state.isOutdated ? words.readFirst : null }, words.save), h("button", { type: "button", class: "action", onclick: act.closeForm }, words.cancel)),
  );
}
