// The tree of the organisation: branches unfold, arrow keys walk, a unit dragged onto another asks to be moved.
const table = document.querySelector("[data-org-tree]");
const PARENTS = { class: "major", major: "college" };

if (table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const toggleOf = (row) => row.querySelector(".org-toggle");
  const linkOf = (row) => row.querySelector("a[data-unit]");
  const isOpen = (row) => toggleOf(row)?.getAttribute("aria-expanded") === "true";
  const parentOf = (row) => rows.find((each) => each.dataset.path === row.dataset.path.slice(0, -4));
  let dragged = null;

  /** Every row is shown whose branches above are all unfolded. */
  function refresh() {
    const shown = new Set();
    for (const row of rows) {
      const parent = parentOf(row);
      row.hidden = Boolean(parent) && !(shown.has(parent) && isOpen(parent));
      if (!row.hidden) shown.add(row);
    }
  }

  function unfold(row, open) {
    toggleOf(row)?.setAttribute("aria-expanded", String(open));
    refresh();
  }

  function walk(row, step) {
    const visible = rows.filter((each) => !each.hidden);
    const next = visible[visible.indexOf(row) + step];
    if (next) linkOf(next).focus();
  }

  table.addEventListener("click", (event) => {
    const toggle = event.target.closest(".org-toggle");
    if (toggle) unfold(toggle.closest("tr"), toggle.getAttribute("aria-expanded") !== "true");
  });

  table.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowDown: () => walk(row, 1),
      ArrowUp: () => walk(row, -1),
      ArrowRight: () => (toggleOf(row) && !isOpen(row) ? unfold(row, true) : walk(row, 1)),
      ArrowLeft: () => (isOpen(row) ? unfold(row, false) : parentOf(row) && linkOf(parentOf(row)).focus()),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  const takes = (row) => dragged && PARENTS[dragged.dataset.kind] === row?.dataset.kind && row !== parentOf(dragged);

  table.addEventListener("dragstart", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || !(row.dataset.kind in PARENTS)) return void event.preventDefault();
    dragged = row;
    row.classList.add("org-dragged");
    event.dataTransfer.effectAllowed = "move";
    for (const each of rows) each.classList.toggle("org-takes", takes(each));
    // Where it can go is unfolded, once the browser has taken its picture of what is dragged.
    setTimeout(() => rows.filter((each) => each.dataset.kind === "college").forEach((each) => unfold(each, true)));
  });
  table.addEventListener("dragend", () => {
    for (const each of rows) each.classList.remove("org-dragged", "org-takes", "org-over");
    dragged = null;
  });
  table.addEventListener("dragover", (event) => {
    const row = event.target.closest("tbody tr");
    for (const each of rows) each.classList.toggle("org-over", each === row && takes(row));
    if (takes(row)) event.preventDefault();
  });
  table.addEventListener("drop", (event) => {
    const row = event.target.closest("tbody tr");
    if (!takes(row)) return;
    event.preventDefault();
    location.assign(`${linkOf(dragged).dataset.move}?target=${linkOf(row).dataset.unit}`);
  });
}
