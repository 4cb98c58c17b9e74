// What can be billed: the totals of the visit and its lines.

import { isTimed, totalUnits, visitDates } from "../gathered.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { codeLine, lapsed } from "./line.js";
import { section, textButton } from "./parts.js";

export function totals({ review, state, act }) {
  if (visitDates(review).length > 1) return null; // a sum over several visits means nothing
  const { date_of_service: date, rules_as_of: asOf } = review.encounter;
  const { low, high, open } = totalUnits(review);
  const differs = review.suggestions.some((line) => line.units === null) && low !== high;
  return h(
    "div",
    { key: "totals", class: "totals", part: "totals" },
    h("span", {}, words.minutes(review.encounter, isTimed(review))),
    h("strong", {}, words.units(low, high), open && " +"),
    h("span", { class: "rules" }, date ? words.rulesOf(date) : words.rulesAsOf(asOf)),
    state.isDateChosen && textButton(words.otherVisits, () => act.chooseDate(null), { key: "visits" }),
    differs && h("span", { key: "both", class: "rules" }, words.bothCounts),
  );
}

export function codes(panel) {
  const { review } = panel;
  const lines = review.suggestions.map((line) => codeLine(line, panel));
  return section("codes", words.codes, lines.length || null, lines.length ? h("ul", {}, lines) : nothing(panel), gone(panel));
}

/** Lines that were accepted and that the note does not support at all any more: nobody may miss that. */
function gone({ review, state, act }) {
  const rest = [...state.lapsed].filter(([id]) => !review.suggestions.some((line) => line.id === id));
  const row = ([id, each]) => h("li", { key: id }, lapsed(each, textButton(words.seen, () => act.forget(id), { label: `${words.seen}: ${each.code}` })));
  return rest.length > 0 && h("ul", { key: "gone", class: "gone" }, rest.map(row));
}

function nothing({ review, act }) {
  const dates = visitDates(review);
  if (dates.length > 1) {
    return h(
      "div",
      { key: "several", class: "several" },
      h("p", {}, words.several),
      h("div", { class: "actions" }, dates.map((date) => h("button", { key: date, type: "button", class: "action", onclick: () => act.chooseDate(date) }, h("time", { datetime: date }, date)))),
    );
  }
  const isTold = review.not_coded.length + review.warnings.length > 0;
  return h("p", { key: "nothing", class: "quiet" }, isTold ? words.nothingWhy : words.nothing);
}
