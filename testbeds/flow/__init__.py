"""The way of a request, and its registration."""

from testbeds.flow.request import TestFlow

__all__ = ["TestFlow"]
