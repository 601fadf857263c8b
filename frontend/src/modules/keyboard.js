// data-key="a" or data-key="g i" on a visible button, link or input: the key presses (or focuses) it.
// "?" shows the map, which is read off the page, so that it is never wrong.
import { open } from "./dialogs.js";
import { enter } from "./menus.js";

const PREFIX = "g";
const SEQUENCE_WITHIN = 1200;
let pending = "";
let forget;

const isVisible = (element) => element.getClientRects().length > 0 && !element.disabled;

function reachable() {
  const layer = document.querySelector("dialog[open]") || document.querySelector("details[data-menu][open]");
  return [...(layer || document).querySelectorAll("[data-key]")].filter(isVisible);
}

function press(element) {
  if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    element.focus();
    element.select?.();
  } else element.click();
  if (element.matches("summary") && element.parentElement.open) enter(element.parentElement);
}

function isTyping(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
}

function keyOf(event) {
  const key = pending ? `${pending} ${event.key}` : event.key;
  clearTimeout(forget);
  pending = "";
  if (key !== PREFIX) return key;
  pending = PREFIX;
  forget = setTimeout(() => (pending = ""), SEQUENCE_WITHIN);
  return "";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyping(event.target)) {
    if (event.key !== "Escape" || event.target.closest("dialog[open]")) return; // a dialog closes itself
    event.preventDefault(); // a browser would empty the search without a word to the list
    event.target.blur();
    return;
  }
  const key = keyOf(event);
  const element = key && reachable().find((candidate) => candidate.dataset.key === key);
  if (!element) return;
  event.preventDefault();
  if (event.repeat && element.type === "submit") return; // a key held down sends once
  press(element);
});

function label(element) {
  const text = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent;
  return text.replace(/\s+/g, " ").trim();
}

function row(element) {
  const names = element.dataset.key.split(" ").map((name) => {
    const cap = document.createElement("kbd");
    const shift = /^[A-Z]$/.test(name) ? "⇧" : "";
    cap.textContent = name.length > 1 ? name : shift + name.toUpperCase();
    return cap;
  });
  const term = document.createElement("dt");
  term.append(...names);
  const words = document.createElement("dd");
  const copy = element.cloneNode(true);
  for (const hint of copy.querySelectorAll(".key")) hint.remove();
  words.textContent = label(copy);
  return [term, words];
}

function showMap() {
  const seen = new Map(reachable().map((element) => [element.dataset.key, element]));
  const ownFirst = [...seen.values()].sort((one, other) => one.dataset.key.length - other.dataset.key.length);
  document.querySelector("[data-key-map]").replaceChildren(...ownFirst.flatMap(row));
  open("keyboard-help");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keyboard-help]")) showMap();
});

function announce(root) {
  for (const element of root.querySelectorAll("[data-key]")) {
    if (!element.dataset.key.includes(" ")) element.setAttribute("aria-keyshortcuts", element.dataset.key);
  }
}

announce(document);
document.addEventListener("htmx:afterSettle", (event) => announce(event.target));
