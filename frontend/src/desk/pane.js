// The task beside the list: fetched once, the next one ahead of time, never an old one over a newer.
import htmx from "htmx.org/dist/htmx.esm.js";

const KEEP = 3;
const fetched = new Map();
let wanted = "";

const pane = () => document.querySelector("[data-pane]");

async function load(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (answer.redirected) location.reload(); // the session has ended
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

export function prefetch(id, url) {
  if (!fetched.has(id)) fetched.set(id, load(url));
  fetched.get(id).catch(() => fetched.delete(id));
  while (fetched.size > KEEP) fetched.delete(fetched.keys().next().value);
  return fetched.get(id);
}

export const forget = (id) => fetched.delete(id);
export const isOpen = (id) => wanted === id;

function put(html) {
  htmx.swap(pane(), html, { swapStyle: "innerHTML" });
}

export async function open(id, url) {
  wanted = id;
  pane().setAttribute("aria-busy", "true");
  const html = await prefetch(id, url).catch(() => null);
  if (wanted !== id) return;
  fetched.delete(id); // opened again, it is read again
  pane().removeAttribute("aria-busy");
  if (html === null) return showNothing("not-loaded");
  put(html);
  const inDialogOrField = document.activeElement?.closest("dialog, input, textarea, select");
  if (!inDialogOrField) pane().querySelector("[data-scroll]")?.focus({ preventScroll: true });
}

export function showNothing(template) {
  wanted = "";
  put(document.getElementById(template).innerHTML);
}

/** An empty pane, when the list has nothing to open and says so itself. */
export function clear() {
  wanted = "";
  put("");
}

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-jump]");
  if (!jump) return;
  event.preventDefault();
  document.querySelector(jump.getAttribute("href")).scrollIntoView({ block: "start" });
});
