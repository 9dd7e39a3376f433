"""How ideas, suggestions and challenges move, and what the house needs to know of them."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ideas import panels
from ideas.actions.challenging import answer_with
from ideas.actions.talking import stand_behind
from ideas.flow.challenge import ChallengeFlow
from ideas.flow.idea import IdeaFlow
from ideas.flow.suggestion import SuggestionFlow
from ideas.models import Challenge, Idea, Suggestion
from ideas.models.whos import COLLEAGUE, PENDING_ASSESSOR, PLACER, STORYTELLER
from ideas.queries.similar import published_suggestions, stories_of
from ideas.queries.taking_out import rows_of, said_by, said_in, written_in_bank
from ideas.rules import goes_on
from ideas.states import Became
from portal.cases.kinds import Addition, Join, Kind, Panel, add_everywhere, register
from portal.cases.who import AT_HOME, IMPARTIAL, OWNER, SUBMITTED

__all__ = ["ChallengeFlow", "IdeaFlow", "SuggestionFlow"]

OF_ANSWERS = {
    **{
        f"challenge_{became}": format_lazy("{}: {}", _("What became of the answer to the challenge"), became.label)
        for became in Became
    },
    "challenge_answered": _("The challenge that it answers has been settled"),
    "came_too_late": _("Handed in after the challenge had closed, so it goes on as an idea of its own"),
    "challenge_cancelled": _("The challenge that it answers has been called off"),
}
"""What the history of an idea or a suggestion says of a challenge that it answers."""

NOVELTY = _(
    "It may be an invention. What has become known can no longer be patented. Only those who wrote the idea and the rights "
    "reviewers therefore see it. Do not tell others of it until the reviewers have said that it may be opened."
)

register(
    Kind(
        key="idea",
        grows=True,
        flow=IdeaFlow,
        name=_("Idea"),
        plural=_("Ideas"),
        closed_office=_("The rights reviewers"),
        closed_why=lambda idea: NOVELTY if idea.possible_invention else "",
        url_name="ideas:list",
        write_url="ideas:write",
        start_url="ideas:begin",
        panels=(
            Panel("ideas/panels/my_card.html", PENDING_ASSESSOR),
            Panel("ideas/panels/joined.html", Idea.seen_by, panels.joined_panel),
            Panel("ideas/panels/decision.html", Idea.seen_by, panels.decision_panel),
            Panel("ideas/panels/idea.html", Idea.seen_by, panels.idea_panel),
            Panel("ideas/panels/hosts.html", COLLEAGUE, panels.hosts_panel),
            Panel("ideas/panels/compare.html", PLACER, panels.compare_panel),
            Panel("ideas/panels/trials.html", Idea.seen_by, panels.trials_panel),
            Panel("ideas/panels/benefits.html", Idea.seen_by, panels.benefits_panel),
            Panel("ideas/panels/spread.html", COLLEAGUE, panels.spread_panel),
            Panel("ideas/panels/example.html", STORYTELLER, panels.example_panel),
            Panel("ideas/panels/my_name.html", OWNER & SUBMITTED),
            Panel("ideas/panels/together.html", COLLEAGUE, panels.together_panel),
            Panel(
                "ideas/panels/scorecards.html", (Idea.handled_by | Idea.advised_by) & IMPARTIAL, panels.scorecards_panel
            ),
        ),
        technical=("trial_ceiling",),
        compared=True,
        join=Join(
            _("This is the same: join it"),
            _("You have joined this one. What you had begun to write is kept among your drafts."),
            stand_behind,
            takes=goes_on,
        ),
        stories=stories_of,
        said_in=said_in,
        keeps_rows=rows_of,
        said_by=said_by,
        verbs={
            "benefits_expected": _("Expected benefits described"),
            "benefits_actual": _("Benefits seen in use described"),
            "scorecard_submitted": _("Scorecard submitted"),
            "another_joined": _("Another idea was joined to this one"),
            "another_parted": _("An idea that was joined to this one goes on by itself again"),
            "lead_withdrawn": _("The idea that it goes on together with was withdrawn: the joining can be undone"),
            "host_asked": _("The next unit is asked to host it"),
            "host_passed_over": _("A unit that did not answer in time need not answer any more"),
            "host_let_go": _("The question to a unit to host it was taken back"),
            "comment_written": _("Comment written"),
            "comment_removed": _("Comment removed"),
            "comment_reported": _("Comment reported"),
            "comment_stands": _("A comment that was reported stands"),
            "supported_by_many": _("Supported by ten colleagues"),
            "tried_elsewhere": _("Put to use at another unit"),
            "kit_written": _("How to do it has been described"),
            "uptake_considering": _("Another unit considers it"),
            "uptake_adopted": _("Adopted by another unit"),
            "uptake_adapted": _("Adapted by another unit"),
            "uptake_declined": _("Another unit has declined"),
            "uptake_corrected": _("A unit had not put it to use: corrected"),
            "use_asked": _("A unit is asked whether it is still used"),
            "still_used_there": _("Still used at another unit"),
            "check_corrected": _("What a unit answered after a year: corrected"),
            "no_longer_used_there": _("No longer used at another unit"),
            "example_written": _("Good example written"),
            "example_published": _("Good example published"),
            "example_withdrawn": _("Good example withdrawn"),
            "credit_added": _("Name added to the good example"),
            "credit_removed": _("Name taken away from the good example"),
            "name_allowed": _("The author’s name may be shown in the good example"),
            "name_withdrawn": _("The author’s name may not be shown any more"),
            **OF_ANSWERS,
        },
    )
)
register(
    Kind(
        key="suggestion",
        grows=True,
        flow=SuggestionFlow,
        name=_("Suggestion"),
        plural=_("Suggestions"),
        url_name="suggestions:handle",
        follow_url="suggestions:follow",
        technical=("fingerprint",),
        compared=True,
        published=published_suggestions,
        panels=(Panel("ideas/panels/suggestion.html", Suggestion.seen_by, panels.suggestion_panel),),
        verbs={"idea_introduced": _("The idea that it became has been introduced"), **OF_ANSWERS},
    )
)
register(
    Kind(
        key="challenge",
        flow=ChallengeFlow,
        name=_("Challenge"),
        plural=_("Challenges"),
        url_name="challenges:list",
        write_url="challenges:write",
        start_url="challenges:begin",
        shows=("question", "beneficiaries", "criteria"),
        compared=True,
        offered=Challenge.objects.open_now,
        join=Join(
            _("Answer it with what you are writing"),
            _("What you are writing answers the challenge. Its owner sees it when you have handed it in."),
            answer_with,
            stays=True,
            drafts=("idea",),
        ),
        panels=(Panel("ideas/panels/challenge.html", Challenge.seen_by, panels.challenge_panel),),
        said_by=written_in_bank,
    )
)
add_everywhere(
    "scanning",
    Addition(
        panel=lambda kind: Panel("ideas/panels/scanning.html", kind.insiders | AT_HOME, panels.scanning_panel),
        verbs={
            "scanning_tied": _("Tied to a scanning note"),
            "scanning_untied": _("Tie to a scanning note undone"),
        },
    ),
)
