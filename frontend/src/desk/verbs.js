// Verbs beside the decision: their form opens in a dialog; afterwards the row and the task follow.
import { open } from "../modules/dialogs.js";
import { toast } from "../modules/toasts.js";
import { desk, neighbour, rows, show, sideBySide } from "./list.js";
import { isCounting, recount, slideOut } from "./decide.js";
import { forget } from "./pane.js";

const dialog = () => document.getElementById("verb-dialog");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-verb-title]");
  if (opener && dialog()) dialog().querySelector(".dialog-title").textContent = opener.dataset.verbTitle;
});

document.addEventListener("htmx:load", (event) => {
  if (!event.target.matches("[data-verb-form]")) return;
  for (const menu of document.querySelectorAll("details[open].more-menu")) menu.open = false;
  open("verb-dialog");
  event.target.querySelector("[data-focus], textarea, input:not([type=hidden])")?.focus();
});

document.addEventListener("verbdone", ({ detail }) => {
  dialog()?.close();
  toast(detail.text);
  forget(detail.task);
  if (!desk() || !sideBySide()) return void setTimeout(() => location.reload(), 400);
  const row = document.getElementById(`row-${detail.task}`);
  if (detail.stays || !row) return show(row || rows()[0] || null);
  const following = neighbour(row, 1) || neighbour(row, -1);
  if (isCounting(row.dataset.step)) recount();
  slideOut(row);
  show(following || null);
});

// A long list of colleagues: what is typed leaves only the names that have it.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-people-find]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const person of event.target.closest("[data-people]").querySelectorAll(".people-row")) {
    person.hidden = !person.textContent.toLowerCase().includes(wanted);
  }
});
