// The chain editor: cards are dragged by their handle into a gap; menus show only what belongs to a choice.
const page = () => document.querySelector("[data-chain]");
let dragged = null; // the card under the hand
let wanted = null; // the gap it would go into

function gapAt(x, y) {
  const gaps = [...page().querySelectorAll("[data-gap]")].filter((gap) => !dragged.contains(gap));
  let best = null;
  for (const gap of gaps) {
    const box = gap.getBoundingClientRect();
    if (x < box.left - 40 || x > box.right + 40) continue;
    const far = Math.abs(y - (box.top + box.bottom) / 2);
    if (!best || far < best.far || (far === best.far && box.width < best.width)) best = { gap, far, width: box.width };
  }
  return best && best.far < 120 ? best.gap : null;
}

function mark(gap) {
  if (wanted) wanted.classList.remove("chain-wanted");
  wanted = gap;
  if (wanted) wanted.classList.add("chain-wanted");
}

function drop(moves) {
  const card = dragged;
  const gap = wanted;
  mark(null);
  dragged = null;
  card.classList.remove("chain-dragged");
  card.style.removeProperty("transform");
  if (!moves || !gap) return;
  const form = page().querySelector("form[data-move]");
  form.elements.element.value = card.dataset.card;
  form.elements.gap.value = gap.dataset.gap;
  form.requestSubmit();
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  dragged = handle.closest("[data-card]");
  dragged.classList.add("chain-dragged");
  const from = event.clientY + scrollY;
  const move = (moving) => {
    dragged.style.setProperty("transform", `translateY(${moving.clientY + scrollY - from}px)`);
    mark(gapAt(moving.clientX, moving.clientY));
    if (moving.clientY < 80) scrollBy(0, -12);
    if (moving.clientY > innerHeight - 80) scrollBy(0, 12);
  };
  const end = (ended) => {
    handle.removeEventListener("pointermove", move);
    handle.removeEventListener("pointerup", end);
    handle.removeEventListener("pointercancel", end);
    drop(ended.type === "pointerup");
  };
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
});

/** Of a group of fields only those that belong to what is chosen in it. */
function show(group, value) {
  for (const part of group.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== value;
}

function showAll() {
  const who = page().querySelector("[data-who]");
  const when = page().querySelector("[data-when]");
  if (who) {
    show(who, who.querySelector("[name=who]").value);
    who.querySelector("[data-several]").hidden = who.querySelector("[name=people]").value === "one";
  }
  if (when) show(when, ["skip", "only"].includes(when.querySelector("[name=when]").value) ? "condition" : "");
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[name=who], [name=when], [name=people]")) showAll();
});

let place = null; // what had the focus when the page was asked for anew
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.requestConfig.triggeringEvent) return; // the page asks for its parts by itself
  const card = event.target.closest("[data-card]");
  const button = card && event.target.querySelector("button");
  place = button && card ? { card: card.dataset.card, label: button.getAttribute("aria-label") } : null;
});
let height = 0; // where the page stood: a part that gets the focus must not scroll it away
document.addEventListener("htmx:beforeSwap", () => (height = scrollY));
document.addEventListener("htmx:afterSettle", () => {
  if (!page()) return;
  showAll();
  scrollTo(0, height);
  if (!place) return;
  const card = page().querySelector(`[data-card="${CSS.escape(place.card)}"]`);
  const buttons = card ? [...card.querySelectorAll("button:not(:disabled)")] : [];
  const same = buttons.find((button) => button.getAttribute("aria-label") === place.label) || buttons[0];
  if (same) same.focus();
});
showAll();
