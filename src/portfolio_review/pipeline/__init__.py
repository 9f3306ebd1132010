"""The order of the seven steps; what each does is in its own package."""
