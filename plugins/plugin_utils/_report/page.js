// Copyright: (c) 2026, community.onelogin contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// The page can be read without this. It shows times in the reader's zone, sorts and filters the table, and copies addresses.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Times in the reader's zone. They stay in UTC where the browser does not know the zone.
  const twoDigits = (number) => String(number).padStart(2, "0");
  const date = (at) => `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
  const clock = (at) => [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
  const shortZone = (at) => new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at)
    .find(({ type }) => type === "timeZoneName").value;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) {
    for (const element of all("time")) {
      const at = new Date(element.dateTime);
      const { since } = element.dataset;
      const sameDay = since && date(at) === date(new Date(since));
      const zone = element.classList.contains("full") ? ` ${shortZone(at)}` : "";
      element.textContent = element.classList.contains("day") ? date(at).slice(5) : `${sameDay ? "" : `${date(at)} `}${clock(at)}${zone}`;
      element.title = `${element.dateTime.slice(0, 19).replace("T", " ")} UTC`;
    }
    const short = shortZone(new Date(document.querySelector("time").dateTime));
    for (const element of all(".zone")) {
      element.textContent = timeZone === short ? short : `${timeZone} (${short})`;
    }
  }

  const table = byId("everyone");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((element) => ({
    element,
    data: { ...element.dataset },
    groups: new Set((element.dataset.byGroup ?? "").split(" ")),
    text: element.textContent.toLowerCase(),
  }));
  const find = byId("find");
  const status = byId("status");
  const lists = { byFactor: byId("by-factor"), byGroup: byId("by-group"), byChange: byId("by-change"), byCause: byId("by-cause") };
  const number = (count) => count.toLocaleString("en");

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [name, ...rest] = status.value.split(" ");
    const wanted = rest.join(" ");
    const [factor, group, change, cause] = Object.values(lists).map((list) => list?.value ?? "");
    let shown = 0;
    for (const { element, data, groups, text } of rows) {
      const fits = (!name || data[name] === wanted) && (!factor || data.byFactor === factor)
        && (!group || groups.has(group)) && (!change || data.byChange === change) && (!cause || data.byCause === cause)
        && words.every((word) => text.includes(word));
      if (element.hidden === fits) {
        element.hidden = !fits;
      }
      shown += fits;
    }
    byId("shown").textContent = `${number(shown)} of ${number(rows.length)} shown`;
    byId("no-match").hidden = shown > 0;
  };

  const inOrder = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const sort = (header, direction) => {
    const key = ({ element }) => {
      const cell = element.cells[header.cellIndex];
      return cell.dataset.sort ?? cell.textContent.trim();
    };
    const sign = direction === "ascending" ? 1 : -1;
    // Rows without a value in this column come last in both directions.
    const sorted = rows.map((row) => [key(row), row.element]).sort(([a], [b]) => !a - !b || sign * inOrder(a, b));
    body.append(...sorted.map(([, element]) => element));
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
  for (const list of [status, ...Object.values(lists)]) {
    list?.addEventListener("change", filter);
  }
  const form = byId("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  // A browser that comes back to the page keeps what was typed.
  filter();

  // A count leads to the rows that it counts.
  for (const link of all("a[data-status], a[data-by-change], a[data-by-cause]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      form.reset();
      status.value = link.dataset.status ?? "";
      for (const [name, list] of Object.entries(lists)) {
        if (list && link.dataset[name]) {
          list.value = link.dataset[name];
        }
      }
      filter();
      byId("everyone-title").focus({ preventScroll: true });
      byId("everyone-title").scrollIntoView();
    });
  }

  const addresses = (which) => rows
    .filter(({ element, data }) => (which === "shown" ? !element.hidden
      : which === "all" ? data.byCause : [data.byCause, data.byChange].includes(which)))
    .map(({ data }) => data.address).filter(Boolean);

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page that was not opened from a file or over HTTPS has no clipboard.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
    return true;
  };

  let forget = 0;
  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const found = [...new Set(addresses(button.dataset.copy))];
      const done = found.length > 0 && await copy(found.join("\n"));
      button.focus();
      byId("copied").textContent = !found.length ? "There is no address to copy."
        : !done ? "The browser does not allow to copy. Select the addresses in the table."
        : found.length === 1 ? "1 address copied." : `${number(found.length)} addresses copied, one in each line.`;
      clearTimeout(forget);
      forget = setTimeout(() => { byId("copied").textContent = ""; }, 5000);
    });
  }

  // On paper, the people of each cause are shown.
  const folded = all("details:not([open])");
  addEventListener("beforeprint", () => folded.forEach((each) => { each.open = true; }));
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));
})();
