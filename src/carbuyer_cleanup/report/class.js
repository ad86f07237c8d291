// Sorting, filtering and details of the class page. Text is only ever set as text: no markup is made from data.
"use strict";
{
  const data = JSON.parse(document.getElementById("details").textContent);
  const [head, body] = [document.querySelector("thead tr"), document.querySelector("tbody")];
  const form = document.querySelector("form");
  const status = document.querySelector("[role=status]");
  const rows = [...body.rows];
  const accounts = new Map(rows.map((row, index) => [row, data[index]])); // sorting moves the rows
  const COLUMNS = ["What", "Name", "Region", "State", "Why it counts", "USD a month", "Console"];

  const make = (tag, text = "", attributes = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), { textContent: text });
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  // Details: a row below the account's, created when it is first opened.
  const details = new Map();

  const list = (title, texts) =>
    texts.length ? [make("h2", title), make("ul", "", {}, ...texts.map((text) => make("li", text)))] : [];

  const cell = (text, column) => {
    const td = make("td", column === COLUMNS.length - 1 ? "" : text, { "data-label": COLUMNS[column] });
    if (column === COLUMNS.length - 1 && text.startsWith("https://"))
      td.append(make("a", "Open", { href: text, target: "_blank", rel: "noopener noreferrer" }));
    return td;
  };

  const leftovers = ({ left, more }) => {
    if (!left.length && !more) return [];
    const columns = make("tr", "", {}, ...COLUMNS.map((name) => make("th", name, { scope: "col" })));
    const lines = left.map((texts) => make("tr", "", {}, ...texts.map(cell)));
    const table = make("table", "", {}, make("thead", "", {}, columns), make("tbody", "", {}, ...lines));
    const rest = more ? [make("p", `And ${more} more: junit.xml, beside this file, lists all.`)] : [];
    return [make("h2", "Left over"), ...(left.length ? [table] : []), ...rest];
  };

  const facts = (pairs) =>
    make("dl", "", { class: "facts" }, ...pairs.map(([name, value]) =>
      make("div", "", {}, make("dt", name), make("dd", value))));

  const button = (row) => row.cells[0].querySelector("button");

  const build = (row) => {
    const account = accounts.get(row);
    const inside = make("div", "", { class: "inside" }, facts(account.facts), ...leftovers(account),
      ...list("Steps that are not done", account.steps), ...list("Why", account.reasons));
    return make("tr", "", { class: "detail", id: button(row).getAttribute("aria-controls") },
      make("td", "", { colspan: head.cells.length }, inside));
  };

  const toggle = (row, open) => {
    if (open && !details.has(row)) details.set(row, build(row));
    const detail = details.get(row);
    if (open) row.after(detail);
    else detail?.remove();
    button(row).setAttribute("aria-expanded", open);
  };

  const isOpen = (row) => button(row).getAttribute("aria-expanded") === "true";

  rows.forEach((row, index) => {
    const name = row.cells[0].querySelector("bdi");
    const opener = make("button", "", { type: "button", "aria-expanded": false, "aria-controls": `detail-${index}` });
    name.replaceWith(opener);
    opener.append(name);
    opener.addEventListener("click", () => toggle(row, !isOpen(row)));
  });

  // Arrow keys, Home and End move from account to account; Escape closes the details.
  body.addEventListener("keydown", (event) => {
    const shown = rows.filter((row) => !row.hidden);
    const row = event.target.closest("tr.detail")?.previousElementSibling ?? event.target.closest("tbody > tr");
    if (event.key === "Escape" && isOpen(row)) {
      toggle(row, false);
      button(row).focus();
    }
    const here = shown.findIndex((one) => button(one) === event.target);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (here < 0 || there === undefined) return;
    event.preventDefault();
    button(shown[Math.min(Math.max(there, 0), shown.length - 1)]).focus();
  });

  // Sorting
  const worth = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const { compare } = new Intl.Collator("en", { numeric: true });

  const place = () => body.append(...rows.flatMap((row) => (isOpen(row) ? [row, details.get(row)] : [row])));

  [...head.cells].forEach((th, column) => {
    const sorter = make("button", "", { type: "button" });
    sorter.append(...th.childNodes);
    th.append(sorter);
    sorter.addEventListener("click", () => {
      const order = th.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      [...head.cells].forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      rows.sort((one, other) => sign * compare(worth(one, column), worth(other, column)));
      place();
    });
  });

  // Filters
  const words = new Map(rows.map((row) =>
    [row, `${row.cells[0].textContent} ${JSON.stringify(accounts.get(row))}`.toLowerCase()]));

  const filter = () => {
    const verdicts = new Set([...form.querySelectorAll(":checked")].map((box) => box.value));
    const wanted = form.elements.find.value.trim().toLowerCase();
    rows.forEach((row) => {
      row.hidden = !verdicts.has(row.className) || !words.get(row).includes(wanted);
      if (details.has(row)) details.get(row).hidden = row.hidden;
    });
    const folded = [...form.querySelectorAll("[name=verdict]:not(:checked)")]
      .map((box) => box.parentElement.textContent.trim().replace(/\s+/g, " "));
    status.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} accounts are shown.` +
      (folded.length ? ` Folded: ${folded.join(", ")}.` : "");
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const all = (open) => rows.filter((row) => !row.hidden).forEach((row) => toggle(row, open));
  form.elements.open.addEventListener("click", () => all(true));
  form.elements.close.addEventListener("click", () => all(false));
  form.hidden = false;
  filter();
}
