"""The yearly check list of what is done with personal data (RL-35)."""
