"""Step 4: notebooks executed by papermill, within limits."""
