// Names on the drawing in the reader's language: what is seen is what a double click changes; the text keeps both.
import BpmnRenderer from "bpmn-js/lib/draw/BpmnRenderer";
import LabelEditingProvider from "bpmn-js/lib/features/label-editing/LabelEditingProvider";

const ENGLISH = "qc:nameEn";
const inEnglish = () => document.documentElement.lang.startsWith("en");
const englishOf = (object) => (inEnglish() && object?.get?.(ENGLISH)) || "";

/** What an element is called for the reader; empty when it has no name. */
export function nameOf(object) {
  return englishOf(object) || object.name || "";
}

/** Does something for which the element's name is the reader's one; nothing of it gets into the text. */
function named({ businessObject: object }, work) {
  const english = englishOf(object);
  if (!english) return work();
  const own = object.name;
  object.name = english;
  try {
    return work();
  } finally {
    object.name = own;
  }
}

class Renderer extends BpmnRenderer {
  drawShape(parent, element, attrs) {
    return named(element, () => super.drawShape(parent, element, attrs));
  }

  drawConnection(parent, element, attrs) {
    return named(element, () => super.drawConnection(parent, element, attrs));
  }
}
Renderer.$inject = BpmnRenderer.$inject;

class Editing extends LabelEditingProvider {
  constructor(eventBus, ...others) {
    super(eventBus, ...others);
    // A label is a shape of its own, and bpmn-js draws it anew for a change of `name` alone.
    eventBus.on("element.changed", ({ element }) => (element.labels || []).forEach((label) => eventBus.fire("element.changed", { element: label })));
  }

  activate(element) {
    return named(element, () => super.activate(element));
  }

  update(element, text, ...more) {
    if (!englishOf(element.businessObject)) return super.update(element, text, ...more);
    return this._modeling.updateProperties(element.labelTarget || element, { [ENGLISH]: text.trim() || undefined });
  }
}
Editing.$inject = LabelEditingProvider.$inject;

export default { bpmnRenderer: ["type", Renderer], labelEditingProvider: ["type", Editing] };
