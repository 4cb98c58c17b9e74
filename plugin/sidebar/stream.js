// Server-sent events of an answer that is still coming, one at a time. Knows nothing of what they say.

const LONGEST = 4_000_000; // characters of one event: more than any answer has

/**
 * Read the events of a response.
 * @param {Response} response  with a body, or at least a text
 * @returns {AsyncGenerator<{name: string, data: *}>} `data` parsed; undefined if it is no JSON, and of a `comment`
 */
export async function* eventsOf(response) {
  let rest = "";
  for await (const piece of pieces(response)) {
    const blocks = (rest + piece).split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop();
    if (rest.length > LONGEST) throw new RangeError("an event is too long");
    for (const block of blocks) yield* eventOf(block);
  }
  yield* eventOf(rest);
}

async function* pieces(response) {
  if (!response.body?.getReader) return yield await response.text(); // a host's fetcher may give a plain object
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever stops listening wants no more of it
  }
}

function* eventOf(block) {
  const fields = block.split(/\r\n|\n|\r/).map((line) => /^([^:]+):? ?(.*)$/s.exec(line)).filter(Boolean); // prettier-ignore
  const data = fields.filter(([, name]) => name === "data").map(([, , value]) => value);
  if (block.startsWith(":")) yield { name: "comment", data: undefined }; // the server is still there
  else if (data.length) yield { name: fields.findLast(([, name]) => name === "event")?.[2] ?? "message", data: parsed(data.join("\n")) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
