// Returning and rejecting by keyboard: a digit picks the reason, then come the words, Ctrl+Enter sends.
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-reason-form]");
  if (form && event.target.name === "reason_code") form.querySelector("textarea").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("[data-reason-form]") ||
    document.querySelector("dialog[open] [data-reason-form]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-send]"));
});
