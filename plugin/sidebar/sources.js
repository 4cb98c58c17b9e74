// Sources in words, numbered in the order a reader meets them, and the card that shows one.

import { el, icon } from "./elements.js";

const AUTHORITY = {
  regulator: "regulator",
  contractor: "Medicare contractor",
  association: "professional association",
  payer: "payer’s own policy",
  practice: "our working rule",
  article: "article",
};

export class Sources {
  constructor(passages, dialog) {
    this.passages = new Map(passages.map((passage) => [passage.id, passage]));
    this.numbers = new Map();
    this.dialog = dialog;
  }

  number(id) {
    if (!this.numbers.has(id)) this.numbers.set(id, this.numbers.size + 1);
    return this.numbers.get(id);
  }

  /** Make the marks of citations: buttons that open the source's card. */
  cite(ids) {
    return ids
      .filter((id) => this.passages.has(id))
      .map((id) => {
        const passage = this.passages.get(id);
        const label = `Source ${this.number(id)}: ${title(passage.source)}`;
        return el("button", { type: "button", class: "cite", "aria-label": label, onclick: () => this.open(id) }, `[${this.number(id)}]`);
      });
  }

  authority(id) {
    return this.passages.has(id) ? AUTHORITY[this.passages.get(id).source.authority] : "source";
  }

  /** Make the list of the sources met so far, and of those that contradict them. */
  list() {
    for (const id of [...this.numbers.keys()]) {
      const dispute = this.passages.get(id).disputed;
      if (dispute && this.passages.has(dispute.by)) this.number(dispute.by);
    }
    return [...this.numbers].map(([id, number]) => {
      const { source, disputed } = this.passages.get(id);
      const small = el("small", {}, [AUTHORITY[source.authority], place(source), when(source)].filter(Boolean).join(" · "));
      const name = el("button", { type: "button", class: `jump${disputed ? " disputed" : ""}`, onclick: () => this.open(id) }, title(source));
      return el("li", { class: "source-row" }, `[${number}]`, el("div", {}, name, el("br"), small, disputed && el("small", { class: "warning" }, " disputed")));
    });
  }

  /** Show a passage in its context, over the panel. */
  open(id) {
    const passage = this.passages.get(id);
    const { source, disputed } = passage;
    const facts = [source.publisher, AUTHORITY[source.authority], place(source), when(source), source.revision, `checked ${source.checked}`];
    const card = [
      el("button", { type: "button", class: "close-card", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("close", "")),
      el("h3", { id: "source-title" }, title(source)),
      el("p", { class: "facts" }, passage.heading.join(" › ")),
      el("p", { class: "text" }, passage.text),
      disputed && el("p", {}, el("span", { class: "badge disputed" }, "disputed"), " ", disputed.because, " ", this.cite([disputed.by])),
      el("p", { class: "facts" }, [...new Set(facts.filter(Boolean))].join(" · ")),
      source.url && /^https?:/.test(source.url) && el("p", {}, el("a", { href: source.url, rel: "noreferrer noopener", target: "_blank" }, source.url)),
    ];
    this.dialog.replaceChildren(...card.filter(Boolean));
    if (!this.dialog.open) this.dialog.showModal();
  }
}

/** The title without the remark that this is our digest: `place` says it of every source. */
function title(source) {
  return source.summary ? source.title.replace(/ \(our digest[^)]*\)/, "") : source.title;
}

function place(source) {
  if (!source.summary) return source.locator ?? "";
  if (source.authority === "practice") return "";
  return source.locator ? `our summary of ${source.locator}` : "our summary";
}

function when(source) {
  if (source.effective) return `in force ${source.effective}${source.ends ? ` to ${source.ends}` : ""}`;
  return source.published ? `published ${source.published}` : "";
}
