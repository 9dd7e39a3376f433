"""What cases of this app need beyond what their fields tell."""

from portal.pages.barriers.flow import BarrierFlow
from tests.cast import Story

STORIES = {BarrierFlow: Story(draft={"is_request": True})}
