// Every word around questions and answers, in the panel and on the page for questions. An answer's own words are the server's.

import { BROKEN_OFF, UNREADABLE } from "./conversation.js";
import { words } from "./words.js";

const ABSTAINED = {
  out_of_scope: "Outside what is answered here",
  not_in_sources: "Not in the sources",
  needs_payer: "Depends on the payer",
  needs_more: "More has to be known",
  unsafe: "Not answered",
};

const FAILED = {
  [UNREADABLE]: words.unreadable,
  [BROKEN_OFF]: "The answer broke off",
  0: words.unreachable,
  404: "This server does not answer questions",
  408: "Sending the question took too long",
  413: "Question and note are too long",
};

export const askWords = {
  ask: "Ask",
  question: "Question",
  hint: "About the note or a rule",
  send: "Ask",
  stop: "Stop",
  again: "Ask again",
  clear: "Clear",
  talk: "Questions and answers",
  looking: "Looking through the sources",
  stopped: "Stopped.",
  disagree: "Sources disagree.",
  nearest: "Nearest in the sources:",
  otherNote: "The note has changed since.",
  abstained: (reason) => ABSTAINED[reason] ?? "Not answered",
  failure: ({ status, detail, retryAfter }) => {
    if (status === 422 && detail) return detail;
    const wait = status === 429 && retryAfter ? `; try again in ${Math.ceil(retryAfter / 1000)} s` : "";
    return (FAILED[status] ?? words.failed[status] ?? (status >= 500 ? "citecoder failed" : "The question could not be answered")) + wait;
  },
  asOf: (date) => `Rules as of ${date}`,
  about: ({ payer, discipline, date_of_service: date }) => [payer && words.payer(payer), discipline, date].filter(Boolean).join(" · "),
  said: ({ told, sentences }) => `${told?.abstained ? `${askWords.abstained(told.reason)}. ` : ""}${sentences.map((each) => each.text).join(" ")}`,

  // --- what may be asked about what is on the panel
  whyNot: (code, other) => `Why ${other} and not ${code}?`,
  notCoded: (code) => `Why is ${code} not coded?`,
  needed: (code) => `What does ${code} need in the note?`,
  missing: "What is missing?",
  general: ["Can a PTA do an evaluation?", "When is a progress report due?", "How are timed minutes counted?"],

  // --- the page
  sources: "Sources",
  noSources: "The sources of an answer stand here.",
  copy: (hasSources) => (hasSources ? "Copy with sources" : "Copy"),
  copied: "Copied.",
  notCopied: "This browser does not let the page copy: select the text instead.",
  cleared: "Everything in this tab was cleared.",
  choosePayer: "Choose a payer",
};
