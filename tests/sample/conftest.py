"""The sample company, made once for all tests of it."""

import pytest
from sample_company import Company

from portfolio_review import sample


@pytest.fixture(scope="session")
def company() -> Company:
    return Company(sample.generate())
