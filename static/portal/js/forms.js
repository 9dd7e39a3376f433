// A form pressed twice in haste is sent once. After three seconds it may be sent again: a download never leaves the page.
const HASTE = 3000; // ms

export function watchForms() {
  document.addEventListener("submit", (event) => {
    const { target: form, submitter, timeStamp } = event;
    if (form.method !== "post") return;
    if (timeStamp - Number(form.dataset.sentAt ?? -HASTE) < HASTE) return event.preventDefault();
    form.dataset.sentAt = timeStamp;
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => submitter?.removeAttribute("aria-busy"), HASTE);
  });
}
