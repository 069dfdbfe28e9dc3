"""Certificates: one that is made, one that was made before, and those of a whole evening.

`CERTIFICATES` says how many there are in the series: 40 unless told otherwise, 1000 for the whole.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from weasyprint import HTML

from accounts.models import User
from benchmarks.measure import pair, timed
from core.pdf import render_pdf
from labels.certificates import Facts, certificate_html, make_paper
from labels.certificates.kept import FOLDER
from labels.certificates.pages import certificate_page
from labels.enums import BatchState, ExampleKind
from labels.models import CertificateBatch, Example, Label
from labels.services.batches import call_workers, start_batch
from tests.factories.movements import federation
from tests.support.processes import start_worker
from tests.support.proof import force_login

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, QUICK = 9, 200
SERIES = int(os.environ.get("CERTIFICATES", "40"))
EVENING = min(SERIES, 240)
# of which two the memory is compared, for each length of the series
EARLY = SERIES // 5
STATIC_FILE = ROOT / "static/css/admin.css"  # about as large as a certificate
Request = Callable[[str, str], Callable[[], None]]


def bench_certificate() -> None:
    """A certificate that was never asked for, against WeasyPrint alone on the same HTML."""
    label = first_label()
    client = Client(headers={"host": "localhost"})
    force_login(client, User.objects.get(email="karin@demo.example"))
    path = path_of(label)
    html = certificate_html(label, language="nl")

    def uncached() -> None:
        shutil.rmtree(Path(settings.MEDIA_ROOT) / FOLDER, ignore_errors=True)
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}")

    pair(
        "certificate, first request / core.pdf on the same HTML",
        uncached,
        lambda: render_pdf(html),
        ROUNDS,
    )
    pair(
        "certificate, first request / WeasyPrint alone on the same",
        uncached,
        lambda: weasyprint_alone(html),
        ROUNDS,
    )


def weasyprint_alone(html: str) -> None:
    """The same document from the same style sheets and fonts, without our fetcher and checks."""
    own = html.replace('"/static/', f'"file://{ROOT}/static/')
    HTML(string=own).write_pdf(pdf_variant="pdf/ua-1")


def bench_repeated(request: Request, cookie: str) -> None:
    """A certificate that was made before, against files of its size: gated as it is, and public.

    Who may have it is asked on each request, so the one that compares is a stored file behind the
    same sign-in; the file for everybody is served before anybody is asked who they are.
    """
    label = first_label()
    made = make_paper("certificate", label, label.movement.language).read()
    stored, public = stored_file(label, made), STATIC_FILE.read_bytes()
    print(f"the certificate has {len(made)} bytes, the public one {len(public)}")
    ours = request(path_of(label), cookie)
    pair("certificate, asked again / stored file, signed in", ours, request(stored, cookie), QUICK)
    address = f"/static/{STATIC_FILE.relative_to(ROOT / 'static')}"
    pair("certificate, asked again / public static file", ours, request(address, cookie), QUICK)


def stored_file(label: Label, data: bytes) -> str:
    """The address of an example of the same plan with as many bytes."""
    point = label.decision.plan.points.earliest("number")
    example = Example(point=point, kind=ExampleKind.PICTURE, caption="bench")
    example.file.save("bench.png", ContentFile(data), save=False)
    example.save()
    return f"/my/{label.movement_id}/examples/{example.pk}/"


def bench_evening() -> None:
    """The certificates of an evening by one process and by two, from asking to the file."""
    labels = many_labels(EVENING)
    seconds = [seconds_of(labels, processes) for processes in (1, 2)]
    each = " / ".join(f"{1000 * taken / EVENING:.0f} ms" for taken in seconds)
    ratio = seconds[0] / seconds[1]
    print(f"{EVENING} certificates, one process / two: {each} each   ratio {ratio:.2f}")


def seconds_of(labels: list[Label], processes: int) -> float:
    """From asking to the file, with all processes there and warm."""
    with tempfile.TemporaryDirectory() as folder:
        worker = start_worker(Path(folder), concurrency=processes)
        try:
            evening(labels[:2], processes)
            shutil.rmtree(Path(settings.MEDIA_ROOT) / FOLDER, ignore_errors=True)
            return timed(lambda: evening(labels, 1))
        finally:
            worker.stop()


def evening(labels: list[Label], calls: int) -> None:
    """Ask for a batch, and wait for it."""
    asked_by = User.objects.get(email="karin@demo.example")
    values = {"language": "nl", "format": "zip", "with_posters": False}
    batch = start_batch(labels=labels, by=asked_by, **values)
    call_workers(batch.pk, calls - 1)
    done = CertificateBatch.objects.filter(pk=batch.pk)
    deadline = time.monotonic() + 60 + 3 * len(labels)
    while (state := done.values_list("state", flat=True).get()) != BatchState.READY:
        if time.monotonic() > deadline or state == BatchState.FAILED:
            raise SystemExit(f"the batch is {state}")
        time.sleep(0.02)
    for old in done:
        old.delete()


def bench_memory() -> None:
    """How much larger one process is after a long series than early in it."""
    pages = [certificate_page(facts) for facts in facts_of_many(20)]
    sizes = {}
    for number in range(1, SERIES + 1):
        render_pdf(pages[number % len(pages)])
        if number in (EARLY, SERIES):
            sizes[number] = resident()
    growth = 100 * (sizes[SERIES] / sizes[EARLY] - 1)
    places = f"{EARLY} and {SERIES} certificates"
    print(f"memory after {places}: {sizes[EARLY]:.0f} and {sizes[SERIES]:.0f} MB   {growth:+.1f} %")


def resident() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def facts_of_many(count: int) -> list[Facts]:
    """The facts of labels of as many movements, none like another."""
    one = make_paper("certificate", first_label(), "nl").facts
    changes = ({"movement": f"Groep {n}", "number": f"2026-{n:03d}"} for n in range(count))
    return [Facts(**{**vars(one), **change}) for change in changes]


def many_labels(count: int) -> list[Label]:
    """Copies of one label, each of a movement of its own."""
    one, of = first_label(), federation()
    movements = type(one.movement).objects.bulk_create(
        type(one.movement)(federation=of, name=f"Groep {n:04d}", municipality="Demostad")
        for n in range(count)
    )
    own = ("id", "movement_id", "number", "code", "decision_id", "previous_id", "taken_over_by_id")
    columns = [field.attname for field in Label._meta.concrete_fields if field.attname not in own]
    same = {name: getattr(one, name) for name in columns}
    by = User.objects.get(email="karin@demo.example")
    return Label.objects.bulk_create(
        Label(
            **{**same, "frozen": {**one.frozen, "movement": movement.name}},
            movement=movement,
            number=f"B{n:05d}",
            taken_over_by=by,
        )
        for n, movement in enumerate(movements)
    )


def first_label() -> Label:
    """A label of the demonstration that is valid today."""
    return Label.objects.valid_on().with_facts().order_by("id")[0]


def path_of(label: Label) -> str:
    """The address of its certificate."""
    return f"/my/{label.movement_id}/label/{label.pk}/certificate.pdf"
