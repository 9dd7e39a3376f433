"""The world that these tests share, and the portal that serves it."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.database import Pristine
from tests.trust.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: Pristine, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Committed for the module; its tests ask for no database of their own, and leave what they find (see ``undone``)."""
    with django_db_blocker.unblock():
        yield make_world()
        django_db_setup.restore()


@pytest.fixture
def undone(world: World) -> Iterator[None]:
    """What the test changes in the world is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
