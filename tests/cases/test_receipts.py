"""With number and code, and only with both, an author without an account reaches the case."""

from collections.abc import Callable

import pytest

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.cases import kinds
from portal.cases.actions.receipts import ALPHABET, GROUPS, IN_GROUP, case_of_receipt, code_for, give_receipt
from portal.cases.models import CaseContact
from tests.cast import Cast, case_in


def test_a_code_has_sixty_bits() -> None:
    """Every sign as likely as the others: with fewer, guessing would have to be stopped, not only counted."""
    assert (256 % len(ALPHABET), len(set(ALPHABET)) ** (GROUPS * IN_GROUP)) == (0, 2**60)


def test_a_code_is_never_the_same() -> None:
    codes = {code_for(number) for number in range(1000)}
    assert len(codes) == 1000
    assert set("".join(codes)) == {*ALPHABET, "-"}


@pytest.mark.parametrize("change", [str, str.lower, lambda text: text.replace("-", ""), lambda text: f" {text} "])
def test_number_and_code_open_the_case_however_they_are_typed(cast: Cast, change: Callable[[str], str]) -> None:
    case = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    code = give_receipt(case=case, email="svar@example.org")

    assert case_of_receipt(reference=str(case.reference), code=change(code)) == case
    assert case_of_receipt(reference=case.key.lower(), code=code) == case
    assert type(case_of_receipt(reference=case.key, code=code)) is kinds.of_model(type(case)).model


def test_a_wrong_code_or_the_number_of_another_case_opens_nothing(cast: Cast) -> None:
    first, second = (case_in(IdeaFlow, IdeaState.SUBMITTED, cast) for _ in range(2))
    code, _other = give_receipt(case=first), give_receipt(case=second)

    assert case_of_receipt(reference=first.key, code=code_for(0)) is None
    assert case_of_receipt(reference=first.key, code="") is None
    assert case_of_receipt(reference=second.key, code=code) is None
    assert case_of_receipt(reference="", code=code) is None


def test_the_code_itself_is_not_stored(cast: Cast) -> None:
    case = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    code = give_receipt(case=case)

    assert code.replace("-", "") not in str(CaseContact.objects.values().get())
