"""`python -m portfolio_review.sources`: the child process that reads the sources."""

from portfolio_review.sources.child import serve

if __name__ == "__main__":
    serve()
