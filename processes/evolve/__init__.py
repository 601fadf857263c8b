"""Change under load: drafts of definitions, proposals, publication on a day, the trail of all that."""
