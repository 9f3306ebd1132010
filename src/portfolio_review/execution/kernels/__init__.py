"""Kernels forked from one process that has imported the stack: started in a tenth of a second, not in four."""
