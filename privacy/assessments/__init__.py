"""Impact assessments of what is done with personal data (RL-34)."""
