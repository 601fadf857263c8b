// What the panel shows of an element, read from and written into the drawing; every write can be taken back.
const LOOP = "bpmn:MultiInstanceLoopCharacteristics";
const TIMES = ["timeDuration", "timeDate", "timeCycle"];
const FIRST_TIME = { workdays: "3", timeDuration: "P3D", timeDate: "", timeCycle: "R/P1D" };
const PARTS = { variables: "qc:Variable", rules: "qc:Rule", inputs: "qc:In", outputs: "qc:Out" };
const REFERENCES = { message: ["messageRef", "bpmn:Message", "name"], error: ["errorRef", "bpmn:Error", "errorCode"] };

export class Values {
  constructor(modeler, inserter, needs) {
    Object.assign(this, { modeler, needs, inserter });
    for (const name of ["bpmnFactory", "bpmnReplace", "elementRegistry", "modeling", "selection"]) this[name] = modeler.get(name);
  }

  get(element, field) {
    const own = READ[field.name];
    if (own) return own.call(this, element.businessObject, field);
    if (PARTS[field.name]) return this.partsOf(element.businessObject, PARTS[field.name]).map((each) => cells(each, field.columns));
    const value = element.businessObject.get(field.name);
    return field.kind === "flag" ? value === "true" : value || "";
  }

  set(element, field, value) {
    this.inserter.together(() => {
      const own = WRITE[field.name];
      if (own) own.call(this, element, value, field);
      else if (PARTS[field.name]) this.setParts(element, PARTS[field.name], value);
      else this.update(element, { [field.name]: field.kind === "flag" ? value && "true" : value });
    });
  }

  /** Writes properties; empty ones go, and with them what means nothing without them. */
  update(element, properties) {
    const wanted = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value || undefined]));
    const has = (name) => (name in wanted ? wanted[name] : element.businessObject.get(name));
    if (element.type === "bpmn:UserTask") {
      for (let round = 0; round < 2; round += 1) {
        for (const [name, needed] of Object.entries(this.needs)) if (has(name) && !needed.some(has)) wanted[name] = undefined;
      }
    }
    this.modeling.updateProperties(element, wanted);
  }

  make(type, properties, parent) {
    const part = this.bpmnFactory.create(type, properties);
    part.$parent = parent;
    return part;
  }

  /** The other user tasks; *alone*: those that one reviewer does. */
  tasks(element, alone) {
    return this.elementRegistry.filter((each) => each.type === "bpmn:UserTask" && each !== element
      && !(alone && (each.businessObject.loopCharacteristics || each.businessObject.get("qc:initiator") === "true"))).map((each) => each.businessObject);
  }

  partsOf(object, type) {
    return (object.extensionElements?.values || []).filter((each) => each.$type === type);
  }

  setParts(element, type, rows) {
    const object = element.businessObject;
    const holder = object.extensionElements || this.make("bpmn:ExtensionElements", { values: [] }, object);
    const others = holder.get("values").filter((each) => each.$type !== type);
    const mine = rows.map((row) => this.make(type, Object.fromEntries(Object.entries(row).filter(([, value]) => value)), holder));
    if (!object.extensionElements) this.modeling.updateProperties(element, { extensionElements: holder });
    this.modeling.updateModdleProperties(element, holder, { values: [...others, ...mine] });
  }

  setLoop(element, properties) {
    const object = element.businessObject;
    if (object.loopCharacteristics) return this.modeling.updateModdleProperties(element, object.loopCharacteristics, properties);
    this.modeling.updateProperties(element, { loopCharacteristics: this.make(LOOP, properties, object) });
  }

  definition(object) {
    return object.eventDefinitions?.[0];
  }

  roots() {
    return this.modeler.getDefinitions().rootElements;
  }

  /** The names of the messages or the codes of the errors of the file. */
  known(name) {
    const [, type, property] = REFERENCES[name];
    return this.roots().filter((each) => each.$type === type).map((each) => each[property]).filter(Boolean);
  }

  setReference(element, value, name) {
    const [reference, type, property] = REFERENCES[name];
    const definitions = this.modeler.getDefinitions();
    let found = this.roots().find((each) => each.$type === type && each[property] === value);
    if (!found && value) {
      found = this.make(type, { [property]: value }, definitions);
      const at = this.roots().findIndex((each) => each.$type === "bpmn:Process");
      const roots = [...this.roots()];
      roots.splice(Math.max(at, 0), 0, found);
      this.modeling.updateModdleProperties(element, definitions, { rootElements: roots });
    }
    this.modeling.updateModdleProperties(element, this.definition(element.businessObject), { [reference]: found });
  }

  /** Another kind of element in the same place, with the same id. */
  replace(element, type, event) {
    const target = { type, ...(event && { eventDefinitionType: `bpmn:${event}EventDefinition` }) };
    if (element.host) target.host = element.host;
    this.selection.select(this.bpmnReplace.replaceElement(element, target));
  }
}

