// Why something isn't there, and what a reader must know: services not coded, warnings, sources that disagree.

import { isOfNote, visitDates } from "../gathered.js";
import { icon } from "../icons.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { cites, fold, quote, section } from "./parts.js";

const LEVELS = ["error", "warning", "info"];

export function notCoded(panel) {
  const { review } = panel;
  if (!review.not_coded.length) return null;
  const rows = review.not_coded.map((each) => {
    const key = `not ${each.code} ${each.reason} ${each.evidence[0]?.quote ?? ""}`;
    return h(
      "li",
      { key, class: "item told", "data-item": key, "data-focus": true, tabindex: "-1" },
      icon("not_coded"),
      h("div", {}, h("p", {}, h("span", { class: "code" }, each.code ?? words.noCode), h("span", { class: "tag" }, words.notCodedFor(each.reason))),
        h("p", {}, each.explanation, " ", cites(each.citations, panel)),
        each.evidence.slice(0, 2).map((span) => quote(span, panel))),
    ); // prettier-ignore
  });
  if (visitDates(review).length > 1) return fold("not-coded", `${words.notCoded} (${rows.length})`, () => h("ul", {}, unique(rows)), panel);
  return section("not-coded", words.notCoded, rows.length, h("ul", {}, unique(rows)));
}

/** Two entries may read the same; keys may not. */
function unique(rows) {
  const seen = new Map();
  for (const row of rows) {
    const n = seen.get(row.key) ?? 0;
    seen.set(row.key, n + 1);
    if (n) row.key = row.props["data-item"] = `${row.key} ${n}`;
  }
  return rows;
}

/** What concerns this note's own words. */
export function warnings(panel) {
  const { review } = panel;
  const isAsked = visitDates(review).length > 1; // the question of which visit says it already
  const shown = review.warnings.filter((each) => !isAside(each) && !(isAsked && each.kind === "multiple_visits"));
  const rows = LEVELS.flatMap((level) => shown.filter((each) => each.level === level)).map((each) => warning(each, panel));
  const conflicts = review.conflicts.filter((each) => isOfNote(each, review)).map((each) => conflict(each, panel));
  if (!rows.length && !conflicts.length) return null;
  return section("warnings", words.warnings, rows.length + conflicts.length, h("ul", {}, unique([...rows, ...conflicts])));
}

/** Where sources disagree about a code of this visit, but not about anything that the note says. */
export function disagreements(panel) {
  const { review } = panel;
  const rows = [
    ...review.warnings.filter(isAside).map((each) => warning(each, panel)),
    ...review.conflicts.filter((each) => !isOfNote(each, review)).map((each) => conflict(each, panel)),
  ];
  return rows.length > 0 && fold("disagreements", words.disagreements(rows.length), () => h("ul", {}, unique(rows)), panel);
}

function isAside(warning) {
  return warning.kind === "source_conflict" && !warning.evidence.length;
}

function warning(each, panel) {
  const key = `warning ${each.kind} ${each.codes.join(" ")}`;
  return h(
    "li",
    { key, class: `item told ${each.level}`, "data-item": key, "data-focus": true, tabindex: "-1" },
    icon(each.level, words.level[each.level]),
    h("div", {}, h("p", {}, each.message, " ", cites(each.citations, panel)), each.evidence.slice(0, 2).map((span) => quote(span, panel))),
  );
}

/** Who claims what, and who says otherwise. */
function conflict(each, panel) {
  const key = `conflict ${each.said_by} ${each.contradicted_by}`;
  const says = (id, text) =>
    h("p", { key: id }, h("span", { class: "who" }, words.says(authorityOf(id, panel))), " ", text, " ", cites([id], panel));
  return h(
    "li",
    { key, class: "item told conflict", "data-item": key, "data-focus": true, tabindex: "-1" },
    icon("conflict", words.disagree),
    h("div", {}, says(each.said_by, words.claim(each.claim)), says(each.contradicted_by, words.resolution(each.resolution))),
  );
}

function authorityOf(id, { review }) {
  return words.authority(review.passages.find((passage) => passage.id === id)?.source.authority);
}

