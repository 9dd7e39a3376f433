"""Every address of the portal and who may open it, written by hand: a new address fails until somebody has thought about it.

A rule says what a GET answers to each part of the cast. Pages of a case also answer by who sees the case: 404 to those who do not,
whatever the page; 403 to those who see it when the page is another's.
"""

from dataclasses import replace

from tests.trust.readers import APPLIED, AUTHORS, DECIDERS, EMPLOYEES, HANDLERS, SIGNED_IN
from tests.trust.visits import (
    CHANGING_SIGN_IN,
    PERSONAL,
    POSTED,
    POSTED_BY_PERSON,
    PUBLIC,
    SIGNING_IN,
    SOMETHING,
    Rule,
    contributor_of,
    in_file_forms,
    of_absent,
    of_api,
    of_api_moves,
    of_calls,
    of_case,
    of_cases,
    of_diary,
    of_disclosure,
    of_documents,
    of_edition,
    of_moves,
    of_open_idea_with,
    of_open_with,
    of_own,
    of_published,
    of_reports,
    of_row,
    of_scorecards,
    of_suggestion,
    of_testbed,
    of_tie,
    of_written,
    of_years,
    searched,
    statuses,
)

WORDS = ("?q=Rubrik", "?q=Rubrikk", "?q=zqx", "?q=SOS+2026-0002")
FIGURE = "sample_received"
NOTHING = Rule(may=SIGNED_IN, status=statuses(404))
"""Pages of kinds that the world has none of."""
LEADERS = frozenset({"lead", "other_lead"})
"""Who answers for some other unit than that of the open idea."""
TELLERS = LEADERS | {"manager"}
"""Who answers for a unit."""
STORYTELLERS = frozenset({"lead", "coordinator"})
REGISTER = frozenset({"officer", "coordinator"})
"""Who writes the register of external grants."""
GATHERERS = STORYTELLERS | {"other_lead"}
"""Who writes in the needs bank and makes challenges of what is in it; for SOS and LISAB only the ``STORYTELLERS``."""

# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTES: dict[str, Rule] = {
    # Open to everyone
    "pages:start": PUBLIC,
    "pages:way_in": PUBLIC,
    "pages:doors": PUBLIC.at(audience="invanare"),
    "pages:about": PUBLIC,
    "pages:guides": PUBLIC,
    "pages:guide": PUBLIC.at(slug="invanare"),
    "pages:contacts": PUBLIC,
    "pages:accessibility": PUBLIC,
    "pages:barrier": PUBLIC,
    "pages:barrier_receipt": Rule(status=statuses(302)),
    "pages:barrier_forget": POSTED,
    "pages:barrier_follow": PUBLIC,
    "pages:colours": POSTED,
    "set_language": Rule(status=statuses(302)),
    "api_docs": PUBLIC,
    "api:openapi-json": PUBLIC,
    "api:api-root": Rule(status=statuses(404)),
    "healthz": PUBLIC,
    "metrics": PUBLIC,  # to this machine alone, or with a token: tests/test_health.py
    "organisation:tree": PUBLIC,
    # Roles
    "pages:contact_add": Rule(may=frozenset({"coordinator"})),
    "pages:contact_edit": Rule(may=frozenset({"coordinator"}), status=statuses(200, 404)).at(pk=1),
    "pages:contact_remove": Rule(may=frozenset({"coordinator"}), status=statuses(200, 404)).at(pk=1),
    # What one may see of all cases
    "cases:search": Rule(visits=searched(*WORDS, "?q=zqx&kind=idea")),
    "cases:mine": PERSONAL,
    "cases:all": replace(PERSONAL, visits=searched(*WORDS, "?kind=suggestion", "?mine=next", "?overdue=on")),
    "cases:export_list": replace(PERSONAL, visits=in_file_forms),
    "notices:list": replace(PERSONAL, visits=searched("?unread=1")),
    "notices:read": POSTED_BY_PERSON,
    "notices:delivery": POSTED_BY_PERSON,
    "accounts:me": PERSONAL,
    "accounts:my_data": PERSONAL,
    "accounts:sign_out_everywhere": POSTED_BY_PERSON,
    "diary:list": Rule(visits=searched(*WORDS, "?kind=idea")),
    "diary:export": Rule(visits=in_file_forms),
    "diary:case": Rule(visits=of_diary),
    "api:list_cases": replace(PERSONAL, stranger=401, visits=searched("?kind=idea", "?state=rights")),
    # One case
    "cases:case": of_case(EMPLOYEES, visits=of_cases),
    "cases:move": of_case(EMPLOYEES, status=SOMETHING, visits=of_moves),
    "cases:message": of_case(AUTHORS | HANDLERS),
    "cases:add_document": of_case(AUTHORS | HANDLERS),
    "cases:document": of_case(EMPLOYEES, visits=of_documents),
    "cases:withdraw_document": of_case(DECIDERS | {"author"}, visits=of_documents),
    "cases:considerations": of_case(AUTHORS | HANDLERS),
    "cases:add_coauthor": of_case({"author"}),
    "cases:remove_coauthor": of_case(AUTHORS, visits=of_open_with(person=lambda world: world.cast.coauthor.pk)),
    "cases:holder": of_case(DECIDERS),
    "cases:openness": of_case(DECIDERS | {"registrar"}),
    "cases:tie": of_case(DECIDERS),
    "cases:untie": of_case(  # 404 to those who see one end of the tie alone
        DECIDERS, status=statuses(200, 404), visits=of_open_with(pk=lambda world: world.link.pk)
    ),
    "cases:export": of_case(DECIDERS | {"registrar"}),
    "cases:discard": of_case(()),
    "cases:similar": of_case(()),  # of a draft: tests/cases/test_similar.py
    "cases:similar_answer": of_case(
        EMPLOYEES, status=statuses(405), visits=of_open_with(pk=lambda world: world.cases["open"].case.pk)
    ),
    "diary:paper": of_case({"registrar"}),
    "diary:mark": of_case({"registrar"}, visits=of_open_with(line=lambda world: world.line.line)),
    "api:get_case": of_api(),
    "api:list_moves": of_api(),
    "api:list_events": of_api(),
    "api:list_documents": of_api(),
    "api:make_move": Rule(status=statuses(405), visits=of_api_moves),
    # Ideas and suggestions
    "ideas:list": replace(PERSONAL, visits=searched("?q=Rubrik")),
    "ideas:begin": Rule(may=EMPLOYEES),
    "ideas:write": of_case(AUTHORS, status=statuses(409), visits=of_written),
    "ideas:assess": of_case({"assessor"}, visits=of_scorecards),
    "ideas:criteria": Rule(may=EMPLOYEES),
    "ideas:criteria_new": Rule(may=frozenset({"coordinator"})),
    "ideas:candidate_add": of_case(DECIDERS, status=statuses(409), visits=of_written),
    "ideas:candidate": of_case(DECIDERS, status=statuses(409), visits=of_open_idea_with(candidate=lambda world: 1)),
    "ideas:candidate_remove": of_case(
        DECIDERS, status=statuses(409), visits=of_open_idea_with(candidate=lambda world: 1)
    ),
    "ideas:benefits": of_case(AUTHORS | DECIDERS, visits=of_written),
    "ideas:unit": Rule(may=TELLERS),
    "ideas:support": of_case(EMPLOYEES, status=statuses(405), visits=of_written),
    "ideas:follow": of_case(EMPLOYEES, status=statuses(405), visits=of_written),
    "ideas:comment": of_case(EMPLOYEES, visits=of_written),
    "ideas:comment_change": of_case(
        {"colleague"}, status=statuses(200, 409), visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:comment_remove": of_case(
        DECIDERS | {"colleague"}, visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:comment_report": of_case(
        EMPLOYEES, status=statuses(200, 409), visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:comment_stands": of_case(
        DECIDERS, status=statuses(409), visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:kit": of_case(AUTHORS | DECIDERS, status=statuses(409), visits=of_written),
    "ideas:take_up": of_case(LEADERS, status=statuses(409), visits=of_written),
    "ideas:check_adoption": of_case(
        {"other_lead"}, status=statuses(409), visits=of_open_idea_with(adoption=lambda world: world.adoption.pk)
    ),
    "ideas:correct_adoption": of_case(
        {"other_lead"}, status=statuses(409), visits=of_open_idea_with(adoption=lambda world: world.adoption.pk)
    ),
    "ideas:correct_check": of_case(
        {"other_lead"}, status=statuses(200, 409), visits=of_open_idea_with(adoption=lambda world: world.adoption.pk)
    ),
    "ideas:example": of_case(STORYTELLERS, visits=of_written),
    "ideas:example_publish": of_case(STORYTELLERS, visits=of_written),
    "ideas:example_withdraw": of_case(STORYTELLERS, visits=of_written),
    "ideas:picture": of_case(STORYTELLERS, visits=of_written),
    "ideas:picture_remove": of_case(STORYTELLERS, visits=of_open_idea_with(picture=lambda world: world.picture.pk)),
    "ideas:credit": of_case(STORYTELLERS, visits=of_written),
    "ideas:name": of_case(EMPLOYEES, status=statuses(405), visits=of_written),
    "ideas:credit_remove": of_case(STORYTELLERS, visits=of_open_idea_with(credit=lambda world: world.credit.pk)),
    "examples:list": PUBLIC,
    "examples:page": replace(PUBLIC, visits=of_row(pk=lambda world: world.example.pk)),
    "examples:picture": replace(PUBLIC, visits=of_row(pk=lambda world: world.picture.pk)),
    "challenges:list": PUBLIC,
    "challenges:begin": Rule(may=GATHERERS),
    "challenges:page": replace(PUBLIC, visits=of_row(pk=lambda world: world.cases["challenge"].case.pk)),
    "challenges:write": of_case((), visits=of_own("challenge")),
    "needs:list": Rule(may=EMPLOYEES, visits=searched("?q=zqx", "?challenge=no")),
    "needs:add": Rule(may=GATHERERS),
    "needs:need": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.need.pk)),
    "needs:change": Rule(may=STORYTELLERS, visits=of_row(pk=lambda world: world.need.pk)),
    "needs:gatherings": Rule(may=EMPLOYEES, visits=searched("?method=survey")),
    "needs:add_gathering": Rule(may=GATHERERS),
    "needs:gathering": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.need.gathering_id)),
    "needs:change_gathering": Rule(may=STORYTELLERS, visits=of_row(pk=lambda world: world.need.gathering_id)),
    "scanning:list": Rule(may=EMPLOYEES, visits=searched("?q=zqx")),
    "scanning:add": Rule(may=EMPLOYEES),
    "scanning:note": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:change": Rule(may=frozenset({"colleague"}), visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:tie": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:untie": of_case((), visits=of_tie),
    "suggestions:public": Rule(visits=searched("?q=Rubrik")),
    "suggestions:leave": PUBLIC,
    "suggestions:receipt": Rule(status=statuses(302)),
    "suggestions:follow": PUBLIC,
    "suggestions:followed": Rule(status=statuses(302), visits=of_suggestion),
    "suggestions:forget": POSTED,
    "suggestions:handle": replace(PERSONAL, visits=searched("?q=Rubrik")),
    # Rights: their authors' and the rights reviewers' alone
    "rights:list": replace(PERSONAL, visits=searched("?q=Rubrik", "?unused=on")),
    "rights:begin": Rule(may=EMPLOYEES),
    "rights:write": of_case((), visits=of_disclosure()),
    "rights:add_contributor": of_case((), visits=of_disclosure()),
    "rights:edit_contributor": of_case((), visits=of_disclosure(contributor=contributor_of)),
    "rights:remove_contributor": of_case((), visits=of_disclosure(contributor=contributor_of)),
    "rights:confirm": of_case((), visits=of_disclosure()),
    "rights:openings": of_case((), visits=of_disclosure()),
    "rights:attest": of_case((), visits=of_disclosure(contributor=contributor_of)),
    "rights:letter": of_case((), visits=of_disclosure(letter=lambda world: "mottagningsbevis")),
    # Requests for tests: those of who wrote them, the host, the reviewers and the registrar; the way there is everyone's
    "testbeds:how": PUBLIC,
    "testbeds:begin": PERSONAL,
    "testbeds:requests": replace(PERSONAL, visits=searched("?q=Rubrik")),
    "testbeds:write": of_case((), visits=of_own("tested")),
    "testbeds:model_flags": Rule(may=frozenset({"coordinator"})),
    # Times: of who wrote the request and the host; who has a testbed’s time, and why, is the host’s own (tests/testbeds/test_times.py)
    "testbeds:times": of_case((), visits=of_own("tested")),
    "testbeds:hold": of_case((), status=statuses(405), visits=of_own("tested")),
    "testbeds:stand_in_line": of_case((), status=statuses(405), visits=of_own("tested")),
    "testbeds:line": of_case((), status=statuses(405), visits=of_own("tested", wait=1)),
    "testbeds:series": of_case((), visits=of_own("tested")),
    "testbeds:let_go": of_case((), visits=of_own("tested", claim=1)),
    "testbeds:keep_longer": of_case(
        (), visits=of_own("tested", claim=1)
    ),  # the host alone: tests/testbeds/test_times.py
    "testbeds:move_time": of_case((), visits=of_own("tested", claim=1)),
    "testbeds:competing": Rule(may=SIGNED_IN, status=statuses(404)).at(slug="ingen"),
    "testbeds:blocking": Rule(may=SIGNED_IN, status=statuses(404)).at(slug="ingen"),
    "testbeds:unblock": Rule(may=SIGNED_IN, status=statuses(404)).at(slug="ingen", claim=1),
    # Testbeds: the catalogue is everyone’s, a testbed’s own pages its host’s (tests/testbeds/test_hosting.py)
    "testbeds:list": Rule(visits=searched("?q=Rubrik", "?free=on")),
    "testbeds:map": PUBLIC,
    "testbeds:find_times": PUBLIC,
    "testbeds:testbed": Rule(status=statuses(404)).at(slug="ingen"),
    "testbeds:picture": Rule(status=statuses(404)).at(pk=1),
    "testbeds:hosted": Rule(may=frozenset({"host"})),
    "testbeds:host_new": Rule(may=frozenset({"host"})),
    **{
        f"testbeds:{name}": Rule(may=frozenset({"host"}), status=statuses(200, 405), visits=of_testbed())
        for name in (
            "host",
            "host_change",
            "host_hours",
            "host_exception",
            "host_picture",
            "host_publish",
            "host_close",
        )
    },
    "testbeds:host_exception_remove": Rule(
        may=frozenset({"host"}), status=statuses(404, 405), visits=of_testbed(exception=1)
    ),
    "testbeds:host_picture_remove": Rule(
        may=frozenset({"host"}), status=statuses(404, 405), visits=of_testbed(picture=1)
    ),
    # The fund: calls are all employees' to read, applications those of who wrote them and who weighs them
    "fund:list": PERSONAL,
    "fund:begin_call": Rule(may=frozenset({"officer"})),
    "fund:write_call": of_case((), visits=of_own("call")),
    "fund:call_form": of_case((), visits=of_calls),
    "fund:change_call": of_case((), visits=of_calls),
    "fund:preview_call": of_case((), visits=of_calls),
    "fund:edition": of_case(EMPLOYEES, visits=of_edition),
    "fund:late_right": of_case((), visits=of_calls),
    "fund:applications": replace(PERSONAL, visits=searched("?q=Rubrik")),
    "fund:begin": Rule(may=EMPLOYEES),
    "fund:write": of_case((), visits=of_own("applied")),
    "fund:writing": of_case((), status=statuses(405), visits=of_own("applied")),
    "fund:paper": of_case(APPLIED, visits=of_own("applied")),
    "fund:receipt": of_case(APPLIED, visits=of_own("applied")),
    # Reviews: experts read their own, and nothing else of an application: tests/fund/test_review_leaks.py
    "fund:reviews": PERSONAL,
    "fund:review": Rule(may=SIGNED_IN, status=statuses(404)).at(pk=1),
    "fund:review_file": Rule(may=SIGNED_IN, status=statuses(404)).at(pk=1, sha256="0"),
    "fund:declare": Rule(may=SIGNED_IN, status=statuses(404)).at(pk=1),
    "fund:panel": of_case((), visits=of_own("call")),
    "fund:map": of_case((), visits=of_own("call")),
    "fund:add_reviewer": of_case((), visits=of_own("call")),
    "fund:change_reviewer": of_case((), visits=of_absent("call", reviewer=1)),
    "fund:remove_reviewer": of_case((), visits=of_absent("call", reviewer=1)),
    "fund:weigh": of_case((), visits=of_own("applied")),
    "fund:take_off": of_case((), visits=of_absent("applied", review=1)),
    "fund:open_again": of_case((), visits=of_absent("applied", review=1)),
    "fund:seen_as": of_case((), visits=of_absent("applied", review=1)),
    "fund:agree": of_case((), visits=of_own("applied")),
    "fund:try_receipt": PUBLIC,
    "fund:receipt_keys": PUBLIC,
    "fund:granted": PUBLIC,
    "fund:name": of_case(EMPLOYEES, status=statuses(405)),
    "fund:dossier": of_case(EMPLOYEES, status=statuses(405)),
    "fund:call_book": of_case(EMPLOYEES, status=statuses(405)),
    "fund:external": Rule(may=EMPLOYEES),
    "fund:external_add": Rule(may=REGISTER),
    "fund:external_grant": Rule(may=EMPLOYEES, status=statuses(404)).at(pk=1),
    "fund:external_change": Rule(may=REGISTER, status=statuses(404)).at(pk=1),
    "fund:external_check": Rule(may=REGISTER, status=statuses(404)).at(pk=1),
    "fund:external_accept": Rule(may=REGISTER, status=statuses(405)).at(pk=1),
    "fund:external_date": Rule(may=REGISTER, status=statuses(404)).at(pk=1),
    "fund:external_settle": Rule(may=REGISTER, status=statuses(405)).at(pk=1),
    # Testbeds: calendars are everyone's, without who and why; feeds are opened by their address: tests/testbeds/test_feeds.py
    "testbeds:calendar": Rule(status=statuses(404)).at(slug="provrum"),
    "testbeds:my_times": PERSONAL,
    "testbeds:feeds": PERSONAL,
    "testbeds:revoke_feed": POSTED_BY_PERSON.at(pk=1),
    "testbeds:feed": Rule(status=statuses(404)).at(token="x" * 43),
    # The rules on rights: everyone's to read
    "rights:policy": PUBLIC,
    "rights:policy_version": PUBLIC.at(number=1),
    "rights:policy_guide": Rule(visits=searched("?result_type=invention&capacities=employee&main_duty=True")),
    "rights:policy_file": Rule(may=EMPLOYEES).at(number=1, language="sv"),
    "rights:policy_read": POSTED_BY_PERSON.at(number=1),
    "rights:policy_write": Rule(may=frozenset({"jurist"})),
    "rights:policy_spread": Rule(may=TELLERS | {"coordinator", "jurist"}),
    "rights:policy_tell": Rule(may=TELLERS),
    "rights:policy_tell_outside": Rule(may=TELLERS | {"jurist"}),
    "rights:policy_withdraw_outside": POSTED_BY_PERSON.at(pk=1),
    "rights:policy_withdraw": Rule(may=TELLERS, status=statuses(404)).at(pk=1),
    # The fund's decision and money: what those who see the call get of it is tried in tests/fund; an idea has none of it
    "fund:decide": of_case((), visits=of_own("call")),
    "fund:letters": of_case((), visits=of_own("call")),
    "fund:save_ruling": NOTHING.at(pk=1, application=1),
    "fund:ledger": of_case((), visits=of_own("call")),
    "fund:accounts": of_case((), visits=of_own("call")),
    "fund:letter": NOTHING.at(pk=1, letter="beslut"),
    # The annual report: published ones are everyone's; the one in the world is not published
    "followup:list": PUBLIC,
    "followup:year": Rule(status=statuses(302), stranger=404, visits=of_years),
    "followup:report": Rule(stranger=404, visits=of_reports()),
    "followup:progress": Rule(stranger=404, visits=of_reports()),
    "followup:cancel": Rule(may=SIGNED_IN, status=statuses(405), visits=of_reports()),
    "followup:file": Rule(stranger=404, visits=of_published(extension=lambda world: "pdf")),
    "followup:part": Rule(stranger=404, visits=of_published(unit=lambda world: world.part.unit_id)),
    "followup:figure": Rule(stranger=404, visits=of_published(key=lambda world: FIGURE)),
    "followup:chart": Rule(stranger=404, visits=of_published(key=lambda world: FIGURE, language=lambda world: "sv")),
    # Signing in
    "account_login": SIGNING_IN,
    "account_signup": SIGNING_IN,
    "account_inactive": PUBLIC,
    "account_logout": SIGNING_IN,
    "account_reauthenticate": Rule(may=SIGNED_IN, status=statuses(200, 302)),
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC.at(key="MQ:1abc:def"),
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC.at(uidb36="1", key="set-password"),
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": SIGNING_IN,
    "mfa_login_webauthn": SIGNING_IN,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": Rule(status=statuses(401)),
    "socialaccount_signup": SIGNING_IN,
    "openid_connect_login": Rule(status=statuses(404)).at(provider_id="region"),
    "openid_connect_callback": Rule(status=statuses(404)).at(provider_id="region"),
    # One's own sign-in
    "account_email": CHANGING_SIGN_IN,
    "account_change_password": CHANGING_SIGN_IN,
    "account_set_password": CHANGING_SIGN_IN,
    "mfa_index": CHANGING_SIGN_IN,
    "mfa_reauthenticate": CHANGING_SIGN_IN,
    "mfa_activate_totp": CHANGING_SIGN_IN,
    "mfa_deactivate_totp": CHANGING_SIGN_IN,
    "mfa_view_recovery_codes": CHANGING_SIGN_IN,
    "mfa_generate_recovery_codes": CHANGING_SIGN_IN,
    "mfa_download_recovery_codes": CHANGING_SIGN_IN,
    "mfa_list_webauthn": CHANGING_SIGN_IN,
    "mfa_add_webauthn": CHANGING_SIGN_IN,
    "mfa_reauthenticate_webauthn": CHANGING_SIGN_IN,
    "mfa_edit_webauthn": CHANGING_SIGN_IN.at(pk=1),
    "mfa_remove_webauthn": CHANGING_SIGN_IN.at(pk=1),
    "usersessions_list": CHANGING_SIGN_IN,
    "socialaccount_connections": CHANGING_SIGN_IN,
}
