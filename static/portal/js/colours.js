// The choice of light, dark or as the device takes effect at once and is kept by the server in a cookie.
export function watchColours() {
  const form = document.querySelector("form[data-colours]");
  form?.addEventListener("change", () => {
    const body = new FormData(form);
    document.documentElement.dataset.colorScheme = body.get("colours");
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => form.submit());
  });
}
