"""What the movements and families of the demonstration wrote, in Dutch (and two other tongues)."""

# per point: what a movement will do, and how far it is
POINTS = [
    [
        ("We gaan elk jaar op bezoek in de twee basisscholen van de wijk.", "Eén school gedaan."),
        (
            "We houden een vriendjesdag in het park, met flyers in vier talen.",
            "35 kinderen kwamen.",
        ),
        ("We staan met een kraam op de wijkmarkt in september.", "Het kraam is besteld."),
    ],
    [
        (
            "Elk nieuw kind krijgt een meter of peter van zijn eigen tak.",
            "Werkt goed bij de jongsten.",
        ),
        ("Twee leiders staan aan de poort en kennen elke naam.", "We hebben een beurtrol gemaakt."),
        ("We maken een filmpje van een gewone zondag.", "Opgenomen in oktober."),
    ],
    [
        ("We gaan bij elk nieuw gezin thuis langs voor de inschrijving.", "Vier gezinnen bezocht."),
        (
            "We bellen ouders die niet mailen, met hulp van een brugfiguur.",
            "Lijst met nummers klaar.",
        ),
        ("Na elk kwartaal drinken we koffie met de ouders.", "Twaalf ouders kwamen."),
    ],
    [
        ("Onze brieven hebben tekeningen en korte zinnen.", "De kampbrief is herwerkt."),
        (
            "We sturen berichten met foto's in plaats van lange mails.",
            "De groep bestaat sinds maart.",
        ),
        (
            "We laten elke brief nalezen door een ouder die Nederlands leert.",
            "Drie brieven nagelezen.",
        ),
    ],
    [
        (
            "Lidgeld betalen kan in stukken en met korting, zonder uitleg.",
            "Zes gezinnen doen het zo.",
        ),
        ("We vragen nooit geld aan de poort.", "Alles loopt via overschrijving of envelop."),
        ("We zetten het sociaal tarief op de inschrijvingsbrief.", "Staat erop sinds september."),
    ],
    [
        ("We hebben een kast met uniformen die je mag lenen.", "Twintig hemden verzameld."),
        ("Slaapzakken en rugzakken leen je bij de groep.", "We zoeken nog vijf slaapzakken."),
        ("Tweedehands uniformen kosten vijf euro.", "De eerste beurs was in mei."),
    ],
    [
        ("Een kind mag drie keer komen proberen voor het zich inschrijft.", "Staat op onze site."),
        ("Proberen kan het hele jaar, niet alleen in september.", "Acht kinderen probeerden."),
        ("Na de tweede keer bellen we de ouders: hoe was het?", "We maakten een belrooster."),
    ],
    [
        ("Op kamp koken we halal en vegetarisch zonder dat je het moet vragen.", "Menu is klaar."),
        ("We halen kinderen thuis op als er geen auto is.", "Drie ouders rijden mee."),
        ("Er is een stille ruimte voor wie wil bidden of rusten.", "Ook op weekend getest."),
    ],
    [
        ("We vragen oudere leden uit alle wijken om leiding te worden.", "Twee nieuwe leiders."),
        (
            "De hele ploeg volgt de vorming over omgaan met verschil.",
            "Datum ligt vast in februari.",
        ),
        ("Elke maand bespreken we één moeilijk moment met elkaar.", "Gebeurt sinds de zomer."),
    ],
    [
        ("Elke taak staat op één blad dat we doorgeven.", "Zeven taken zijn klaar."),
        ("Wie stopt, loopt een maand mee met wie overneemt.", "Afgesproken op de leidingsraad."),
        ("Onze afspraken staan in één map waar iedereen bij kan.", "De map is gemaakt."),
    ],
]

REASONS = (
    "Jullie plan is eerlijk en haalbaar. Sterk dat jullie bij gezinnen thuis gaan. "
    "Hou ons op de hoogte van de vriendjesdag."
)
NOT_YET_REASONS = (
    "Er staan mooie ideeën in, maar bij vijf punten nog geen afspraak. We komen graag langs om die "
    "samen te zoeken; daarna kijkt een collega opnieuw."
)
NOT_YET_GUIDANCE = (
    "Kies voor elk van de vijf lege punten één afspraak die jullie dit werkjaar halen. Begin bij de "
    "ouders: bel ze, of ga langs."
)
# why a point got its grade
POINT_REASONS = {
    "well_underway": "Dit doen jullie al, en ouders merken het.",
    "on_the_way": "De afspraak is er. Zeg nog wie ervoor zorgt en tegen wanneer.",
    "to_do": "De afspraak is goed, maar nog niet begonnen. Wie zet de eerste stap?",
    "": "Hier staat nog niets. Praat er op een leidingsvergadering over.",
}
# what is agreed with some labels, and how many months after the decision it falls due
CONDITIONS = (
    ("De prijs van het kamp staat op de website, met wie je belt als het te duur is.", 3),
    ("Twee leden van de leiding volgen de vorming over klare taal.", 9),
)
MORE_ASKED = "Vertel nog hoe jullie ouders bereiken die geen mail lezen. Eén zin is genoeg."

