"""The pages' part of the demo: a contact directory, one entry of which nobody has confirmed in time, and reports of barriers."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.moving import perform
from portal.demo.people import Cast
from portal.demo.registry import Say
from portal.organisation.models import Unit
from portal.pages.barriers.actions import report_barrier
from portal.pages.models import ContactPoint

# function, in English, helps with, in English, unit, mailbox, days since it was confirmed
CONTACTS = (
    (
        "Innovationssamordning", "Innovation coordination",
        "Frågor om strategin, samordningsgruppen och gemensamma satsningar. Hit kan du också vända dig när du inte vet vart.",
        "Questions about the strategy, the coordination group and joint ventures. Also when you do not know where to turn.",
        "RLK", "innovation", 20,
    ),
    (
        "Frågor från företag och lärosäten", "Questions from companies and universities",
        "Du vill prova, visa eller utveckla något tillsammans med regionen.",
        "You want to try, show or develop something together with the Region.",
        "RLK", "samverkan", 75,
    ),
    (
        "Innovationsupphandling", "Innovation procurement",
        "Tidig dialog, innovationspartnerskap och hur vi söker nya lösningar.",
        "Early dialogue, innovation partnership and how we look for new solutions.",
        "SF", "upphandling", 40,
    ),
    (
        "Immateriella rättigheter", "Intellectual property",
        "Uppfinningar, upphovsrätt och avtal. Prata med oss innan du berättar för andra.",
        "Inventions, copyright and agreements. Talk to us before you tell others.",
        "RLK", "rattigheter", 110,
    ),
    (
        "Innovation i vården", "Innovation in health care",
        "Stöd till medarbetare och chefer på sjukhus och vårdcentraler.",
        "Support for staff and managers at hospitals and health centres.",
        "HSF", "vard", 15,
    ),
    (
        "Innovation i kollektivtrafiken", "Innovation in public transport",
        "Idéer och prov i tunnelbana, buss, spår och skärgårdstrafik.",
        "Ideas and trials in metro, bus, rail and archipelago traffic.",
        "TF", "trafik", 320,
    ),
)  # fmt: skip


def tell(cast: Cast, say: Say) -> None:
    """Fill the directory and let two people meet a barrier; one report has been answered."""
    add_contacts()
    meet_barriers(coordinator=cast["samordnare"])
    say("The contact directory and the reports of barriers are in place.")


def add_contacts() -> None:
    units = Unit.objects.in_bulk(field_name="code")
    today = timezone.localdate()
    for order, (function, function_en, area, area_en, unit, box, days) in enumerate(CONTACTS, start=1):
        ContactPoint.objects.create(
            function=function,
            function_en=function_en,
            area=area,
            area_en=area_en,
            unit=units[unit],
            email=f"{box}@innovationsportalen.example",
            order=order * 10,
            reviewed_on=today - timedelta(days=days),
        )


def meet_barriers(*, coordinator: User) -> None:
    report, _code = report_barrier(
        person=AnonymousUser(),
        values={
            "place": "/guider/",
            "description": "Jag hittar inte guiderna med skärmläsaren i telefonen.",
            "aid": "VoiceOver",
        },
        email="",
    )
    reason = "Tack. Guiderna ligger nu under en egen rubrik i menyn, och rubriken läses upp."
    perform(report, "answer", person=coordinator, data={"reason": reason})
    report_barrier(
        person=AnonymousUser(),
        values={
            "place": "/uppfoljning/",
            "description": "Jag behöver förra årets rapport i punktskrift.",
            "is_request": True,
        },
        email="",
    )
