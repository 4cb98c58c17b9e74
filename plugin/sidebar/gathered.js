// What the panel shows of a review, gathered from it: numbers for its sources, gaps in order, totals. Pure.

/** @typedef {object} Review the contract's answer to `POST /v1/suggestions` */

const TIMED_GAPS = ["minutes", "total_timed_minutes"];
const TIMED_REASONS = ["no_minutes", "below_minimum"];
const BEHIND = ["wrong_code_in_note", "typed_code_unsupported", "payer_substitution"];
const LISTS = ["suggestions", "missing", "not_coded", "warnings", "conflicts", "passages"];

/** Tell whether an answer has the shape that the panel reads; anything else is no review. */
export function isReview(told) {
  return (
    typeof told === "object" && told !== null && typeof told.encounter === "object" && told.encounter !== null &&
    typeof told.units === "object" && told.units !== null && LISTS.every((name) => Array.isArray(told[name]))
  ); // prettier-ignore
}

/** Number the passages in the order in which a reader meets them, with those that dispute them: id → number. */
export function numbered(review) {
  const known = new Map(review.passages.map((passage) => [passage.id, passage]));
  const met = new Set();
  const meet = (ids) => ids.filter((id) => known.has(id)).forEach((id) => met.add(id));
  for (const line of review.suggestions) {
    for (const reason of line.reasons) meet(reason.citations);
    for (const other of line.alternatives) meet(other.citations);
  }
  for (const { gap } of gaps(review)) meet(gap.citations);
  for (const each of [...review.not_coded, ...review.warnings]) meet(each.citations);
  for (const each of review.conflicts) meet([each.said_by, each.contradicted_by]);
  for (const line of review.suggestions) meet(line.citations);
  for (const id of [...met]) meet([known.get(id).disputed?.by]);
  return new Map([...met].map((id, n) => [id, n + 1]));
}

/** Return every gap with the code of its line ("" for the visit's), required ones first. */
export function gaps(review) {
  const ofLines = review.suggestions.flatMap((line) => line.missing.map((gap) => ({ gap, code: about(gap, line.code), line: line.id })));
  const all = [...ofLines, ...review.missing.map((gap) => ({ gap, code: about(gap, ""), line: null }))];
  return all.sort((a, b) => (a.gap.severity !== "required") - (b.gap.severity !== "required"));
}

/** The lines that a question is about: one that was folded of several names them all. */
function about(gap, code) {
  return gap.codes?.length ? gap.codes.join(", ") : code;
}

/** Gaps that the note itself should close. */
export function openGaps(review, dismissed = new Map()) {
  return gaps(review).filter(({ gap }) => gap.where === "note" && !dismissed.has(gap.id));
}

/** Gaps that live in the chart or its metadata, each once. */
export function chartGaps(review) {
  const first = new Map();
  for (const { gap } of gaps(review)) if (gap.where !== "note" && !first.has(gap.element)) first.set(gap.element, gap);
  return [...first.values()];
}

/** Units that a line can have: one number, or what each method makes of it, or none. Ascending. */
export function possibleUnits(line, review) {
  if (line.units !== null) return [line.units];
  const read = Object.values(review.units.by_method).map((units) => units[line.code]);
  return [...new Set(read.filter((n) => n !== undefined))].sort((a, b) => a - b);
}

/** Fewest and most units of the visit. */
export function totalUnits(review) {
  const each = review.suggestions.map((line) => possibleUnits(line, review));
  const sum = (pick) => each.reduce((total, units) => total + (units.length ? pick(units) : 0), 0);
  return { low: sum((units) => units[0]), high: sum((units) => units.at(-1)), open: each.some((units) => !units.length) };
}

/** Whether minutes matter: a line is counted by them, or something waits for them. */
export function isTimed(review) {
  const counted = Object.values(review.units.by_method).some((units) => Object.keys(units).length > 0);
  const asked = gaps(review).some(({ gap }) => TIMED_GAPS.includes(gap.kind));
  return counted || asked || review.not_coded.some((each) => TIMED_REASONS.includes(each.reason));
}

/** Dates to choose from, if the note holds several visits and none was chosen. */
export function visitDates(review) {
  const several = review.warnings.some((each) => each.kind === "multiple_visits");
  return several && !review.encounter.date_of_service ? review.encounter.dates_found : [];
}

/** Whether a conflict is about a claim that a warning of the note's own words rests on; a payer's own code rests on what contradicts it. */
export function isOfNote(conflict, { warnings }) {
  const cited = (id, kinds) => warnings.some((each) => kinds.includes(each.kind) && each.citations.includes(id));
  return cited(conflict.said_by, BEHIND) || cited(conflict.contradicted_by, BEHIND.slice(1));
}

/** What a decision on a line was about. A later reading that differs in it was not decided on. */
export function signature(line) {
  return JSON.stringify([line.code, line.units, line.modifiers]);
}

/** A sentence without its end and its capitals: the engine tells some twice, in both forms. */
export function bare(text) {
  return text.toLowerCase().replace(/[\s.]+$/, "");
}

/** The label before its explanation: the first words of "Manual therapy: hands-on work on joints". */
export function shortLabel(label) {
  return label.split(": ", 1)[0];
}

/** The title without the remark that this is our digest: the badge says it of every such source. */
export function sourceTitle(source) {
  return source.summary ? source.title.replace(/ \(our digest[^)]*\)/, "") : source.title;
}
