// Tables of clients and of units: sorted by the buttons in their heads, filtered by a search field.
// What a cell sorts by stands in data-v where its text is not it. Used by the report and by the portal.
const language = document.documentElement.lang;
const order = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase(language);

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (!head.hasAttribute("data-sort")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, heads, column));
    head.append(button);
  });
}

function sort(table, heads, column) {
  const head = heads[column];
  const numeric = head.dataset.sort === "number";
  const first = numeric ? "descending" : "ascending";
  const now = head.getAttribute("aria-sort");
  const direction = now === null ? first : now === "ascending" ? "descending" : "ascending";
  const sign = direction === "ascending" ? 1 : -1;
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", direction);
  const known = [];
  const unknown = [];
  for (const row of table.tBodies[0].rows) {
    const cell = row.cells[column];
    const value = cell.dataset.v ?? cell.textContent.trim();
    const key = numeric ? Number(value) : value;
    (value === "" || Number.isNaN(key) ? unknown : known).push({ row, key });
  }
  known.sort((a, b) => sign * (numeric ? a.key - b.key : order.compare(a.key, b.key)));
  table.tBodies[0].append(...[...known, ...unknown].map((entry) => entry.row));
}

function filter(field) {
  const places = [...document.querySelectorAll(field.dataset.filters)].map((table) => ({
    rows: [...table.tBodies[0].rows].map((row) => ({ row, text: plain(row.textContent) })),
    count: document.getElementById(table.dataset.count ?? ""),
    details: table.closest("details"),
    wasOpen: null,
  }));
  const told = document.getElementById(field.dataset.told);
  const say = (template, shown, all) => template.replace("{shown}", shown).replace("{all}", all);
  const apply = () => {
    const words = plain(field.value).split(/\s+/u).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const place of places) {
      const { rows, count, details } = place;
      let here = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        here += row.hidden ? 0 : 1;
      }
      shown += here;
      all += rows.length;
      if (count) count.textContent = say(field.dataset.of, here, rows.length);
      if (!details) continue;
      if (words.length) {
        place.wasOpen ??= details.open;
        details.open = here > 0;
      } else if (place.wasOpen !== null) {
        details.open = place.wasOpen;
        place.wasOpen = null;
      }
    }
    told.textContent = words.length ? say(field.dataset.found, shown, all) : "";
  };
  field.addEventListener("input", apply);
  field.closest("[hidden]")?.removeAttribute("hidden");
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

addEventListener("hashchange", reveal);
reveal();
document.querySelectorAll("table.sortable").forEach(sortable);
document.querySelectorAll("input[data-filters]").forEach(filter);
