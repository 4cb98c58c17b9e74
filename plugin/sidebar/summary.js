// A review on paper: what is billed and why, what is missing, what was left out, and where each rule stands.
//
// The paper is a document of its own in a hidden frame, so that a host's styles can't reach it; its styles are constructed,
// so that a strict content policy lets them be. Text from notes and sources only ever becomes text nodes.

import { bare, chartGaps, isOfNote, numbered, openGaps, possibleUnits, shortLabel, sourceTitle, totalUnits } from "./gathered.js";
import { STYLES } from "./summary-styles.js";
import { words } from "./words.js";

const NOT_ADVICE = "Not legal or billing advice. A person checks this review against the record and signs.";

/**
 * Print a review.
 * @param {object} review  the contract's answer
 * @param {string} note  the note as it was sent; its length is told, its text is not printed beyond the quotes
 * @param {SummaryFacts} [facts]
 * @returns {Promise<void>}  settled once the printing dialog is gone
 */
export async function printSummary(review, note, facts = {}) {
  const frame = document.createElement("iframe");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  Object.assign(frame.style, { position: "fixed", width: "0", height: "0", border: "0", visibility: "hidden" });
  document.body.append(frame);
  const paper = frame.contentWindow;
  writeSummary(paper.document, review, note, facts);
  const isOver = new Promise((over) => paper.addEventListener("afterprint", over, { once: true }));
  paper.print();
  await Promise.race([isOver, new Promise((over) => setTimeout(over, 60_000))]);
  frame.remove();
}

/**
 * @typedef {object} SummaryFacts  what the review itself does not know
 * @property {string|null} [payer]
 * @property {string|null} [discipline]
 * @property {"draft"|"final"} [stage]  as the review was asked for; without it final
 * @property {Record<string, string>} [patient]  label → value, as the host wants it on paper
 * @property {Record<string, {action: string, reason_code?: string, edit?: object}>} [decisions]  by line id
 * @property {Date} [at]  when it is printed
 */

/**
 * Write a review into an empty document. Where sources disagree about a code, but not about what this note says, is left out.
 * @param {Document} paper
 * @param {object} whole  the contract's answer
 * @param {string} note
 * @param {SummaryFacts} [facts]
 */
export function writeSummary(paper, whole, note, facts = {}) {
  const review = { ...whole, conflicts: whole.conflicts.filter((each) => isOfNote(each, whole)) };
  const sheet = new paper.defaultView.CSSStyleSheet(); // a sheet belongs to the document that made it
  sheet.replaceSync(STYLES);
  paper.adoptedStyleSheets = [sheet];
  paper.documentElement.lang = "en";
  paper.title = `Review ${review.encounter.date_of_service ?? review.encounter.rules_as_of}`;
  const numbers = numbered(review);
  const made = maker(paper, numbers);
  paper.body.replaceChildren(
    ...head(made, review, note, facts),
    ...lines(made, review, facts.decisions ?? {}),
    ...missing(made, review, facts.stage),
    ...notCoded(made, review),
    ...warnings(made, review),
    ...sources(made, review, numbers),
    foot(made, review, facts.at ?? new Date()),
  );
}

/** How to make elements in a document, and the numbers of its sources. */
function maker(paper, numbers) {
  const el = (name, className, ...children) => {
    const made = paper.createElement(name);
    if (className) made.className = className;
    made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return made;
  };
  const cites = (ids) => {
    const known = [...new Set(ids.map((id) => numbers.get(id)).filter(Boolean))].sort((a, b) => a - b);
    return known.length ? el("span", "cite", ` [${known.join(", ")}]`) : "";
  };
  const section = (title, ...children) => el("section", "", el("h2", "", title), ...children);
  return { el, cites, section };
}

// --- the head ------------------------------------------------------------------------------------

