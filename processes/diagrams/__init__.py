"""What is shown on a drawn definition: the way of a case, what waits in a version, what differs in two."""
