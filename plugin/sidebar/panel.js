// The panel: what can be billed, what would stop it, why something isn't. Same order and words as the terminal.

import { el, icon } from "./elements.js";
import { Sources } from "./sources.js";

const MOST_GAPS = 5;
const MOST_CONFLICTS = 5;
const LEVELS = ["error", "warning", "info"];

/**
 * Make the panel's contents.
 * `hands` are what a reader can do: jump(span), light(lineId or null), and `opened`, the keys that stay open.
 */
export function panel(review, dialog, hands) {
  const sources = new Sources(review.passages, dialog);
  const parts = [
    summary(review),
    ...codes(review, sources, hands),
    ...missing(review, sources, hands),
    ...notCoded(review, sources, hands),
    ...warnings(review, sources, hands),
    chart(review, hands),
  ];
  const cited = sources.list();
  if (cited.length) parts.push(fold(`Sources (${cited.length})`, "sources", el("ul", {}, cited), hands));
  return parts.filter(Boolean);
}

function summary(review) {
  const { timed_minutes: timed, total_minutes: total, date_of_service: date, rules_as_of: asOf } = review.encounter;
  const minutes = [timed === null ? "timed min not stated" : `${timed} timed min`, total !== null && `${total} total`];
  const open = review.suggestions.some((line) => line.units === null);
  const units = review.suggestions.reduce((sum, line) => sum + (line.units ?? 0), 0);
  return el("div", { class: "fresh" },
    el("div", { class: "sum" }, el("span", {}, minutes.filter(Boolean).join(" · ")), el("strong", {}, open ? "units open" : `${units} unit${units === 1 ? "" : "s"}`)),
    el("div", { class: "rules" }, date ? `Rules of ${date}` : `No date given: rules as of ${asOf}`));
}

function heading(title, count) {
  return el("h2", {}, count === undefined ? title : `${title} (${count})`);
}

function codes(review, sources, hands) {
  const lines = review.suggestions.map((line) => el("li", { class: "coded" }, codeLine(line, review, sources, hands)));
  if (!lines.length) lines.push(el("li", { class: "quiet" }, "Nothing to bill in this note. Why is told below."));
  return [heading("CODES", review.suggestions.length), el("ul", {}, lines)];
}

function codeLine(line, review, sources, hands) {
  const said = line.status === "supported" ? "supported" : "needs documentation";
  const head = el("summary", { "data-item": true },
    el("span", { class: "code" }, line.code),
    el("span", {}, line.label),
    el("span", { class: "units" }, times(line, review)),
    el("span", { class: "modifiers" }, line.modifiers.join(" ")),
    icon(line.status, said));
  head.title = `${said}, confidence ${Math.round(line.confidence * 100)} %`;
  const made = keepOpen(el("details", { "data-line": line.id }, head, why(line, sources, hands)), line.id, hands);
  made.addEventListener("mouseenter", () => hands.light(line.id));
  made.addEventListener("mouseleave", () => hands.light(null));
  made.addEventListener("focusin", () => hands.light(line.id));
  made.addEventListener("focusout", () => hands.light(null));
  return made;
}

/** Units; where methods differ and no payer decides, both readings. */
function times(line, review) {
  if (line.units !== null) return `×${line.units}`;
  const readings = [...new Set(Object.values(review.units.by_method).map((units) => units[line.code]))].filter((n) => n !== undefined);
  return readings.length > 1 ? `×${readings.sort().join("|")}` : "×?";
}

function why(line, sources, hands) {
  const bare = (text) => text.toLowerCase().replace(/[. ]+$/, "");
  const arithmetic = line.reasons.some((reason) => bare(reason.text) === bare(line.arithmetic)) ? "" : line.arithmetic;
  const required = line.missing.filter((gap) => gap.severity === "required" && gap.where === "note").length;
  return el("div", { class: "why" },
    arithmetic && el("p", {}, arithmetic),
    line.evidence.map((span) => quote(span, hands)),
    line.reasons.map((reason) => el("p", {}, reason.text, " ", sources.cite(reason.citations))),
    line.alternatives.map((other) => el("p", { class: "quiet" }, `Not ${other.code}: ${other.why_not} `, sources.cite(other.citations))),
    required > 0 && el("p", { class: "needs_documentation" }, `Needs documentation: ${required} thing${required === 1 ? "" : "s"} missing`));
}

function quote(span, hands) {
  return el("button", { type: "button", class: "quote", onclick: () => hands.jump(span), title: "Show in the note" }, `“${span.quote}”`);
}

