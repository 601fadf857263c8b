// [data-files="FIELD"]: files go out one by one with their progress; a lost one can be sent again.
import { toast } from "./toasts.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const LARGEST = 10 * 1024 * 1024;
const queues = new Map();
const removed = new Set();

/** A request that tells how far it is; resolves with the XMLHttpRequest, rejects without network. */
function upload(url, data, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = request.onabort = reject;
  });
  request.upload.onprogress = (event) => (progress.value = (100 * event.loaded) / event.total);
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-Form-Script", "files");
  request.send(data);
  return { done, cancel: () => request.abort() };
}

class Sending {
  constructor(area, file) {
    this.area = area;
    this.file = file;
    this.row = area.querySelector("[data-file-row]").content.firstElementChild.cloneNode(true);
    this.part("name").textContent = file.name;
    this.part("retry").onclick = () => this.queue();
    this.part("cancel").onclick = () => this.drop();
    this.preview();
    area.querySelector("[data-file-list]").append(this.row);
    this.queue();
  }

  /** In turn: the answers to two at once could come in the wrong order and hide a file. */
  queue() {
    const before = queues.get(this.area.dataset.files) ?? Promise.resolve();
    queues.set(this.area.dataset.files, before.then(() => this.start()));
  }

  part(name) {
    return this.row.querySelector(`[data-${name}]`);
  }

  preview() {
    if (!this.file.type.startsWith("image/")) return;
    const image = new Image(56, 56);
    image.alt = "";
    image.onload = () => {
      URL.revokeObjectURL(image.src);
      this.part("thumb").replaceChildren(image);
    };
    image.src = URL.createObjectURL(this.file);
  }

  async start() {
    if (this.dropped) return;
    this.fail("", false);
    if (this.file.size > LARGEST) return this.fail(this.area.dataset.tooLarge, false);
    const data = new FormData();
    data.append(this.area.dataset.files, this.file);
    const { done, cancel } = upload(this.area.dataset.upload, data, this.row.querySelector("progress"));
    this.cancel = cancel;
    try {
      this.answered(await done);
    } catch {
      this.fail(this.area.dataset.failed, true);
    }
  }

  answered(request) {
    const type = request.getResponseHeader("content-type") || "";
    if (request.status === 200 && type.includes("html")) return this.replaceList(request.responseText);
    const message = type.includes("json") ? JSON.parse(request.responseText).message : null;
    this.fail(message || this.area.dataset.failed, !message);
  }

  /** In the area where the row is now: the questions may have come anew meanwhile. */
  replaceList(html) {
    const area = this.row.closest("[data-files]");
    this.row.remove();
    if (area) renewList(area, html);
  }

  fail(words, canRetry) {
    this.part("error").textContent = words;
    this.part("retry").hidden = !canRetry;
    this.row.querySelector("progress").hidden = Boolean(words);
  }

  drop() {
    this.dropped = true;
    this.cancel?.();
    this.row.remove();
  }
}

/** The list as the server had it, without what was removed since; files still under way stay at its end. */
function renewList(area, html) {
  const list = area.querySelector("[data-file-list]");
  const underWay = [...list.querySelectorAll(".file-row:not([data-file])")];
  list.outerHTML = html;
  for (const id of removed) rowOf(id)?.remove();
  area.querySelector("[data-file-list]").append(...underWay);
}

const rowOf = (id) => document.querySelector(`[data-file="${CSS.escape(id)}"]`);

document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-file-input]");
  const area = input?.closest("[data-files]");
  if (!area) return;
  for (const file of input.files) new Sending(area, file);
  input.value = "";
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-file-remove]");
  const area = button?.closest("[data-files]");
  if (!area) return;
  event.preventDefault();
  button.disabled = true;
  const id = button.closest("[data-file]").dataset.file;
  const headers = { "X-CSRFToken": token(), "X-Form-Script": "files" };
  const response = await fetch(button.dataset.fileRemove, { method: "POST", headers }).catch(() => null);
  if (response?.ok) {
    removed.add(id); // a list that was on its way still holds it
    return rowOf(id)?.remove();
  }
  button.disabled = false;
  toast(area.dataset.failed, "error");
});
