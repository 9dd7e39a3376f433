// A <details class="account-menu"> opens without script; with it, Escape and a click elsewhere close it.
export function watchMenus() {
  const open = () => document.querySelectorAll("details.account-menu[open]");
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
}
