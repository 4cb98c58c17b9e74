// How words that are put into a note stand off from what is there. Knows no DOM.

/**
 * Add what has to stand before and after: a break at the end of a line of text, a space between words.
 * @param {string} held  the note
 * @param {number} place  where the words go
 * @param {string} words
 * @returns {{text: string, before: number}}  `before`: how many characters were added in front
 */
export function padded(held, place, words) {
  const isLast = place === held.length;
  const before = place === 0 || /\s/.test(held[place - 1]) ? "" : isLast ? "\n" : " ";
  const after = isLast || /[\s.,;:)]/.test(held[place]) ? "" : " ";
  return { text: before + words + after, before: before.length };
}
