// Tables that sort, page and can be taken along as CSV: `<table data-sorts data-pages="50" data-export="name">`.

const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;

/** What a cell is sorted and exported by: `data-value`, a time, or what it shows. */
function value(cell) {
  return cell.dataset.value ?? cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
}

function sorts(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.dataset.sorts === "no" || !head.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => compare(value(a.cells[column]), value(b.cells[column])));
      body.append(...(up ? rows : rows.reverse()));
      table.dispatchEvent(new Event("sorted"));
    });
  });
}

function pages(table) {
  const size = Number(table.dataset.pages);
  const rows = () => [...table.tBodies[0].rows];
  if (!(size > 0) || rows().length <= size) return;
  let page = 0;
  const foot = document.createElement("p");
  foot.className = "pages";
  const button = (text, step) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = text;
    made.addEventListener("click", () => show(page + step));
    return made;
  };
  const [before, after] = [button("Previous", -1), button("Next", 1)];
  const where = document.createElement("span");
  where.setAttribute("aria-live", "polite");
  foot.append(before, where, after);
  table.closest(".scroll, table").after(foot);
  function show(to) {
    const all = rows();
    page = to;
    all.forEach((row, place) => (row.hidden = Math.floor(place / size) !== page));
    const last = Math.min((page + 1) * size, all.length);
    where.textContent = ` ${page * size + 1}–${last} of ${all.length} `;
    before.disabled = page === 0;
    after.disabled = last === all.length;
  }
  table.addEventListener("sorted", () => show(0));
  show(0);
}

/** A cell of CSV. What a spreadsheet would take for a formula is marked as text. */
function cell(text) {
  const safe = /^[=+@\t\r]|^-[^\d.]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function exports(table) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = "Download as CSV";
  button.addEventListener("click", () => {
    const rows = [table.tHead.rows[0], ...table.tBodies[0].rows];
    const text = rows.map((row) => [...row.cells].map((one) => cell(value(one))).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" }));
    link.download = `${table.dataset.export}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const place = document.createElement("p");
  place.className = "beside-table";
  place.append(button);
  table.closest(".scroll, table").after(place);
}

/** Gives the tables below a node what they say they have. */
export function enhance(root) {
  for (const table of root.querySelectorAll("table[data-sorts]")) sorts(table);
  for (const table of root.querySelectorAll("table[data-export]")) exports(table);
  for (const table of root.querySelectorAll("table[data-pages]")) pages(table);
}
