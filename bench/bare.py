"""The yardstick: a Django project with one page that makes one indexed query, under the same server and on the same database."""

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60}},
)


def one_row(request: HttpRequest) -> HttpResponse:
    """One row by its primary key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM cases_case WHERE id = %s", [os.environ["BENCH_CASE"]])
        (title,) = cursor.fetchone()
    return HttpResponse(f"<!doctype html><title>{title}</title>")


urlpatterns = [path("", one_row)]
application = get_wsgi_application()
