"""Addresses for calendar programs: the feed itself, and the page where a person makes and revokes them."""

from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.generic import View

from portal.cases.errors import Refused
from portal.cases.views.base import PersonView
from portal.throttle import over_limit
from testbeds.actions.feeding import make_feed, note_read, revoke_feed
from testbeds.calendars.feeds import claims_in, feeds_of, find_feed, name_of, written
from testbeds.forms.feeds import NewFeedForm

HOUR = 60 * 60
WRONG_TRIES, READS = 20, 120
"""An hour, from one sender: of addresses that lead nowhere, and of one that does."""


class Feed(View):
    """For calendar programs: no session and no cookie, the address alone.

    Wrong tries are counted by themselves, so that nobody who guesses keeps out a program that has the address.
    """

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        feed = find_feed(token)
        if feed is None:
            if over_limit(request, action="feed-wrong", most=WRONG_TRIES, seconds=HOUR):
                return too_many()
            raise Http404
        if over_limit(request, action=f"feed-{feed.pk}", most=READS, seconds=HOUR):
            return too_many()
        with translation.override(feed.person.language):
            body = written(feed, claims_in(feed), settings.BASE_URL)
        since = note_read(feed=feed, body=body)
        tag = quote_etag(sha256(body).hexdigest())
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer.headers["ETag"] = tag
        answer.headers["Last-Modified"] = http_date(since.timestamp())
        answer.headers["Content-Disposition"] = 'inline; filename="testtider.ics"'
        kept = get_conditional_response(request, tag, int(since.timestamp()), answer) or answer
        kept.headers["Cache-Control"] = "private, no-cache"
        kept.headers["X-Robots-Tag"] = "noindex"
        return kept


def too_many() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(HOUR), "Cache-Control": "private, no-store"})


class MyFeeds(PersonView):
    """One’s addresses: to make one, which is shown once, and to revoke them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(NewFeedForm(person=self.person))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewFeedForm(request.POST, person=self.person)
        if not form.is_valid():
            return self.show(form)
        try:
            token = make_feed(person=self.person, testbed=form.cleaned_data["testbed"])
        except Refused as problem:
            form.add_error(None, str(problem))
            return self.show(form, status=409)
        made = settings.BASE_URL + reverse("testbeds:feed", args=[token])
        return self.show(NewFeedForm(person=self.person), made=made)

    def show(self, form: forms.Form, *, status: int = 200, **more: Any) -> HttpResponse:
        feeds = [(feed, name_of(feed)) for feed in feeds_of(self.person)]
        context = {"form": form, "feeds": feeds, "made": "", **more}
        return render(self.request, "testbeds/calendars/feeds.html", context, status=status)


class RevokeFeed(PersonView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not revoke_feed(pk=pk, person=self.person):
            raise Http404
        messages.success(request, _("The address is revoked. It leads nowhere from now on."))
        return redirect("testbeds:feeds")
