// CSV in, as RFC 4180 has it: fields in quotes may hold commas, line ends and doubled quotes.

/** The records of a text; the delimiter is the likeliest of the first line. */
export function records(text) {
  const clean = text.replace(/^\uFEFF/, "");
  const first = clean.split(/\r?\n/, 1)[0];
  const many = (mark) => first.split(mark).length;
  const delimiter = [",", ";", "\t"].reduce((best, mark) => (many(mark) > many(best) ? mark : best));
  const all = [];
  let [record, cell, quoted] = [[], "", false];
  const end = () => {
    record.push(cell);
    if (record.length > 1 || record[0] !== "") all.push(record);
    [record, cell] = [[], ""];
  };
  for (let at = 0; at < clean.length; at++) {
    const mark = clean[at];
    if (quoted) {
      if (mark !== '"') cell += mark;
      else if (clean[at + 1] === '"') { cell += '"'; at++; }
      else quoted = false;
    } else if (mark === '"' && cell === "") quoted = true;
    else if (mark === delimiter) { record.push(cell); cell = ""; }
    else if (mark === "\n") { cell = cell.replace(/\r$/, ""); end(); }
    else cell += mark;
  }
  if (cell !== "" || record.length > 0) end();
  return all.length > 0 ? all : [[]];
}