NEXT_STEPS = (
    "Samen naar de eerste activiteit gaan.",
    "Inschrijvingsformulier mee invullen.",
    "Bellen na het eerste weekend.",
    "Uniform gaan passen.",
)

# alias, who tells, birth year or None, language, title, text
STORIES = [
    (
        "Ama",
        "child",
        2013,
        "nl",
        "Mijn eerste kamp",
        "Ik kende niemand. Na één nacht in de tent kende ik iedereen. Nu tel ik de dagen tot juli.",
    ),
    (
        "Meneer B.",
        "parent",
        None,
        "fr",
        "Le dimanche de mes filles",
        "Au début j'attendais devant la porte. "
        "Maintenant elles me disent de rentrer : elles sont chez elles.",
    ),
    (
        "Hala",
        "young_person",
        2009,
        "ar",
        "صديقتي في الفرقة",
        "في اليوم الأول أمسكت فتاة بيدي وقالت: تعالي نلعب. لم أفهم الكلمات، لكنني فهمت كل شيء.",
    ),
    (
        "Lies",
        "leader",
        2003,
        "nl",
        "Twee keer bellen",
        "We dachten dat het gezin geen zin had. Ze hadden onze mail gewoon niet kunnen lezen. "
        "Eén telefoontje was genoeg.",
    ),
    (
        "Jef",
        "volunteer",
        1975,
        "nl",
        "De uniformkast",
        "Op zolder lagen tachtig hemden. Nu hangen ze in een kast en draagt iedereen er een.",
    ),
    (
        "Tigist",
        "parent",
        None,
        "en",
        "A place in the car",
        "They asked if we needed a ride. Nobody had asked us anything like that before.",
    ),
    (
        "Juf Els",
        "professional",
        None,
        "nl",
        "Nederlands in het bos",
        "Na drie zondagen vertelde hij in de klas. Woorden leer je waar je ze nodig hebt.",
    ),
    (
        "Deniz",
        "young_person",
        2008,
        "nl",
        "Van lid naar leiding",
        "Ik was de enige met mijn achternaam. Nu ben ik de leider die nieuwe kinderen opwacht.",
    ),
    (
        "Oma Rosa",
        "volunteer",
        1975,
        "nl",
        "Soep voor veertig",
        "Ik kook al jaren voor het kamp. Dit jaar leerde een mama mij harira maken. Alles ging op.",
    ),
    (
        "Bram",
        "employer",
        None,
        "nl",
        "Wat je op kamp leert",
        "Ze kan plannen, troosten en vuur maken. Meer moest ik niet weten om haar aan te nemen.",
    ),
    (
        "Safa",
        "child",
        2012,
        "nl",
        "Ik mag mee",
        "Mama was bang voor het slapen. De leiding kwam thee drinken. Toen mocht ik mee.",
    ),
    (
        "Tom",
        "leader",
        2003,
        "nl",
        "Het stille lokaal",
        "We maakten een lokaal om even alleen te zijn. Iedereen gebruikt het nu, wij ook.",
    ),
    (
        "Nadia",
        "parent",
        None,
        "nl",
        "De vriendjesdag",
        "Mijn zoon kwam thuis met modder tot in zijn haar. Ik had hem nog nooit zo zien lachen.",
    ),
    (
        "Yonas",
        "young_person",
        2007,
        "nl",
        "Mijn das",
        "Ik kreeg mijn das op een zondag in de regen. Mijn vader nam een foto. Die hangt nu in de keuken.",
    ),
    (
        "Kaat",
        "leader",
        2004,
        "nl",
        "Op bezoek",
        "We gingen bij Ismaël thuis langs. Zijn oma gaf ons koekjes. De week erna stond hij er.",
    ),
]
