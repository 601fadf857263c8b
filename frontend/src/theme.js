// Runs before the first paint: brightness and the width of the navigation as last chosen.
import { applyTheme } from "./modules/theme.js";

applyTheme();
try {
  document.documentElement.dataset.nav = localStorage.getItem("nav") || "open";
} catch {
  document.documentElement.dataset.nav = "open";
}
