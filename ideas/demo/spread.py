"""What colleagues do with an idea in the demo: support and comment, take it up at other units, and tell of it in public."""

from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from django.utils import timezone
from PIL import Image, ImageDraw

from ideas.actions.examples import add_credit, add_picture, publish_example, write_example
from ideas.actions.spreading import check_adoption, take_up, write_kit
from ideas.actions.talking import set_follow, set_support, write_comment
from ideas.demo.texts import Seed
from ideas.models import Adoption, Example
from ideas.states import TAKEN_UP, Uptake
from portal.accounts.models import User
from portal.cases.models import Case
from portal.demo.clock import Life
from portal.demo.people import DOMAIN, Cast

COMMENTS = (
    (
        "Hos oss har vi samma problem. Hur många berörs hos er?",
        "Ungefär tio personer per vecka, så det är värt att pröva.",
    ),
    ("Vi provade något liknande förra året. Börja smått.", "Tack, kan vi få läsa er utvärdering?"),
    ("Bra idé! Tänk på att nattpersonalen också ska hinna med.", "Det tar vi med oss i prövningen."),
)
KIT = (
    "1. Välj en enhet som själv vill börja.\n2. Gå igenom arbetssättet på en arbetsplatsträff, räkna med en timme.\n"
    "3. Mät i två veckor före och två veckor efter.\n4. Ha någon att fråga den första månaden.\n\n"
    "Vi hade avsatt för lite tid för utbildning. Det skulle vi ha gjort annorlunda."
)
WHY = {
    Uptake.CONSIDERING: "",
    Uptake.ADOPTED: "",
    Uptake.ADAPTED: "Vi började med en avdelning och bytte ut blanketten mot den som vi redan har.",
    Uptake.DECLINED: "Våra lokaler passar inte för det här. Vi tittar igen efter ombyggnaden.",
}


def talk(cast: Cast, idea: Case, author: User, number: int) -> None:
    """Some colleagues like it, some ask."""
    random = Random(f"talk{number}")
    everyone = [person for staff in cast.staff.values() for person in staff if person != author]
    for person in random.sample(everyone, random.choice((0, 1, 3, 5, 12))):
        set_support(idea=idea, person=person, on=True)
    if number % 3 == 0:
        asker, (question, reply) = random.choice(everyone), random.choice(COMMENTS)
        set_follow(idea=idea, person=asker, on=True)
        asked = write_comment(idea=idea, person=asker, text=question)
        write_comment(idea=idea, person=author, text=reply, parent=asked)


def spread(cast: Cast, idea: Case, seed: Seed, lead: User, number: int) -> Life:
    """The months after an introduction: the kit at once, other units one by one, and, now and then, the story."""
    random, begun = Random(f"spread{number}"), timezone.now()
    write_kit(idea=idea, text=KIT, contact=f"innovation.{idea.unit.code.lower()}@{DOMAIN}", person=lead)
    others = random.sample(
        [unit for unit in cast.units if unit.pk != idea.unit_id], 7 if number == 0 else random.randint(0, 3)
    )
    for unit, moment in zip(others, _days(random, begun, len(others)), strict=True):
        yield moment
        uptake = Uptake.ADOPTED if number == 0 else random.choice(list(Uptake))
        take_up(idea=idea, unit=unit, uptake=uptake, why=WHY[uptake], person=cast.leads[unit.pk])
    if number % 4 == 0:
        tell(idea, seed, lead)


def _days(random: Random, begun: datetime, number: int) -> list[datetime]:
    return sorted(begun + timedelta(days=random.uniform(20, 320)) for _ in range(number))


def check(cast: Cast, idea: Case, number: int) -> Life:
    """A year after each of those who took it up. The last are still to answer."""
    random = Random(f"check{number}")
    adoptions = Adoption.objects.filter(idea=idea.pk, uptake__in=TAKEN_UP).select_related("idea", "unit")
    for adoption in adoptions.order_by("adopted_at"):
        day = (adoption.adopted_at or timezone.now()) + timedelta(days=368)
        yield max(day, timezone.now() + timedelta(hours=1))
        lasts = random.random() < 0.8
        note = "Används varje vecka." if lasts else "Den som drev det slutade, och ingen tog över."
        check_adoption(adoption=adoption, in_use=lasts, note=note, person=cast.leads[adoption.unit_id])


def tell(idea: Case, seed: Seed, lead: User) -> Example:
    """The story, with a picture and with two names, one of which waits for consent."""
    texts = {
        "title": seed.title,
        "summary": seed.effect,
        "story": f"{seed.need}\n\n{seed.solution}\n\nVi prövade i liten skala, mätte före och efter, och införde det som höll.",
        "evidence": "Antalet avvikelser per vecka halverades under prövningen. Det mättes i tre månader på en enhet.",
    }
    if seed.technology == "drone":
        texts |= ENGLISH
    example = write_example(idea=idea, texts=texts, person=lead)
    add_picture(
        example=example, image=_drawing(), name="bild", person=lead,
        alt="Teckning: en kurva som går uppåt mot en blå himmel", alt_en="Drawing: a curve that rises towards a blue sky",
    )  # fmt: skip
    today = timezone.localdate()
    add_credit(example=example, name="Arbetsgruppen på enheten", part="prövade och mätte", consent="Mejl till innovationsledaren",
               consented_on=today, person=lead)  # fmt: skip
    add_credit(example=example, name="Projektledaren", part="", consent="", consented_on=None, person=lead)
    publish_example(idea=idea, person=lead)
    return example


ENGLISH = {
    "title_en": "Ambulance drone with a defibrillator",
    "summary_en": "The defibrillator arrives before the ambulance in many alarms.",
    "story_en": "When a heart stops outside hospital, every minute counts. A drone takes off at the alarm and flies a defibrillator to the "
    "place. Whoever called 112 is helped over the telephone to use it until the ambulance arrives.",
    "evidence_en": "In the trial the drone arrived before the ambulance in a large part of the alarms.",
}


def _drawing() -> BytesIO:
    image = Image.new("RGB", (800, 400), "#d7e6f5")
    draw = ImageDraw.Draw(image)
    draw.line([(x, 360 - x * x // 2000) for x in range(40, 761, 20)], fill="#00479d", width=10)
    kept = BytesIO()
    image.save(kept, "PNG")
    kept.seek(0)
    return kept
