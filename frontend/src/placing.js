// Placing steps of the old version: a step dragged onto one of the new version chooses it in its menu.
// The menus do everything by themselves; keyboards and phones use them alone.
const form = document.querySelector("[data-placing]");

if (form) {
  const steps = [...form.querySelectorAll("[data-placed]")];
  const places = [...form.querySelectorAll("[data-place]")];
  const menuOf = (step) => document.getElementById(step.dataset.placed);
  const nameOf = (step) => step.querySelector("label").firstChild.textContent.trim();
  let dragged = null;

  const takes = (place) =>
    dragged && [...menuOf(dragged).options].some((option) => option.value === place?.dataset.place);

  /** Each place says which steps it takes. */
  function refresh() {
    for (const place of places) {
      const here = steps.filter((step) => menuOf(step).value === place.dataset.place);
      place.querySelector("[data-here]").textContent = here.map((step) => `← ${nameOf(step)}`).join(" ");
      place.classList.toggle("placing-taken", here.length > 0);
    }
  }

  form.addEventListener("change", refresh);
  form.addEventListener("dragstart", (event) => {
    const step = event.target.closest?.("[data-placed]");
    if (!step) return;
    dragged = step;
    step.classList.add("placing-dragged");
    event.dataTransfer.effectAllowed = "link";
    event.dataTransfer.setData("text/plain", nameOf(step));
    for (const place of places) place.classList.toggle("placing-takes", takes(place));
  });
  form.addEventListener("dragend", () => {
    for (const each of [...steps, ...places]) each.classList.remove("placing-dragged", "placing-takes", "placing-over");
    dragged = null;
  });
  form.addEventListener("dragover", (event) => {
    const place = event.target.closest("[data-place]");
    for (const each of places) each.classList.toggle("placing-over", each === place && takes(each));
    if (takes(place)) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const place = event.target.closest("[data-place]");
    if (!takes(place)) return;
    event.preventDefault();
    menuOf(dragged).value = place.dataset.place;
    refresh();
  });
  refresh();
}
