"""The numbers here are the tax agency's own examples and test numbers, which no person has."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.personal import Span, find, mask, mask_in_log

pytestmark = pytest.mark.trust(30)

WRITTEN = [
    "811228-9874",
    "8112289874",
    "811228+9874",
    "811228 9874",
    "811228 - 9874",
    "811228–9874",
    "19811228-9874",
    "198112289874",
    "1981-12-28-9874",
    "1981-12-28 9874",
    "1981 12 28 9874",
    "670919-9530",
    "701063-2391",
    "19701063-2391",
    "121212-1212",
    "811228-T123",
    "19811228-R012",
]
OTHER = [
    "811228-9875",  # wrong control digit
    "811328-9874",  # no such month
    "811298-9870",  # no such day
    "556036-0793",  # organisation numbers
    "165560360793",
    "232100-0016",
    "RS 2025-0123",  # diary numbers
    "HSN 2024-1203-01",
    "08-123 456 78",  # telephone numbers
    "070-123 45 67",
    "+46701234567",
    "ring 8112289874",
    "Tel. 8112289874",
    "2025-12-01",  # dates and times
    "2025-12-01 12:30:45",
    "20251201",
    "550e8400-e29b-41d4-a716-8112289874ab",  # parts of codes and of other numbers
    "a8112289874",
    "98112289874123",
    "0.8112289874",
    "SE45 5000 0000 0583 9825 7466",
    "811228-T12",
]


@pytest.mark.parametrize("number", WRITTEN)
def test_a_number_is_found_however_it_is_written(number: str) -> None:
    text = f"Patienten ({number}) väntade."
    assert find(text) == [Span(11, 11 + len(number))]
    assert mask(text, "***") == "Patienten (***) väntade."


@pytest.mark.parametrize("number", OTHER)
def test_another_number_is_left_alone(number: str) -> None:
    text = f"Se {number} där."
    assert find(text) == []
    assert mask(text) == text


def test_several_numbers_are_all_masked_in_the_language_of_the_reader() -> None:
    text = "pnr811228-9874,670919-9530;\nsam:701063-2391."
    assert mask(text, "[x]") == "pnr[x],[x];\nsam:[x]."
    assert "811228" not in mask(text)


@given(
    st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 999), st.booleans(), st.sampled_from(["", "-", " "])
)
def test_every_true_number_is_found(born: date, serial: int, coordination: bool, join: str) -> None:
    day = born.day + 60 * coordination
    digits = f"{born:%y%m}{day:02}{serial:03}"
    doubled = "".join(str(int(digit) * (2 if place % 2 == 0 else 1)) for place, digit in enumerate(digits))
    control = -sum(map(int, doubled)) % 10
    for century in ("", f"{born.year // 100}"):
        assert len(find(f"Nr: {century}{digits[:6]}{join}{digits[6:]}{control}.")) == 1


@given(st.text(st.sampled_from("0123456789-+ .TRPa\n"), max_size=200))
def test_what_is_masked_holds_no_number_and_the_rest_is_untouched(text: str) -> None:
    spans = find(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    rest = text
    for span in reversed(spans):
        rest = f"{rest[: span.start]}¤{rest[span.end :]}"
    assert mask(text, "¤") == rest


def test_nearly_no_row_of_ten_digits_that_is_not_a_date_is_taken_for_a_number() -> None:
    dates = {f"{date(2000, 1, 1) + timedelta(days=n):%m%d}" for n in range(366)}
    false = [f"55{month:02}{day:02}1234" for month in range(20, 100) for day in range(100)]
    assert not [number for number in false if number[2:6] not in dates and find(number)]


def test_a_log_line_holds_no_identity_number_wherever_it_hid() -> None:
    with structlog.testing.capture_logs(processors=[mask_in_log]) as lines:
        structlog.get_logger().warning(
            "search for 811228-9874",
            path="/sok/?q=811228%2B9874&p=8112289874",
            form={"text": ["mitt nummer 19811228-9874", {"again": ("811228+9874",)}]},
            error=ValueError("bad: 811228-9874"),
            status=200,
        )
    assert "9874" not in str(lines)
    assert lines[0]["status"] == 200
