// What the rows of a decision leave of the budget, and where in the ranking the money ends, while they are filled in. The server counts
// again when a row is saved.
export function watchBudget() {
  const line = document.querySelector("[data-budget]");
  if (!line) return;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const sek = (amount) => line.dataset.sek.replace("{number}", number.format(amount));
  const forms = [...document.querySelectorAll("[data-ruling]")];
  document.addEventListener("input", ({ target }) => {
    if (!target.form?.matches("[data-ruling]")) return;
    const more = forms.reduce((sum, form) => sum + granted(form) - Number(form.dataset.counts), 0);
    const left = Number(line.dataset.left) - more;
    const shown = line.querySelector("[data-budget-left]");
    line.querySelector("[data-budget-prepared]").textContent = sek(Number(line.dataset.prepared) + more);
    shown.textContent = sek(left);
    shown.classList.toggle("late", left < 0);
    line.querySelector("[data-budget-over]").hidden = left >= 0;
    drawEnd(forms);
  });
}

// Puts the line before the first row that the money does not suffice for.
function drawEnd(forms) {
  const end = document.querySelector("[data-money-ends]");
  if (!end) return;
  let left = Number(end.parentElement.dataset.money);
  const beyond = forms.find((form) => (left -= taken(form)) < 0);
  end.hidden = !beyond;
  const row = beyond?.closest("li");
  if (row && row.previousElementSibling !== end) row.before(end);
}

// What the row would be granted as it is filled in.
function granted({ dataset, elements: { outcome, amount } }) {
  if (outcome.value === "grant") return Number(dataset.asked);
  return outcome.value === "part" ? Number(amount.value) || 0 : 0;
}

// What it takes of the money: what it asks for as long as nothing is chosen.
function taken(form) {
  return form.elements.outcome.value ? granted(form) : Number(form.dataset.asked);
}
