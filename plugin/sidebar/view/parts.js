// Small pieces that several sections are made of.

import { isUnsaved } from "../deciding.js";
import { sourceTitle } from "../gathered.js";
import { h } from "../tree.js";
import { words } from "../words.js";

/** Words that only a screen reader says. */
export function unseen(...text) {
  return h("span", { class: "unseen" }, ...text);
}

/** A button in plain text. `label` is what it says to a screen reader, where its words alone would not do. */
export function textButton(text, onclick, { name = "", label = null, ...more } = {}) {
  return h("button", { type: "button", class: `text ${name}`.trim(), "aria-label": label, onclick, ...more }, text);
}

/** The marks of citations: each opens its source. */
export function cites(ids, { review, numbers, act }) {
  const known = ids.filter((id) => numbers.has(id));
  const marks = known.map((id) => {
    const passage = review.passages.find((each) => each.id === id);
    const title = passage ? sourceTitle(passage.source) : ""; // of an answer that is still coming, it may not be there yet
    return h(
      "button",
      { key: id, type: "button", class: "cite", "aria-label": words.source(numbers.get(id), title), title, disabled: !passage, "data-cite": id, onclick: () => act.cite(id) },
      `[${numbers.get(id)}]`,
    );
  });
  return marks.length > 0 && h("span", { class: "cites" }, marks);
}

/** A quote of the note that leads to its words. */
export function quote(span, panel, line = null) {
  return h(
    "button",
    { key: `${span.start}-${span.end}`, type: "button", class: "quote", part: "quote", title: words.showInNote, onclick: () => panel.act.jump(span, line) },
    `“${span.quote}”`,
  );
}

/** A section with its heading and, after it, how many there are. */
export function section(name, title, count, ...inside) {
  return h(
    "section",
    { key: name, class: `section ${name}`, part: `section ${name}` },
    h("h2", {}, title, count !== null && h("span", { class: "count" }, ` ${count}`)),
    ...inside,
  );
}

/** Something folded away until a person opens it; it stays as it was over a new reading. */
export function fold(key, title, inside, { state, act }) {
  const isOpen = state.open.has(key);
  return h(
    "div",
    { key, class: "fold", "data-item": key },
    h(
      "button",
      { type: "button", class: "fold-head", "data-focus": true, "aria-expanded": String(isOpen), onclick: () => act.toggle(key) },
      h("span", { class: "turn", "aria-hidden": "true" }),
      title,
    ),
    isOpen && h("div", { class: "folded" }, inside()),
  );
}

/** What has become of a decision, if it is not saved. */
export function progress(entry, act) {
  if (!isUnsaved(entry)) return null;
  const said = entry.progress === "waiting" ? words.notSaved : words.notKept(entry.status);
  return h("span", { key: "progress", class: "unsaved" }, said, " ", textButton(words.retry, act.resend));
}

/** Reasons to choose from: one press decides. */
export function reasonChoice(reasons, choose, cancel) {
  return h(
    "div",
    { key: "reasons", class: "choice", role: "group", "aria-label": words.why },
    h("span", { class: "quiet" }, words.why),
    reasons.map((reason) => h("button", { key: reason, type: "button", class: "chip", onclick: () => choose(reason) }, words.reasons[reason])),
    textButton(words.cancel, cancel),
  );
}
