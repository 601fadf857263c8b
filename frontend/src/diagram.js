// Draws BPMN with bpmn-js: a case's way, a heat map, two versions side by side. The mark of bpmn.io stays visible.
//
// A figure [data-diagram] holds its data as JSON: bpmn (the text), marks (element -> {state, lines, sign}).
// Figures inside one [data-diagram-pair] scroll and zoom together. Whatever cannot be drawn stays a list.
import Viewer from "bpmn-js/lib/Viewer";
import "diagram-js/assets/diagram-js.css";

const STEPS = [0.25, 0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.6, 2];
const MARGIN = 24;
const LEGIBLE = 0.7;
const drawings = new WeakMap();

class Drawing {
  constructor(figure) {
    this.figure = figure;
    this.frame = figure.querySelector("[data-diagram-frame]");
    this.canvas = figure.querySelector("[data-diagram-canvas]");
    this.data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    this.zoom = 1;
  }

  async draw() {
    this.viewer = new Viewer({
      container: this.canvas,
      bpmnRenderer: {
        defaultFillColor: "var(--dg-fill)", defaultStrokeColor: "var(--dg-stroke)", defaultLabelColor: "var(--dg-text)",
      },
      textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
    });
    this.figure.classList.add("dg-drawn"); // nothing can be measured in what is not shown
    await this.viewer.importXML(this.data.bpmn);
    for (const each of this.canvas.querySelectorAll("[tabindex]")) each.removeAttribute("tabindex"); // the frame is the stop
    // Inside the scrolled canvas the mark would move out of sight; here it never does.
    this.figure.querySelector("[data-diagram-mark]").append(this.canvas.querySelector(".bjs-powered-by"));
    const box = this.viewer.get("canvas").viewbox().inner;
    this.box = {
      x: box.x - MARGIN, y: box.y - MARGIN, width: box.width + 2 * MARGIN, height: box.height + 2 * MARGIN,
    };
    for (const [id, mark] of Object.entries(this.data.marks || {})) this.mark(id, mark);
    this.fit();
    this.showCurrent();
  }

  mark(id, { state, lines, sign }) {
    const element = this.viewer.get("elementRegistry").get(id);
    if (!element) return;
    const canvas = this.viewer.get("canvas");
    if (state) {
      canvas.addMarker(element, `dg-${state}`);
      for (const part of [element, element.label].filter(Boolean)) this.paint(part, state);
    }
    if (element.waypoints) return;
    if (sign) this.write(element, `dg-sign dg-sign-${state}`, [sign], { top: -11, right: 11 });
    if (lines?.length) this.write(element, `dg-note dg-note-${state}`, lines, this.besides(element));
  }

  /** Arrow heads take their colour from the drawing, not from style sheets. */
  paint(element, state) {
    const factory = this.viewer.get("graphicsFactory");
    const graphics = this.viewer.get("elementRegistry").getGraphics(element);
    if (!element.waypoints) return;
    element.di.set("bioc:stroke", `var(--dg-${state})`);
    factory.update("connection", element, graphics);
  }

  /** Below the element, above it where boundary events sit on its lower edge. */
  besides(element) {
    const middle = element.width / 2 - 60;
    return element.attachers?.length ? { top: -36, left: middle } : { bottom: -3, left: middle };
  }

  write(element, className, lines, position) {
    const note = document.createElement("div");
    note.className = className;
    for (const line of lines) {
      const part = document.createElement("div");
      part.textContent = line;
      note.append(part);
    }
    this.viewer.get("overlays").add(element, { position, html: note, scale: { min: LEGIBLE } });
  }

  fit() {
    const wide = this.frame.clientWidth / this.box.width;
    this.setZoom(Math.min(1, Math.max(wide, innerWidth < 700 ? 0.6 : 0.5)));
  }

  setZoom(zoom) {
    const middle = [
      (this.frame.scrollLeft + this.frame.clientWidth / 2) / this.zoom,
      (this.frame.scrollTop + this.frame.clientHeight / 2) / this.zoom,
    ];
    this.zoom = zoom;
    this.canvas.style.width = `${Math.ceil(this.box.width * zoom)}px`;
    this.canvas.style.height = `${Math.ceil(this.box.height * zoom)}px`;
    const canvas = this.viewer.get("canvas");
    canvas.resized();
    canvas.viewbox(this.box);
    this.frame.scrollLeft = middle[0] * zoom - this.frame.clientWidth / 2;
    this.frame.scrollTop = middle[1] * zoom - this.frame.clientHeight / 2;
  }

  step(direction) {
    const further = direction > 0
      ? STEPS.find((each) => each > this.zoom + 0.01)
      : STEPS.findLast?.((each) => each < this.zoom - 0.01) ?? STEPS.filter((each) => each < this.zoom - 0.01).pop();
    if (further) this.setZoom(further);
  }

  show(id) {
    const element = this.viewer.get("elementRegistry").get(id);
    if (!element) return;
    this.frame.scrollLeft = (element.x + element.width / 2 - this.box.x) * this.zoom - this.frame.clientWidth / 2;
    this.frame.scrollTop = (element.y + element.height / 2 - this.box.y) * this.zoom - this.frame.clientHeight / 2;
  }

  showCurrent() {
    const current = Object.entries(this.data.marks || {}).find(([, mark]) => mark.state === "current");
    if (current) this.show(current[0]);
    else this.frame.scrollLeft = this.frame.scrollTop = 0;
  }
}

async function drawAll(root) {
  const found = [...(root.querySelectorAll?.("[data-diagram]") ?? [])];
  if (root.matches?.("[data-diagram]")) found.unshift(root);
  for (const figure of found.filter((each) => !drawings.has(each))) {
    const drawing = new Drawing(figure);
    drawings.set(figure, drawing);
    try {
      await drawing.draw();
    } catch (error) {
      figure.classList.remove("dg-drawn");
      figure.classList.add("dg-failed");
      console.warn("The diagram cannot be drawn:", error);
    }
  }
}

/** The drawings that move with this one, itself included. */
function together(figure) {
  const pair = figure.closest("[data-diagram-pair]");
  const figures = pair ? [...pair.querySelectorAll("[data-diagram]")] : [figure];
  return figures.map((each) => drawings.get(each)).filter((each) => each?.box);
}

const DOES = {
  in: (drawing) => drawing.step(1),
  out: (drawing) => drawing.step(-1),
  fit: (drawing) => drawing.fit(),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-diagram-do]");
  if (button) together(button.closest("[data-diagram]")).forEach(DOES[button.dataset.diagramDo]);
  const shown = event.target.closest("[data-diagram-show]");
  if (!shown) return;
  for (const figure of document.querySelectorAll("[data-diagram]")) {
    const drawing = drawings.get(figure);
    if (drawing?.box) drawing.show(shown.dataset.diagramShow);
  }
});

document.addEventListener("scroll", (event) => {
  if (!event.target.matches?.("[data-diagram-frame]")) return;
  for (const { frame } of together(event.target.closest("[data-diagram]"))) {
    if (frame === event.target) continue;
    if (frame.scrollLeft !== event.target.scrollLeft) frame.scrollLeft = event.target.scrollLeft;
    if (frame.scrollTop !== event.target.scrollTop) frame.scrollTop = event.target.scrollTop;
  }
}, true);

document.addEventListener("htmx:load", (event) => drawAll(event.target));
drawAll(document);
