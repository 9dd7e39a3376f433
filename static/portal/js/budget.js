// What the rows of a decision leave of the budget while they are filled in. The server counts again when a row is saved.
export function watchBudget() {
  const line = document.querySelector("[data-budget]");
  if (!line) return;
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "SEK", maximumFractionDigits: 0 });
  const forms = [...document.querySelectorAll("[data-ruling]")];
  document.addEventListener("input", ({ target }) => {
    if (!target.form?.matches("[data-ruling]")) return;
    const left = forms.reduce((sum, form) => sum + Number(form.dataset.counts) - counted(form), Number(line.dataset.left));
    const shown = line.querySelector("[data-budget-left]");
    shown.textContent = money.format(left);
    shown.classList.toggle("late", left < 0);
    line.querySelector("[data-budget-over]").hidden = left >= 0;
  });
}

function counted({ dataset, elements: { outcome, amount } }) {
  if (outcome.value === "grant") return Number(dataset.asked);
  return outcome.value === "part" ? Number(amount.value) || 0 : 0;
}
