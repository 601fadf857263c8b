"""The chain editor: a list of levels, changed by menus, drag and keys."""
