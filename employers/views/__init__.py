"""`register` is the gate; `home`, `application`, `files`, `people` are the employer's; `library` the staff's."""
