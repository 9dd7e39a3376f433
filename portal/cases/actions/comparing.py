"""What a writer says of the cases that are like what they write."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.kinds import Join
from portal.cases.models import Case, NotSame
from portal.cases.verdicts import no


@transaction.atomic
def say_not_same(*, draft: Case, case: Case, person: User) -> None:
    """The case is not offered again to those who write the draft. Saying it twice changes nothing."""
    NotSame.objects.get_or_create(draft_id=draft.pk, case_id=case.pk, defaults={"by": person})


def take_back_not_same(*, draft: Case, case: Case) -> None:
    """The case may be offered again to those who write the draft. Where nobody had said anything, nothing changes."""
    NotSame.objects.filter(draft=draft.pk, case=case.pk).delete()


@transaction.atomic
def join_case(*, case: Case, draft: Case, person: User) -> Join:
    """What the kind of the case offers to who writes the draft, such as joining those who are behind it. The draft stays theirs.

    Raises Refused where there is nothing to join.
    """
    join = case.kind_info.join_for(draft, case)
    if join is None:
        raise Refused(no(_("There is nothing to join.")))
    join.act(case, draft, person)
    return join
