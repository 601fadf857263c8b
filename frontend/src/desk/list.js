// Rows: which one is current, the way to the next, and opening it beside the list.
import htmx from "htmx.org/dist/htmx.esm.js";
import { clear, open, isOpen, prefetch, showNothing } from "./pane.js";

const beside = matchMedia("(min-width: 1280px)");

export const desk = () => document.querySelector("[data-desk]");
export const sideBySide = () => Boolean(desk()) && beside.matches;
export const rows = () => [...document.querySelectorAll("[data-row]:not(.is-leaving)")];
export const current = () => document.querySelector(".task-row.is-current");
const link = (row) => row.querySelector("[data-open]");

/** The number that stands in a place; NaN while it is not there yet, or more than was counted. */
export const numberIn = (place) => (/^\d+$/.test(place.textContent) ? Number(place.textContent) : NaN);

export function mark(row) {
  current()?.classList.remove("is-current");
  for (const other of document.querySelectorAll("[data-open][aria-current]")) other.removeAttribute("aria-current");
  if (!row) return;
  row.classList.add("is-current");
  link(row).setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
}

function remember(row) {
  const address = new URL(location);
  if (row) address.searchParams.set("task", row.dataset.row);
  else address.searchParams.delete("task");
  history.replaceState(history.state, "", address);
}

/** The list may run out faster than its next page comes; then that page goes on by itself. */
let isAwaited = false;

/** Mark the row and show its task beside the list (or, on a narrow screen, put the focus on it). */
export function show(row) {
  mark(row);
  if (!sideBySide()) return void (row && link(row).focus());
  remember(row);
  isAwaited = !row && Boolean(document.querySelector("[data-more]"));
  if (!row) return showNothing(rows().length || isAwaited ? "nothing-open" : "nothing-waits");
  open(row.dataset.row, link(row).href);
  const following = neighbour(row, 1);
  if (following) prefetch(following.dataset.row, link(following).href);
}

export function neighbour(row, step) {
  const all = rows();
  return row ? all[all.indexOf(row) + step] : all[step > 0 ? 0 : all.length - 1];
}

/** Fetch the next page of rows when only a few are left; true when there was one. */
export function more() {
  const button = document.querySelector("[data-more]");
  if (button) htmx.trigger(button, "click");
  return Boolean(button);
}

function go(step) {
  const target = neighbour(current(), step);
  if (target) show(target);
  if (step > 0 && !neighbour(target || current(), 5)) more();
}

function openFirst() {
  if (!sideBySide() || !rows().length) return;
  const wanted = new URLSearchParams(location.search).get("task");
  show(document.getElementById(`row-${wanted}`) || rows()[0]);
}

document.addEventListener("click", (event) => {
  const goer = event.target.closest("[data-go]");
  if (goer) return go(Number(goer.dataset.go));
  const opener = event.target.closest("[data-open]");
  const plain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
  if (!opener || !plain || !sideBySide()) return;
  event.preventDefault();
  show(opener.closest("[data-row]"));
});

document.addEventListener("keydown", (event) => {
  const idle = event.target === document.body || event.target.matches("[data-scroll], [data-pane]");
  if (event.key === "Enter" && idle && sideBySide()) show(current() || rows()[0] || null);
});

// Enter in the search opens the first match once the matches are there; a list for fewer letters may come before.
let openFirstMatch = false;

const areMatches = () => new URLSearchParams(location.search).get("q") === document.getElementById("inbox-q").value;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "inbox-q" || event.isComposing) return;
  event.preventDefault();
  event.target.blur();
  openFirstMatch = true;
  event.target.form.requestSubmit(); // also when the matches are there already
});

/** What is decided is what the list shows: a task that a search left out does not stay open. */
function openListed() {
  const opened = rows().find((row) => isOpen(row.dataset.row));
  if (opened || !sideBySide()) return mark(opened);
  if (rows().length) return show(rows()[0]);
  mark(null);
  remember(null);
  clear();
}

document.addEventListener("htmx:load", (event) => {
  if (isAwaited && event.target.matches("[data-section]")) return show(rows()[0]);
  if (event.target.id !== "inbox") return;
  if (!openFirstMatch || !areMatches() || !rows().length) return openListed();
  openFirstMatch = false;
  show(rows()[0]);
});

if (desk()) openFirst();
