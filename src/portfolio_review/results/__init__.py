"""Step 5: what the executed notebooks recorded; the executed notebook is the record."""
