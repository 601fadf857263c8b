// Selecting rows (x, Shift+J and K, Shift+click, all of a step) and deciding them together.
import { open } from "../modules/dialogs.js";
import { current, desk, neighbour, rows, show } from "./list.js";

const box = (row) => row?.querySelector("input[name=task]");
const boxes = () => rows().map(box).filter(Boolean);
const heads = () => [...document.querySelectorAll("input[data-all]")];
let last = null;

function picked() {
  const whole = new Set(heads().filter((head) => head.checked).map((head) => head.value));
  const single = boxes().filter((each) => each.checked && !whole.has(each.closest("[data-row]").dataset.step));
  return heads().filter((head) => head.checked).reduce((sum, head) => sum + Number(head.dataset.all), single.length);
}

function refresh() {
  const number = picked();
  desk().classList.toggle("is-picking", number > 0);
  for (const place of document.querySelectorAll("[data-picked]")) place.textContent = String(number);
}

function set(each, checked) {
  if (each) each.checked = checked;
  last = each;
}

function clear() {
  for (const each of [...boxes(), ...heads()]) each.checked = false;
  refresh();
}

function extend(step) {
  const start = current() || neighbour(null, 1);
  const target = box(start)?.checked ? neighbour(start, step) || start : start;
  set(box(start), true);
  set(box(target), true);
  show(target);
  refresh();
}

function range(to) {
  const all = boxes();
  const [from, until] = [all.indexOf(last), all.indexOf(to)].sort((a, b) => a - b);
  if (from >= 0) for (const each of all.slice(from, until + 1)) each.checked = true;
}

/** The head of a step stands for all of it, also for what is not loaded yet. */
function follow(changed) {
  const step = changed.value;
  if (changed.matches("[data-all]")) {
    for (const each of boxes()) {
      if (each.closest("[data-row]").dataset.step === step) each.checked = changed.checked;
    }
  } else if (!changed.checked) {
    const head = heads().find((each) => each.value === changed.closest("[data-row]").dataset.step);
    if (head) head.checked = false;
  }
}

document.addEventListener("click", (event) => {
  if (!desk()) return;
  if (event.target.closest("[data-unpick]")) return clear();
  const extender = event.target.closest("[data-extend]");
  if (extender) return extend(Number(extender.dataset.extend));
  if (event.target.closest("[data-pick]")) {
    const each = box(current() || rows()[0]);
    if (each) each.click();
  }
  if (event.target.matches("input[name=task]")) {
    if (event.shiftKey && event.target.checked) range(event.target);
    last = event.target;
    refresh();
  }
});

document.addEventListener("change", (event) => {
  if (!desk() || !event.target.matches("input[name=task], input[data-all]")) return;
  follow(event.target);
  refresh();
});

document.addEventListener("htmx:load", (event) => {
  if (!desk()) return;
  if (event.target.closest("#batch-body")) return void open("batch-dialog");
  for (const head of heads()) if (head.checked) follow(head);
  refresh();
});

document.addEventListener("close", (event) => {
  if (event.target.id === "batch-dialog" && event.target.querySelector("[data-batch-result]")) location.reload();
}, true);
