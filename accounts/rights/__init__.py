"""User groups and what they allow, the three officers, the second person, and the record of all of it."""
