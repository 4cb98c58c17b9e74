// Every word that the panel says. Short, neutral, the field's own; nothing here leads a clinician to an answer.

const many = (n, one, more = `${one}s`) => `${n} ${n === 1 ? one : more}`;

const PAYERS = {
  medicare: "Medicare",
  medicare_advantage: "Medicare Advantage",
  tricare: "TRICARE",
  uhc: "UnitedHealthcare",
  humana: "Humana",
  highmark: "Highmark",
  commercial: "Commercial",
  bcbs: "Blue Cross Blue Shield",
  aetna: "Aetna",
  cigna: "Cigna",
  anthem: "Anthem",
  medicaid: "Medicaid",
  tx_medicaid: "Texas Medicaid",
  workers_comp: "Workers’ compensation",
  ca_workers_comp: "California workers’ comp",
  wa_workers_comp: "Washington workers’ comp",
  other: "Other payer",
};

const AUTHORITIES = {
  regulator: "Regulator",
  contractor: "Medicare contractor",
  association: "Professional association",
  payer: "Payer’s own policy",
  practice: "Our working rule",
  article: "Article",
};

const METHODS = { medicare_total_time: "Total time", midpoint: "Each code alone" };

/** What stands before the blank of a prompt, by kind of element. What is not here takes the label of the gap. */
const BLANKS = {
  minutes: "Minutes",
  total_timed_minutes: "Total timed minutes",
  total_treatment_minutes: "Total treatment minutes",
  body_region: "Region treated",
  attendance_level: "Attendance",
  patient_response: "Response",
  functional_link: "Functional goal",
  diagnosis: "Diagnosis",
  frequency: "Frequency and duration",
  group_size: "Patients in the group",
  spinal_level: "Spinal levels",
  equipment: "Equipment",
  caregiver: "Caregiver present",
  date_of_service: "Date of service",
};

const REASONS = {
  planned: "planned", deferred: "deferred", declined: "declined", contraindicated: "contraindicated", home_program: "home program",
  history: "history", other_date: "another date", other_provider: "another provider", not_performed: "not performed",
  template: "template text", not_described: "not described", no_minutes: "no minutes", below_minimum: "below the minimum",
  tie: "tied", bundled: "bundled", edit: "edit", payer_not_covered: "not covered by the payer",
  provider_not_qualified: "provider", substituted: "substituted", outside_code_set: "outside the code set", unconfirmed: "unconfirmed",
}; // prettier-ignore

