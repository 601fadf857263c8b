"""BPMN 2.0 as plain Python: model, safe reader, lint. Knows nothing of Django."""
