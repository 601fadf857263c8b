// Sharing a saved view: its link goes to the clipboard.
import { toast } from "../modules/toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const address = new URL(button.dataset.copy, location).href;
  try {
    await navigator.clipboard.writeText(address);
    toast(button.dataset.copied);
  } catch {
    toast(address, "info"); // no clipboard here: shown to be copied by hand
  }
});
