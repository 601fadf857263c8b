// htmx under a strict content security policy, with the CSRF token on every request that changes something.
import htmx from "htmx.org/dist/htmx.esm.js";
import { toast } from "./toasts.js";

window.htmx = htmx;
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: no copies in the browser's storage
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  timeout: 30000,
  defaultSettleDelay: 0, // what was swapped in answers at once, not 20 ms later
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form with its errors
    { code: "[45]..", swap: false, error: true },
  ],
});

const token = () => document.querySelector('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers, elt, triggeringEvent } = event.detail;
  if (verb !== "get") headers["X-CSRFToken"] = token();
  // What the page asks for by itself is no sign that somebody is there (see `idle_time`).
  const [kind] = (elt.getAttribute("hx-trigger") ?? "").split(" ");
  if (triggeringEvent || !["every", "load"].includes(kind)) return;
  headers["X-By-Itself"] = "1";
  if (kind === "every" && document.hidden) event.preventDefault(); // nobody looks: the next turn asks again
});

/** fetch() with the CSRF token, for the page scripts that do not use htmx. */
export function send(url, options = {}) {
  return fetch(url, { ...options, headers: { ...options.headers, "X-CSRFToken": token() } });
}

const words = () => document.getElementById("toasts").dataset;

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  toast(status === 403 ? words().forbidden : status === 404 ? words().gone : words().failed, "error");
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(words().offline, "error"));
}
