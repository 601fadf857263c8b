// The school calendar: days are chosen by click or by arrow keys, several with Shift; a dialog changes them.
import { open } from "./modules/dialogs.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const page = document.querySelector("[data-calendar]");
const days = [...page.querySelectorAll("[data-day]")];
let anchor = null; // where a selection of several days began

/** Only one day is a stop of the Tab key; the arrows lead to the others. */
function makeStop(day) {
  for (const each of days) each.tabIndex = each === day ? 0 : -1;
}

function select(from, until) {
  const ends = [days.indexOf(from), days.indexOf(until)].sort((one, other) => one - other);
  days.forEach((day, place) => day.classList.toggle("cal-selected", place >= ends[0] && place <= ends[1]));
  return [days[ends[0]], days[ends[1]]];
}

function unselect() {
  anchor = null;
  for (const day of days) day.classList.remove("cal-selected");
}

async function change(url) {
  await window.htmx.ajax("GET", url, { target: "#calendar-form", swap: "innerHTML" });
  const dialog = open("calendar-dialog");
  if (matchMedia("(hover: hover)").matches) dialog.querySelector("[name=name]").focus();
}

function changeDays(first, last) {
  const query = new URLSearchParams({ first: first.dataset.day, last: last.dataset.day });
  change(`${page.dataset.changeUrl}?${query}`);
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  const opener = event.target.closest("[data-change]");
  const day = event.target.closest("[data-day]");
  if (!opener && !day) return;
  event.preventDefault();
  if (opener) return void change(opener.href);
  makeStop(day);
  if (!(event.shiftKey && anchor) && !day.classList.contains("cal-selected")) unselect();
  anchor = anchor || day;
  changeDays(...select(anchor, day));
});

function targetOf(event, day) {
  const place = days.indexOf(day);
  if (event.key in STEPS) return days[place + STEPS[event.key]];
  const months = { PageUp: -1, PageDown: 1 };
  if (!(event.key in months)) return undefined;
  const month = day.closest(".cal-month");
  const beside = event.key === "PageUp" ? month.previousElementSibling : month.nextElementSibling;
  const there = beside ? [...beside.querySelectorAll("[data-day]")] : [];
  return there[Math.min(Number(day.dataset.day.slice(8)), there.length) - 1];
}

page.addEventListener("keydown", (event) => {
  const day = event.target.closest("[data-day]");
  if (!day || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return unselect();
  const target = targetOf(event, day);
  if (!target) return;
  event.preventDefault();
  if (event.shiftKey) {
    anchor = anchor || day;
    select(anchor, target);
  } else unselect();
  makeStop(target);
  target.focus();
});

document.getElementById("calendar-dialog").addEventListener("close", unselect);
makeStop(page.querySelector("[data-day][aria-current=date]") || days[0]);
