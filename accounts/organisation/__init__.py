"""The organisation tree as it changes: what is planned, done and undone, and who follows."""