export const words = {
  name: "citecoder",
  panel: "Codes for this note",
  legal: "Not legal or billing advice; a person signs.",

  // --- the visit
  payer: (id) => (id ? (PAYERS[id] ?? id) : "Payer unknown"),
  discipline: (id) => id ?? "Discipline unknown",
  minutes: ({ timed_minutes: timed, total_minutes: total }, isTimed = true) =>
    [timed === null ? isTimed && "timed minutes not stated" : `${timed} timed min`, total === null ? "" : `${total} total`].filter(Boolean).join(" · "),
  units: (low, high) => (low === high ? many(low, "unit") : `${low}–${high} units`),
  rulesOf: (date) => `Rules of ${date}`,
  rulesAsOf: (date) => `No visit date: rules as of ${date}`,
  otherVisits: "Other visits",
  bothCounts: "No payer decides how units are counted: both counts are shown.",

  // --- states
  empty: "Start writing; codes appear here.",
  noneYet: "No codes yet.",
  reading: "Reading",
  fresh: "Up to date",
  stale: "Note changed",
  offline: "Offline",
  offlineFirst: "Offline: nothing read yet",
  asLastRead: "Codes are of the note as last read.",
  readFirst: "The note has changed since it was read: read it again first",
  unreachable: "citecoder can’t be reached",
  failed: {
    401: "Not signed in: the key is missing or not valid",
    403: "Not allowed: this page or key may not ask",
    404: "This server does not review notes",
    408: "Sending the note took too long",
    413: "The note is too long: one visit at a time",
    415: "The server did not take the request",
    429: "Too many requests",
    503: "citecoder is not ready",
  },
  failure: (status) => words.failed[status] ?? (status >= 500 ? "citecoder failed" : "The note could not be read"),
  unreadable: "The answer could not be read",
  again: (seconds) => (seconds > 0 ? `next try in ${seconds} s` : ""),
  retry: "Try again",
  nothing: "Nothing to bill in this note.",
  nothingWhy: "Nothing to bill in this note. Why is told below.",
  several: "This note holds several visits. Which one?",
  summary: (codes, units, gaps) =>
    `${many(codes, "code")}, ${units}, ${gaps === 0 ? "nothing missing" : many(gaps, "open question")}`,

  // --- sections
  codes: "Codes",
  missing: "Missing",
  notCoded: "Not coded",
  warnings: "Warnings",
  chart: (n) => `Chart items (${n})`,
  chartWhy: "Kept outside this note; not asked of it.",
  sources: (n) => `Sources (${n})`,
  more: (n) => `${n} more`,
  fewer: "Fewer",
  disagreements: (n) => `Where sources disagree (${n})`,
  nothingMissing: "Nothing missing.",
  nothingRequired: "No required item missing.",
  dismissed: (n) => `${n} dismissed`,

  // --- a line
  status: { supported: "Supported", needs_documentation: "Needs documentation" },
  confidence: (value) => `${value >= 0.9 ? "high" : value >= 0.7 ? "good" : value >= 0.4 ? "fair" : "low"} confidence`,
  confidenceExact: (value) => `Confidence ${value.toFixed(2)} of 1`,
  times: (values) => (values.length ? `×${values.join(" or ")}` : "×?"),
  timesSaid: (values) => (values.length ? `${values.join(" or ")} ${values.length === 1 && values[0] === 1 ? "unit" : "units"}` : "units open"),
  method: (id) => METHODS[id] ?? id,
  methodUnits: (n) => (n === undefined ? "none" : many(n, "unit")),
  needs: (n) => `${many(n, "open question")}`,
  unitsOpen: "Units open: minutes are missing",
  inNote: "In the note",
  showInNote: "Show in the note",
  arithmetic: "Units",
  notThat: (code) => `Not ${code}:`,
  accept: "Accept",
  acceptLine: (code) => `Accept ${code}`,
  edit: "Edit",
  reject: "Reject",
  save: "Save",
  cancel: "Cancel",
  codeField: "Code",
  unitsField: "Units",
  modifiersField: "Modifiers",
  badCode: "A code has five letters or digits.",
  badUnits: "Units are a whole number from 0 to 999.",
  badModifiers: "Up to eight modifiers of two letters or digits.",
  why: "Why?",
  reasons: {
    wrong_code: "Wrong code",
    wrong_units: "Wrong units",
    not_performed: "Not performed",
    payer_rule: "Payer’s rule",
    documented_elsewhere: "Documented elsewhere",
    other: "Other",
  },
  decided: { accept: "Accepted", edit: "Changed", reject: "Rejected" },
  changedTo: ({ code, units, modifiers }) => `${code} ×${units}${modifiers.length ? ` ${modifiers.join(" ")}` : ""}`,
  undo: "Undo",
  /** Only what differs is named: units, with them modifiers, or the code, too. */
  lapsed: (was, now) => {
    if (!now) return `${words.changedTo(was)} was accepted; the note no longer supports it`;
    const told = [words.changedTo(was), words.changedTo({ ...now, units: now.units ?? "?" })];
    if (told[0] === told[1]) return `Accepted as ×${was.units} before the note changed; it supports ×${now.units} again`;
    const isBrief = was.code === now.code && was.modifiers.join() === now.modifiers.join();
    const [before, after] = told.map((each) => (was.code === now.code ? each.slice(was.code.length + 1) : each)).map((each) => (isBrief ? each.split(" ")[0] : each));
    return `Accepted as ${before}; the note now supports ${after}`;
  },
  seen: "Seen",
  replaced: (action) => `Recorded as ${words.decided[action].toLowerCase()}; the next choice replaces it.`,
  notSaved: "not saved yet",
  notKept: (status) => `not saved: ${status === 404 ? "the server does not know this line" : words.failure(status).toLowerCase()}`,
  waiting: (n) => `${many(n, "decision")} not saved yet`,

  // --- a gap
  severity: { required: "required", recommended: "recommended" },
  askedBecause: (why) => `Why: ${why}`,
  insert: "Insert prompt",
  dismiss: "Dismiss",
  restore: "Ask again",
  blank: ({ kind, label }) => `${BLANKS[kind] ?? label}: `,
  line: "___",
  copied: (text) => `Copied: ${text}`,
  notInserted: "There is no note to insert into.",

  // --- not coded, warnings
  notCodedFor: (reason) => REASONS[reason] ?? "",
  noCode: "no code",
  level: { error: "Error", warning: "Warning", info: "Note" },
  disagree: "Sources disagree",
  /** Who says it stands before it: "Article says:". */
  claim: (text) =>
    text
      .replace(/^The article says (?:that )?(.)/, (_, first) => first.toUpperCase())
      .replace(/^The article[’']s (.)/, (_, first) => `Its ${first}`)
      .replace(/^The article (.)/, "It $1"),
  /** Whom the review follows stands before it, too. */
  resolution: (text) => text.replace(/ *The review follows [^]*$/, "") || text,
  says: (authority) => `${authority} says:`,

  // --- sources
  authority: (id) => AUTHORITIES[id] ?? "Source",
  source: (n, title) => `Source ${n}: ${title}`,
  /** Where a passage stands in the original, and that we tell it in our own words. */
  place: ({ summary, locator, authority }) => {
    if (!summary) return locator ?? "";
    if (authority === "practice") return "";
    return locator ? `our summary of ${locator}` : "our summary";
  },
  when: ({ effective, ends, published }) => {
    if (effective) return ends ? `in force ${effective} to ${ends}` : `in force ${effective}`;
    return published ? `published ${published}` : "";
  },
  checked: (date) => `checked ${date}`,
  disputed: "disputed",
  contradictedBy: "Contradicted by",
  opensOutside: (href) => `${href} (opens outside)`,
  close: "Close",
  back: "Back",

  // --- the panel itself
  collapse: "Collapse",
  expand: "Open the codes panel",
  rail: (lines, gaps) => `${many(lines, "code")}, ${many(gaps, "open question")}`,
  bar: (lines, gaps) => `${many(lines, "code")} · ${gaps} open`,
  railLines: "codes",
  railGaps: "open",
  resize: "Width of the codes panel",
  print: "Print review",
  keys: "Keys",
  wordsChanged: "Those words were changed.",
  sheet: [
    ["F6", "to the panel, and back to the note"],
    ["↑ ↓", "from item to item"],
    ["Enter", "open or close"],
    ["Esc", "close, then back to the note"],
    ["A", "accept a line"],
    ["E", "edit a line"],
    ["R", "reject a line"],
    ["I", "insert a prompt"],
    ["D", "dismiss a question"],
    ["Shift Enter", "a new line in Ask"],
    ["?", "this list"],
  ],
};
