// New elements: dragged from the palette, or put behind (or on) what is chosen.
const GAP = 50;
const INTERVAL = 100;

/** What bpmn-js needs to make the element of a palette button. */
export function wanted(button) {
  const { type, event } = button.dataset;
  return { type, ...(event && { eventDefinitionType: event }), ...(type === "bpmn:SubProcess" && { isExpanded: true }) };
}

export class Inserter {
  constructor(modeler, defaults) {
    this.defaults = defaults;
    for (const name of ["autoPlace", "canvas", "commandStack", "create", "elementFactory", "elementRegistry", "modeling", "rules",
      "selection", "spaceTool"]) this[name] = modeler.get(name);
    this.commandStack.registerHandler("qc.together", Together);
    for (const each of ["element.updateLabel", "element.updateProperties"]) {
      modeler.on(`commandStack.${each}.postExecute`, ({ context }) => this.renamed(context.element.labelTarget || context.element));
    }
  }

  shape(attributes) {
    const shape = this.elementFactory.createShape(attributes);
    for (const [name, value] of Object.entries(this.defaults[attributes.type] || {})) shape.businessObject.set(name, value);
    return shape;
  }

  /** What got a name of its own does not keep the English one it began with. */
  renamed(element) {
    const fresh = this.defaults[element.type];
    const { businessObject: object } = element;
    if (!fresh || object.name === fresh.name || object.get("qc:nameEn") !== fresh["qc:nameEn"]) return;
    this.modeling.updateProperties(element, { "qc:nameEn": undefined });
  }

  drag(event, attributes) {
    this.create.start(event, this.shape(attributes));
  }

  /** Several changes that are taken back as one. */
  together(change) {
    let result;
    this.commandStack.execute("qc.together", { change: () => (result = change()) });
    return result;
  }

  /** Puts it where it belongs: on a step, behind what is chosen, on a connection, else in sight. Null: nowhere. */
  add(attributes) {
    const chosen = this.selection.get().map((each) => each.labelTarget || each)[0];
    const shape = this.shape(attributes);
    const made = this.together(() => {
      if (attributes.type === "bpmn:BoundaryEvent") return chosen && this.attach(shape, chosen);
      if (attributes.type === "bpmn:StartEvent" || !chosen || chosen === this.canvas.getRootElement()) return this.place(shape);
      if (chosen.waypoints) return this.between(shape, chosen);
      return this.behind(shape, chosen);
    });
    if (made) this.selection.select(made);
    return made || null;
  }

  attach(shape, host) {
    const taken = (host.attachers || []).length;
    const position = { x: host.x + host.width - 22 - 45 * taken, y: host.y + host.height };
    const canAttach = !host.waypoints && this.rules.allowed("shape.attach", { shape, target: host, position });
    return canAttach ? this.modeling.createShape(shape, position, host, { attach: true }) : null;
  }

  behind(shape, source) {
    const isNote = shape.type === "bpmn:TextAnnotation";
    const onward = source.outgoing.filter((each) => each.type === "bpmn:SequenceFlow");
    const isBranch = source.type.endsWith("Gateway");
    if (!isNote && !isBranch && onward.length === 1) return this.between(shape, onward[0]);
    if (isNote || this.rules.allowed("connection.create", { source, target: shape })) return this.autoPlace.append(source, shape);
    return source.type === "bpmn:SubProcess" || source.type === "bpmn:Participant" ? this.place(shape) : null;
  }

  /** On a connection; what comes after moves along when there is no room. */
  between(shape, flow) {
    if (!this.rules.allowed("shape.create", { shape, target: flow })) return this.place(shape);
    this.makeRoom(shape, flow);
    return this.modeling.createShape(shape, middle(flow, shape), flow);
  }

  makeRoom(shape, { source, target, parent }) {
    const start = source.x + source.width;
    const missing = shape.width + 2 * GAP - (target.x - start);
    if (target.x < start || missing <= 0) return;
    const inside = this.elementRegistry.filter((each) => isWithin(each, parent));
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(inside, "x", missing, start + 5);
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: missing, y: 0 }, "e", start + 5);
  }

  place(shape) {
    const root = this.canvas.getRootElement();
    const view = this.canvas.viewbox();
    const spot = { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    const parent = root.children.find((each) => each.type === "bpmn:Participant") || root;
    for (let tries = 0; tries < 40 && this.isTaken(spot, shape); tries += 1) spot.y += INTERVAL;
    return this.rules.allowed("shape.create", { shape, target: parent, position: spot })
      ? this.modeling.createShape(shape, spot, parent) : null;
  }

  isTaken(spot, shape) {
    return this.elementRegistry.find((each) => each.width && each.parent && !each.labelTarget
      && Math.abs(each.x + each.width / 2 - spot.x) < (each.width + shape.width) / 2
      && Math.abs(each.y + each.height / 2 - spot.y) < (each.height + shape.height) / 2);
  }
}

class Together {
  preExecute(context) {
    context.change();
  }
}

function isWithin(element, parent) {
  for (let each = element.parent; each; each = each.parent) if (each === parent) return true;
  return false;
}

/** The middle of the stretch behind the source, on the connection. */
function middle({ waypoints, source }, shape) {
  const start = source.x + source.width + GAP + shape.width / 2;
  for (let at = 1; at < waypoints.length; at += 1) {
    const [from, to] = [waypoints[at - 1], waypoints[at]];
    if (from.y === to.y && from.x < start && to.x > start) return { x: start, y: from.y };
  }
  const half = Math.ceil(waypoints.length / 2);
  const [from, to] = [waypoints[half - 1], waypoints[half]];
  return { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) };
}
