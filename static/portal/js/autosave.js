// Saves a draft a few seconds after a change, also while more is written, and when a field is left. Contract (docs/look.md):
// POST to data-autosave-url with the form's fields, `version` among them; 200 with {"version": …, "problem": …}, or 409 with the
// HTML of the two texts. Then the fields in dispute are named in `leave`, and stay as they are until the person has chosen, while the
// rest goes on being saved: nobody overwrites anybody silently, and nobody loses what they write beside it.
// A form with data-autosave-keep="<id of the person>" is kept in the browser while some of it cannot be sent, also when the page is
// closed, and sent later by the same person; who signs out leaves nothing behind (Clear-Site-Data).

const WAIT = 3000; // ms after the first key that is not saved, also while more are pressed
const RETRY = 15000; // ms after a failure: a lost network comes back
const MOST_ALIVE = 30000; // letters that the browser is sure to send also when the page is closed: it has room for 64 kB

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.place = "autosaveKeep" in form.dataset ? `draft:${form.dataset.autosaveKeep}:${form.dataset.autosaveUrl}` : "";
    this.saved = this.snapshot();
    this.timer = this.due = 0;
    this.busy = null; // the save that is under way, as a promise
    this.sending = ""; // what it sends
    this.disputed = new Set(); // fields that somebody else has changed too
    this.failed = this.refused = this.stopped = this.leaving = false;
    form.addEventListener("input", () => this.later(WAIT));
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", (event) => this.send(event));
    addEventListener("online", () => this.save());
    addEventListener("beforeunload", (event) => this.warn(event));
    addEventListener("pageshow", () => (this.leaving = false));
    // `visibilitychange` is the last event a phone is sure to give.
    document.addEventListener("visibilitychange", () => document.hidden && this.hide());
    if (this.place) this.takeUp();
  }

  /** What could not be sent when the page was last open; with its version, so that what was saved elsewhere meanwhile is not overwritten. */
  takeUp() {
    const kept = new URLSearchParams(localStorage.getItem(this.place) ?? "");
    const { version } = this.form.elements;
    // The person pressed a button that sent it, and the server has saved since: it arrived.
    if (kept.has("sent") && kept.get("version") !== version.value) localStorage.removeItem(this.place);
    else if (kept.has("version")) this.fillIn(kept);
    this.save();
  }

  fillIn(kept) {
    for (const name of new Set(kept.keys())) this.makeRoom(name);
    for (const field of this.form.elements) {
      if (!field.name || ["file", "submit", "button"].includes(field.type)) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = kept.getAll(field.name).includes(field.value);
      else if (kept.has(field.name)) field.value = kept.get(field.name);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /** Rows that were added to a table are added again. */
  makeRoom(name) {
    const add = this.form.querySelector(`[data-field-of="${CSS.escape(name.split("-")[0])}"] [data-add-row]`);
    for (let row = 0; add && !add.hidden && !this.form.elements[name] && row < 100; row++) add.querySelector("button").click();
  }

  keep(sent = false) {
    if (!this.place) return;
    const data = new URLSearchParams(this.fields());
    for (const name of ["csrfmiddlewaretoken", "leave"]) data.delete(name);
    if (sent) data.set("sent", "1");
    localStorage.setItem(this.place, data.toString());
  }

  forget() {
    if (this.place) localStorage.removeItem(this.place);
  }

  /** The fields as sent; files wait for the person's own "save". */
  fields() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    if (this.disputed?.size) data.set("leave", [...this.disputed].join());
    return data;
  }

  snapshot() {
    const data = this.fields();
    for (const name of ["version", "leave"]) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  /** A save that is waited for is never put off: otherwise nothing would be saved of who writes without a pause. */
  later(wait) {
    const due = Date.now() + wait;
    if (this.timer && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  /** Something that the person has written, or a file that they have chosen, is neither saved nor on its way. */
  get unsaved() {
    const now = this.snapshot();
    const travels = now === this.sending && now.length <= MOST_ALIVE;
    const files = [...this.form.elements].some((field) => field.type === "file" && field.value);
    return files || this.failed || this.refused || this.disputed.size > 0 || (now !== this.saved && !travels);
  }

  warn(event) {
    if (this.leaving) return;
    if (!this.failed) this.save({ keepalive: true });
    if (this.unsaved) event.preventDefault();
  }

  hide() {
    if (this.leaving) return;
    if (this.unsaved) this.keep();
    this.save({ keepalive: true });
  }

  /** To press a button is to leave a field, which saves: wait for that, or the version sent along would be an old one. Without a network
      the page stays, with what is written on it. */
  async send(event) {
    if (!navigator.onLine) {
      event.preventDefault();
      return this.fail();
    }
    if (this.busy) {
      event.preventDefault();
      const known = this.disputed.size;
      await this.busy;
      if (!this.failed && !this.stopped && this.disputed.size === known) this.form.requestSubmit(event.submitter);
      return;
    }
    this.stop();
    this.leaving = true;
    if (this.disputed.size || this.failed) this.keep(true);
  }

  save(options) {
    clearTimeout(this.timer);
    this.timer = 0;
    const now = this.snapshot();
    if (this.stopped || (now === this.saved && !this.failed)) return;
    if (this.busy) return this.later(500);
    this.sending = now;
    this.busy = this.post(now, options).finally(() => {
      this.busy = null;
      this.sending = "";
    });
  }

  async post(now, { keepalive = false } = {}) {
    this.say("saving");
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        body: this.fields(),
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
        keepalive: keepalive || now.length <= MOST_ALIVE,
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
    this.failed = false;
    this.refused = Boolean(problem);
    this.form.elements.version.value = version;
    if (this.disputed.size) this.keep();
    else this.forget();
    this.form.dispatchEvent(new CustomEvent("saved"));
    if (problem) return void (this.status && (this.status.textContent = problem));
    if (this.disputed.size) return this.say("conflict");
    this.say("saved", new Date().toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit" }));
  }

  fail() {
    this.failed = true;
    this.say("failed");
    this.keep();
    if (!this.stopped) this.later(RETRY);
  }

  /** Both texts are shown. Without a choice to make it is a refusal: nothing more can be saved. */
  conflict(html) {
    const place = document.createElement("div");
    place.append(new DOMParser().parseFromString(html, "text/html").body);
    place.replaceChildren(...place.firstChild.childNodes);
    const choice = place.querySelector("[name=keep]");
    const marks = choice?.value.split(",").map((mark) => mark.replace(/:\d+$/, "")) ?? [];
    const news = marks.filter((name) => !this.disputed.has(name));
    this.failed = false;
    if (news.length) this.dispute(news, place);
    else this.stop();
    this.refused ||= !news.length;
    this.say("conflict");
    this.form.before(place);
    place.tabIndex = -1;
    place.focus();
  }

  dispute(names, place) {
    for (const name of names) this.disputed.add(name);
    this.keep();
    place.querySelector("[data-use-saved]")?.addEventListener("click", () => {
      this.leaving = true;
      this.forget();
    });
    this.saved = ""; // the rest has not been saved: it goes at once
    this.later(0);
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
