"""Twenty-four movements of a city that does not exist, each in a state worth looking at."""

from enum import Enum

CITY = "Lindestad"
POSTCODE = "9990"


class Story(Enum):
    """What happened to a movement's plan and label."""

    VALID = "label valid"
    RENEWAL = "label in its renewal window"
    PAUSED = "label paused"
    GRACE = "label in grace"
    EXPIRED = "label expired, new plan begun"
    WITHDRAWN = "label withdrawn"
    PROPOSED = "proposed"
    MORE_ASKED = "more asked"
    SUBMITTED = "submitted"
    NOT_YET = "not yet"
    STARTED = "plan begun"
    EMPTY = "no plan"


# name, how its federation's name begins, what happened, months ago that it was decided or begun
MOVEMENTS = [
    ("Scouts Zonnebloem", "Scouts", Story.STARTED, 2),
    ("Chiro De Vlieger", "Chiro", Story.VALID, 14),
    ("KSA De Toorts", "KSA", Story.VALID, 13),
    ("KLJ Lindebos", "KLJ", Story.RENEWAL, 32),
    ("FOS De Zeilmeeuw", "FOS", Story.VALID, 12),
    ("Scouts De Trekvogels", "Scouts", Story.SUBMITTED, 1),
    ("Chiro Sprokkels", "Chiro", Story.VALID, 11),
    ("Scouts Het Kompas", "Scouts", Story.VALID, 10),
    ("Chiro Zandloper", "Chiro", Story.PAUSED, 15),
    ("KSA Morgenster", "KSA", Story.VALID, 9),
    ("Scouts De Bevers", "Scouts", Story.GRACE, 37),
    ("Chiro Kriebels", "Chiro", Story.VALID, 8),
    ("FOS De Vuurtoren", "FOS", Story.MORE_ASKED, 1),
    ("Scouts Wilde Eend", "Scouts", Story.VALID, 7),
    ("Chiro Tamtam", "Chiro", Story.PROPOSED, 1),
    ("KLJ Akkerland", "KLJ", Story.VALID, 6),
    ("Scouts De Kluis", "Scouts", Story.EXPIRED, 42),
    ("Chiro Heidebloem", "Chiro", Story.VALID, 6),
    ("KSA Roodkapje", "KSA", Story.NOT_YET, 2),
    ("Scouts Albatros", "Scouts", Story.VALID, 5),
    ("Chiro Boomhut", "Chiro", Story.VALID, 4),
    ("Scouts De Sterren", "Scouts", Story.SUBMITTED, 0),
    ("Chiro Waterman", "Chiro", Story.WITHDRAWN, 16),
    ("FOS De Wegwijzer", "FOS", Story.EMPTY, 0),
]

# which of the movements the named leaders lead
NAMED_LEADERS = {"noor": 0, "sami": 1, "jonas": 12}
