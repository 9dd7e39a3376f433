"""The portal's settings with the sample indicators, for workers of tests: three figures are drawn sooner than all that the apps have."""

from portal.settings import *  # noqa: F403  # the same, but for one line
from portal.settings import INSTALLED_APPS as OWN

INSTALLED_APPS = [*OWN, "tests.followup.sampled.Sampled"]
