"""`python -m portfolio_review` is the command `portfolio-review`."""

from portfolio_review.cli import main

if __name__ == "__main__":
    main()
