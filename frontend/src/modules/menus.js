// The staff navigation (collapse, open on small screens) and <details> menus that close by themselves.
const root = document.documentElement;

function collapse(button) {
  root.dataset.nav = root.dataset.nav === "narrow" ? "open" : "narrow";
  button.setAttribute("aria-expanded", String(root.dataset.nav === "open"));
  try {
    localStorage.setItem("nav", root.dataset.nav);
  } catch {
    // Not kept: the navigation is open again on the next page.
  }
}

function slide(isOpen) {
  root.classList.toggle("nav-shown", isOpen);
  document.querySelector("[data-open-nav]")?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) document.querySelector(".desk-nav a").focus();
}

document.addEventListener("click", (event) => {
  const collapser = event.target.closest("[data-collapse-nav]");
  if (collapser) return collapse(collapser);
  if (event.target.closest("[data-open-nav]")) return slide(!root.classList.contains("nav-shown"));
  if (!event.target.closest(".desk-nav")) slide(false);
  for (const menu of document.querySelectorAll("details[open].account-menu, details[open][data-menu]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const CONTROLS = "a[href], button, select, textarea, input:not([type=hidden])";

/** A menu opened by its key is entered at once; what it shows may still be on its way. */
export function enter(menu) {
  const first = menu.querySelector(CONTROLS) || menu.querySelector("summary");
  first.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const menu = event.target.closest("details[data-menu][open]");
  if (menu && document.activeElement === menu.querySelector("summary")) enter(menu);
});

// A menu whose form was sent by its button is done.
document.addEventListener("submit", (event) => {
  const menu = event.submitter?.closest("details[data-menu][open]");
  if (menu) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  slide(false);
  const menu = event.target.closest("details[open]") || document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.querySelector("[data-collapse-nav]")?.setAttribute("aria-expanded", String(root.dataset.nav !== "narrow"));
