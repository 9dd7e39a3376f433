"""The rules for everyone in versions, the log of who was told and who has read them; and the first version."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

from portal.migrating import drawn_once

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rights_policyversion FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON rights_policyversion FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION policy_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last rights_policyversion;
BEGIN
    SELECT * INTO last FROM rights_policyversion ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.valid_from < last.valid_from THEN
        RAISE EXCEPTION 'version % does not follow version %', NEW.number, last.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_in_order BEFORE INSERT ON rights_policyversion FOR EACH ROW EXECUTE FUNCTION policy_in_order();

CREATE FUNCTION briefing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND
        to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id' = to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a briefing is only taken back' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER briefing_stays BEFORE UPDATE OR DELETE ON rights_briefing FOR EACH ROW EXECUTE FUNCTION briefing_stays();
"""
BACKWARD = """
DROP TRIGGER briefing_stays ON rights_briefing;
DROP FUNCTION briefing_stays();
DROP TRIGGER policy_in_order ON rights_policyversion;
DROP FUNCTION policy_in_order();
DROP TRIGGER append_only_truncate ON rights_policyversion;
DROP TRIGGER append_only ON rights_policyversion;
"""

TEXT = """\
## Kort sagt

- Har du skapat något nytt i ditt arbete? **Berätta inte om det utanför kretsen** förrän du har anmält det och fått besked.
- **Anmäl utan dröjsmål.** Du gör det i portalen. Bara du, de som har bidragit och rättighetsgranskarna ser anmälan.
- **Regionen svarar inom fyra månader** om den vill ha någon rätt till en uppfinning.
- Tar regionen över en rätt till en uppfinning har du rätt till **skälig ersättning**.
- Vem som har rätten **bedöms i varje enskilt fall**, av en människa som skriver ner sina skäl.

Reglerna gäller dig som är anställd i regionen. Det som regionen lagligen får rätt till ska komma regionen till nytta.

## Innan du anmäler

Gör så här:

- Skriv ner vad du har kommit på, när det var och vilka som var med.
- Spara ritningar, försök och anteckningar.
- Prata först med din chef, eller med en rättighetsgranskare.
- Anmäl så snart du kan. Du behöver inte vara klar.

Låt bli det här:

- Visa det inte på en konferens, i en poster, i ett inlägg eller i en demonstration.
- Mejla det inte till någon utanför kretsen.
- Skicka inte in ett manus eller ett examensarbete där det står.
- Lova inte bort det, och skriv inte på avtal om det.

En uppfinning måste vara ny för att få patent. Det som har blivit tillgängligt för allmänheten på något sätt räknas som känt (patentlagen (2024:945) 2 kap.). Behöver du prata med någon utanför kan det krävas ett avtal först. Fråga en rättighetsgranskare.

## Uppfinningar

Lagen (1949:345) om rätten till arbetstagares uppfinningar, LAU, gäller uppfinningar som kan få patent i Sverige. Vad regionen kan få rätt till beror på hur uppfinningen hänger ihop med din anställning och om den kan användas i det regionen gör.

| Kategori | När | Vad regionen kan få |
|---|---|---|
| A | Forskning eller uppfinnande är din huvudsakliga uppgift och uppfinningen är i huvudsak ett resultat av den, eller uppfinningen löser en bestämd uppgift som du har fått | Rätten, helt eller delvis |
| B | Uppfinningen har kommit till i annat samband med anställningen | En rätt att använda den i sin egen verksamhet. Vill regionen ha mer har den företräde att komma överens med dig |
| C | Uppfinningen har inget samband med anställningen, men kan användas i det regionen gör | Företräde att komma överens med dig |
| D | Uppfinningen kan inte användas i det regionen gör | Ingen rätt |

Ett avtal kan säga något annat. Rätten till skälig ersättning går inte att avtala bort.

### De fyra månaderna

Kan uppfinningen användas i det regionen gör ska du anmäla den utan dröjsmål. Beskriv vad den är och vad den betyder. Du får ett mottagningsbevis med datum.

Regionen ska inom fyra månader från anmälan säga om den vill ha någon rätt. Under den tiden får du inte röja uppfinningen eller lämna bort rätten till den utan regionens medgivande. Fråga en rättighetsgranskare innan du söker patent under tiden.

Säger regionen ingenting inom fyra månader har den inte gjort gällande någon rätt enligt LAU.

### Fribrev

Vill regionen inte ha rätten kan du få ett fribrev. Det är regionens bindande besked att den avstår, helt eller delvis. Sedan bestämmer du själv.

### Ersättning

Tar regionen över en rätt till en uppfinning har du rätt till skälig ersättning (LAU 6 §). Det spelar ingen roll vad som har avtalats i förväg. Hur mycket som är skäligt beror på

- vad uppfinningen är värd,
- hur stor rätt regionen tar över,
- vad anställningen har betytt för att den kom till,
- vilka kostnader du har haft.

I kategori A kan du få ersättning för mer än dina kostnader bara om uppfinningen är värd mer än vad lönen och förmånerna rimligen är tänkta att täcka.

### När du har slutat

Söker du patent inom sex månader efter att du har slutat, och uppfinningen kan användas i det regionen gör, räknas den som gjord under anställningen om inte du visar något annat.

### Om ni inte är överens

Statens nämnd för arbetstagares uppfinningar kan lämna utlåtanden. Tvister avgörs av Patent- och marknadsdomstolen.

## Lärare vid universitet och högskolor

Lärare vid universitet, högskolor och andra läroanstalter räknas inte som arbetstagare enligt LAU i den rollen. Det kallas lärarundantaget. Har du både en tjänst i regionen och en vid ett universitet måste det bedömas i vilken roll du skapade resultatet. Skriv därför i anmälan hur du arbetade, var och med vems pengar.

## Det som inte är en uppfinning

- **Datorprogram.** Upphovsrätten till ett program som du skriver som en del av dina uppgifter, eller efter instruktioner, går över till arbetsgivaren om inget annat är avtalat (upphovsrättslagen (1960:729) 40 a §).
- **Texter, bilder, film och undervisningsmaterial.** Det finns ingen lagregel. Vad arbetsgivaren får använda följer av avtalet och av vad anställningen är till för. Verket får inte ändras eller lämnas vidare om det inte är avtalat (28 §). Du har kvar rätten att bli nämnd och att verket inte kränks (3 §).
- **Databaser och kataloger.** Rätten tillhör den som har framställt sammanställningen (49 §). Det är normalt den som har gjort investeringen.
- **Mönster, hur något ser ut.** Rätten tillhör formgivaren eller den som rätten har gått över till (mönsterskyddslagen (1970:485) 1 a §).
- **Varumärken.** Rätten får normalt den som först registrerar det.
- **Kunnande och metoder.** Avtal och regler om sekretess avgör.

## Så går det till

1. Du anmäler i portalen vad som har skapats, av vilka, i vilken roll och med vilka andelar.
2. Alla som har bidragit bekräftar sin del.
3. En rättighetsgranskare bedömer. Portalen föreslår en kategori men avgör aldrig.
4. Du får regionens besked med skäl.
5. Tar regionen över en rätt görs ett avtal, ersättningen bestäms och det skrivs ner hur resultatet ska komma till nytta.

Anmälan är stängd för andra i portalen. Begär någon ut en handling prövas det enligt offentlighets- och sekretesslagen (2009:400).

## För dig utanför regionen

Arbetar du tillsammans med oss gäller det här:

- LAU gäller bara anställda. Konsulter, studenter, patienter och företag omfattas inte. Deras rätt kräver ett avtal.
- Kom överens om rättigheterna innan arbetet börjar.
- Berätta inte om ett gemensamt resultat för andra innan det är bedömt.

Vad parterna har kommit överens om står i avtalet.

## Exempel

Exemplen är påhittade. Ett verkligt fall kan bedömas på ett annat sätt.

**Sjuksköterskan och ventilen.** En sjuksköterska kommer på en ventil till ett dränage. Hon har inte i uppgift att uppfinna, men idén kom i arbetet och ventilen kan användas i vården. Svaren pekar mot kategori B.

**Ingenjören med uppdrag.** En medicinteknisk ingenjör får i uppgift att lösa ett bestämt problem med en pump och hittar en ny lösning. Svaren pekar mot kategori A.

**Duschstolen på fritiden.** En undersköterska bygger en ny sorts duschstol hemma. Det har inget samband med arbetet, men stolen kan användas i vården. Svaren pekar mot kategori C.

**Läkaren med två tjänster.** En läkare är också lektor vid ett universitet. Uppfinningen kom till i forskningen där. Är det som lärare hon gjorde den gäller inte LAU. Är det som läkare i regionen gäller den. Det måste bedömas.

**Programmet för schemat.** En medarbetare skriver ett program som en del av sina uppgifter. Upphovsrätten går över till arbetsgivaren, om inget annat är avtalat.

**Postern som visades för tidigt.** En forskare visade sin lösning på en kongress innan den var anmäld. Då är den känd, och det kan vara för sent att få patent. Den ska anmälas ändå.

## Ordlista

| Ord | Vad det betyder |
|---|---|
| Anmälan | Det du skriver till regionen om vad du har skapat |
| Fribrev | Regionens bindande besked att den avstår från sin rätt |
| Företräde | Att få komma först när någon vill komma överens om rätten |
| Förklaring | Regionens besked om vilken rätt den vill ha |
| LAU | Lagen (1949:345) om rätten till arbetstagares uppfinningar |
| Lärarundantaget | Att lärare inte räknas som arbetstagare enligt LAU i den rollen |
| Mönsterrätt | Rätt till hur något ser ut |
| Patent | Ensamrätt till en uppfinning för en tid |
| Skälig ersättning | Det du har rätt till när regionen tar över en rätt till en uppfinning |
| Upphovsrätt | Rätt till texter, bilder, program och andra verk |

Sidan är en vägledning. Fråga en rättighetsgranskare om ditt fall.
"""
TEXT_EN = """\
## In short

- Have you made something new in your work? **Do not tell of it outside the circle** until you have reported it and have an answer.
- **Report it without delay.** You do so in the portal. Only you, those who contributed and the rights reviewers see the report.
- **The Region answers within four months** whether it wants a right to an invention.
- If the Region takes over a right to an invention, you have a right to **reasonable compensation**.
- Who has the right **is assessed in each case**, by a person who writes down the reasons.

The rules apply to those employed by the Region. What the Region lawfully gets a right to shall come to its benefit.

## Before you report

Do this:

- Write down what you have thought of, when it was and who took part.
- Keep drawings, trials and notes.
- Talk first to your manager, or to a rights reviewer.
- Report as soon as you can. You need not be finished.

Do not do this:

- Do not show it at a conference, on a poster, in a post or in a demonstration.
- Do not e-mail it to anyone outside the circle.
- Do not hand in a manuscript or a thesis in which it stands.
- Do not promise it away, and do not sign agreements about it.

An invention must be new to get a patent. What has become available to the public in any way counts as known (Patents Act (2024:945), chapter 2). If you need to talk to someone outside, an agreement may be needed first. Ask a rights reviewer.

## Inventions

The Act on the Right to Employees’ Inventions (1949:345), LAU, applies to inventions that can be patented in Sweden. What the Region can get a right to depends on how the invention is connected with your employment, and on whether it can be used in what the Region does.

| Category | When | What the Region can get |
|---|---|---|
| A | Research or inventing is your main duty and the invention is essentially a result of it, or the invention solves a specific task that you were given | The right, wholly or in part |
| B | The invention came about in other connection with the employment | A right to use it in its own operations. If the Region wants more, it has priority to agree with you |
| C | The invention has no connection with the employment, but can be used in what the Region does | Priority to agree with you |
| D | The invention cannot be used in what the Region does | No right |

An agreement may say something else. The right to reasonable compensation cannot be agreed away.

### The four months

If the invention can be used in what the Region does you must report it without delay. Describe what it is and what it means. You get a receipt with a date.

The Region must say within four months from the report whether it wants a right. During that time you may not reveal the invention or give away the right to it without the consent of the Region. Ask a rights reviewer before you apply for a patent meanwhile.

If the Region says nothing within four months, it has not asserted any right under LAU.

### Waiver (fribrev)

If the Region does not want the right you may get a waiver, fribrev. It is the binding notice of the Region that it gives up its right, wholly or in part. Then you decide.

### Compensation

If the Region takes over a right to an invention, you have a right to reasonable compensation (LAU, section 6), whatever was agreed in advance. How much is reasonable depends on

- what the invention is worth,
- how large a right the Region takes over,
- what the employment meant for it to come about,
- what costs you have had.

In category A you can get compensation for more than your costs only if the invention is worth more than what your salary and benefits can reasonably be meant to cover.

### When you have left

If you apply for a patent within six months after you have left, and the invention can be used in what the Region does, it counts as made during the employment unless you show otherwise.

### If you do not agree

The State Board for Employees’ Inventions can give opinions. Disputes are settled by the Patent and Market Court.

## Teachers at universities

Teachers at universities and other establishments of education are not employees under LAU in that capacity. It is called the teachers’ exception. If you have one post in the Region and another at a university, it must be assessed in which capacity you made the result. So write in the report how you worked, where, and with whose money.

## What is not an invention

- **Computer programs.** The copyright in a program that you write as part of your duties, or on instructions, passes to the employer unless something else is agreed (Copyright Act (1960:729), section 40 a).
- **Texts, pictures, film and teaching material.** There is no rule in law. What the employer may use follows from the agreement and the purpose of the employment. The work may not be changed or passed on unless it is agreed (section 28). You keep the right to be named and that the work is not offended against (section 3).
- **Databases and catalogues.** The right is that of whoever made the compilation (section 49). That is normally the one who made the investment.
- **Designs, what something looks like.** The right is the designer’s, or that of whoever it has passed to (Design Protection Act (1970:485), section 1 a).
- **Trade marks.** The right normally goes to whoever registers it first.
- **Know-how and methods.** Agreements and rules on secrecy decide.

## How it is done

1. You report in the portal what has been made, by whom, in what capacity and with what shares.
2. All who contributed confirm their part.
3. A rights reviewer assesses it. The portal proposes a category but never decides.
4. You get the answer of the Region, with its reasons.
5. If the Region takes over a right an agreement is made, the compensation is settled, and it is written down how the result shall come to benefit.

The report is closed to others in the portal. If someone asks for a document it is tried under the Public Access to Information and Secrecy Act (2009:400).

## For you outside the Region

If you work together with us:

- LAU applies to employees only. Consultants, students, patients and companies are not covered. Their right takes an agreement.
- Agree on the rights before the work begins.
- Do not tell others of a joint result before it has been assessed.

What the parties have agreed stands in the agreement.

## Examples

The examples are made up. A real case may be assessed otherwise.

**The nurse and the valve.** A nurse thinks of a valve for a drain. Inventing is not her task, but the idea came at work and the valve can be used in care. The answers point to category B.

**The engineer with a task.** A medical engineer is asked to solve a specific problem with a pump and finds a new solution. The answers point to category A.

**The shower chair made in spare time.** An assistant nurse builds a new kind of shower chair at home. It has no connection with the work, but the chair can be used in care. The answers point to category C.

**The doctor with two posts.** A doctor is also a lecturer at a university. The invention came about in the research there. If she made it as a teacher, LAU does not apply. If she made it as a doctor in the Region, it does. It must be assessed.

**The program for the schedule.** An employee writes a program as part of her duties. The copyright passes to the employer, unless something else is agreed.

**The poster that was shown too early.** A researcher showed her solution at a congress before it was reported. Then it is known, and it may be too late to get a patent. It must be reported all the same.

## Glossary

| Word | What it means |
|---|---|
| Report (disclosure) | What you write to the Region about what you have made |
| Waiver (fribrev) | The binding notice of the Region that it gives up its right |
| Priority | To come first when someone wants to agree on the right |
| Declaration | The notice of the Region about which right it wants |
| LAU | The Act on the Right to Employees’ Inventions (1949:345) |
| The teachers’ exception | That teachers are not employees under LAU in that capacity |
| Design right | The right to what something looks like |
| Patent | The sole right to an invention for a time |
| Reasonable compensation | What you have a right to when the Region takes over a right to an invention |
| Copyright | The right to texts, pictures, programs and other works |

This page is guidance. Ask a rights reviewer about your case.
"""