function missing(review, sources, hands) {
  const asked = gaps(review).filter(({ gap }) => gap.where === "note");
  asked.sort((a, b) => (a.gap.severity !== "required") - (b.gap.severity !== "required"));
  if (!asked.length && !review.suggestions.length) return [];
  if (!asked.length) return [heading("MISSING", 0), el("p", { class: "quiet" }, "Nothing missing.")];
  const rows = asked.map(({ gap, code }) => gapRow(gap, code, sources));
  const parts = [heading("MISSING", asked.length), el("ul", {}, rows.slice(0, MOST_GAPS))];
  if (rows.length > MOST_GAPS) parts.push(fold(`${rows.length - MOST_GAPS} more`, "more-gaps", el("ul", {}, rows.slice(MOST_GAPS)), hands));
  return parts;
}

function gaps(review) {
  const ofLines = review.suggestions.flatMap((line) => line.missing.map((gap) => ({ gap, code: line.code })));
  return [...ofLines, ...review.missing.map((gap) => ({ gap, code: "" }))];
}

function gapRow(gap, code, sources) {
  const required = gap.severity === "required";
  const mark = el("span", { class: "mark", title: gap.severity, role: "img", "aria-label": gap.severity }, required ? "●" : "○");
  return el("li", { class: `gap ${gap.severity}`, tabindex: "0", "data-item": true }, mark,
    el("div", {},
      el("div", {}, el("span", { class: "ask" }, gap.query), code && el("span", { class: "for" }, `  ${code}`)),
      el("div", { class: "because" }, `asked because ${lower(gap.why)} `, sources.cite(gap.citations))));
}

function lower(text) {
  return /^[A-Z]{2}/.test(text) ? text : text.slice(0, 1).toLowerCase() + text.slice(1);
}

function notCoded(review, sources, hands) {
  if (!review.not_coded.length) return [];
  const rows = review.not_coded.map((each) =>
    el("li", { class: "no", tabindex: "0", "data-item": true },
      el("span", { class: "code" }, each.code ?? "—"),
      el("div", {}, each.explanation, " ", each.evidence.slice(0, 1).map((span) => [quote(span, hands), " "]), sources.cite(each.citations))));
  return [heading("NOT CODED", rows.length), el("ul", {}, rows)];
}

function warnings(review, sources, hands) {
  const rows = LEVELS.flatMap((level) => review.warnings.filter((each) => each.level === level)).map((each) =>
    el("li", { class: "warn", tabindex: "0", "data-item": true }, icon(each.level, each.level), el("div", {}, each.message, " ", sources.cite(each.citations))));
  const conflicts = review.conflicts.map((each) => conflictRow(each, sources));
  if (!rows.length && !conflicts.length) return [];
  const first = el("ul", {}, rows, conflicts.slice(0, MOST_CONFLICTS));
  const more = conflicts.slice(MOST_CONFLICTS);
  const folded = more.length && fold(`${more.length} more conflicts of sources`, "more-conflicts", el("ul", {}, more), hands);
  return [heading("WARNINGS", rows.length + conflicts.length), first, folded];
}

function conflictRow(each, sources) {
  const says = (id) => el("span", { class: "info" }, `${sources.authority(id)} says: `);
  return el("li", { class: "warn", tabindex: "0", "data-item": true }, icon("conflict", "sources disagree"), el("div", {},
    says(each.said_by), each.claim.replace(/\.$/, ""), " ", sources.cite([each.said_by]), "; ",
    says(each.contradicted_by), each.resolution, " ", sources.cite([each.contradicted_by])));
}

function chart(review, hands) {
  const labels = [...new Set(gaps(review).filter(({ gap }) => gap.where !== "note").map(({ gap }) => gap.label))];
  return labels.length ? fold(`Chart items (${labels.length})`, "chart", el("ul", {}, labels.map((label) => el("li", {}, label))), hands) : null;
}

function fold(title, key, inside, hands) {
  return keepOpen(el("details", { class: "fold" }, el("summary", { "data-item": true }, title), inside), key, hands);
}

/** Keep open over a new reading of the note what the reader opened: ids stay the same while it is edited. */
function keepOpen(details, key, hands) {
  details.dataset.key = key;
  details.open = hands.opened.has(key);
  details.addEventListener("toggle", () => (details.open ? hands.opened.add(key) : hands.opened.delete(key)));
  return details;
}
