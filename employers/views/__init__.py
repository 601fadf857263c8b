"""`register` is the gate, `library` the staff's; the others are the pages of an employer."""
