// Selecting rows (x, Shift+J and K, Shift+click, all of a step) and deciding them together.
import { open } from "../modules/dialogs.js";
import { current, desk, neighbour, numberIn, rows, show } from "./list.js";

const box = (row) => row?.querySelector("input[name=task]");
const boxes = () => rows().map(box).filter(Boolean);
const heads = () => [...document.querySelectorAll("input[data-all]")];
let last = null;

/** How many are selected, "50+" while the number of a whole step is still to come. */
function picked() {
  const chosen = boxes().filter((each) => each.checked);
  const whole = heads().filter((head) => head.checked);
  const steps = new Set(whole.map((head) => head.value));
  const single = chosen.filter((each) => !steps.has(each.closest("[data-row]").dataset.step));
  const number = (head) => numberIn(head.closest(".inbox-step").querySelector("[data-count]"));
  const sum = whole.reduce((total, head) => total + number(head), single.length);
  return Number.isNaN(sum) ? `${chosen.length}+` : String(sum);
}

function refresh() {
  const number = picked();
  desk().classList.toggle("is-picking", number !== "0");
  for (const place of document.querySelectorAll("[data-picked]")) place.textContent = number;
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
