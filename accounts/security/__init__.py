"""How people get in and what guards the door: passwords, second step, sessions, history, limits."""
