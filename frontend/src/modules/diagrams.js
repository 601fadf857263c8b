// Diagrams are drawn by a script of its own, fetched when a page has something to draw, also when htmx brings it.
function fetchFor(root) {
  const figure = root.matches?.("[data-diagram]") ? root : root.querySelector?.("[data-diagram]");
  if (!figure || document.querySelector("script[data-draws]")) return;
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: figure.dataset.style });
  const script = document.createElement("script");
  script.dataset.draws = "";
  script.src = figure.dataset.script;
  document.head.append(style, script);
}

fetchFor(document);
document.addEventListener("htmx:load", (event) => fetchFor(event.target));
