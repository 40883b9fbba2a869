// Copyright: (c) 2026, community.onelogin contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// The page reads well without this: it only sorts and filters the table.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const table = byId("everybody");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((element) => ({ element, text: element.textContent.toLowerCase() }));
  const find = byId("find");
  const status = byId("status");
  const number = (count) => count.toLocaleString("en");

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [name, ...rest] = status.value.split(" ");
    let shown = 0;
    for (const { element, text } of rows) {
      const fits = (!name || element.dataset[name] === rest.join(" ")) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      shown += fits;
    }
    byId("shown").textContent = `${number(shown)} of ${number(rows.length)} shown`;
    byId("nobody").hidden = shown > 0;
  };

  const inOrder = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const sort = (header, direction) => {
    const key = ({ element }) => {
      const cell = element.cells[header.cellIndex];
      return cell.dataset.sort ?? cell.textContent.trim();
    };
    const sign = direction === "ascending" ? 1 : -1;
    // Who has nothing in this column comes last either way.
    rows.map((row) => [key(row), row.element])
      .sort(([a], [b]) => !a - !b || sign * inOrder(a, b))
      .forEach(([, element]) => body.append(element));
    for (const other of table.tHead.rows[0].cells) {
      other.setAttribute("aria-sort", other === header ? direction : "none");
    }
  };

  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () =>
      sort(header, header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending"));
    header.replaceChildren(button);
    header.setAttribute("aria-sort", "none");
  }

  find.addEventListener("input", filter);
  status.addEventListener("change", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").hidden = false;
  // A page that was left and come back to keeps what was typed.
  filter();

  // Paper shows everybody a cause concerns.
  const folded = [...document.querySelectorAll("details:not([open])")];
  addEventListener("beforeprint", () => folded.forEach((each) => { each.open = true; }));
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));
})();
