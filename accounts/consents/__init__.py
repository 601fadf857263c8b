"""What people were told or agreed to, in which words, and what they took back (RL-30, RL-31)."""
