// Saves a draft a few seconds after a change, and when a field is left. Contract (docs/look.md):
// POST to data-autosave-url with the form's fields, `version` among them; 200 with {"version": …, "problem": …}, or 409 with the
// HTML of the two texts. After a 409 nothing is sent until the person has chosen: nobody overwrites anybody silently.
// A form with data-autosave-keep is kept in the browser while it cannot be sent, also when the page is closed, and sent later.

const PAUSE = 3000; // ms after the last key
const RETRY = 15000; // ms after a failure: a lost network comes back

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.place = "autosaveKeep" in form.dataset ? `draft:${form.dataset.autosaveUrl}` : "";
    this.saved = this.snapshot();
    this.timer = 0;
    this.busy = null; // the save that is under way, as a promise
    this.stopped = false;
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", (event) => this.send(event));
    // `visibilitychange` is the last event a phone is sure to give.
    document.addEventListener("visibilitychange", () => document.hidden && this.save({ keepalive: true }));
    if (this.place) this.takeUp();
  }

  /** What could not be sent when the page was last open; with its version, so that what was saved elsewhere meanwhile is not overwritten. */
  takeUp() {
    addEventListener("online", () => this.save());
    const kept = localStorage.getItem(this.place);
    if (!kept) return;
    for (const [name, value] of new URLSearchParams(kept)) {
      const field = this.form.elements[name];
      if (field?.type === "checkbox") field.checked = true;
      else if (field && name !== "csrfmiddlewaretoken") field.value = value;
    }
    this.save();
  }

  keep() {
    const data = this.fields();
    data.delete("csrfmiddlewaretoken");
    localStorage.setItem(this.place, new URLSearchParams(data).toString());
  }

  /** The fields as sent; files wait for the person's own "save". */
  fields() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  snapshot() {
    const data = this.fields();
    data.delete("version");
    return new URLSearchParams(data).toString();
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  /** To press a button is to leave a field, which saves: wait for that, or the version sent along would be an old one. */
  send(event) {
    this.stop();
    if (!this.busy) return;
    event.preventDefault();
    this.busy.then(() => this.disputed || this.form.requestSubmit(event.submitter));
  }

  save(options) {
    clearTimeout(this.timer);
    const now = this.snapshot();
    if (this.stopped || now === this.saved) return;
    if (this.busy) return this.later(500);
    this.busy = this.post(now, options).finally(() => (this.busy = null));
  }

  async post(now, { keepalive = false } = {}) {
    this.say("saving");
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        body: this.fields(),
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
        keepalive,
      });
      if (answer.ok) this.done(now, await answer.json());
      else if (answer.status === 409) this.conflict(await answer.text());
      else this.fail();
    } catch {
      this.fail(); // offline, or signed out and redirected to a page that is no JSON
    }
  }

  /** `problem` says what could not be saved although the rest was. */
  done(snapshot, { version, problem }) {
    this.saved = snapshot;
    if (this.place) localStorage.removeItem(this.place);
    this.form.elements.version.value = version;
    this.form.dispatchEvent(new CustomEvent("saved"));
    if (problem) return void (this.status && (this.status.textContent = problem));
    this.say("saved", new Date().toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit" }));
  }

  fail() {
    this.say("failed");
    if (this.place) this.keep();
    if (!this.stopped) this.later(RETRY);
  }

  conflict(html) {
    this.stop();
    if (this.place) localStorage.removeItem(this.place);
    this.disputed = true;
    this.say("conflict");
    const place = document.createElement("div");
    place.append(new DOMParser().parseFromString(html, "text/html").body);
    place.replaceChildren(...place.firstChild.childNodes);
    this.form.before(place);
    place.tabIndex = -1;
    place.focus();
  }

  /** The words come from the template, translated: data-saved="Saved {time}". */
  say(state, time = "") {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = this.status.dataset[state].replace("{time}", time);
  }
}

export function watchDrafts() {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) new Draft(form);
}
