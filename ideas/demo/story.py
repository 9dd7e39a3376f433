"""Two years of ideas and suggestions at Region Stockholm, and the third one under way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from django.utils import timezone

from ideas.demo.desk import desk_lives
from ideas.demo.lives import idea_life, suggestion_life
from ideas.demo.needs import need_lives
from ideas.demo.texts import IDEAS
from ideas.models import Area
from portal.demo.clock import Life, live
from portal.demo.people import Cast

FIRST_DAY = datetime(2024, 9, 2, 8, tzinfo=UTC)
IDEA_EVERY = timedelta(days=8)
SUGGESTION_EVERY = timedelta(days=7)


def tell(cast: Cast, say: Callable[[str], None]) -> None:
    """Live through it all up to today. About half a minute."""
    today = timezone.now()
    done = live(
        [*_ideas(cast, today), *_suggestions(cast, today), *desk_lives(cast, today), *need_lives(cast, today)],
        until=today,
    )
    say(f"Ideas and suggestions: {done} things happened.")


def _ideas(cast: Cast, today: datetime) -> Iterator[Life]:
    """The first idea of all is the ambulance drone, which goes the whole way."""
    random, units = Random(1), {unit.code: unit for unit in cast.units}
    moment, number = FIRST_DAY, 0
    while moment < today:
        seed = IDEAS[number % len(IDEAS)]
        unit = units[seed.unit] if seed.unit and number < len(IDEAS) else random.choice(cast.units)
        yield idea_life(cast, seed, unit, moment, number, ending="lasting" if number == 0 else "")
        moment += IDEA_EVERY * random.uniform(0.3, 1.7)
        number += 1


def _suggestions(cast: Cast, today: datetime) -> Iterator[Life]:
    random, areas = Random(2), list(Area.objects.select_related("unit"))
    moment, number = FIRST_DAY + timedelta(days=20), 0
    while moment < today:
        yield suggestion_life(cast, random.choice(areas), moment, number)
        moment += SUGGESTION_EVERY * random.uniform(0.3, 1.7)
        number += 1
