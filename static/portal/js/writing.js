// The page that writes an application: words are counted, rows added, sums shown, and what the server knows is asked for every few seconds.
// The form is whole without any of it.
const ASK = 5000; // ms
const MOST_FAILURES = 5;
// As portal/cases/text.py takes away what no reader sees, and as Python splits a text: then the count is the server's (fund.rules.words_in).
const INVISIBLE =
  /[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
const BETWEEN = /[\s\x85]+/;

const wordsIn = (text) => text.replace(INVISIBLE, "").split(BETWEEN).filter(Boolean).length;
const fill = (element, values) =>
  (element.textContent = element.dataset.text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]));

function countWords(line, form) {
  const field = form.elements[line.dataset.words];
  const count = () => {
    const words = wordsIn(field.value);
    fill(line, { words, most: line.dataset.most });
    line.classList.toggle("words--over", words > Number(line.dataset.most));
  };
  field.addEventListener("input", count);
  count();
}

function watchTable(table) {
  const rows = table.querySelector("tbody");
  const add = table.querySelector("[data-add-row]");
  const room = () => (add.hidden = rows.children.length >= Number(table.dataset.most));
  add.addEventListener("click", () => {
    rows.append(nextRow(rows));
    rows.lastElementChild.querySelector("input, select").focus();
    room();
  });
  room();
  const sums = table.querySelector("[data-sums]");
  if (sums) rows.addEventListener("input", () => showSums(rows, sums));
}

function nextRow(rows) {
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length;
  for (const field of row.querySelectorAll("input, select")) {
    field.name = field.name.replace(/-\d+-(\w+)$/, `-${number}-$1`);
    field.removeAttribute("id");
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+$/, number + 1));
    field.value = "";
  }
  return row;
}

function showSums(rows, line) {
  let total = 0;
  let consultants = 0;
  for (const row of rows.children) {
    const amount = Number(row.querySelector("[name$=-amount]").value) || 0;
    total += amount;
    if (row.querySelector("[name$=-kind]").value === "consultant") consultants += amount;
  }
  const written = new Intl.NumberFormat(document.documentElement.lang);
  fill(line, { total: written.format(total), consultants: written.format(consultants) });
}

/** Tells where its writer is, and shows who else is where, what is missing and how many pages there are. */
class Company {
  constructor(form, address) {
    Object.assign(this, { form, address, failures: 0 });
    form.addEventListener("saved", () => this.ask());
    form.addEventListener("focusin", () => this.ask());
    this.timer = setInterval(() => document.hidden || this.ask(), ASK);
    this.ask();
  }

  get field() {
    return document.activeElement?.closest("[data-field-of]")?.dataset.fieldOf ?? "";
  }

  async ask() {
    const body = new URLSearchParams({ field: this.field });
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, Accept: "application/json" };
    try {
      const answer = await fetch(this.address, { method: "POST", body, headers });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json());
      this.failures = 0;
    } catch {
      if (++this.failures >= MOST_FAILURES) clearInterval(this.timer); // signed out, or handed in by somebody else
    }
  }

  show({ missing, pages, present }) {
    replace(document.querySelector("[data-missing]"), missing);
    replace(document.querySelector("[data-pages]"), pages);
    for (const part of this.form.querySelectorAll("[data-field-of]")) {
      const line = part.querySelector(".presence");
      const text = present[part.dataset.fieldOf] ?? "";
      if (line.textContent !== text) line.textContent = text;
      line.hidden = !text;
    }
  }
}

/** Only what differs: a list that is read aloud, or has the focus, is left alone. */
function replace(place, html) {
  if (place.dataset.shown === html) return;
  place.dataset.shown = html;
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

export function watchWriting() {
  for (const table of document.querySelectorAll("[data-table]")) watchTable(table);
  const place = document.querySelector("[data-writing]");
  if (!place) return;
  const form = place.closest("form");
  for (const line of form.querySelectorAll("[data-words]")) countWords(line, form);
  new Company(form, place.dataset.writing);
}
