"""Change under load: drafts, proposals, publication on a day, their trail; moving running cases to another
version, taking that back, replaying finished ones."""
