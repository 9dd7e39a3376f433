"""What the pages of a call and of an application show beside what every case does."""

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any, cast

from fund.actions.applying import content_of
from fund.attached import documents_of, files_in
from fund.editions import differences, left_over
from fund.letters import letters_of
from fund.models import (
    Account,
    Agreement,
    Application,
    Approval,
    Call,
    Effect,
    NameConsent,
    Question,
    Report,
    Ruling,
    Submission,
)
from fund.models.whos import CHANGEABLE
from fund.queries import Scores, account_of, numbers_of, scores_of, screenings_of
from fund.results import came_of, has_grant, led_to, told_by_project, told_costs
from fund.rules.calls import changeable, gives_late_rights, late_until, runs_fund, still_draft, takes_applications
from fund.rules.counting import sum_of
from fund.rules.screening import in_sentences
from fund.states import DECIDED_STATES, ApplicationState, CallState, Cost, Outcome, QuestionKind
from fund.telling import told_content
from fund.words import sek
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.finding import whos_held
from portal.cases.who import AUTHOR
from portal.cases.words import what_happened


def call_panel(call: Call, person: User) -> dict[str, Any]:
    """What the call asks and weighs by, whether the person can apply now, what has been changed, and whether there are applications for
    the person to read (seven queries)."""
    sections: dict[str, list[Question]] = {}
    for question in call.questions.all():
        sections.setdefault(question.section, []).append(question)
    return {
        "sections": list(sections.items()),
        "criteria": list(call.criteria.all()),
        "applies": person.is_employee and bool(call.opened_at and takes_applications(call, person)),
        "late": late_until(call, person.pk),
        "mine": Application.objects.filter(AUTHOR(person), call=call.pk).order_by("pk").distinct(),
        "stage": call.stage,
        "applications": Application.objects.visible_to(person).filter(call=call.pk, opened_at__isnull=False).exists(),
        "editions": list(_editions(call)),
    }


def _editions(call: Call) -> Iterator[dict[str, Any]]:
    """The versions, the latest first, each with what differs from the one before it (one query)."""
    editions = list(call.editions.select_related("made_by"))
    for edition, before in zip_longest(editions, editions[1:]):
        yield {"row": edition, "differs": differences(before.content, edition.content) if before else []}


def officer_panel(call: Call, person: User) -> dict[str, Any]:
    """What fund officers do with the call, how many applications there are, and who may be late and why (two queries)."""
    rights = call.late_rights.select_related("person", "by").order_by("pk") if call.opened_at else ()
    return {
        "numbers": numbers_of([call]).get(call.pk) if call.opened_at else None,
        "late_rights": list(rights),
        "writes": call.owner_id == person.pk and bool(still_draft(call)),
        "changes": bool(changeable(call)),
        "lets_in": bool(gives_late_rights(call)),
    }


def money_panel(call: Call, person: User) -> dict[str, Any]:
    """The balance of the call (one query), and the way to its ledger and, for a fund officer, to the decision, to be made or made."""
    account = account_of(call)
    names = ("budget", "granted", "free", "reserved", "paid", "returned")
    sums = {name: sek(getattr(account, name)) for name in names} if account else {}
    runs = runs_fund(person)
    decided = runs and call.state in DECIDED_STATES
    return {"account": sums, "decides": call.state == CallState.REVIEWING and runs, "decided": decided}


def grant_panel(application: Application, person: User) -> dict[str, Any]:
    """What is decided, and what has become of the grant (two queries before a decision, at most thirteen after)."""
    ruling = (
        Ruling.objects.filter(application=application.pk, decided_at__isnull=False).select_related("decided_by").first()
    )
    shown: dict[str, Any] = {"letters": list(letters_of(application, ruling)), "ruling": ruling}
    account = Account.objects.filter(application=application.pk).first() if ruling else None
    if ruling:
        scores = scores_of([application.pk]).get(application.pk, Scores(mean=None))
        shown["given"] = [(name, str(line)) for name, line in scores.criteria.items()]
        shown["said"] = scores.panel
        shown["amount"] = "" if ruling.outcome == Outcome.DECLINE else sek(ruling.amount)
        shown["later"] = _later(application) if ruling.outcome == Outcome.RESERVE else None
    if account:
        shown |= {
            "account": {name: sek(getattr(account, name)) for name in ("granted", "reserved", "paid", "returned")},
            "agreement": Agreement.objects.filter(application=application.pk).select_related("by").first(),
            "instalments": [
                {"row": row, "amount": sek(row.amount)}
                for row in application.instalments.select_related("approved_by", "paid_by")
            ],
            "reports": [
                {"row": row, "cost": sek(row.cost), "consultants": sek(row.consultants)}
                for row in application.reports.select_related("by", "answered_by")
            ],
            "changes": application.change_requests.select_related("by", "answered_by"),
            **effect_of(application),
        }
    return shown


