"""The demo leaves disclosures for the author, the colleague and the rights reviewer, and rules that have begun to be told."""

from django.utils import timezone

from portal.cases.queries.listing import waiting_for
from portal.demo.people import make_cast, read_cast
from rights.demo import tell
from rights.models import Disclosure, PolicyVersion
from rights.queries import reach
from rights.states import DisclosureState as S


def test_the_story_has_a_disclosure_at_each_turn(db: None) -> None:
    make_cast(password="", staff_per_unit=3)
    cast = read_cast()
    tell(cast, lambda line: None)

    found = sorted(Disclosure.objects.values_list("state", flat=True))
    assert found == sorted([S.DRAFT, S.NOTIFIED, S.ASSESSING, S.IN_USE, S.AGREED, S.WAIVED])
    assert {case.state for case in waiting_for(cast["jurist"])} == {S.NOTIFIED, S.ASSESSING, S.IN_USE, S.AGREED}
    assert not Disclosure.objects.filter(due_at__lt=timezone.now(), closed_at=None, opened_at__isnull=False).exists()
    present = PolicyVersion.objects.in_force().latest("number")
    assert present.number == 2
    assert [row.told_share for row in reach(present) if row.unit and row.told] == [57]
    assert present.receipts.exists()
