"""Who may do what with a request for a test. Expectations by hand."""

import pytest

from testbeds.flow import TestFlow
from tests.matrix import Grid
