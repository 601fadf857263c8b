// Short words that pass by. What matters is on the page as well; errors stay until they are closed.
const SHOWN_FOR = 6000;

export function toast(text, tone = "success") {
  const area = document.getElementById("toasts");
  const note = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  note.classList.add(`toast-${tone}`);
  note.querySelector(".toast-text").textContent = text;
  area.append(note);
  if (tone !== "error") passBy(note);
}

function passBy(note) {
  let leaving = setTimeout(() => note.remove(), SHOWN_FOR);
  const stay = () => clearTimeout(leaving);
  note.addEventListener("pointerenter", stay);
  note.addEventListener("focusin", stay);
  note.addEventListener("pointerleave", () => {
    leaving = setTimeout(() => note.remove(), SHOWN_FOR);
  });
}

document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(".toast-note, .alert").remove();
});
