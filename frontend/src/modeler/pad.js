// The buttons beside what is chosen: the ways to go on that are needed most, a connection, away with it.
import ContextPadModule from "diagram-js/lib/features/context-pad";
import HandToolModule from "diagram-js/lib/features/hand-tool";
import LassoToolModule from "diagram-js/lib/features/lasso-tool";
import SpaceToolModule from "bpmn-js/lib/features/space-tool";
import { wanted } from "./insert.js";

const NEXT = ["task", "exclusive", "end", "note"];

class PadProvider {
  constructor(contextPad, connect, modeling, rules, qcPage) {
    Object.assign(this, { connect, modeling, rules, qcPage });
    contextPad.registerProvider(this);
  }

  getContextPadEntries(element) {
    const entries = {};
    if (element.type === "label") return entries;
    if (!element.waypoints && this.canLead(element)) {
      for (const key of NEXT) entries[`add-${key}`] = this.adding(key);
      entries.connect = this.entry("connect", "connect", (event, source) => this.connect.start(event, source));
    }
    entries.remove = this.entry("remove", "remove", (_event, each) => this.modeling.removeElements([each]));
    return entries;
  }

  getMultiElementContextPadEntries() {
    return { remove: this.entry("remove", "remove", (_event, elements) => this.modeling.removeElements([...elements])) };
  }

  canLead(element) {
    return /Task|Event|Gateway|SubProcess|CallActivity/.test(element.type) && element.type !== "bpmn:EndEvent";
  }

  adding(key) {
    const button = this.qcPage.tool(key);
    const drag = (event) => this.qcPage.inserter.drag(event, wanted(button));
    return {
      group: "model",
      html: padButton(button.querySelector("svg"), button.textContent.trim()),
      action: { click: () => this.qcPage.add(button), dragstart: drag },
    };
  }

  entry(group, name, click) {
    const icon = this.qcPage.root.querySelector(`[data-mod-drawn="${name}"] svg`);
    return { group, html: padButton(icon, this.qcPage.words[name]), action: { click, dragstart: click } };
  }
}
PadProvider.$inject = ["contextPad", "connect", "modeling", "rules", "qcPage"];

/** The pad takes HTML as text: the drawing of an icon of ours, and its name for the mouse and for readers. */
function padButton(icon, label) {
  const button = document.createElement("div");
  Object.assign(button, { className: "entry mod-pad", draggable: true, title: label });
  button.append(icon.cloneNode(true));
  return button.outerHTML;
}

export default {
  __depends__: [ContextPadModule, HandToolModule, LassoToolModule, SpaceToolModule],
  __init__: ["contextPadProvider"],
  contextPadProvider: ["type", PadProvider],
};
