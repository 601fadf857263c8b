"""Pages about students: the list, a record, imports, and the own record."""
