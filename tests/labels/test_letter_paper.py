"""The letter and the certificate as files: tagged, in their language, read from top to bottom."""

import io
import socket
from typing import Any

import pytest
from pypdf import PdfReader

from labels.certificates import certificate_pdf
from labels.enums import Grade, PlanState
from labels.letter import letter_pdf
from labels.services import assessment
from movements.models import Movement
from tests.factories.labels import Group
from tests.labels.awarding import award
from tests.labels.test_certificate import HOSTILE, elements, undrawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Addresses that a paper asked for, with or without a name that had to be looked up."""
    addresses: list[Any] = []
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda _s, address: addresses.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_kw: addresses.append(args) or [])
    return addresses


def decided(name: str, reason: str) -> Any:
    group = Group(state=PlanState.IN_DISCUSSION)
    Movement.objects.update(name=name)
    point = group.plan.points.get(number=6)
    assessment.grade_point(point=point, by=group.consultant, grade=Grade.TO_DO, reason=reason)
    group.propose("award_with_conditions")
    group.take("confirm")
    return group.decision


def tags(reader: PdfReader) -> list[str]:
    return [str(element["/S"]) for element in elements(reader.trailer["/Root"]["/StructTreeRoot"])]


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def test_a_letter_is_tagged_titled_and_in_its_language() -> None:
    decision = decided("Demo Scouts", "Denk aan de slaapzakken.")
    for language in ("nl", "fr"):
        reader = read(letter_pdf(decision, language))
        root: Any = reader.trailer["/Root"]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata is not None
        assert "Demo Scouts" in str(reader.metadata.title)
        assert b"pdfuaid" in root["/Metadata"].get_data()
        assert undrawn(reader) == []
        figures = [e for e in elements(root["/StructTreeRoot"]) if e["/S"] == "/Figure"]
        assert figures
        assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_a_letter_and_a_certificate_are_read_from_top_to_bottom() -> None:
    letter = tags(read(letter_pdf(decided("Demo Scouts", "Denk aan de kost."), "en")))
    certificate = tags(read(certificate_pdf(award(), "en")))
    for order in (letter, certificate):
        titles = [tag for tag in order if tag in ("/H1", "/H2", "/H3")]
        assert titles[0] == "/H1"
        assert titles.count("/H1") == 1
        assert order.index("/H1") < order.index("/H2") < order.index("/LI")
    # the code is the last thing on a certificate, after the ten points and who signs
    assert len(certificate) - certificate[::-1].index("/LI") < (
        len(certificate) - 1 - certificate[::-1].index("/Figure")
    )


def test_a_hostile_name_in_a_letter_fetches_nothing_and_is_drawn(tried: list[Any]) -> None:
    reader = read(letter_pdf(decided(HOSTILE[:120], HOSTILE * 4), "nl"))
    assert undrawn(reader) == []
    assert "<b>&</b>" in "".join(page.extract_text() for page in reader.pages)
    assert tried == []
