"""Each of the ten points that the product comes with gets a few examples to begin with.

A published template never changes: what a plan or a label was about must stay. Examples are help
beside the empty page and no part of what anybody promises; version 1 was published before there
was a place for them. So they are filled in once, only where that place is still empty and the
words of the point are those that shipped, and no other word is touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import migrations

SHIPPED = import_module("labels.migrations.0002_default_template").POINTS
TRIGGER, TABLE = "labels_templatepoint_published_update", "labels_templatepoint"

# one row per point: nl, fr, en; one example a line
EXAMPLES = [
    (
        "Een kraampje op het schoolfeest, met een spel dat elk kind kent.\n"
        "Een affiche met foto's bij de bakker, de dokter en de apotheek.\n"
        "Twee leiders gaan in september kort langs in de klassen.",
        "Un stand à la fête de l'école, avec un jeu que chaque enfant connaît.\n"
        "Une affiche avec des photos à la boulangerie, chez le médecin et à la pharmacie.\n"
        "En septembre, deux animateurs passent un moment dans les classes.",
        "A stall at the school party, with a game that every child knows.\n"
        "A poster with pictures at the baker's, the doctor's and the chemist's.\n"
        "In September two leaders drop in at the classes.",
    ),
    (
        "Een nieuw kind krijgt een maatje van dezelfde leeftijd.\n"
        "Na de eerste keer belt iemand naar huis: hoe was het?\n"
        "Aan de poort staat elke week dezelfde leider voor de ouders.",
        "Un nouvel enfant reçoit un parrain ou une marraine de son âge.\n"
        "Après la première fois, quelqu'un téléphone à la maison : comment était-ce ?\n"
        "Chaque semaine, le même animateur accueille les parents à l'entrée.",
        "A new child gets a buddy of the same age.\n"
        "After the first time somebody calls home: how was it?\n"
        "Every week the same leader stands at the gate for the parents.",
    ),
    (
        "In het begin van het jaar gaat de leiding bij elk nieuw gezin langs.\n"
        "Een groepsgesprek op de telefoon, met spraakberichten voor wie niet graag leest.\n"
        "Koffie voor de ouders, een kwartier voor het einde.",
        "En début d'année, les animateurs passent chez chaque nouvelle famille.\n"
        "Un groupe sur le téléphone, avec des messages vocaux pour qui n'aime pas lire.\n"
        "Un café pour les parents, un quart d'heure avant la fin.",
        "At the start of the year the leaders visit every new family.\n"
        "A group chat on the phone, with voice messages for who does not like to read.\n"
        "Coffee for the parents, a quarter of an hour before the end.",
    ),
    (
        "De uitnodiging voor het kamp past op één blad, met tekeningen.\n"
        "Wij zeggen “vergadering” niet meer, maar “zondag spelen”.\n"
        "Iemand die niet bij ons zit, leest onze brief eerst na.",
        "L'invitation pour le camp tient sur une feuille, avec des dessins.\n"
        "Nous ne disons plus « réunion », mais « jouer le dimanche ».\n"
        "Quelqu'un d'extérieur relit d'abord notre lettre.",
        "The invitation to the camp fits on one page, with drawings.\n"
        "We no longer say “meeting” but “Sunday games”.\n"
        "Somebody from outside reads our letter first.",
    ),
    (
        "Wie het moeilijk heeft, betaalt minder, zonder uitleg te geven.\n"
        "Het kamp kan in vijf keer betaald worden.\n"
        "Op elke brief staat wie je over geld mag aanspreken.",
        "Qui a du mal à payer paie moins, sans devoir s'expliquer.\n"
        "Le camp peut être payé en cinq fois.\n"
        "Chaque lettre dit à qui parler d'argent.",
        "Who finds it hard to pay pays less, without having to explain.\n"
        "The camp can be paid in five parts.\n"
        "Every letter says whom to talk to about money.",
    ),
    (
        "Een rek met uniformen van vorig jaar, gratis mee te nemen.\n"
        "Slaapzakken en rugzakken lenen wij uit voor het kamp.\n"
        "Een das is genoeg; de rest komt later.",
        "Un portant avec les uniformes de l'année passée, à emporter gratuitement.\n"
        "Nous prêtons des sacs de couchage et des sacs à dos pour le camp.\n"
        "Un foulard suffit ; le reste vient plus tard.",
        "A rail with last year's uniforms, free to take.\n"
        "We lend sleeping bags and rucksacks for the camp.\n"
        "A scarf is enough; the rest comes later.",
    ),
    (
        "Drie keer gratis meedoen, ook in februari.\n"
        "Een vriendjesdag: ieder kind brengt iemand mee.\n"
        "Een nieuw kind is verzekerd van de eerste dag.",
        "Participer trois fois gratuitement, aussi en février.\n"
        "Une journée des amis : chaque enfant amène quelqu'un.\n"
        "Un nouvel enfant est assuré dès le premier jour.",
        "Three times for free, in February too.\n"
        "A friends day: every child brings somebody.\n"
        "A new child is insured from the first day.",
    ),
    (
        "Wij vragen vooraf wat een kind mag eten en wat het nodig heeft.\n"
        "Ouders komen voor het kamp kijken waar hun kind slaapt.\n"
        "Wie geen vervoer heeft, rijdt met iemand mee.",
        "Nous demandons à l'avance ce qu'un enfant peut manger et ce dont il a besoin.\n"
        "Avant le camp, les parents viennent voir où leur enfant dormira.\n"
        "Qui n'a pas de voiture peut faire la route avec quelqu'un.",
        "We ask beforehand what a child may eat and what it needs.\n"
        "Before the camp, parents come and see where their child will sleep.\n"
        "Who has no transport gets a lift.",
    ),
    (
        "Een jongere van zestien mag meedraaien als hulpleiding.\n"
        "Elk jaar volgt iemand van de ploeg een vorming over diversiteit.\n"
        "Na een moeilijk moment praten wij er samen over.",
        "Un jeune de seize ans peut participer comme aide-animateur.\n"
        "Chaque année, quelqu'un de l'équipe suit une formation sur la diversité.\n"
        "Après un moment difficile, nous en parlons ensemble.",
        "A young person of sixteen may join in as an assistant leader.\n"
        "Every year somebody of the team follows a training about diversity.\n"
        "After a difficult moment we talk about it together.",
    ),
    (
        "In juni zitten de oude en de nieuwe ploeg samen rond dit plan.\n"
        "Eén map online, met een wachtwoord dat de ploeg doorgeeft.\n"
        "Twee leiders kennen elk punt, nooit één.",
        "En juin, l'ancienne et la nouvelle équipe relisent ce plan ensemble.\n"
        "Un seul dossier en ligne, avec un mot de passe que l'équipe transmet.\n"
        "Deux animateurs connaissent chaque point, jamais un seul.",
        "In June the old and the new team sit together with this plan.\n"
        "One folder online, with a password that the team hands on.\n"
        "Two leaders know each point, never one.",
    ),
]


def add_examples(apps: Any, schema_editor: Any) -> None:
    """Fill in what is empty of the points that still say what shipped."""
    points = apps.get_model("labels", "TemplatePoint").objects.filter(template__version=1)
    with _lifted(schema_editor):
        for point in points.filter(number__range=(1, len(EXAMPLES))):
            if not any(point.examples.values()) and _as_shipped(point):
                point.examples = dict(
                    zip(("nl", "fr", "en"), EXAMPLES[point.number - 1], strict=True)
                )
                point.save(update_fields=["examples"])


def _as_shipped(point: Any) -> bool:
    shipped = (dict(zip(("nl", "fr", "en"), row, strict=True)) for row in SHIPPED[point.number - 1])
    return [point.title, point.description, point.guidance] == list(shipped)


@contextmanager
def _lifted(schema_editor: Any) -> Iterator[None]:
    """Without the trigger that refuses it, inside the transaction of the migration.

    A run of migrations has lifted it on SQLite already, and a new database does not have it yet.
    """
    found = _has_trigger(schema_editor)
    if found:
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending
        schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TRIGGER}")
    yield
    if found:
        schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TRIGGER}")


def _has_trigger(schema_editor: Any) -> bool:
    if schema_editor is None or schema_editor.connection.vendor != "postgresql":
        return False
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [TRIGGER])
        return bool(cursor.fetchone()[0])


class Migration(migrations.Migration):
    dependencies = [("labels", "0011_guidance_with_a_not_yet")]

    operations = [migrations.RunPython(add_examples, migrations.RunPython.noop, elidable=False)]
