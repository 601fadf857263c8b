// The diagram editor (templates/design/diagram/): palette, drawing, settings, what is wrong, all kept in the draft.
import "diagram-js/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import { editorIn } from "./modeler/editor.js";
import { Inserter, wanted } from "./modeler/insert.js";
import { Marks } from "./modeler/marks.js";
import { Panel } from "./modeler/panel.js";
import { Saving } from "./modeler/saving.js";
import { Values } from "./modeler/values.js";

/** So wide is the drawing on a phone at most. */
const NARROW = 480;
const ALONE = ["bpmn:StartEvent", "bpmn:BoundaryEvent", "bpmn:TextAnnotation"];
/** Whether a new element hangs together with nothing although it should. */
const isLoose = (made) => !ALONE.includes(made.type) && !made.incoming.length && !made.outgoing.length;

class Page {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    this.words = this.data.words;
    this.status = root.querySelector("[data-mod-status]");
  }

  async open() {
    const canvas = this.root.querySelector("[data-mod-canvas]");
    this.modeler = editorIn(canvas, this, this.data.texts);
    this.inserter = new Inserter(this.modeler, this.data.defaults);
    this.marks = new Marks(this, this.modeler);
    this.saving = new Saving(this, this.modeler, this.data.revision);
    const values = new Values(this.modeler, this.inserter, this.data.panel.needs);
    this.panel = new Panel(this, this.modeler, values, this.data.panel);
    try {
      await this.modeler.importXML(this.data.bpmn);
    } catch (error) {
      this.complain(this.words.canvas_error.replace("%(reason)s", this.data.texts[error.message] || error.message));
      this.root.classList.add("mod-failed");
      return this.marks.list(this.data.problems);
    }
    await this.saving.begin();
    this.listen();
    this.name(canvas);
    this.modeler.get("canvas").zoom("fit-viewport", "auto");
    this.keepLegible();
    this.showProblems(this.data.problems);
    this.choose(this.data.show);
    this.root.classList.add("mod-ready");
  }

  /** The drawing is one stop of the keyboard, with a name. */
  name(canvas) {
    const svg = canvas.querySelector("svg[tabindex]");
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", this.words.canvas);
  }

  /** A long chain is shown from its beginning rather than too small to be read. */
  keepLegible() {
    const canvas = this.modeler.get("canvas");
    if (canvas.zoom() >= 0.75) return;
    canvas.zoom(0.85);
    const { inner, outer, ...box } = canvas.viewbox();
    canvas.viewbox({ ...box, x: inner.x - 30, y: inner.y + inner.height / 2 - box.height / 2 });
  }

  /** On a phone the pad beside an element at the border would lie outside. */
  showPad(element) {
    const canvas = this.modeler.get("canvas");
    if (element.waypoints || canvas.getSize().width > NARROW) return;
    canvas.scrollToElement(element, { top: 20, right: 64, bottom: 20, left: 20 });
  }

  listen() {
    const bus = this.modeler.get("eventBus");
    bus.on("selection.changed", ({ newSelection }) => {
      this.panel.draw();
      this.root.querySelector("[data-mod-do=settings]").hidden = !newSelection.length;
      if (newSelection.length === 1) this.showPad(newSelection[0]);
    });
    bus.on("commandStack.changed", () => {
      this.steps();
      this.panel.draw();
      this.saving.changed();
    });
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("dragstart", (event) => {
      const button = event.target.closest("[data-make]");
      if (!button || button.dataset.type === "bpmn:BoundaryEvent") return;
      event.preventDefault();
      this.inserter.drag(event, wanted(button));
    });
    document.addEventListener("click", (event) => this.leaving(event), true);
    addEventListener("beforeunload", (event) => this.saving.isDirty && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.saving.save());
    this.steps();
  }

  clicked(event) {
    const button = event.target.closest("[data-make], [data-mod-do]");
    if (!button || !this.root.contains(button)) return;
    if (button.dataset.make) this.add(button);
    else DOES[button.dataset.modDo].call(this, event);
  }

  /** Links of ours wait until everything is kept. */
  async leaving(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.button || !this.saving.isDirty || event.defaultPrevented) return;
    if (link.hasAttribute("download") || link.origin !== location.origin) return;
    event.preventDefault();
    event.stopPropagation();
    if (await this.saving.save()) location.assign(link.href);
  }

  steps() {
    const stack = this.modeler.get("commandStack");
    this.root.querySelector("[data-mod-do=undo]").disabled = !stack.canUndo();
    this.root.querySelector("[data-mod-do=redo]").disabled = !stack.canRedo();
  }

  tool(key) {
    return this.root.querySelector(`[data-make="${key}"]`);
  }

  icon(name) {
    return this.root.querySelector(`[data-mod-drawn="${name}"] svg`).cloneNode(true);
  }

  add(button) {
    const made = this.inserter.add(wanted(button));
    const label = button.textContent.trim();
    if (made) this.modeler.get("canvas").scrollToElement(made, 60);
    const missed = button.dataset.type === "bpmn:BoundaryEvent" ? "where" : "nowhere";
    const words = made && isLoose(made) ? this.words.loose : this.words.added.replace("%(name)s", label);
    this.tell(made ? words : this.words[missed], !made);
  }

  choose(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    const canvas = this.modeler.get("canvas");
    if (!element || element === canvas.getRootElement()) this.modeler.get("selection").select(null);
    else {
      this.modeler.get("selection").select(element);
      canvas.scrollToElement(element, 60);
    }
    this.panel.draw();
  }

  showProblems(problems) {
    this.marks.show(problems);
    this.panel.drawProblems();
  }

  say(name) {
    this.status.textContent = this.words[name] || "";
    this.status.dataset.state = name;
  }

  tell(text, bad = false) {
    const said = this.root.querySelector("[data-mod-said]");
    said.textContent = text;
    said.classList.toggle("mod-bad", bad);
  }

  complain(text, forGood = false) {
    const alert = this.root.querySelector("[data-mod-alert]");
    alert.hidden = !text;
    alert.querySelector("[data-mod-alert-text]").textContent = text;
    alert.querySelector("[data-mod-again]").hidden = !forGood;
  }
}

const DOES = {
  settings() {
    this.root.querySelector("[data-mod-panel]").scrollIntoView({ block: "start" });
  },
  undo() {
    this.modeler.get("commandStack").undo();
  },
  redo() {
    this.modeler.get("commandStack").redo();
  },
  in() {
    this.modeler.get("zoomScroll").stepZoom(1);
  },
  out() {
    this.modeler.get("zoomScroll").stepZoom(-1);
  },
  fit() {
    this.modeler.get("canvas").zoom("fit-viewport", "auto");
  },
  lasso(event) {
    this.modeler.get("lassoTool").activateSelection(event);
  },
  space(event) {
    this.modeler.get("spaceTool").activateSelection(event);
  },
  remove() {
    const chosen = this.modeler.get("selection").get();
    if (chosen.length) this.modeler.get("modeling").removeElements([...chosen]);
  },
  save() {
    this.saving.save();
  },
};

const root = document.querySelector("[data-modeler]");
if (root) new Page(root).open();
