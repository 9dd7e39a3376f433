from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.followup.samples import indicators
from tests.mail import Mailbox
from tests.resilience.parts import Broker, House

__all__ = ["indicators"]


@pytest.fixture
def house(transactional_db: None, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    """Workers that count the sample indicators, on a broker of their own; none of them started but the broker."""
    house = House(database=connection.settings_dict["NAME"], mail_port=mailbox.port, broker=Broker(tmp_path))
    house.environment["DJANGO_SETTINGS_MODULE"] = "tests.followup.settings"
    yield house
    house.stop()
