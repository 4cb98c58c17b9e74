// The conversation, kept in this tab alone: it survives a reload and goes with the tab. Nothing of it is kept elsewhere.

import { isAnswer } from "../conversation.js";

const NAME = "citecoder.chat.1";
const MOST = 60; // turns
const FIELDS = ["payer", "discipline", "date_of_service"];

/** Return what was kept: `{turns, visit}`; empty if storage is closed, empty or holds something else. */
export function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME));
    const turns = Array.isArray(kept?.turns) ? kept.turns.filter(isTurn) : [];
    return { turns: turns.map((each) => ({ ...each, asked: only(each.asked) })), visit: only(kept?.visit) };
  } catch {
    return { turns: [], visit: {} };
  }
}

/** Keep what was answered; where there is no room for all of it, the oldest goes. Whether anything could be kept. */
export function save(turns, visit) {
  const whole = turns.filter((turn) => turn.told).map(({ question, asked, told }) => ({ question, asked, told }));
  for (let kept = whole.slice(-MOST); ; kept = kept.slice(Math.ceil(kept.length / 4))) {
    try {
      sessionStorage.setItem(NAME, JSON.stringify({ turns: kept, visit }));
      return true;
    } catch {
      if (!kept.length) return false; // storage is closed: the page works all the same
    }
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // nothing was kept either
  }
}

function isTurn(kept) {
  return typeof kept?.question === "string" && isAnswer(kept.told);
}

function only(asked) {
  return Object.fromEntries(FIELDS.map((name) => [name, asked?.[name]]).filter(([, value]) => typeof value === "string" && value));
}
