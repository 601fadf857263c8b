"""Pages inside WeChat, the code at a desk, and the door through which WeChat's own messages come."""
