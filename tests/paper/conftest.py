"""The validator and the reader that the papers are held against."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

Validate = Callable[..., str]


@pytest.fixture
def validate(tmp_path: Path) -> Validate:
    """Hold each given PDF against PDF/UA-1 and PDF/A-2a; answers with what is broken, which should be nothing."""

    def run(**papers: bytes) -> str:
        for name, content in papers.items():
            (tmp_path / f"{name}.pdf").write_bytes(content)
        files = [str(tmp_path / f"{name}.pdf") for name in papers]
        command = [sys.executable, str(Path(settings.BASE_DIR) / "scripts" / "pdf-validate"), "ua1,2a", *files]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.stdout.count("\n") >= 2 * len(files), done.stderr
        return "" if done.returncode == 0 else done.stdout

    return run
