import { useState } from "react";

/** A visit: React owns the note and the claim; the sidebar reads the one and fills the other. */
export function Visit() {
  const [note, setNote] = useState("");
  const [payer, setPayer] = useState("medicare");
  const [claim, setClaim] = useState({});
  const [news, setNews] = useState("");

  const accepted = ({ detail }) => {
    setClaim((lines) => ({ ...lines, [detail.line_id]: detail }));
    setNews("");
  };
  const removed = ({ detail }) => setClaim(({ [detail.line_id]: _, ...lines }) => lines);

  /** The note now supports the line otherwise than it was accepted: nobody has accepted what stands there now. */
  const lapsed = ({ detail }) => {
    removed({ detail });
    const now = detail.now ? `the note now supports ×${detail.now.units}` : "the note no longer supports it";
    setNews(`${detail.code} ×${detail.was.units} was taken off: ${now}.`);
  };

  return (
    <>
      <main>
        <h1>A React host</h1>
        <label>
          Payer{" "}
          <select value={payer} onChange={(event) => setPayer(event.target.value)}>
            <option value="medicare">Medicare</option>
            <option value="aetna">Aetna</option>
          </select>
        </label>
        <textarea id="note" className="note" aria-label="Note" value={note} onChange={(event) => setNote(event.target.value)} />
        <output id="held">{note.length} characters</output>
        <output id="claim">{Object.values(claim).map(({ code, units }) => `${code} ×${units}`).join(", ")}</output>
        <p id="news" role="status">{news}</p>
      </main>
      <citecoder-sidebar for="note" payer={payer} discipline="PT" onaccept={accepted} onreject={removed} onundo={removed} onlapsed={lapsed} />
    </>
  );
}
