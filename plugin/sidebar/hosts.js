// Makes the adapter through which the sidebar reads and marks a host's note. Knows which kinds of fields there are.

import { editableHost } from "./hosts/editable.js";
import { textareaHost } from "./hosts/textarea.js";

/** @typedef {import("./spans.js").Span} Span  in UTF-16 units of the adapter's `text` */

/**
 * @typedef {object} Listener
 * @property {(how: {settled: boolean}) => void} changed  the text may have changed; `settled`: the writer has paused on
 *   purpose (left the field, pasted, ended a line), so there is no need to wait for more
 * @property {(offset: number|null) => void} caret  where the writer's caret or pointer is; null outside the note
 */

/**
 * What a host gives the sidebar. An editor that owns its model supplies one of its own: `sidebar.host = adapter`.
 * @typedef {object} NoteAdapter
 * @property {string} text  the note exactly as the host holds it
 * @property {(listener: Listener) => () => void} subscribe  gives back what ends it
 * @property {(groups: {name: "supported"|"unsure"|"lit", ranges: Span[]}[]) => void} mark  replaces every earlier mark
 * @property {(span: Span) => void} jump  show these words and point them out; never select them, or the next key replaces them
 * @property {(text: string, how?: {at?: "caret"|"end", select?: Span|null}) => boolean} insert  put text in as if it was
 *   typed, on a line of its own, and select a part of it; false where the note can't be written to
 * @property {() => void} focus
 * @property {EventTarget} [node]  the field itself, where there is one
 */

/**
 * Make the adapter for a field of the page.
 * @param {Element} node  a textarea, a text input, an editable element, or any element that shows a note
 * @param {object} [options]  `held`: () => string, the note as the host's program holds it, where its line breaks differ;
 *   `overlay`: draw marks over a textarea (also by the attribute `data-citecoder-marks`)
 * @returns {NoteAdapter}
 */
export function hostFor(node, options = {}) {
  return node instanceof HTMLTextAreaElement || node instanceof HTMLInputElement ? textareaHost(node, options) : editableHost(node);
}

export { editableHost, textareaHost };
