"""The youth movements of Flanders as they call themselves; a city changes the list in the admin."""

from typing import Any

# a letter for the region, four digits, and G (mixed), M (girls), S (boys), D (district), P (gouw)
SCOUTS_CODE = "[A-Z][0-9]{4}[DGMPS]"

_GROUP = {"nl": "groep", "fr": "groupe", "en": "group"}
_GROUP_LEADERS = {"nl": "groepsleiding", "fr": "responsable de groupe", "en": "group leader"}
_SECTION = {"nl": "afdeling", "fr": "section", "en": "section"}

FEDERATIONS: list[dict[str, Any]] = [
    {
        "name": "Chirojeugd Vlaanderen",
        "group_word": _GROUP,
        "main_leader_word": _GROUP_LEADERS,
    },
    {
        "name": "Scouts & Gidsen Vlaanderen",
        "group_word": _GROUP,
        "main_leader_word": _GROUP_LEADERS,
        "code_pattern": SCOUTS_CODE,
        "district_pattern": ".*D",
        "region_pattern": ".*P",
    },
    {
        "name": "KSA",
        "group_word": _GROUP,
        "main_leader_word": {
            "nl": "bondsleiding",
            "fr": "responsable de groupe",
            "en": "group leader",
        },
    },
    {
        "name": "KLJ",
        "group_word": _SECTION,
        "main_leader_word": {
            "nl": "hoofdleiding",
            "fr": "responsable de section",
            "en": "main leader",
        },
    },
    {
        "name": "FOS Open Scouting",
        "group_word": {"nl": "eenheid", "fr": "unité", "en": "unit"},
        "main_leader_word": {
            "nl": "eenheidsleiding",
            "fr": "responsable d'unité",
            "en": "unit leader",
        },
    },
    {
        "name": "Jeugd Rode Kruis",
        "group_word": _SECTION,
        "main_leader_word": {
            "nl": "hoofdleiding",
            "fr": "responsable de section",
            "en": "main leader",
        },
    },
]