function head({ el }, review, note, { patient = {}, payer, discipline, at = new Date() }) {
  const { encounter } = review;
  const { low, high, open } = totalUnits(review);
  const facts = [
    ...Object.entries(patient),
    ["Payer", words.payer(encounter.payer ?? payer)],
    ["Discipline", words.discipline(encounter.discipline ?? discipline)],
    ["Date of service", encounter.date_of_service ?? "not stated"],
    ["Rules as of", encounter.rules_as_of],
    ["Visit", encounter.visit_type],
    ["Minutes", words.minutes(encounter)],
    ["Total", open ? `${words.units(low, high)}, some open` : words.units(low, high)],
    ["Note", `${[...note].length} characters`],
  ];
  return [
    el("header", "", el("h1", "", "Review of a visit note"), el("p", "muted", `Printed ${stamp(at)}`)),
    el("dl", "facts", facts.map(([name, value]) => el("div", "", el("dt", "", name), el("dd", "", value)))),
  ];
}

function stamp(at) {
  return at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

// --- lines ---------------------------------------------------------------------------------------

function lines(made, review, decisions) {
  const rows = review.suggestions.map((line) => lineOf(made, line, review, decisions[line.id]));
  return [made.section("Codes", rows.length ? rows : made.el("p", "", words.nothing))];
}

function lineOf({ el, cites }, line, review, decision) {
  const told = new Set([bare(line.arithmetic)]);
  const reasons = line.reasons.filter((reason) => !told.has(bare(reason.text)) && told.add(bare(reason.text)));
  const counted = line.reasons.filter((reason) => bare(reason.text) === bare(line.arithmetic)).flatMap((reason) => reason.citations);
  return el("article", "line",
    el("h3", "",
      el("span", "code", line.code), el("span", "units", words.times(possibleUnits(line, review))),
      el("span", "modifiers", line.modifiers.join(" ")), el("span", "label", shortLabel(line.label)),
      el("span", "status", `${words.status[line.status]}, ${words.confidence(line.confidence)}`)),
    decision && el("p", "decision", decided(decision)),
    line.arithmetic && el("p", "", el("b", "", `${words.arithmetic}: `), line.arithmetic, cites(counted)),
    el("p", "", el("b", "", `${words.inNote}: `), line.evidence.map((span, n) => [n ? "; " : "", el("q", "", span.quote)])),
    reasons.length > 0 && el("ul", "", reasons.map((reason) => el("li", "", reason.text, cites(reason.citations)))),
    line.alternatives.map((other) => el("p", "muted", `${words.notThat(other.code)} ${other.why_not}`, cites(other.citations))),
  ); // prettier-ignore
}

function decided({ action, edit, reason_code: reason }) {
  const why = reason ? `: ${words.reasons[reason] ?? reason}` : "";
  return `${words.decided[action] ?? action}${edit ? ` to ${words.changedTo({ modifiers: [], ...edit })}` : ""}${why}`;
}

// --- what is missing, left out, warned of ---------------------------------------------------------

/** A draft was asked for what is required only; a final note for everything. */
function missing({ el, cites, section }, review, stage) {
  const open = openGaps(review);
  const chart = chartGaps(review);
  const ask = ({ gap, code }) =>
    el("li", "", el("b", "", gap.query), ` (${[code, words.severity[gap.severity]].filter(Boolean).join(", ")}) `,
      el("span", "muted", gap.why, cites(gap.citations))); // prettier-ignore
  return [
    section(words.missing, open.length ? el("ul", "", open.map(ask)) : el("p", "", stage === "draft" ? words.nothingRequired : words.nothingMissing)),
    chart.length > 0 && section("To check in the chart", el("ul", "", chart.map((gap) => el("li", "", gap.label, cites(gap.citations))))),
  ].filter(Boolean);
}

function notCoded({ el, cites, section }, review) {
  if (!review.not_coded.length) return [];
  const row = (each) => el("tr", "", el("th", "code", each.code ?? "–"), el("td", "", words.notCodedFor(each.reason)),
    el("td", "", each.explanation, cites(each.citations), each.evidence.slice(0, 1).map((span) => [" ", el("q", "muted", span.quote)]))); // prettier-ignore
  return [section("Not coded, and why", el("table", "", el("tbody", "", review.not_coded.map(row))))];
}

function warnings({ el, cites, section }, review) {
  const rows = review.warnings.map((each) => el("li", "", el("b", "", `${words.level[each.level]}: `), each.message, cites(each.citations)));
  const conflicts = review.conflicts.map((each) =>
    el("li", "", el("b", "", `${words.disagree}: `), bareEnd(each.claim), cites([each.said_by]), "; ", each.resolution, cites([each.contradicted_by])));
  return rows.length + conflicts.length ? [section(words.warnings, el("ul", "", rows, conflicts))] : [];
}

function bareEnd(text) {
  return text.replace(/[\s.]+$/, "");
}

// --- sources and the foot -------------------------------------------------------------------------

function sources({ el, section }, review, numbers) {
  const known = new Map(review.passages.map((passage) => [passage.id, passage]));
  const rows = new Map(); // passages of one place in one source share a row
  for (const [id, number] of numbers) {
    const told = toldOf(known.get(id), numbers);
    const key = JSON.stringify(told);
    rows.set(key, { told, marks: [...(rows.get(key)?.marks ?? []), number] });
  }
  const row = ({ told: { title, facts, disputed }, marks }) =>
    el("tr", "", el("th", "", marks.join(", ")), el("td", "", el("b", "", title), el("br"), el("span", "muted", facts), disputed && el("p", "", disputed)));
  return rows.size ? [section("Sources", el("table", "sources", el("tbody", "", [...rows.values()].map(row))))] : [];
}

function toldOf({ source, disputed }, numbers) {
  const facts = [source.publisher, words.authority(source.authority), words.place(source), words.when(source), words.checked(source.checked)];
  const by = numbers.has(disputed?.by) ? ` [${numbers.get(disputed.by)}]` : "";
  return { title: sourceTitle(source), facts: facts.filter(Boolean).join(" · "), disputed: disputed ? `${words.disputed}: ${disputed.because}${by}` : "" };
}

const TABLES = { ncci: "NCCI pair edits", mue: "MUE unit limits" };

/** How old a table of edits is; they come out by the quarter, so an older one than that may have been replaced. */
function edition([name, day], at) {
  const table = TABLES[name] ?? name.toUpperCase();
  if (!day) return `${table}: edition not known`;
  const begun = new Date(`${day}T00:00`);
  if (Number.isNaN(begun.getTime())) return `${table}: edition ${day}`;
  const months = 12 * (at.getFullYear() - begun.getFullYear()) + at.getMonth() - begun.getMonth() - (at.getDate() < begun.getDate() ? 1 : 0);
  const age = months < 1 ? "less than a month old" : `${months} month${months === 1 ? "" : "s"} old`;
  return `${table}: edition of ${day}, ${begun > at ? "not yet in force" : age}${months >= 3 ? ", a newer one may be out" : ""}`;
}

function foot({ el }, review, at) {
  const { engine } = review;
  const editions = Object.entries(engine.editions ?? {}).map((each) => edition(each, at));
  const made = [`citecoder ${engine.version}`, `contract ${engine.contract}`, `knowledge ${String(engine.knowledge).slice(0, 12)}`, engine.prompt && `prompt ${engine.prompt}`, engine.llm && `model ${engine.llm}`, `review ${review.id}`];
  const blank = (name) => el("div", "", el("span", "rule"), el("span", "muted", name));
  return el("footer", "",
    editions.length > 0 && el("p", "", `${editions.join("; ")}.`),
    el("p", "", NOT_ADVICE),
    el("div", "sign", blank("Name and credentials"), blank("Signature"), blank("Date")),
    el("p", "muted", made.filter(Boolean).join(" · "))); // prettier-ignore
}
