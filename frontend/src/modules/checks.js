// [data-checks]: a list with check boxes [data-check], one that takes all [data-check-all], the number chosen,
// buttons that need a choice [data-needs-check], and buttons that go to the next row [data-check-go].
const boxes = (list) => [...list.querySelectorAll("[data-check]")];

function show(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const every = list.querySelector("[data-check-all]");
  if (!every) return;
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
  list.querySelector("[data-check-count]").textContent = chosen;
  list.querySelector("[data-check-said]").hidden = !chosen;
  for (const button of list.querySelectorAll("[data-needs-check]")) button.disabled = !chosen;
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-checks]");
  if (!list) return;
  if (event.target.matches("[data-check-all]")) {
    for (const box of boxes(list)) box.checked = event.target.checked;
  }
  show(list);
});

document.addEventListener("click", (event) => {
  const goer = event.target.closest("[data-check-go]");
  if (!goer) return;
  const all = boxes(goer.closest("[data-checks]"));
  const step = Number(goer.dataset.checkGo);
  const here = all.indexOf(document.activeElement.closest("li")?.querySelector("[data-check]") || memory);
  memory = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
  memory?.focus();
});

let memory = null;
const showAll = () => document.querySelectorAll("[data-checks]").forEach(show);
showAll();
addEventListener("pageshow", () => setTimeout(showAll)); // after once.js, which sets every button free
