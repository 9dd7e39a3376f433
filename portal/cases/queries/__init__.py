"""Reusable reads of cases: finding one, lists, search, the diary, and the proof of the history."""

from portal.cases.queries.verifying import Verification, verify_history

__all__ = ["Verification", "verify_history"]
