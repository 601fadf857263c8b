"""The access log: who saw or did what, when, from where, through which channel (rules 6.2, RL-50)."""
