"""`preview`: one review on this machine alone, made again whenever what it is made of changes."""
