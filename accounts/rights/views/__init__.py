"""The pages of rights: groups, people and the record, officers, the second person."""
