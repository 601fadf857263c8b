// A decision beside the list: the row slides out and the next task opens at once; the server confirms
// behind it. What it refuses comes back to its place, with the reason in words.
import { send } from "../modules/requests.js";
import { current, mark, more, neighbour, numberIn, rows, show, sideBySide } from "./list.js";
import { forget } from "./pane.js";

const SLIDE = 200;
const SECOND_CLICK = 500;
const decided = new Set();
let decidedAt = -SECOND_CLICK;

const say = (text) => (document.querySelector("[data-announce]").textContent = text);
const offline = () => document.getElementById("toasts").dataset.offline;

/** Where the number of a step, or that of all, stands. */
const places = (step) => [...document.querySelectorAll(`[data-count="${CSS.escape(step)}"], [data-total]`)];
const isUncounted = (place) => Number.isNaN(numberIn(place));

function count(step, change) {
  for (const place of places(step)) if (!isUncounted(place)) place.textContent = String(numberIn(place) + change);
}

/** Whether the numbers of a step are still to come: they may then hold what is being decided. */
export const isCounting = (step) => places(step).some(isUncounted);
export const recount = () => document.querySelector("[data-counts]")?.dispatchEvent(new Event("recount"));

/** Take the row out of the list; gives the way to bring it back to its place. */
export function slideOut(row) {
  const place = document.createComment(row.id);
  row.before(place);
  row.classList.remove("is-refused");
  row.classList.add("is-leaving");
  count(row.dataset.step, -1);
  const leaving = setTimeout(() => row.remove(), SLIDE);
  return () => {
    clearTimeout(leaving);
    row.classList.remove("is-leaving");
    if (place.isConnected) place.replaceWith(row);
    else document.querySelector("[data-section]")?.prepend(row);
    return row;
  };
}

function refuse(row, { message, open }) {
  row.querySelector("[data-fault]").textContent = message;
  say(message);
  forget(row.dataset.row);
  if (open === false) return close(row);
  row.classList.add("is-refused");
  count(row.dataset.step, 1);
}

/** Somebody else was faster: the row only says so and cannot be chosen any more. */
function close(row) {
  row.querySelector(".task-pick").replaceChildren();
  row.querySelector("[data-open]").removeAttribute("data-open");
  delete row.dataset.row;
  row.classList.add("is-closed");
}

async function answerOf(form, body) {
  try {
    const answer = await send(form.action, {
      method: "POST", body, keepalive: true, headers: { Accept: "application/json" },
    });
    if (answer.redirected) location.reload(); // the session has ended
    const said = await answer.json();
    return { ok: answer.ok, ...said };
  } catch {
    return { ok: false, message: offline() };
  }
}

/** Decided already, or about to make room for another task: a key pressed too soon must not hit this one. */
const isStale = (form) => Boolean(form.closest("[aria-busy=true]") || form.closest(".task").dataset.decided);

async function decide(form, submitter) {
  form.closest(".task").dataset.decided = "yes";
  decidedAt = performance.now();
  decided.add(form.dataset.decide);
  const row = document.getElementById(`row-${form.dataset.decide}`);
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  form.closest("dialog")?.close();
  const following = row ? neighbour(row, 1) || neighbour(row, -1) : rows()[0];
  const wasCounting = row && isCounting(row.dataset.step);
  const bringBack = row ? slideOut(row) : () => null;
  if (!neighbour(following || null, 5)) more();
  show(following || null);
  const answer = await answerOf(form, body);
  if (wasCounting) recount();
  if (answer.ok) return say(answer.message);
  decided.delete(form.dataset.decide);
  const back = bringBack();
  if (!back) return;
  refuse(back, answer);
  if (!current() && back.dataset.row) mark(back);
}

// A list that was on its way may still hold what has been decided here: it goes before anything opens it.
document.addEventListener("htmx:load", (event) => {
  for (const row of event.target.querySelectorAll("[data-row]")) {
    if (!decided.has(row.dataset.row)) continue;
    count(row.dataset.step, -1);
    row.remove();
  }
}, true);

// The second click of a double click must not decide the task that has just opened under it.
document.addEventListener("click", (event) => {
  const isSecond = event.detail > 0 && performance.now() - decidedAt < SECOND_CLICK;
  if (isSecond && event.target.closest(".decision-bar")) event.preventDefault();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-decide]") || !sideBySide()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!isStale(form)) decide(form, event.submitter);
}, true);
