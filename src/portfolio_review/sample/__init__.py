"""The embedded sample company: a wholesale distributor of six business units, made from a seed."""

from portfolio_review.sample.files import FILES, write
from portfolio_review.sample.generate import generate
from portfolio_review.sample.stories import STORIES, STRATEGIC_ACCOUNTS, Story

__all__ = ["FILES", "STORIES", "STRATEGIC_ACCOUNTS", "Story", "generate", "write"]
