// What bpmn-js writes goes to the server, with what it wrote on opening: lint after each change, kept after a pause.
import { send } from "../modules/requests.js";

const CHECK_AFTER = 400;
const SAVE_AFTER = 2000;
const RETRY_AFTER = 5000;

export class Saving {
  constructor(page, modeler, revision) {
    Object.assign(this, { page, modeler, revision, changes: 0, kept: 0, stopped: false, sending: null });
  }

  async begin() {
    this.opened = await this.write();
  }

  async write() {
    return (await this.modeler.saveXML({ format: true })).xml;
  }

  get isDirty() {
    return this.changes > this.kept && !this.stopped;
  }

  changed() {
    if (this.stopped) return;
    this.changes += 1;
    this.page.say("unsaved");
    clearTimeout(this.checking);
    clearTimeout(this.saving);
    this.checking = setTimeout(() => this.post("check"), CHECK_AFTER);
    this.saving = setTimeout(() => this.save(), SAVE_AFTER);
  }

  /** Keeps everything up to now; true when nothing is left to be kept. */
  async save() {
    clearTimeout(this.checking);
    clearTimeout(this.saving);
    await this.sending;
    if (this.isDirty) await this.post("save");
    return !this.isDirty;
  }

  async post(what) {
    await this.sending;
    if (this.stopped) return;
    this.sending = this.request(what);
    await this.sending;
    this.sending = null;
  }

  async request(what) {
    const upTo = this.changes;
    if (what === "save") this.page.say("saving");
    const drawn = await this.write();
    let answer;
    let reply;
    try {
      answer = await send(location.pathname, { method: "POST", body: this.body(what, drawn) });
      reply = await answer.json();
    } catch {
      return this.later(what, answer);
    }
    if (reply.message) return this.refused(reply, Boolean(reply.stale));
    this.page.showProblems(reply.problems);
    this.page.complain("");
    if (what !== "save") return;
    Object.assign(this, { opened: drawn, revision: reply.revision, kept: upTo });
    document.querySelector("[data-mod-draft]").hidden = false;
    this.page.say(this.isDirty ? "unsaved" : "saved");
  }

  body(what, drawn) {
    const body = new FormData();
    body.set("do", what);
    body.set("revision", this.revision);
    body.set("opened", new Blob([this.opened], { type: "application/xml" }), "opened.bpmn");
    body.set("drawn", new Blob([drawn], { type: "application/xml" }), "drawn.bpmn");
    return body;
  }

  /** No answer: tried again. An answer that is no JSON (signed out, taken away) helps nobody by being asked again. */
  later(what, answer) {
    if (answer && answer.status < 500) return this.refused({}, true);
    this.page.say("offline");
    if (what !== "save") return;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), RETRY_AFTER);
  }

  refused({ message }, forGood) {
    this.stopped = forGood;
    this.page.say("");
    this.page.complain(message || this.page.words.failed, forGood);
  }
}
