// form[data-form="KEY"]: saves what is typed while it is typed, one request at a time. What the server
// has not confirmed stays in this browser and is sent again: on a bad network nothing is lost.
import { send } from "./requests.js";

const PAUSE = 700;
const WAITS = [2000, 4000, 8000, 15000, 30000];
const KEPT_FOR = 24 * 60 * 60 * 1000;
const PREFIX = "unsent:";

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.form;
    this.status = form.querySelector("[data-form-status]");
    this.saved = this.shown = this.came = this.answers(); // `came`: what the page's faults are about
    this.failures = 0;
    form.addEventListener("input", (event) => this.follow(event, PAUSE));
    form.addEventListener("change", (event) => this.follow(event, 0));
    form.addEventListener("submit", (event) => this.beforeSubmit(event));
    form.addEventListener("htmx:afterSettle", () => this.changed(0));
    addEventListener("online", () => this.save());
    addEventListener("pagehide", () => this.leave());
    this.offerUnsent();
  }

  /** The answers as the browser would post them, without files, token and revision. */
  answers() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    data.delete("csrfmiddlewaretoken");
    data.delete("revision");
    return new URLSearchParams(data).toString();
  }

  follow(event, delay) {
    const input = event.target;
    if (!input.name || input.form !== this.form || input.type === "file") return;
    if ("decides" in input.dataset && event.type === "change") this.wantsBody = true;
    this.changed(input.matches("input:not([type=radio], [type=checkbox]), textarea") ? PAUSE : delay);
  }

  changed(delay) {
    if (this.answers() === this.saved && !this.wantsBody && !this.pending) return this.forget();
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    if (this.sending || this.stopped || "sent" in this.form.dataset) return;
    clearTimeout(this.timer);
    // An answer that got lost may have been saved: only the very same request is safe to repeat.
    if (this.pending == null) this.take(this.answers());
    if (this.pending === this.saved && !this.asksBody) return void this.settle();
    this.say(this.status.dataset.saving);
    this.sending = this.post().finally(() => (this.sending = null));
    await this.sending;
  }

  /** What goes out until it is confirmed: the answers, what the page showed then, whether questions come anew. */
  take(answers) {
    this.pending = answers;
    this.shown = this.answers();
    this.asksBody = this.wantsBody;
    this.wantsBody = false;
  }

  async post() {
    let response;
    try {
      response = await this.request(this.pending, { wantsBody: this.asksBody });
      if (response.status >= 500) throw new Error(response.statusText);
    } catch {
      return this.retryLater();
    }
    this.failures = 0;
    if (response.ok && isJson(response)) this.confirmed(await response.json());
    else await this.refused(response);
  }

  request(answers, { wantsBody = false, keepalive = false } = {}) {
    const body = new URLSearchParams(answers);
    body.set("revision", this.form.elements.revision.value);
    const headers = { "X-Form-Script": wantsBody ? "body" : "values", Accept: "application/json" };
    return send(this.form.action, { method: "POST", body, headers, keepalive });
  }

  async refused(response) {
    const words = this.status.dataset;
    const reason = isJson(response) ? (await response.json()).message : null;
    this.stopped = true;
    this.say(reason || (response.redirected || response.status === 403 ? words.left : words.failed), true);
  }

  confirmed(reply) {
    this.form.elements.revision.value = reply.revision;
    this.saved = this.pending;
    if (reply.body) this.renew(reply.body);
    this.showFaults(reply.faults);
    this.say(reply.saved);
    this.settle();
  }

  settle() {
    this.pending = null;
    this.changed(PAUSE);
  }

  retryLater() {
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    this.say(this.status.dataset.offline, true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Puts the questions anew; focus, files, and questions answered since they were asked for, stay. */
  renew(html) {
    const { id, selectionStart } = document.activeElement;
    const answered = changedNames(this.shown, this.answers());
    const old = this.form.querySelector("[data-form-body]");
    const fresh = parse(html);
    old.replaceWith(fresh);
    this.saved = this.answers();
    for (const name of answered) questionOf(fresh, name)?.replaceWith(questionOf(old, name) ?? "");
    keepFiles(old, fresh);
    window.htmx.process(fresh);
    reveal(fresh);
    const focus = id && document.getElementById(id);
    if (!focus || focus === document.activeElement) return;
    focus.focus({ preventScroll: true });
    if (typeof selectionStart === "number") focus.setSelectionRange(selectionStart, selectionStart);
  }

  /** A fault the page came with is about the answer it came with: it goes when that was changed. */
  showFaults(faults) {
    const changed = new Set(changedNames(this.came, this.answers()));
    for (const question of this.form.querySelectorAll("[data-question]")) {
      const live = question.querySelector("[data-live]");
      const words = faults[question.dataset.question] || "";
      if (words && question.contains(document.activeElement)) continue;
      if (live.textContent !== words) live.textContent = words;
      const isNew = [...question.querySelectorAll("[name]")].some((input) => changed.has(input.name));
      if (!words && isNew) takeBackFault(question);
      question.classList.toggle("field-bad", Boolean(words || question.querySelector(".field-errors[id$=-error]")));
    }
  }

  /** Questions that are on their way, such as a region that was just tapped, are waited for, a save likewise. */
  async beforeSubmit(event) {
    clearTimeout(this.timer);
    if (this.failures && !navigator.onLine) return event.preventDefault();
    const underWay = this.sending ?? this.arriving();
    if (!underWay) return;
    event.preventDefault();
    await underWay;
    this.form.requestSubmit(event.submitter);
  }

  arriving() {
    const isComing = this.form.querySelector(".htmx-request");
    return isComing && new Promise((done) => this.form.addEventListener("htmx:afterRequest", done, { once: true }));
  }

  /** The page goes away: the last words still go out, and stay kept in case they do not arrive. */
  leave() {
    const isDone = this.sending || this.stopped || "sent" in this.form.dataset;
    if (!isDone && this.answers() !== this.saved) this.request(this.answers(), { keepalive: true });
  }

  keep() {
    const kept = { answers: this.answers(), revision: this.form.elements.revision.value, at: Date.now() };
    inStorage(() => localStorage.setItem(this.key, JSON.stringify(kept)));
  }

  forget() {
    inStorage(() => localStorage.removeItem(this.key));
  }

  /** What an earlier visit could not send: sent now, or offered when the draft has moved on since. */
  offerUnsent() {
    const kept = read(this.key);
    if (!kept || kept.answers === this.saved) return this.forget();
    if (kept.revision === this.form.elements.revision.value) return this.restore(kept.answers);
    const offer = this.form.querySelector("[data-form-unsent]");
    offer.hidden = false;
    offer.querySelector("[data-form-unsent-use]").onclick = () => this.restore(kept.answers);
    offer.querySelector("[data-form-unsent-drop]").onclick = () => this.forget();
    offer.addEventListener("click", (event) => (offer.hidden = Boolean(event.target.closest("button"))));
  }

  restore(answers) {
    this.wantsBody = true;
    this.take(answers);
    this.save();
  }

  say(words, bad = false) {
    this.status.textContent = words;
    this.status.classList.toggle("form-status-bad", bad);
  }
}

function isJson(response) {
  return (response.headers.get("content-type") || "").includes("json");
}

/** Private windows may refuse any use of the storage; the page itself still holds the answers. */
function inStorage(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

function read(key) {
  return inStorage(() => JSON.parse(localStorage.getItem(key)));
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** The names whose answers differ between two readings of a form. */
function changedNames(before, after) {
  const [old, now] = [new URLSearchParams(before), new URLSearchParams(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => old.getAll(name).join() !== now.getAll(name).join());
}

function questionOf(root, name) {
  return root.querySelector(`[data-question="${CSS.escape(name)}"]`);
}

/** Files go out on their own: their list in the page is newer than the one that comes with the questions. */
function keepFiles(old, fresh) {
  for (const list of old.querySelectorAll("[data-file-list]")) {
    const question = questionOf(fresh, list.closest("[data-question]").dataset.question);
    question?.querySelector("[data-file-list]").replaceWith(list);
  }
}

function takeBackFault(question) {
  question.querySelector(".field-errors[id$=-error]")?.remove();
  for (const input of question.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.classList.remove("is-invalid");
  }
  const list = document.querySelector("[data-faults]");
  list?.querySelector(`a[href="#${CSS.escape(question.dataset.question)}"]`)?.closest("li").remove();
  if (list && !list.querySelector("li")) list.remove();
}

/** What makes sense with a script only was hidden until now. */
function reveal(root) {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    const isOld = key.startsWith(PREFIX) && !(read(key)?.at > Date.now() - KEPT_FOR);
    if (isOld) localStorage.removeItem(key);
  }
}

// A region was taken from the search: its results have done their work.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.matches?.(".region-selects")) return;
  event.target.closest("[data-region]").querySelector(".region-results").textContent = "";
});

// Back from the browser's cache the page would hold an old revision.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-form]")) location.reload();
});

inStorage(forgetOld);
reveal(document);
for (const form of document.querySelectorAll("form[data-form]")) new Draft(form);
