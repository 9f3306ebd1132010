"""`init`: from files, a folder or a database to a review file that is shown, asked about and written."""
