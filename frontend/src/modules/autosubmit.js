// form[data-autosubmit]: a filter takes effect as soon as it changes; typing waits for a pause.
const PAUSE = 350;
const timers = new WeakMap();

function submitSoon(form, delay) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => form.requestSubmit(), delay));
}

function follow(event, typing) {
  const form = event.target.form;
  if (!form || !form.matches("[data-autosubmit]") || event.isComposing) return;
  const isText = event.target.matches("input[type=search], input[type=text]");
  if (isText === typing) submitSoon(form, typing ? PAUSE : 0);
}

document.addEventListener("input", (event) => follow(event, true));
document.addEventListener("compositionend", (event) => follow(event, true));
document.addEventListener("change", (event) => follow(event, false));

// Sent by Enter it does not go out a second time when the pause is over.
document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)));
