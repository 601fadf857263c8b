"""Staff: who they are, what they are appointed to, and what they can therefore see."""
