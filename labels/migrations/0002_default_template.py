"""The ten points that the product comes with: version 1, published.

A city replaces them in the admin with a version of its own; plans keep the version they began with.
"""

from typing import Any

from django.db import migrations

from core.calendar import today

NAME = {"nl": "De tien punten", "fr": "Les dix points", "en": "The ten points"}

# one row per point: title, description, what to write; each as (nl, fr, en)
POINTS = [
    (
        (
            "Bekend in de buurt",
            "Connus dans le quartier",
            "Known in the neighbourhood",
        ),
        (
            "Gezinnen in de buurt weten dat jullie er zijn, wat jullie doen en dat elk kind "
            "welkom is.",
            "Les familles du quartier savent que vous existez, ce que vous faites et que chaque "
            "enfant est le bienvenu.",
            "Families in the neighbourhood know that you are there, what you do and that every "
            "child is welcome.",
        ),
        (
            "Schrijf waar jullie je laten zien: op school, op het plein, bij de bakker, op het "
            "feest van de wijk. Welke gezinnen bereiken jullie nu nog niet? Hoe gaan jullie dat "
            "dit jaar proberen?",
            "Écrivez où vous vous montrez : à l'école, sur la place, à la boulangerie, à la fête "
            "du quartier. Quelles familles ne touchez-vous pas encore ? Comment allez-vous "
            "essayer cette année ?",
            "Write where people can meet you: at school, on the square, at the baker's, at the "
            "neighbourhood party. Which families do you not reach yet? How will you try to this "
            "year?",
        ),
    ),
    (
        (
            "Een warm onthaal",
            "Un accueil chaleureux",
            "A warm welcome",
        ),
        (
            "Een nieuw kind voelt zich thuis van de eerste keer. Ouders weten bij wie ze terecht "
            "kunnen.",
            "Un nouvel enfant se sent chez lui dès la première fois. Les parents savent à qui "
            "s'adresser.",
            "A new child feels at home from the first time. Parents know who to turn to.",
        ),
        (
            "Schrijf wie een nieuw kind opvangt en wat jullie die eerste keer doen. Wie is het "
            "vaste gezicht voor de ouders? En wat doen jullie als een kind een paar weken niet "
            "meer komt?",
            "Écrivez qui accueille un nouvel enfant et ce que vous faites cette première fois. "
            "Qui est la personne de contact des parents ? Et que faites-vous quand un enfant ne "
            "vient plus pendant quelques semaines ?",
            "Write who looks after a new child and what you do that first time. Who is the "
            "familiar face for the parents? And what do you do when a child stays away for a few "
            "weeks?",
        ),
    ),
    (
        (
            "Contact met ouders, ook thuis",
            "Le contact avec les parents, aussi à la maison",
            "Contact with parents, also at home",
        ),
        (
            "Ouders kennen de leiding en vertrouwen jullie. Soms groeit dat het best aan hun "
            "eigen keukentafel.",
            "Les parents connaissent les animateurs et vous font confiance. Parfois, cela "
            "commence le mieux à la table de leur cuisine.",
            "Parents know the leaders and trust you. Sometimes that grows best at their own "
            "kitchen table.",
        ),
        (
            "Schrijf hoe jullie ouders leren kennen: een praatje aan de poort, een telefoontje, "
            "een bezoek thuis. Bij wie gaan jullie dit jaar eens langs, wanneer, en wie gaat mee? "
            "Schrijf geen namen van gezinnen.",
            "Écrivez comment vous apprenez à connaître les parents : un mot à la porte, un coup "
            "de fil, une visite à la maison. Quand irez-vous chez une famille cette année, et qui "
            "y va ? N'écrivez pas de noms de familles.",
            "Write how you get to know parents: a chat at the gate, a phone call, a visit at "
            "home. When will you call on a family this year, and who comes along? Do not write "
            "names of families.",
        ),
    ),
    (
        (
            "Klare taal",
            "Un langage clair",
            "Clear language",
        ),
        (
            "Iedereen begrijpt wat jullie zeggen en schrijven, ook wie nog Nederlands leert.",
            "Tout le monde comprend ce que vous dites et écrivez, même quand on apprend encore "
            "la langue.",
            "Everyone understands what you say and write, also those who are still learning the "
            "language.",
        ),
        (
            "Neem jullie laatste brief of bericht erbij. Kan het korter, met gewone woorden en "
            "een tekening? Schrijf wat jullie veranderen. Hoe lezen ouders het echt: op papier, "
            "via WhatsApp, in een filmpje, in hun eigen taal?",
            "Prenez votre dernière lettre ou votre dernier message. Peut-on faire plus court, "
            "avec des mots simples et un dessin ? Écrivez ce que vous changez. Par quel chemin "
            "les parents vous lisent-ils vraiment : papier, WhatsApp, vidéo, dans leur langue ?",
            "Take your last letter or message. Can it be shorter, with everyday words and a "
            "drawing? Write what you will change. How do parents really get to read it: on paper, "
            "by WhatsApp, in a video, in their own language?",
        ),
    ),
    (
        (
            "Betaalbaar voor iedereen",
            "Abordable pour tous",
            "Affordable for everyone",
        ),
        (
            "Geen kind blijft thuis omdat het te duur is. Wie hulp nodig heeft, kan het vragen "
            "zonder schaamte.",
            "Aucun enfant ne reste à la maison parce que c'est trop cher. On peut demander de "
            "l'aide sans avoir honte.",
            "No child stays at home because it costs too much. Whoever needs help can ask for it "
            "without shame.",
        ),
        (
            "Schrijf wat een jaar bij jullie kost, met kamp en uniform erbij. Welke korting of "
            "hulp is er, en hoe weten ouders dat? Denk ook aan betalen in stukjes, de UiTPAS en "
            "het ziekenfonds.",
            "Écrivez ce que coûte une année chez vous, camp et uniforme compris. Quelles "
            "réductions ou aides existent, et comment les parents le savent-ils ? Pensez aussi au "
            "paiement en plusieurs fois, à l'UiTPAS et à la mutuelle.",
            "Write what a year with you costs, camp and uniform included. Which discount or help "
            "is there, and how do parents know? Think of paying in parts, the UiTPAS and the "
            "health insurance fund.",
        ),
    ),
    (
        (
            "Uniform en kampgerief",
            "L'uniforme et le matériel de camp",
            "Uniform and camp gear",
        ),
        (
            "Een kind kan meedoen zonder dat het gezin dure spullen moet kopen.",
            "Un enfant peut participer sans que sa famille doive acheter du matériel cher.",
            "A child can join in without the family having to buy expensive things.",
        ),
        (
            "Schrijf wat een kind echt nodig heeft en wat niet. Hoe raken gezinnen aan een "
            "uniform, een slaapzak, een matje: ruilen, lenen, tweedehands? Wie houdt het bij, en "
            "hoe vraag je ernaar?",
            "Écrivez ce dont un enfant a vraiment besoin, et ce qui n'est pas nécessaire. Comment "
            "les familles trouvent-elles un uniforme, un sac de couchage, un matelas : échange, "
            "prêt, seconde main ? Qui s'en occupe, et comment le demander ?",
            "Write what a child really needs and what not. How do families get a uniform, a "
            "sleeping bag, a mat: by swapping, borrowing, second-hand? Who looks after it, and "
            "how do you ask for it?",
        ),
    ),
    (
        (
            "Eerst komen proberen, dan inschrijven",
            "D'abord essayer, ensuite s'inscrire",
            "Try out first, then join",
        ),
        (
            "Een kind mag een paar keer meespelen voor het gezin beslist en betaalt.",
            "Un enfant peut venir jouer quelques fois avant que la famille décide et paie.",
            "A child may come and play a few times before the family decides and pays.",
        ),
        (
            "Schrijf in één zin hoe een kind bij jullie mag proberen voor het zich inschrijft. "
            "Hoeveel keer mag dat, en is het dan verzekerd? Wie vraagt daarna aan kind en ouders "
            "hoe het was?",
            "Écrivez en une phrase comment un enfant peut essayer chez vous avant de s'inscrire. "
            "Combien de fois, et est-il assuré ? Qui demande ensuite à l'enfant et aux parents "
            "comment c'était ?",
            "Write in one sentence how a child can try out with you before joining. How many "
            "times, and is it insured? Who asks the child and the parents afterwards how it was?",
        ),
    ),
    (
        (
            "Iedereen kan mee, ook op kamp",
            "Tout le monde peut participer, au camp aussi",
            "Everyone can come along, to camp too",
        ),
        (
            "Elk kind kan met alles meedoen: het spel, het eten, het weekend en het kamp.",
            "Chaque enfant peut tout faire avec les autres : le jeu, les repas, le week-end et "
            "le camp.",
            "Every child can take part in everything: the games, the meals, the weekend and the "
            "camp.",
        ),
        (
            "Schrijf hoe jullie rekening houden met eten, geloof, een beperking, of een kind dat "
            "nog nooit van huis sliep. Hoe praten jullie daarover met de ouders voor het kamp? "
            "Waarom gingen sommige kinderen vorig jaar niet mee? Schrijf geen namen.",
            "Écrivez comment vous tenez compte des repas, de la religion, d'un handicap, ou d'un "
            "enfant qui n'a jamais dormi ailleurs. Comment en parlez-vous avec les parents avant "
            "le camp ? Pourquoi certains enfants ne sont-ils pas venus l'an dernier ? N'écrivez "
            "pas de noms.",
            "Write how you take account of food, religion, a disability, or a child that never "
            "slept away from home. How do you talk about it with the parents before camp? Why did "
            "some children not come along last year? Do not write names.",
        ),
    ),
    (
        (
            "Een diverse leidingsploeg die bijleert",
            "Une équipe d'animateurs diverse qui continue d'apprendre",
            "A diverse team that keeps learning",
        ),
        (
            "Jullie leiding lijkt op de kinderen van de buurt, en leert samen bij.",
            "Votre équipe ressemble aux enfants du quartier, et elle apprend ensemble.",
            "Your team looks like the children of the neighbourhood, and keeps learning "
            "together.",
        ),
        (
            "Schrijf hoe jongeren met een andere achtergrond bij jullie leiding worden. Welke "
            "vorming volgen jullie samen, en wanneer? Wat doen jullie als iemand iets kwetsends "
            "zegt?",
            "Écrivez comment des jeunes d'une autre origine deviennent animateurs chez vous. "
            "Quelle formation suivez-vous ensemble, et quand ? Que faites-vous quand quelqu'un "
            "dit quelque chose de blessant ?",
            "Write how young people with another background become leaders with you. Which "
            "training do you follow together, and when? What do you do when somebody says "
            "something hurtful?",
        ),
    ),
    (
        (
            "Wij geven het door",
            "Nous passons le relais",
            "We pass it on",
        ),
        (
            "Wat jullie beloven, blijft bestaan als de leiding wisselt.",
            "Ce que vous promettez continue quand l'équipe change.",
            "What you promise lives on when the team changes.",
        ),
        (
            "Schrijf wie in de ploeg dit plan opvolgt, en wie het overneemt als die persoon "
            "stopt. Waar bewaren jullie de afspraken? Wanneer in het jaar kijken jullie samen of "
            "ze nog kloppen?",
            "Écrivez qui suit ce plan dans l'équipe, et qui le reprend quand cette personne "
            "arrête. Où gardez-vous vos accords ? À quel moment de l'année vérifiez-vous ensemble "
            "s'ils tiennent encore ?",
            "Write who in the team follows up this plan, and who takes over when that person "
            "stops. Where do you keep what you agreed? When in the year do you check together "
            "whether it still holds?",
        ),
    ),
]


def make_template(apps: Any, schema_editor: Any = None) -> None:
    """Write the default points; published last, because a published template never changes."""
    template = apps.get_model("labels", "PlanTemplate").objects.create(version=1, name=NAME)
    point = apps.get_model("labels", "TemplatePoint")
    point.objects.bulk_create(
        point(
            template=template,
            number=number,
            **{
                field: dict(zip(("nl", "fr", "en"), texts, strict=True))
                for field, texts in zip(("title", "description", "guidance"), row, strict=True)
            },
        )
        for number, row in enumerate(POINTS, start=1)
    )
    template.published_on = today()
    template.save(update_fields=["published_on"])


class Migration(migrations.Migration):
    dependencies = [("labels", "0001_initial")]

    operations = [migrations.RunPython(make_template, migrations.RunPython.noop, elidable=False)]
