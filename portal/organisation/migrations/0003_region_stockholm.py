"""Region Stockholm's units as reference data: the boards of the Region, its companies and what lies under them.

Sources: the Region's annual report for 2019 and its public pages. Short codes that the Region does not publish are the portal's own.
An administrator corrects them in the admin pages; the migration never runs twice.
"""

import datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# code, kind, parent, diary prefix, name, name in English
UNITS = (
    ("REGION", "region", None, "", "Region Stockholm", "Region Stockholm"),
    ("RS", "namnd", "REGION", "RS", "Regionstyrelsen", "Regional Executive Board"),
    ("RLK", "forvaltning", "RS", "", "Regionledningskontoret", "Regional Executive Office"),
    ("HSN", "namnd", "REGION", "HSN", "Hälso- och sjukvårdsnämnden", "Health and Medical Care Board"),
    ("HSF", "forvaltning", "HSN", "", "Hälso- och sjukvårdsförvaltningen", "Health and Medical Care Administration"),
    ("VKN", "namnd", "REGION", "VKN", "Vårdens kunskapsstyrningsnämnd", "Healthcare Knowledge Management Board"),
    ("PVN", "namnd", "REGION", "PVN", "Primärvårdsnämnden", "Primary Care Board"),
    ("TN", "namnd", "REGION", "TN", "Trafiknämnden", "Public Transport Board"),
    ("TF", "forvaltning", "TN", "", "Trafikförvaltningen", "Public Transport Administration"),
    ("FTN", "namnd", "REGION", "FTN", "Färdtjänstnämnden", "Special Transport Board"),
    ("KRN", "namnd", "REGION", "KRN", "Klimat- och regionutvecklingsnämnden", "Climate and Regional Development Board"),
    ("FSN", "namnd", "REGION", "FSN", "Fastighets- och servicenämnden", "Property and Services Board"),
    ("SF", "forvaltning", "FSN", "", "Serviceförvaltningen", "Services Administration"),
    ("KUN", "namnd", "REGION", "KUN", "Kulturnämnden", "Culture Board"),
    ("KF", "forvaltning", "KUN", "", "Kulturförvaltningen", "Culture Administration"),
    ("PAN", "namnd", "REGION", "PAN", "Patientnämnden", "Patients' Advisory Board"),
    ("KAR", "namnd", "REGION", "K", "Karolinska Universitetssjukhuset", "Karolinska University Hospital"),
    ("SLSO", "namnd", "REGION", "SLSO", "Stockholms läns sjukvårdsområde", "Stockholm Region Healthcare Services"),
    ("LISAB", "bolag", "REGION", "LISAB", "Landstingshuset i Stockholm AB", "Landstingshuset i Stockholm AB"),
    ("SOS", "bolag", "LISAB", "SOS", "Södersjukhuset AB", "Stockholm South General Hospital"),
    ("DS", "bolag", "LISAB", "DS", "Danderyds Sjukhus AB", "Danderyd Hospital"),
    ("STS", "bolag", "LISAB", "STS", "Södertälje Sjukhus AB", "Södertälje Hospital"),
    ("STE", "bolag", "LISAB", "STE", "S:t Eriks Ögonsjukhus AB", "St. Erik Eye Hospital"),
    ("FTV", "bolag", "LISAB", "FTV", "Folktandvården Stockholms län AB", "Public Dental Service"),
    (
        "AISAB",
        "bolag",
        "LISAB",
        "AISAB",
        "Ambulanssjukvården i Storstockholm AB",
        "Ambulance Service of Greater Stockholm",
    ),
    ("SC", "bolag", "LISAB", "SC", "Stockholm Care AB", "Stockholm Care"),
    ("MC", "bolag", "LISAB", "MC", "MediCarrier AB", "MediCarrier"),
    ("LOC", "bolag", "LISAB", "LOC", "Locum AB", "Locum"),
    ("IF", "bolag", "LISAB", "IF", "AB Stockholms Läns Landstings Internfinans", "Internfinans"),
    ("SL", "bolag", "TN", "SL", "AB Storstockholms Lokaltrafik", "Greater Stockholm Public Transport"),
    ("WAAB", "bolag", "SL", "WAAB", "Waxholms Ångfartygs AB", "Waxholm Steamship Company"),
    (
        "KSON",
        "kommunalforbund",
        "REGION",
        "KSON",
        "Kommunalförbundet Sjukvård och omsorg i Norrtälje",
        "Norrtälje Care Federation",
    ),
    ("THO", "bolag", "KSON", "THO", "TioHundra AB", "TioHundra"),
)


def add_units(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    unit = apps.get_model("organisation", "Unit")
    ids: dict[str, int] = {}
    for code, kind, parent, prefix, name, name_en in UNITS:
        ids[code] = unit.objects.create(
            code=code, kind=kind, prefix=prefix, name=name, name_en=name_en,
            parent_id=ids[parent] if parent else None, valid_from=datetime.date(2020, 1, 1),
        ).pk  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_tree")]
    operations = [migrations.RunPython(add_units, migrations.RunPython.noop)]
