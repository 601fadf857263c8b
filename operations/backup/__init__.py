"""Backups: a dump, the files and a list of what they must hold, sealed; the keys never lie beside them."""
