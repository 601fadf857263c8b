"""Change under load: moving running cases to another version, taking that back, replaying finished ones."""
