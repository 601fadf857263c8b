"""Running definitions: compiler, nodes, unit of work, verbs on a case."""
