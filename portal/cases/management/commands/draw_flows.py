from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.cases import kinds
from portal.cases.diagrams import page_of


class Command(BaseCommand):
    help = "Draw every kind's flow into docs/flows, from its table."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "flows"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in kinds.all_kinds():
            (folder / f"{kind.key}.md").write_text(page_of(kind), encoding="utf-8")
            self.stdout.write(f"docs/flows/{kind.key}.md")
