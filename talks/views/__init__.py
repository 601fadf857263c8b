"""HTTP only: who asks for what, and what is shown."""
