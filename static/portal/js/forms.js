// A form pressed twice in haste is sent once. After three seconds it may be sent again: a download never leaves the page.
const HASTE = 3000; // ms

export function watchForms() {
  document.addEventListener("submit", (event) => {
    const { target: form, submitter, timeStamp } = event;
    if (form.method !== "post" || event.defaultPrevented) return; // a draft that waits for its last save sends itself again
    if (timeStamp - Number(form.dataset.sentAt ?? -HASTE) < HASTE) return event.preventDefault();
    form.dataset.sentAt = timeStamp;
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => submitter?.removeAttribute("aria-busy"), HASTE);
  });
}
