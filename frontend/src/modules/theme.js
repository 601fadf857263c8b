// Light, dark, or as the system says; the choice stays in this browser.
const dark = matchMedia("(prefers-color-scheme: dark)");

function choice() {
  try {
    return localStorage.getItem("theme") || "auto";
  } catch {
    return "auto";
  }
}

export function applyTheme() {
  const chosen = choice();
  document.documentElement.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
}

function showChoice() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice()));
  }
}

function choose(name) {
  try {
    localStorage.setItem("theme", name);
  } catch {
    // A browser that keeps nothing still follows the system.
  }
  applyTheme();
  showChoice();
}

export function followThemeSwitch() {
  dark.addEventListener("change", applyTheme);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
  showChoice();
}
