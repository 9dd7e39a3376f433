"""A house to break."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.mail import Mailbox
from tests.resilience.parts import Broker, House


@pytest.fixture
def house(transactional_db: None, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    """The processes of the portal on a broker of their own, none of them started but the broker."""
    house = House(database=connection.settings_dict["NAME"], mail_port=mailbox.port, broker=Broker(tmp_path))
    yield house
    house.stop()
