// bpmn-js with our own palette and buttons; everything that could make what the engine does not run is left out.
import Modeler from "bpmn-js/lib/Modeler";
import BpmnContextPadModule from "bpmn-js/lib/features/context-pad";
import PaletteModule from "bpmn-js/lib/features/palette";
import namesModule from "./names.js";
import padModule from "./pad.js";
import qc from "./qc.js";

export class Editor extends Modeler {}
Editor.prototype._modules = Modeler.prototype._modules.filter((each) => ![PaletteModule, BpmnContextPadModule].includes(each));

export function editorIn(container, page, texts) {
  const translate = (text, values = {}) => (texts[text] || text).replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
  return new Editor({
    container,
    additionalModules: [padModule, namesModule, { qcPage: ["value", page], translate: ["value", translate] }],
    moddleExtensions: { qc },
    bpmnRenderer: {
      defaultFillColor: "var(--dg-fill)", defaultStrokeColor: "var(--dg-stroke)", defaultLabelColor: "var(--dg-text)",
    },
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
  });
}