def write_first_version(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("rights", "PolicyVersion").objects.create(
        number=1,
        valid_from=datetime.date(
            2025, 1, 1
        ),  # since when the law that it tells of is what it is (patentlagen 2024:945)
        text=TEXT.strip(),
        text_en=TEXT_EN.strip(),
        written_at=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0002_clock"),
        ("organisation", "0004_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(editable=False, unique=True, verbose_name="version")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("changes", models.TextField(blank=True, max_length=2000, verbose_name="what is new, in Swedish")),
                ("changes_en", models.TextField(blank=True, max_length=2000, verbose_name="what is new, in English")),
                ("text", models.TextField(max_length=40000, verbose_name="the rules in Swedish")),
                ("text_en", models.TextField(max_length=40000, verbose_name="the rules in English")),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="written"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "version of the rules",
                "verbose_name_plural": "versions of the rules",
                "ordering": ("-number",),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=~Q(text="") & ~Q(text_en=""), name="policy_in_both_languages"),
                    models.CheckConstraint(
                        condition=Q(number=1) | (~Q(changes="") & ~Q(changes_en="")), name="policy_says_what_is_new"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="rights.policyversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "read receipt",
                "verbose_name_plural": "read receipts",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("version", "person"), name="read_receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="Briefing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_on", models.DateField(verbose_name="when")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("meeting", "At a meeting"),
                            ("introduction", "When they were newly employed"),
                            ("course", "In a course"),
                            ("email", "By e-mail"),
                            ("other", "In another way"),
                        ],
                        max_length=12,
                        verbose_name="in what way",
                    ),
                ),
                ("told", models.PositiveIntegerField(verbose_name="how many were told, who had not been told before")),
                ("staff", models.PositiveIntegerField(verbose_name="how many work at the unit")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded"),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="taken back")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefings",
                        to="rights.policyversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "briefing",
                "verbose_name_plural": "briefings",
                "ordering": ("-told_on", "-pk"),
                "default_permissions": (),
                "indexes": [models.Index(fields=["version", "unit"], name="briefing_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(told__gte=1, told__lte=F("staff")),
                        name="briefing_told_of_staff",
                        violation_error_message="At least one was told, and no more than work there.",
                    ),
                    models.CheckConstraint(
                        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                        | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                        name="briefing_taken_back_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(write_first_version, migrations.RunPython.noop),
    ]
    operations = drawn_once(operations)
