// data-confirm="question" on a form, button or link, and hx-confirm, ask in our own dialog.
import { open } from "./dialogs.js";

function ask(question, label) {
  const dialog = open("confirm-dialog");
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.dataset.usual = yes.dataset.usual || yes.textContent;
  yes.textContent = label || yes.dataset.usual;
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.returnValue = "";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

async function askBefore(event, element, proceed) {
  if (element.dataset.confirmed) return void delete element.dataset.confirmed;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(element.dataset.confirm, element.dataset.confirmLabel))) return;
  element.dataset.confirmed = "yes";
  proceed();
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("a[data-confirm], button[data-confirm]");
  if (element) askBefore(event, element, () => element.click());
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm) askBefore(event, form, () => form.requestSubmit(event.submitter));
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, event.detail.elt.dataset.confirmLabel)) event.detail.issueRequest(true);
});
