"""The plain view of an approval chain: levels and branches read from BPMN text, and changed in it."""
