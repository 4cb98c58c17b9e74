// Where words that are put into a note go: on a line of their own, never inside a word, a sentence or a signature. Knows no DOM.

const CREDENTIAL = String.raw`(?:S?PTA?|DPT|MS?PT|OTR?(?:/L)?|OTD|MOT|COTA(?:/L)?|CCC-SLP|CF-SLP|SLPA?|CCC|DC|ATC|LAT|OCS|CHT|MS|MA|PhD|EdD)`;
const NAME = String.raw`\p{Lu}[\p{L}.'’-]*`;
const MORE = String.raw`(?: (?:v[ao]n|de[nlr]?|d[aiu]|l[ae]|bin|${NAME}))`;
const SIGNED = /^\W*(?:electronically |digitally |e-)?(?:signed|signature|authenticated)\b/iu;
const NAMED = new RegExp(
  String.raw`^\W*(?:(?:[Tt]reating )?(?:[Tt]herapist|[Cc]linician|[Pp]rovider)\s*:\s*|[Bb]y:?\s+)?` + // prettier-ignore
    String.raw`(?:${NAME}${MORE}{0,4},|${NAME}${MORE}{1,4}) ?${CREDENTIAL}(?:,? ${CREDENTIAL})*(?![\p{L}\d])(?<rest>.*)$`,
  "u",
);
const STAMP = /^\W*(?:(?:date|time|lic(?:ense)?|npi)\b.{0,30}|[\d/.:,\s-]{6,}(?:[ap]\.?m\.?)?)$/i; // a date or a licence below the name
const LONGEST = 100; // characters of a line that is a signature and no sentence
const MOST_LINES = 3; // of a signature

/**
 * Find where words go and what has to stand around them.
 * @param {string} held  the note
 * @param {number|null} caret  the writer's caret; null if none was placed
 * @param {string} words
 * @returns {{place: number, text: string, before: number}}  put `text` in at `place`; it begins with `before` characters of ours
 */
export function placed(held, caret, words) {
  const signed = signatureOf(held);
  const isBelow = caret === null || caret >= signed;
  const place = isBelow && signed < held.length ? beforeSignature(held, signed) : endOfSentence(held, caret ?? held.length);
  const line = held.slice(startOfLine(held, place), place);
  const before = line.trim() ? "\n" : "";
  const after = place < held.length && held[place] !== "\n" && held[place] !== "\r" ? "\n" : "";
  return { place, text: before + words + after, before: before.length };
}

/** Where the signature begins that closes the note, or the note's length. */
function signatureOf(held) {
  let [start, end] = [held.length, held.trimEnd().length];
  for (let n = 0; n < MOST_LINES && end > 0; n += 1) {
    const from = startOfLine(held, end);
    const line = held.slice(from, end).trim();
    if (isSignature(line)) start = from;
    else if (!STAMP.test(line)) break;
    end = held.slice(0, from).trimEnd().length;
  }
  return start;
}

function isSignature(line) {
  if (line.length > LONGEST) return false;
  if (SIGNED.test(line)) return true;
  const rest = NAMED.exec(line)?.groups.rest;
  return rest !== undefined && !/[.!?]$|\p{L}{3,} \p{L}{2,} \p{L}{2,}/u.test(rest); // a sentence goes on, a signature does not
}

/** The end of the last line above a signature; its own beginning where nothing stands above. */
function beforeSignature(held, signed) {
  return held.slice(0, signed).trimEnd().length || signed;
}

/** The end of the line; of the next one too where a sentence plainly goes on there. */
function endOfSentence(held, at) {
  let end = endOfLine(held, at);
  while (end < held.length && goesOn(held, end)) end = endOfLine(held, nextLine(held, end));
  return end;
}

function goesOn(held, end) {
  const line = held.slice(startOfLine(held, end), end).trim();
  const next = nextLine(held, end);
  return line !== "" && !/[.:;!?)]$/.test(line) && /^[ \t]*\p{Ll}/u.test(held.slice(next, endOfLine(held, next)));
}

function startOfLine(held, at) {
  return at > 0 ? held.lastIndexOf("\n", at - 1) + 1 : 0; // a negative place would count as the first character
}

function endOfLine(held, at) {
  const end = held.slice(at).search(/\r?\n/);
  return end < 0 ? held.length : at + end;
}

function nextLine(held, end) {
  return end + (held[end] === "\r" ? 2 : 1);
}
