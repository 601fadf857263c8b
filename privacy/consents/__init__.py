"""The school's notice on personal data, and everybody's page of what they agreed to (RL-30, RL-31)."""
