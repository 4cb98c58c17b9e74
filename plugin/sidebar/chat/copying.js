// An answer as plain text, with its sources numbered: for a message, a ticket or the chart's own queries.

import { askWords } from "../ask-words.js";
import { sourceTitle } from "../gathered.js";
import { words } from "../words.js";
import { numbersOf } from "../view/answer.js";

/** Write a turn as text. */
export function asText(turn) {
  const numbers = numbersOf(turn);
  const marks = (ids) => ids.map((id) => `[${numbers.get(id)}]`).join("");
  const line = ({ text, citations }) => [text, marks(citations)].filter(Boolean).join(" ");
  const about = askWords.about(turn.asked);
  const sources = [...numbers].map(([id, number]) => turn.passages.has(id) && source(number, turn.passages.get(id), numbers)).filter(Boolean);
  const parts = [
    about ? `${turn.question} (${about})` : turn.question,
    [turn.told?.abstained && `${askWords.abstained(turn.told.reason)}.`, ...turn.sentences.map(line)].filter(Boolean).join("\n"),
    sources.length > 0 && `${askWords.sources}\n${sources.join("\n")}`,
    [turn.told?.as_of && askWords.asOf(turn.told.as_of), turn.told?.engine?.version && `citecoder ${turn.told.engine.version}`, words.legal].filter(Boolean).join(" · "),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function source(number, { source: from, disputed }, numbers) {
  const facts = [from.publisher, words.authority(from.authority), words.place(from), words.when(from), from.checked && words.checked(from.checked), from.url];
  const by = numbers.has(disputed?.by) ? ` [${numbers.get(disputed.by)}]` : "";
  const dispute = disputed ? ` · ${words.disputed}${by}: ${disputed.because}` : "";
  return `[${number}] ${sourceTitle(from)} · ${[...new Set(facts.filter(Boolean))].join(" · ")}${dispute}`;
}
