// Our settings of BPMN elements (docs/reference/definitions.md), for the reader and writer of bpmn-js.
const texts = (...names) => names.map((name) => ({ name, isAttr: true, type: "String" }));
const extending = (name, types, ...settings) => ({ name, extends: types, properties: texts(...settings) });
const part = (name, ...settings) => ({ name, superClass: ["Element"], properties: texts(...settings) });

export default {
  name: "Qicheng",
  uri: "https://qicheng.dev/bpmn",
  prefix: "qc",
  xml: { tagAlias: "lowerCase" },
  types: [
    extending("Named", ["bpmn:FlowElement", "bpmn:Process"], "nameEn"),
    extending(
      "OfUserTask", ["bpmn:UserTask"],
      "initiator", "role", "unit", "doerOf", "dueWorkdays", "remindWorkdays", "escalateWorkdays", "escalateTo", "canReject", "batch",
      "resubmit", "returnTo", "onEmpty", "onSame", "onConflict", "copyTo", "form", "mayEdit", "result", "onObjection", "ask", "askEn",
    ),
    extending("OfAutomatic", ["bpmn:ServiceTask", "bpmn:SendTask"], "handler", "run"),
    extending("OfRules", ["bpmn:BusinessRuleTask"], "result"),
    extending("OfTimer", ["bpmn:TimerEventDefinition"], "workdays"),
    extending("OfLoop", ["bpmn:MultiInstanceLoopCharacteristics"], "collection", "complete", "ratio", "weights"),
    extending("OfProcess", ["bpmn:Process"], "called"),
    part("Variable", "name", "type"),
    part("Rule", "when", "value"),
    part("In", "source", "target"),
    part("Out", "source", "target"),
  ],
};
