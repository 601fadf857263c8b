// Looking closely at a proof: enlarge, turn, move. The keys belong to the proof last touched, else the first.
const SMALLEST = 1;
const LARGEST = 6;
const STEP = 1.4;
const looks = new WeakMap();

const fresh = () => ({ scale: 1, turns: 0, x: 0, y: 0 });
const look = (view) => looks.get(view) || looks.set(view, fresh()).get(view);

/** A picture lying on its side is made to fit the frame again, once its size is known. */
function fitting(view, image, turns) {
  if (turns % 2 === 0 || !image.naturalWidth) return 1;
  const shown = Math.min(view.clientWidth / image.naturalWidth, view.clientHeight / image.naturalHeight);
  const [width, height] = [image.naturalWidth * shown, image.naturalHeight * shown];
  return Math.min(view.clientWidth / height, view.clientHeight / width);
}

function draw(view) {
  const image = view.querySelector("img");
  const { scale, turns, x, y } = look(view);
  const size = scale * fitting(view, image, turns);
  image.style.transform = `translate(${x}px, ${y}px) rotate(${turns * 90}deg) scale(${size})`;
  view.classList.toggle("is-large", scale > SMALLEST);
}

function change(view, what) {
  const now = look(view);
  if (what === "fit") Object.assign(now, fresh());
  if (what === "turn") now.turns = (now.turns + 1) % 4;
  if (what === "in") now.scale = Math.min(now.scale * STEP, LARGEST);
  if (what === "out") now.scale = Math.max(now.scale / STEP, SMALLEST);
  if (now.scale === SMALLEST) now.x = now.y = 0;
  draw(view);
}

function move(view, x, y) {
  const now = look(view);
  if (now.scale === SMALLEST) return;
  now.x += x;
  now.y += y;
  draw(view);
}

document.addEventListener("load", (event) => {
  const view = event.target.closest?.("[data-proof-view]");
  if (looks.has(view)) draw(view);
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) return change(button.closest("[data-proof]").querySelector("[data-proof-view]"), button.dataset.zoom);
  const view = event.target.closest("[data-proof-view]");
  if (view && !view.dataset.dragged && look(view).scale === SMALLEST) change(view, "in");
});

document.addEventListener("pointerdown", (event) => {
  const view = event.target.closest("[data-proof-view]");
  if (!view) return;
  delete view.dataset.dragged;
  if (look(view).scale === SMALLEST) return;
  view.setPointerCapture(event.pointerId);
  const drag = (moved) => {
    view.dataset.dragged = "yes";
    move(view, moved.movementX, moved.movementY);
  };
  view.addEventListener("pointermove", drag);
  view.addEventListener("pointerup", () => view.removeEventListener("pointermove", drag), { once: true });
});

const ARROWS = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const view = event.target.closest("[data-proof-view]");
  if (!view || !ARROWS[event.key] || look(view).scale === SMALLEST) return;
  event.preventDefault();
  move(view, ...ARROWS[event.key]);
});

document.addEventListener("focusin", (event) => {
  const proof = event.target.closest("[data-proof]");
  if (!proof?.querySelector("[data-zoom]")) return;
  for (const button of document.querySelectorAll("[data-zoom][data-key]")) {
    const heir = proof.querySelector(`[data-zoom="${button.dataset.zoom}"]`);
    const { key } = button.dataset;
    delete button.dataset.key;
    heir.dataset.key = key;
  }
});
