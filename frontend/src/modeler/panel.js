// The settings of what is chosen, drawn from the server's description (design/diagram/panel.py).
import { send } from "../modules/requests.js";
import { nameOf } from "./names.js";

const FAMILIES = { task: /^bpmn:(\w*Task|Task)$/, gateway: /Gateway$/ };
const DECIDES = /^bpmn:(Exclusive|Inclusive)Gateway$/;
const DEFINITION = /^bpmn:(\w+)EventDefinition$/;
let count = 0;

/** An element of the page: h("label", {for: id}, "text", child...). */
function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((each) => each != null));
  return node;
}

function options(choices, value) {
  return choices.map(([each, label]) => {
    const option = h("option", { value: each }, label);
    option.selected = each === value;
    return option;
  });
}

export class Panel {
  constructor(page, modeler, values, spec) {
    Object.assign(this, { page, modeler, values, spec, words: page.words, folded: new Set() });
    this.root = page.root.querySelector("[data-mod-panel]");
    for (const name of ["canvas", "elementRegistry", "modeling", "rules", "selection"]) this[name] = modeler.get(name);
  }

  /** What is chosen; the process when nothing is. */
  get element() {
    const [first] = this.selection.get();
    return first ? first.labelTarget || first : this.canvas.getRootElement();
  }

