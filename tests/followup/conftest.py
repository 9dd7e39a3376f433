from tests.followup.samples import indicators

__all__ = ["indicators"]
