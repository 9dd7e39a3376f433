"""Technologies to tag ideas with, and what suggestions can be about, as reference data that an administrator can change."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# key, name, name in English
TECHNOLOGIES = (
    ("ai", "Artificiell intelligens", "Artificial intelligence"),
    ("app", "Appar och mobila tjänster", "Apps and mobile services"),
    ("automation", "Automatisering och robotik", "Automation and robotics"),
    ("data", "Dataanalys", "Data analysis"),
    ("drone", "Drönare", "Drones"),
    ("e-service", "E-tjänster", "Online services"),
    ("energy", "Energi- och miljöteknik", "Energy and environmental technology"),
    ("home-care", "Vård och mätning i hemmet", "Care and monitoring at home"),
    ("materials", "Nya material", "New materials"),
    ("medtech", "Medicinteknik", "Medical technology"),
    ("printing", "3D-utskrift", "3D printing"),
    ("sensors", "Sensorer och uppkopplade saker", "Sensors and connected things"),
    ("vehicles", "Fordon och trafiksystem", "Vehicles and traffic systems"),
    ("video", "Video och distansmöten", "Video and remote meetings"),
    ("virtual", "Virtuell och förstärkt verklighet", "Virtual and augmented reality"),
)
# key, code of the unit that looks at it first, name, name in English
AREAS = (
    ("care", "HSN", "Vård på sjukhus, mottagning eller i hemmet", "Care in hospital, at a clinic or at home"),
    ("primary-care", "PVN", "Vårdcentral", "Health centre"),
    ("dental-care", "FTV", "Tandvård", "Dental care"),
    ("ambulance", "AISAB", "Ambulans och sjuktransport", "Ambulance and patient transport"),
    ("travel", "TN", "Buss, tåg, tunnelbana och båt", "Bus, train, metro and boat"),
    ("special-travel", "FTN", "Färdtjänst och sjukresor", "Special transport and travel to care"),
    ("culture", "KUN", "Kultur", "Culture"),
    ("climate", "KRN", "Klimat, skärgård och regionens utveckling", "Climate, archipelago and regional development"),
    ("buildings", "FSN", "Regionens lokaler", "The Region's buildings"),
    ("other", "RLK", "Något annat, eller jag vet inte", "Something else, or I do not know"),
)


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    technology, area = apps.get_model("ideas", "Technology"), apps.get_model("ideas", "Area")
    units = dict(apps.get_model("organisation", "Unit").objects.values_list("code", "pk"))
    for key, name, name_en in TECHNOLOGIES:
        technology.objects.create(key=key, name=name, name_en=name_en)
    for place, (key, unit, name, name_en) in enumerate(AREAS, start=1):
        area.objects.create(key=key, unit_id=units[unit], name=name, name_en=name_en, position=10 * place)


class Migration(migrations.Migration):
    dependencies = [("ideas", "0001_initial"), ("organisation", "0003_region_stockholm")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
