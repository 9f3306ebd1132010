"""What a review file may say and what a review holds, from the model, the tables' contract and the catalogue."""
