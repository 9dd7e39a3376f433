"""The manifest of one back-up: what it holds, and by what it can be recognised when it is back."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from portal.backup.errors import BackupError
from portal.backup.fingerprint import Fingerprint
from portal.backup.store import Kept

FORM = 1
NAME = "manifest.json"
DUMP = "database.dump"


@dataclass(frozen=True)
class Manifest:
    """``damaged`` names what was missing or broken already when the back-up was taken: no restore can bring it back."""

    taken_at: str
    server: str
    dump: str
    database: Fingerprint
    files: list[Kept]
    damaged: list[Kept]

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps({"form": FORM, **asdict(self)}, indent=1))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises BackupError when there is none, or none that this version can read."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text())
        except (FileNotFoundError, NotADirectoryError):
            raise BackupError(f"{folder} holds no back-up: it has no {NAME}.") from None
        if told.pop("form") != FORM:
            raise BackupError(f"{folder / NAME} was written by another version of the portal.")
        told["database"] = Fingerprint.of(told["database"])
        for name in ("files", "damaged"):
            told[name] = [Kept(**one) for one in told[name]]
        return cls(**told)
