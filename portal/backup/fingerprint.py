"""What a database holds, in figures that can be compared with those of its copy."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.backends.utils import CursorWrapper

NOT_KEPT = (Session._meta.db_table, UserSession._meta.db_table, settings.CACHES["database"]["LOCATION"])
"""Tables whose rows stay out of every back-up: keys that open somebody's session, and counters of the last minutes."""

STEADY = """
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres';
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1
"""
_TABLES = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (%s)
    GROUP BY c.relname ORDER BY c.relname
"""
_CONTENT = """
    SELECT count(*), coalesce(sum(
        ('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
    ), 0)::text FROM (SELECT {columns} FROM public."{table}") t
"""
_SEQUENCES = "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
_OBJECTS = """
    SELECT concat('trigger ', tgrelid::regclass, ' ', tgname), concat(pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
  UNION ALL
    SELECT concat('function ', p.oid::regprocedure), pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
  UNION ALL
    SELECT concat('constraint ', conrelid::regclass, ' ', conname), concat(pg_get_constraintdef(oid), convalidated)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('p', 'u', 'f', 'c', 'x')
  UNION ALL
    SELECT concat('index ', indexrelid::regclass), concat(pg_get_indexdef(indexrelid), indisvalid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL
    SELECT concat('column ', c.oid::regclass, ' ', attname),
        concat(format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
    FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  UNION ALL
    SELECT concat('rights on ', oid::regclass), array(SELECT item::text FROM unnest(relacl) item ORDER BY 1)::text
    FROM pg_class WHERE relkind IN ('r', 'S', 'v') AND relnamespace = 'public'::regnamespace
  UNION ALL
    SELECT concat('extension ', extname), '' FROM pg_extension
"""
_REWRITTEN = re.compile(r"::(text|character varying)(\[\])?|[()\s]")


@dataclass(frozen=True)
class Fingerprint:
    """``tables``: rows, and the sum of a hash over each row, so that order plays no part. ``sequences``: the last number given out.
    ``objects``: a hash of the definition of every trigger, function, constraint, index, column, right and extension."""

    tables: dict[str, tuple[int, str]]
    sequences: dict[str, int]
    objects: dict[str, str]

    @classmethod
    def take(cls) -> Self:
        """Of Django's database, as the transaction sees it. Reads every row once."""
        with connection.cursor() as cursor:
            cursor.execute(STEADY)
            cursor.execute(_SEQUENCES)
            sequences = dict(cursor.fetchall())
            cursor.execute(_TABLES, [list(NOT_KEPT)])
            tables = {table: _content(cursor, table, columns) for table, columns in cursor.fetchall()}
            cursor.execute(_OBJECTS)
            objects = {name: _definition(text) for name, text in cursor.fetchall()}
        return cls(tables, sequences, objects)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """As it stands in a manifest."""
        return cls(
            {name: tuple(content) for name, content in told["tables"].items()}, told["sequences"], told["objects"]
        )

    def differences(self, found: "Fingerprint") -> list[str]:
        """What is not in ``found`` as it is here, a sentence each.

        A sequence may be ahead: it gives numbers out while a dump is taken, and a number that nobody has does no harm.
        """
        return [
            *_missing("table", self.tables, found.tables),
            *_changed(self.tables, found.tables),
            *_missing("sequence", self.sequences, found.sequences),
            *_behind(self.sequences, found.sequences),
            *_missing("", self.objects, found.objects),
            *_redefined(self.objects, found.objects),
        ]


def _content(cursor: CursorWrapper, table: str, columns: str) -> tuple[int, str]:
    cursor.execute(_CONTENT.format(columns=columns, table=table))
    rows, digest = cursor.fetchone()
    return rows, digest


def _definition(text: str) -> str:
    """A hash that survives a dump: PostgreSQL writes an expression that it has read back with other casts and parentheses."""
    return hashlib.sha256(_REWRITTEN.sub("", text).encode()).hexdigest()[:16]


def _missing(what: str, expected: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    gone = [f"{what} {name} is missing".strip() for name in sorted(expected.keys() - found.keys())]
    return gone + [f"{what} {name} is not in the back-up".strip() for name in sorted(found.keys() - expected.keys())]


def _changed(expected: Mapping[str, tuple[int, str]], found: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    for name, (rows, digest) in expected.items():
        rows_found, digest_found = found.get(name, (rows, digest))
        if rows_found != rows:
            yield f"table {name}: {rows} rows are {rows_found}"
        elif digest_found != digest:
            yield f"table {name}: its {rows} rows have another content"


def _behind(expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    for name, last in expected.items():
        if found.get(name, last) < last:
            yield f"sequence {name} stands at {found[name]}, before {last}"


def _redefined(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    for name, digest in expected.items():
        if found.get(name, digest) != digest:
            yield f"{name} is defined otherwise"