  draw() {
    const focused = this.root.contains(document.activeElement) && document.activeElement.dataset.field;
    const scrolled = this.root.scrollTop;
    const several = this.selection.get().length > 1;
    this.root.replaceChildren(...(several ? this.several() : this.of(this.element)));
    this.root.scrollTop = scrolled;
    if (focused) this.root.querySelector(`[data-field="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  several() {
    const text = this.words.several.replace("%(count)s", this.selection.get().length);
    return [h("h2", { class: "mod-title" }, this.words.settings), this.chooser(), h("p", {}, text)];
  }

  of(element) {
    const parts = [h("h2", { class: "mod-title" }, this.words.settings), this.chooser(), h("div", { "data-mod-own": true }, ...this.problems(element))];
    const names = this.spec.names.map((field) => this.field(element, field));
    parts.push(...this.kinds(element), ...(element.type === "bpmn:TextAnnotation" ? [] : names), ...this.event(element));
    if (DECIDES.test(element.type) && this.flows(element).length > 1) parts.push(this.field(element, this.spec.default));
    for (const group of this.groups(element)) parts.push(this.group(element, group));
    if (element !== this.canvas.getRootElement()) parts.push(...this.last(element));
    return parts;
  }

  groups(element) {
    if (element.type !== "bpmn:SequenceFlow") return this.spec.groups[element.type] || [];
    return DECIDES.test(element.source.type) && this.flows(element.source).length > 1 ? this.spec.groups[element.type] : [];
  }

  flows(element) {
    return element.outgoing.filter((each) => each.type === "bpmn:SequenceFlow");
  }

  labelOf(element) {
    if (element === this.canvas.getRootElement()) return this.words.process;
    const name = nameOf(element.businessObject);
    if (!element.waypoints) return name || `${this.words.unnamed} ${element.id}`;
    const ends = [element.source, element.target].map((each) => nameOf(each.businessObject) || each.id).join(" → ");
    return name ? `${name} (${ends})` : ends;
  }

  /** Everything there is, by name: the way to an element without a mouse. */
  chooser() {
    const chosen = this.selection.get().length > 1 ? "" : this.element.id;
    const all = this.elementRegistry.filter((each) => !each.labelTarget && (each.parent || each === this.canvas.getRootElement())
      && !each.id.endsWith("_plane"));
    const choices = all.map((each) => [each.id, this.labelOf(each)]);
    if (!chosen) choices.unshift(["", this.words.choose]);
    const change = (event) => this.page.choose(event.target.value);
    return h("select", { class: "form-select", "aria-label": this.page.words.choose_element, "data-field": "chosen", onchange: change }, ...options(choices, chosen));
  }

  /** Only what is wrong anew: somebody may be writing in a field. */
  drawProblems() {
    this.root.querySelector("[data-mod-own]")?.replaceChildren(...this.problems(this.element));
  }

  problems(element) {
    return this.page.marks.of(element.id).map((each) => h("p", { class: "mod-problem" }, `${each.what} `, h("span", { class: "design-mend" }, each.mend)));
  }

  kinds(element) {
    const { kinds } = this.spec;
    const family = Object.keys(FAMILIES).find((name) => FAMILIES[name].test(element.type));
    const parts = [];
    if (family) {
      const known = kinds[family].some(([type]) => type === element.type);
      if (!known) parts.push(h("p", { class: "mod-problem" }, this.words.strange));
      const choices = known ? kinds[family] : [["", this.words.choose], ...kinds[family]];
      parts.push(this.labelled(this.words.kind, "kind", this.select("kind", choices, known ? element.type : "", (type) => type && this.values.replace(element, type))));
    } else if (kinds[element.type]) {
      const event = DEFINITION.exec(this.values.definition(element.businessObject)?.$type || "")?.[1] || "";
      const known = kinds[element.type].some(([each]) => each === event);
      const choices = known ? kinds[element.type] : [[event, this.words.choose], ...kinds[element.type]];
      parts.push(this.labelled(this.words.event, "kind", this.select("kind", choices, event, (each) => this.values.replace(element, element.type, each))));
    }
    return parts;
  }

  event(element) {
    const type = DEFINITION.exec(this.values.definition(element.businessObject)?.$type || "")?.[1]?.toLowerCase();
    const kinds = [type, element.type === "bpmn:BoundaryEvent" && type !== "error" && "boundary"];
    return this.spec.event.filter((field) => type && kinds.includes(field.event)).map((field) => this.field(element, field));
  }

  group(element, group) {
    const who = group.fields.some((each) => each.name === "who") && this.values.get(element, { name: "who" });
    const isAlone = who && this.values.get(element, { name: "people" }) === "one";
    const asked = (each) => (!each.who || each.who === who) && !(each.name === "sequential" && isAlone);
    const fields = group.fields.filter(asked).map((each) => this.field(element, each));
    if (!group.folded) return h("fieldset", { class: "chain-group" }, h("legend", {}, group.title), ...fields.filter(Boolean));
    const toggle = (event) => (event.target.open ? this.folded.add(group.title) : this.folded.delete(group.title));
    return h("details", { class: "chain-group chain-further", open: this.folded.has(group.title), ontoggle: toggle }, h("summary", {}, group.title), ...fields.filter(Boolean));
  }

  last(element) {
    const parts = [];
    if (!element.waypoints) {
      const targets = this.elementRegistry.filter((each) => !each.waypoints && !each.labelTarget && each !== element
        && this.rules.allowed("connection.create", { source: element, target: each }));
      const choices = [["", this.words.choose], ...targets.map((each) => [each.id, this.labelOf(each)])];
      const connect = (id) => id && this.modeling.connect(element, this.elementRegistry.get(id));
      if (targets.length) parts.push(this.labelled(this.words.connect, "connect", this.select("connect", choices, "", connect)));
    }
    const remove = () => this.modeling.removeElements([element]);
    parts.push(h("button", { type: "button", class: "btn btn-ghost mod-remove", onclick: remove }, this.page.icon("remove"), ` ${this.words.remove}`));
    return parts;
  }

  labelled(label, name, control) {
    control.id = `mod-${name.replace(/\W/g, "-")}-${(count += 1)}`;
    return h("div", { class: "field" }, h("label", { class: "form-label", for: control.id }, label), control);
  }

  select(name, choices, value, change) {
    const known = value === "" || choices.some(([each]) => each === value);
    const all = known ? choices : [[value, value === "kept" ? this.words.kept : this.words.missing.replace("%(name)s", value)], ...choices];
    return h("select", { class: "form-select", "data-field": name, onchange: (event) => change(event.target.value) }, ...options(all, value));
  }

  field(element, field) {
    return CONTROLS[field.kind].call(this, element, field, this.values.get(element, field), (value) => this.values.set(element, field, value));
  }

  named(objects, empty) {
    return [["", empty || this.words.choose], ...objects.map((each) => [each.id, nameOf(each) || this.words.unnamed])];
  }

  variables(types) {
    const object = this.processOf();
    const all = object ? this.values.partsOf(object, "qc:Variable") : [];
    return all.filter((each) => !types || types.includes(each.type || "string")).map((each) => [each.name, each.name]);
  }

  processOf() {
    return this.modeler.getDefinitions().rootElements.find((each) => each.$type === "bpmn:Process");
  }
}

function text(element, field, value, set, tag = "input") {
  const change = (event) => set(event.target.value.trim());
  const control = h(tag, { class: "form-control", "data-field": field.name, maxlength: field.most, onchange: change, rows: tag === "textarea" ? 2 : null });
  control.value = value;
  return this.labelled(field.label, field.name, control);
}

const CONTROLS = {
  text,
  area(element, field, value, set) {
    return text.call(this, element, field, value, set, "textarea");
  },
  number(element, field, value, set) {
    const change = (event) => set(event.target.value.trim());
    const control = h("input", { class: "form-control", type: "number", min: 1, max: field.most, inputmode: "numeric", "data-field": field.name, onchange: change });
    control.value = value;
    return this.labelled(field.label, field.name, control);
  },
  flag(element, field, value, set) {
    const control = h("input", { class: "form-check-input", type: "checkbox", "data-field": field.name, onchange: (event) => set(event.target.checked) });
    control.checked = value;
    const label = h("label", { class: "form-check" }, control, " ", h("span", { class: "form-check-label" }, field.label));
    return h("div", { class: "field" }, label);
  },
  select(element, field, value, set) {
    return this.labelled(field.label, field.name, this.select(field.name, field.choices, value, set));
  },
  task(element, field, value, set) {
    const choices = this.named(this.values.tasks(element, field.alone), field.empty);
    return this.labelled(field.label, field.name, this.select(field.name, choices, value, set));
  },
  ways(element, field, value, set) {
    const choices = [["", this.words.choose], ...this.flows(element).map((each) => [each.id, this.labelOf(each)])];
    return this.labelled(field.label, field.name, this.select(field.name, choices, value, set));
  },
  variable(element, field, value, set) {
    const isLoop = ["collection", "weights"].includes(field.name);
    const choices = this.variables(field.types);
    if (!value && (!choices.length || (isLoop && !element.businessObject.loopCharacteristics))) return null;
    return this.labelled(field.label, field.name, this.select(field.name, [["", field.empty], ...choices], value, set));
  },
  known(element, field, value, set) {
    const list = h("datalist", { id: `mod-known-${(count += 1)}` }, ...this.values.known(field.name).map((each) => h("option", { value: each })));
    const control = h("input", { class: "form-control", list: list.id, "data-field": field.name, maxlength: 60, onchange: (event) => set(event.target.value.trim()) });
    control.value = value;
    const labelled = this.labelled(field.label, field.name, control);
    labelled.append(list);
    return labelled;
  },
  /** Check boxes for the fields of the step's form; a field that is not in it any more can be taken away. */
  fields(element, field, value, set) {
    const { form } = this.spec;
    const chosen = value.split(/\s+/).filter(Boolean);
    const offered = form.fields[element.businessObject.get("qc:form") || form.own] || [];
    const gone = chosen.filter((key) => !offered.some(([each]) => each === key)).map((key) => [key, this.words.missing.replace("%(name)s", key)]);
    if (!offered.length && !gone.length) return null;
    const box = ([key, label]) => {
      const change = (event) => set((event.target.checked ? [...chosen, key] : chosen.filter((each) => each !== key)).join(" "));
      const control = h("input", { class: "form-check-input", type: "checkbox", "data-field": `${field.name}-${key}`, onchange: change });
      control.checked = chosen.includes(key);
      return h("label", { class: "form-check" }, control, " ", h("span", { class: "form-check-label" }, label));
    };
    const legend = h("legend", { class: "form-label" }, field.label);
    return h("fieldset", { class: "field" }, legend, h("div", { class: "chain-values" }, ...[...gone, ...offered].map(box)));
  },
  rows(element, field, rows, set) {
    const change = (at, name) => (value) => set(rows.map((row, number) => (number === at ? { ...row, [name]: value } : row)));
    const line = (row, at) => {
      const cells = field.columns.map((column) => {
        const key = `${field.name}-${at}-${column.name}`;
        const label = `${column.label} ${at + 1}`;
        if (column.kind === "select") {
          const control = this.select(key, [["", this.words.choose], ...column.choices], row[column.name], change(at, column.name));
          control.setAttribute("aria-label", label);
          return control;
        }
        const control = h("input", { class: "form-control", "data-field": key, "aria-label": label, placeholder: column.label, onchange: (event) => change(at, column.name)(event.target.value.trim()) });
        control.value = row[column.name];
        return control;
      });
      const drop = () => set(rows.filter((_row, number) => number !== at));
      const button = h("button", { type: "button", class: "btn btn-icon btn-ghost btn-sm", "aria-label": `${this.words.drop} ${at + 1}`, onclick: drop }, this.page.icon("close"));
      return h("div", { class: "mod-row" }, h("div", { class: "mod-cells" }, ...cells), button);
    };
    const empty = Object.fromEntries(field.columns.map(({ name, choices }) => [name, choices ? choices[0][0] : ""]));
    const add = h("button", { type: "button", class: "btn btn-sm", "data-field": `${field.name}-add`, onclick: () => set([...rows, empty]) }, this.page.icon("add"), ` ${this.words.add}`);
    return h("fieldset", { class: "field" }, h("legend", { class: "form-label" }, field.label), ...rows.map(line), add);
  },
  /** The condition as it reads, and menus for it from the server. */
  condition(element, field, value, set) {
    if (this.values.get(element, { name: "usual" })) return null;
    const place = h("div", { class: "mod-condition" });
    const open = () => this.openCondition(place, value, set);
    const button = h("button", { type: "button", class: "btn btn-sm", "data-field": "condition", onclick: open }, this.words.condition);
    return h("div", { class: "field" }, h("div", { class: "form-label" }, field.label), h("code", { class: "mod-cel" }, value || this.words.no_condition), place, button);
  },
};

Panel.prototype.openCondition = async function openCondition(place, value, set) {
  await window.htmx.ajax("GET", `${this.page.data.condition}?cel=${encodeURIComponent(value)}`, { target: place, swap: "innerHTML" });
  const form = place.querySelector("form");
  form?.querySelector("select, textarea")?.focus();
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    if (event.submitter.name === "text") return set(form.elements.cel.value.trim());
    const answer = await send(this.page.data.condition, { method: "POST", body: data });
    const reply = await answer.json().catch(() => ({}));
    if (reply.cel) set(reply.cel);
    else form.querySelector("[data-mod-refused]").textContent = reply.message || this.words.failed;
  });
};
