"""The processes of the fund."""

from fund.flow.application import ApplicationFlow
from fund.flow.call import CallFlow

__all__ = ["ApplicationFlow", "CallFlow"]
