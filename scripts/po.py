"""Swedish translations, kept in locale/sv/LC_MESSAGES/django.po without line numbers and in alphabetical order.

`po.py merge` brings it up to date with the code and takes in locale/parts/*.po (then remove those).
`po.py check` fails, with a list, when a string in code or templates has no finished Swedish translation.
`po.py compile` makes the .mo files. The first two need GNU gettext; this one does not.
"""

import os
import sys
from pathlib import Path

import polib
from django.core.management import call_command
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale" / "sv" / "LC_MESSAGES" / "django.po"
IGNORED = ["node_modules", ".venv", "var", "tests", "bench", "scripts", "static/build"]
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "sv",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
Key = tuple[str, str, str]


class Extract(makemessages.Command):
    """Django's own search for strings, without the merge into existing catalogues, which guesses."""

    def write_po_file(self, potfile: str, locale: str) -> None:
        self.found = polib.pofile(potfile)


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def strings_in_code() -> dict[Key, polib.POEntry]:
    os.chdir(ROOT)
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    extract = Extract()
    call_command(extract, locale=["sv"], ignore_patterns=IGNORED, no_location=True, verbosity=0)
    return {key(entry): entry for entry in extract.found}


def read(path: Path) -> dict[Key, polib.POEntry]:
    return {key(entry): entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete}


def is_finished(entry: polib.POEntry | None) -> bool:
    if entry is None or entry.fuzzy:
        return False
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def merge() -> int:
    known = read(CATALOG) if CATALOG.exists() else {}
    for part in sorted(ROOT.glob("locale/parts/*.po")):
        for name, entry in read(part).items():
            if name in known and is_finished(entry) and is_finished(known[name]) and entry != known[name]:
                print(f"{part.name} changes: {entry.msgid!r}: {known[name].msgstr!r} becomes {entry.msgstr!r}")
            known |= {name: entry} if is_finished(entry) else {}
    wanted = strings_in_code()
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = HEADER
    for name in sorted(wanted):
        entry = wanted[name]
        if translated := known.get(name):
            entry.msgstr, entry.msgstr_plural = translated.msgstr, translated.msgstr_plural
        catalog.append(entry)
    catalog.save(str(CATALOG))
    for _, msgid, _ in sorted(known.keys() - wanted.keys()):
        print(f"no longer used: {msgid!r}")
    return check(wanted)


def check(wanted: dict[Key, polib.POEntry]) -> int:
    known = read(CATALOG) if CATALOG.exists() else {}
    missing = [msgid for name in sorted(wanted) if not is_finished(known.get(name)) for msgid in [name[1]]]
    for msgid in missing:
        print(f"no Swedish translation: {msgid!r}")
    print(f"{len(wanted) - len(missing)} of {len(wanted)} strings are translated.")
    return 1 if missing else 0


def compile_all() -> int:
    for po in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        polib.pofile(str(po), encoding="utf-8").save_as_mofile(str(po.with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["merge"]:
            status = merge()
            compile_all()
            sys.exit(status)
        case ["check"]:
            sys.exit(check(strings_in_code()))
        case ["compile"]:
            sys.exit(compile_all())
        case _:
            sys.exit(__doc__)
