import pytest


@pytest.mark.parametrize("n", range(150))
def test_nothing(n, cast):
    pass
