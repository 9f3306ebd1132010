"""Step 6: recorded results in, editions out: HTML, PDF, XLSX and the notebooks for reviewers."""
