"""Databases and folders of their own, which the portal's commands and this process can both be pointed at."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from psycopg2.sql import SQL, Identifier
from pytest_django.plugin import DjangoDbBlocker

from tests.database import ROOT, at, maintenance, migrated_template


@dataclass(frozen=True)
class Place:
    """A database and a private storage."""

    database: str
    files: Path

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the portal's here, signed in as the application's own role, as in production."""
        where = {
            "DATABASE_URL": at(os.environ["DATABASE_APPLICATION_URL"], self.database),
            "STORAGE_URL": f"file://{self.files}",
        }
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=os.environ | where, capture_output=True, text=True, check=False)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process is here for as long as the block lasts."""
        storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": self.files}}
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.database
        try:
            with override_settings(
                PRIVATE_ROOT=str(self.files),
                STORAGES={
                    "default": storage,
                    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
                },
            ):
                yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


@pytest.fixture(scope="module")
def make_place(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Place]]:
    """Makes places, empty or with all tables in the database; their databases go with the module."""
    made: list[Place] = []

    def make(*, migrated: bool = False) -> Place:
        place = Place(f"{connection.settings_dict['NAME']}_{len(made)}", tmp_path_factory.mktemp("place") / "files")
        with maintenance() as cursor:
            template = migrated_template() if migrated else "template1"
            cursor.execute(
                SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(place.database), Identifier(template))
            )
        made.append(place)
        return place

    with django_db_blocker.unblock():
        yield make
        with maintenance() as cursor:
            for place in made:
                cursor.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(place.database)))
