import pytest

from ideas.flow import IdeaFlow
from tests.cast import case_in


@pytest.mark.parametrize("n", range(60))
def test_nothing(n, cast):
    case_in(IdeaFlow, "accepted", cast)