def _later(application: Application) -> dict[str, Any] | None:
    """What was decided of it after its place on the reserve list, if anything was (one query)."""
    event = application.events.filter(move__in=("move_up", "let_go")).select_related("person").last()
    return {"row": event, "what": what_happened(application.kind_info, event)} if event else None


def application_panel(application: Application, person: User) -> dict[str, Any]:
    """The answers as they stand, what was handed in with its files, and the manager's word (three queries, four with files)."""
    submissions = list(application.submissions.select_related("by"))
    approvals = {
        row.submission_id: row for row in Approval.objects.filter(submission__in=submissions).select_related("by")
    }
    theirs = _beside_a_change(application, person)
    shown = told_content(theirs or content_of(application))
    return {
        "answers": [answer for _section, answers in shown for answer in answers],
        "being_changed": bool(theirs),
        "left_over": [] if theirs else left_over(application),
        "files": _files(submissions[-1]) if submissions else [],
        "late": _late(application),
        "submissions": [
            {"row": row, "amount": sek(row.amount), "approval": approvals.get(row.pk)} for row in reversed(submissions)
        ],
    }


def _late(application: Application) -> datetime | None:
    """Until when it can still be handed in and changed though the call has closed (one query, where it can be and the call has)."""
    return late_until(application.call, application.owner_id) if application.state in CHANGEABLE else None


def _files(submission: Submission) -> list[dict[str, Any]]:
    """The files of what was handed in, with where they are kept (one query where there are any)."""
    files = files_in(submission.content)
    found = documents_of(submission.application, files) if files else {}
    places = {digest: document.get_absolute_url() for digest, document in found.items()}
    return [{**file, "url": places.get(file["sha256"], "")} for file in files]


def screened_panel(application: Application, person: User) -> dict[str, Any]:
    """What the screening came to, each time it was done (one query)."""
    kind, events = application.kind_info, screenings_of(application)
    rows = [{"row": one, "what": what_happened(kind, one), "said": list(in_sentences(one.data))} for one in events]
    return {"screened": [row for row in rows if row["said"]]}


def _beside_a_change(application: Application, person: User) -> dict[str, Any] | None:
    """What was handed in last, for everybody but those who are changing it; otherwise None."""
    if application.state != ApplicationState.REVISING or whos_held(application, person, [AUTHOR]).get(AUTHOR.key):
        return None
    return cast(Submission, application.latest).content  # type: ignore[no-any-return]


def effect_of(application: Application) -> dict[str, Any]:
    """What came of it beside what was promised; nothing before it has been told (one query)."""
    effect = Effect.objects.filter(application=application.pk).first()
    worth = sek(effect.worth) if effect and effect.worth is not None else ""
    return {"effect": effect, "worth": worth}


# ── What came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def result_panel(application: Application, person: User) -> dict[str, Any]:
    """What the project costs beside what it is for and has led to (A14, A15): what was applied for, and what the latest approved report
    tells. Five queries, none before it has a grant."""
    if not has_grant(application):
        return {"granted": False}
    told_of = told_by_project(application)
    account = Account.objects.filter(application=application.pk).first()
    asked, granted = application.amount or 0, account.granted if account else 0
    return {
        "granted": True,
        "account": account,
        "costs": _costs(application.latest),
        "spent": _spent(told_costs().filter(application=application.pk).first()),
        "partly": {"asked": sek(asked), "granted": sek(granted)} if 0 < granted < asked else None,
        "told": [{"what": what_happened(application.kind_info, event), "text": event.note} for event in told_of],
        "mine": NameConsent.objects.standing().filter(application=application, person=person).exists(),
    }


def _costs(submission: Submission | None) -> list[dict[str, Any]]:
    """The budget that was applied for by kind of cost, in SEK and per cent of the whole; consultants stand alone (A15)."""
    answers = submission.content["answers"] if submission else []
    rows = [row for one in answers if one["kind"] == QuestionKind.BUDGET for row in one["answer"] or []]
    whole = sum_of(rows) or 1
    sums = {kind: sum_of([row for row in rows if row.get("kind") == kind]) for kind in Cost}
    return [
        {"label": kind.label, "amount": sek, "share": round(100 * sek / whole)} for kind, sek in sums.items() if sek
    ]


def _spent(report: Report | None) -> dict[str, Any] | None:
    """What a report tells that the project has cost, and what of it consultants took, in words and per cent (A15)."""
    if report is None:
        return None
    share = round(100 * report.consultants / report.cost)
    told = {"label": report.get_kind_display(), "at": report.at, "share": share}
    return {**told, "cost": sek(report.cost), "consultants": sek(report.consultants)}


def led_panel(case: Case, person: User) -> dict[str, Any]:
    """The grants that a case of any kind has led to, with what came of each (one query where a tie leads to an application)."""
    return {"grants": [{"row": one, "came_of": came_of(one)} for one in led_to(case)]}
