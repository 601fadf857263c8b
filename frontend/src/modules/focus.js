// After an error the reader starts at it: [data-focus], on load and in what htmx brings.
function toFirst(root) {
  const target = root.querySelector("[data-focus]");
  if (target) target.focus();
}

toFirst(document);
document.addEventListener("htmx:afterSettle", (event) => toFirst(event.target));
