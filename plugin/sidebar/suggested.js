// Questions that suggest themselves from what is on the panel. They name codes and nothing else of the note. Pure.

import { askWords } from "./ask-words.js";
import { openGaps, visitDates } from "./gathered.js";

const MOST = 3;

/**
 * Return two or three questions, the most telling first.
 * @param {object|null} review
 * @param {Map<string, object>} dismissed gaps that a person has dismissed
 * @param {string[]} asked questions that were asked already
 */
export function suggested(review, dismissed, asked) {
  const about = review && !visitDates(review).length ? ofReview(review, dismissed) : [];
  const all = [...about, ...askWords.general.slice(about.length ? 1 : 0)];
  return [...new Set(all)].filter((each) => !asked.includes(each)).slice(0, MOST);
}

function ofReview(review, dismissed) {
  const gap = openGaps(review, dismissed).length > 0;
  const out = review.not_coded.find((each) => each.code && each.reason !== "substituted");
  return [
    gap && askWords.missing,
    rival(review),
    out && askWords.notCoded(out.code),
    review.suggestions.length > 0 && askWords.needed(review.suggestions[0].code),
  ].filter(Boolean);
}

/** Why this code and not that one: where the payer takes another, or the reading had to choose. */
function rival(review) {
  const taken = review.not_coded.find((each) => each.code && each.reason === "substituted");
  const warned = review.warnings.find((each) => each.kind === "payer_substitution" && each.codes.includes(taken?.code));
  const instead = review.suggestions.find((line) => warned?.codes.includes(line.code));
  if (instead) return askWords.whyNot(taken.code, instead.code);
  const line = review.suggestions.find((each) => each.alternatives.length);
  return line && askWords.whyNot(line.alternatives[0].code, line.code);
}
