// What would stop a line: questions to the clinician, never more than a few at once. What lives in the chart is apart.

import { chartGaps, openGaps, visitDates } from "../gathered.js";
import { icon } from "../icons.js";
import { h } from "../tree.js";
import { words } from "../words.js";
import { cites, fold, progress, reasonChoice, section, textButton, unseen } from "./parts.js";

const MOST = 5;
const DISMISSALS = ["documented_elsewhere", "not_performed", "payer_rule", "other"];

export function missing(panel) {
  const { review, state, act } = panel;
  if (visitDates(review).length > 1) return null; // first, which visit
  const open = openGaps(review, state.dismissed);
  const gone = openGaps(review).filter(({ gap }) => state.dismissed.has(gap.id));
  if (!open.length && !gone.length) return review.suggestions.length > 0 && section("missing", words.missing, null, done(panel));
  const isAll = state.open.has("more-gaps");
  const shown = isAll ? open : open.slice(0, MOST);
  return section(
    "missing",
    words.missing,
    open.length || null,
    open.length === 0 && done(panel),
    open.length > 0 && h("ul", { key: "open" }, shown.map((each) => gapItem(each, panel))),
    open.length > MOST && textButton(isAll ? words.fewer : words.more(open.length - MOST), () => act.toggle("more-gaps"), { name: "more", key: "more", "aria-expanded": String(isAll) }),
    gone.length > 0 && dismissed(gone, panel),
  );
}

/** A draft is asked for what is required only; a final note for everything. */
function done({ state }) {
  return h("p", { key: "done", class: "finished" }, icon("done"), state.isDraft ? words.nothingRequired : words.nothingMissing);
}

function gapItem({ gap, code, line }, panel) {
  const { state, act } = panel;
  const isOpen = state.open.has(gap.id);
  const isChoosing = state.form?.kind === "dismiss" && state.form.id === gap.id;
  return h(
    "li",
    { key: gap.id, class: `item gap ${gap.severity}${isOpen ? " open" : ""}`, part: `gap ${gap.severity}`, "data-item": gap.id, "data-gap": gap.id },
    h(
      "button",
      { type: "button", class: "head", "data-focus": true, "aria-expanded": String(isOpen), onclick: () => act.toggle(gap.id) },
      icon(gap.severity, words.severity[gap.severity]),
      h("span", { class: "ask" }, gap.query),
      code && h("span", { class: "for" }, unseen("for "), code),
    ),
    h("p", { class: "because", onclick: () => act.toggle(gap.id) }, words.askedBecause(gap.why)),
    isChoosing
      ? reasonChoice(DISMISSALS, (reason) => act.dismiss(gap, line, reason), act.closeForm)
      : h(
          "div",
          { key: "actions", class: "gap-actions" },
          textButton(words.insert, () => act.insert(gap), { label: `${words.insert}: ${gap.label}` }),
          textButton(words.dismiss, () => act.form("dismiss", gap.id), { name: "muted", label: `${words.dismiss}: ${gap.label}` }),
          cites(gap.citations, panel),
        ),
  );
}

function dismissed(gone, panel) {
  const { state, act } = panel;
  const row = ({ gap }) => {
    const { reason_code: reason, entry } = state.dismissed.get(gap.id);
    return h(
      "li",
      { key: gap.id, class: "dismissed" },
      h("span", {}, gap.query, " "),
      h("span", { class: "quiet" }, words.reasons[reason].toLowerCase(), " "),
      progress(entry, act),
      textButton(words.restore, () => act.restore(gap), { label: `${words.restore}: ${gap.label}` }),
    );
  };
  return fold("dismissed", words.dismissed(gone.length), () => h("ul", {}, gone.map(row)), panel);
}

export function chart(panel) {
  const found = chartGaps(panel.review);
  if (!found.length) return null;
  const rows = () => [
    h("p", { class: "quiet" }, words.chartWhy),
    h("ul", {}, found.map((gap) => h("li", { key: gap.element, title: gap.why }, gap.label, " ", cites(gap.citations, panel)))),
  ];
  return fold("chart", words.chart(found.length), rows, panel);
}
