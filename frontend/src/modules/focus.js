// After an error the reader starts at it: [data-focus], on load and in what htmx brings.
function toFirst(root) {
  const target = root.querySelector("[data-focus]");
  if (target) target.focus();
}

/** A form that was sent back opens at what was marked; an address with a place in it goes there. */
function toMark() {
  if (location.hash || document.querySelector("[data-focus]")) return;
  document.querySelector(".form-mark")?.closest("[data-question]").scrollIntoView({ block: "center" });
}

toFirst(document);
toMark();
document.addEventListener("htmx:afterSettle", (event) => toFirst(event.target));
