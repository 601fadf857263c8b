"""The diagram editor: the same draft as in the chain editor, drawn with bpmn-js and merged without loss."""