function cells(part, columns) {
  return Object.fromEntries(columns.map(({ name }) => [name, part.get(name) || ""]));
}

function timerOf(definition) {
  return definition.get("qc:workdays") !== undefined ? "workdays" : TIMES.find((each) => definition[each]) || "";
}

const READ = {
  who(object) {
    if (object.get("qc:initiator") === "true") return "initiator";
    return object.get("qc:doerOf") ? "doer" : "role";
  },
  people(object) {
    const loop = object.loopCharacteristics;
    if (!loop) return "one";
    const complete = loop.get("qc:complete") || "all";
    return complete === "ratio" ? loop.get("qc:ratio") || "kept" : complete === "weighted" ? "kept" : complete;
  },
  sequential: (object) => Boolean(object.loopCharacteristics?.isSequential),
  collection: (object) => (object.loopCharacteristics?.get("qc:collection") || "").replace(/^members$/, ""),
  weights: (object) => object.loopCharacteristics?.get("qc:weights") || "",
  copyTo(object) {
    const rows = (object.get("qc:copyTo") || "").split(/\s+/).filter(Boolean).map((each) => each.split("@"));
    return rows.map(([role, unit]) => ({ role, unit: unit || "" }));
  },
  timer(object) {
    return timerOf(this.definition(object));
  },
  time(object) {
    const definition = this.definition(object);
    const kind = timerOf(definition);
    return kind === "workdays" ? definition.get("qc:workdays") : (kind && definition[kind].body) || "";
  },
  message(object) {
    return this.definition(object).messageRef?.name || "";
  },
  error(object) {
    return this.definition(object).errorRef?.errorCode || "";
  },
  interrupting: (object) => object.cancelActivity !== false,
  default: (object) => object.default?.id || "",
  usual: (object) => object.sourceRef?.default === object,
  condition: (object) => object.conditionExpression?.body || "",
};

const WRITE = {
  name(element, value) {
    this.modeling.updateProperties(element, { name: value || undefined });
  },
  who(element, value) {
    const doer = value === "doer" && this.tasks(element, true).pop()?.id;
    if (value !== "role") this.modeling.updateProperties(element, { loopCharacteristics: undefined });
    const role = value === "role" ? {} : { "qc:role": "", "qc:unit": "" };
    this.update(element, { "qc:initiator": value === "initiator" && "true", "qc:doerOf": doer || "", ...role });
  },
  people(element, value) {
    if (value === "one") {
      this.modeling.updateProperties(element, { loopCharacteristics: undefined, "qc:result": undefined, "qc:onObjection": undefined });
    } else {
      const ratio = /^\d/.test(value) ? value : undefined;
      this.setLoop(element, { "qc:complete": ratio ? "ratio" : value, "qc:ratio": ratio, "qc:weights": undefined });
    }
  },
  sequential(element, value) {
    if (element.businessObject.loopCharacteristics) this.setLoop(element, { isSequential: value });
  },
  collection(element, value) {
    this.setLoop(element, { "qc:collection": value || undefined });
  },
  weights(element, value) {
    this.setLoop(element, { "qc:weights": value || undefined, "qc:complete": value ? "weighted" : "all", "qc:ratio": undefined });
  },
  copyTo(element, rows) {
    this.update(element, { "qc:copyTo": rows.filter(({ role, unit }) => role && unit).map(({ role, unit }) => `${role}@${unit}`).join(" ") });
  },
  timer(element, kind) {
    this.setTime(element, kind, FIRST_TIME[kind]);
  },
  time(element, value) {
    this.setTime(element, timerOf(this.definition(element.businessObject)) || "timeDuration", value);
  },
  message(element, value) {
    this.setReference(element, value, "message");
  },
  error(element, value) {
    this.setReference(element, value, "error");
  },
  interrupting(element, value) {
    this.modeling.updateProperties(element, { cancelActivity: value });
  },
  default(element, id) {
    const flow = element.outgoing.find((each) => each.id === id);
    if (flow?.businessObject.conditionExpression) this.modeling.updateProperties(flow, { conditionExpression: undefined });
    this.modeling.updateProperties(element, { default: flow?.businessObject });
  },
  usual(element, value) {
    WRITE.default.call(this, element.source, value ? element.id : "");
  },
  condition(element, text) {
    const expression = text ? this.make("bpmn:FormalExpression", { body: text }, element.businessObject) : undefined;
    this.modeling.updateProperties(element, { conditionExpression: expression });
  },
};

Values.prototype.setTime = function setTime(element, kind, value) {
  const definition = this.definition(element.businessObject);
  const properties = { "qc:workdays": kind === "workdays" ? value : undefined };
  for (const each of TIMES) {
    properties[each] = each === kind ? this.make("bpmn:FormalExpression", { body: value }, definition) : undefined;
  }
  this.modeling.updateModdleProperties(element, definition, properties);
};
