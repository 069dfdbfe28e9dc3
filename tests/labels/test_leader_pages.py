"""The pages on which leaders write their plan."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.calendar import now, today
from labels.enums import PlanState
from labels.models import ActionPlan, Example
from labels.services import assessment, plans
from labels.services.awards import pause_label
from movements.models import Mandate
from tests.factories.labels import Group, coordinator, default_template, picture_file
from tests.labels.awarding import leader_of, make_edition, make_movement, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(group: Group, name: str = "plan", *args: object, user: User | None = None):
    url = reverse(f"labels:{name}", args=[group.movement.pk, *args])
    return signed_in(user or group.leader).get(url)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def send(group: Group, number: int = 1, user: User | None = None, **data):
    """Send the point page as the browser would: what stands in it, with what was changed."""
    client = signed_in(user or group.leader)
    url = reverse("labels:point", args=[group.movement.pk, number])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields} if form else {"version": 1}
    if not sent.get("is_done"):
        sent.pop("is_done", None)
    return client.post(url, {"do": "save", **sent, **data})


# Who gets in -------------------------------------------------------------------------------------


ADDRESSES = [("plan", ()), ("point", (1,)), ("start_plan", ()), ("submit", ())]


def answers(group: Group, user: User) -> set[int]:
    client = signed_in(user)
    urls = [reverse(f"labels:{name}", args=[group.movement.pk, *a]) for name, a in ADDRESSES]
    return {client.get(url).status_code for url in urls} | {
        client.post(url).status_code for url in urls
    }


def test_other_peoples_plans_do_not_exist():
    group = Group()
    gone = leader_of(group.movement, "Gus Gestopt", ends_on=today() - timedelta(days=1))
    other = leader_of(make_movement("Chiro Elders"), "Els Elders")
    strangers = [gone, other, group.consultant, group.coordinator]
    strangers += [person("Ann Schepen", "alderman"), person("Niko Niemand")]
    for user in strangers:
        assert answers(group, user) <= {404, 405}, user.full_name
    assert not Mandate.objects.filter(user=other, movement=group.movement).exists()


def test_who_leads_later_reads_all_and_writes_nothing():
    group = Group()
    ahead = leader_of(group.movement, "Tine Toekomst", starts_on=today() + timedelta(days=1))
    before = list(group.plan.points.values())
    client = signed_in(ahead)
    for name, arguments in (("plan", []), ("point", [1])):
        address = reverse(f"labels:{name}", args=[group.movement.pk, *arguments])
        assert client.get(address).status_code == 200
        assert client.post(address, {"commitment": "Dit mag niet"}).status_code in {404, 405}
    assert list(group.plan.points.values()) == before


def test_a_foreign_and_a_missing_plan_answer_the_same():
    group, other = Group(), Group("Groep twee")
    client = signed_in(group.leader)
    foreign = client.get(reverse("labels:plan", args=[other.movement.pk]))
    missing = client.get(reverse("labels:plan", args=[999999]))
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert client.get(reverse("labels:point", args=[group.movement.pk, 11])).status_code == 404


def test_access_stops_at_the_moment_the_mandate_ends():
    group = Group()
    client, url = signed_in(group.leader), reverse("labels:plan", args=[group.movement.pk])
    assert client.get(url).status_code == 200
    Mandate.objects.filter(user=group.leader).update(ended_at=now())
    assert client.get(url).status_code == 404


def test_strangers_sign_in_first():
    group = Group()
    answer = Client().get(reverse("labels:plan", args=[group.movement.pk]))
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")


def test_signing_out_lets_the_phone_forget_text_that_was_not_saved():
    client = signed_in(Group().leader)
    url = reverse("account_logout")
    assert "Clear-Site-Data" not in client.get(url).headers
    assert client.post(url).headers["Clear-Site-Data"] == '"storage"'


# Starting ----------------------------------------------------------------------------------------


def test_before_the_first_plan_one_button_starts_it():
    default_template()
    make_edition()
    movement = make_movement()
    client = signed_in(leader_of(movement))
    url = reverse("labels:plan", args=[movement.pk])
    assert "labels/leader/start.html" in [t.name for t in client.get(url).templates]
    assert client.get(reverse("labels:point", args=[movement.pk, 1])).status_code == 404
    start = reverse("labels:start_plan", args=[movement.pk])
    assert client.get(start).status_code == 405
    assert client.post(start).url == url
    assert ActionPlan.objects.get().movement == movement
    again = client.post(start, follow=True)
    assert "This group has a plan already." in text(again)
    assert ActionPlan.objects.count() == 1


# The plan ----------------------------------------------------------------------------------------


def test_a_draft_shows_its_gaps_in_words_and_does_not_block():
    group = Group()
    for number in (1, 2, 3, 4, 5, 7, 8, 9, 10):
        group.write(number)
    assert "Point 6 is empty. Discuss it anyway?" in text(page(group))
    assert "Discuss them anyway?" in text(page(Group("Groep twee")))
    group.write(6)
    assert "Every point has text." in text(page(group))


def test_the_rows_say_how_far_each_point_is():
    group = Group()
    group.write(1, commitment="Affiches. " * 20)
    group.write(2, progress="In oktober gedaan.", is_done=True)
    plans.add_link(
        point=group.plan.points.get(number=2),
        by=group.leader,
        caption="Pagina",
        url="https://voorbeeld.be",
    )
    shown = text(page(group))
    assert "Started. Affiches." in shown
    assert "Done. In oktober gedaan. 1 example." in shown
    assert shown.count("Still empty.") == 8


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PlanState.SUBMITTED, "Your plan is with us"),
        (PlanState.IN_DISCUSSION, "We are discussing your plan"),
        (PlanState.MORE_ASKED, "We have a question for you"),
        (PlanState.PROPOSED, "The decision is nearly there"),
        (PlanState.AWARDED, "You have the label!"),
        (PlanState.AWARDED_WITH_CONDITIONS, "In mei kijken we samen."),
        (PlanState.NOT_YET, "You can still get there."),
    ],
)
def test_where_the_plan_is(state, words):
    group = Group(state=state)
    shown = text(page(group))
    assert words in shown
    assert ('name="message"' in shown) == (state == PlanState.MORE_ASKED)


def test_the_promised_day_and_what_is_said_when_it_passed(time_machine):
    time_machine.move_to("2026-03-02 09:00+01:00")
    group = Group(state=PlanState.SUBMITTED)
    assert "You get an answer by 30 March." in text(page(group))
    time_machine.move_to("2026-03-31 09:00+02:00")
    assert "are late" in text(page(group))


def test_reasons_and_conditions_show_only_once_they_are_decided():
    group = Group(state=PlanState.IN_DISCUSSION)
    point = group.plan.points.get(number=1)
    assessment.grade_point(
        point=point, by=group.consultant, grade="to_do", reason="Meer buurten graag."
    )
    decision = group.propose("award_with_conditions")
    for response in (page(group), page(group, "point", 1)):
        assert decision.reasons not in text(response)
        assert "Meer buurten graag." not in text(response)
    assessment.confirm(decision=decision, by=group.coordinator)
    assert decision.reasons in text(page(group))
    assert "Still to do" in text(page(group))
    assert "Meer buurten graag." in text(page(group, "point", 1))


def test_what_colleagues_write_to_each_other_stays_with_them():
    group = Group(state=PlanState.PROPOSED)
    secret = "Twijfel ik aan."
    assessment.send_back(decision=group.decision, by=group.coordinator, message=secret)
    assert secret not in text(page(group))


def test_the_conversation_shows_both_sides():
    group = Group(state=PlanState.MORE_ASKED)
    asked = text(page(group))
    assert asked.count("Wat doen jullie op kamp?") == 1
    plans.submit_plan(plan=group.plan, by=group.leader, message="Wij slapen in tenten.")
    shown = text(page(group))
    assert "bubble-theirs" in shown
    assert "bubble-mine" in shown
    assert "Wij slapen in tenten." in shown


def test_a_renewal_can_start_in_its_window(time_machine):
    group = Group(state=PlanState.AWARDED)
    assert "Start a new plan" not in text(page(group))
    label = group.decision.label
    time_machine.move_to(f"{label.renewal_from} 12:00+01:00")
    Mandate.objects.update(confirmed_on=today())
    assert "Start a new plan" in text(page(group))


def test_a_paused_label_is_not_called_one_that_they_have():
    group = Group(state=PlanState.AWARDED)
    pause_label(label=group.decision.label, by=group.coordinator, reason="Rust.")
    shown = text(page(group))
    assert "You have the label" not in shown
    assert '<span class="tag tag-quiet">paused</span>' in shown
    assert "Rust." not in shown


# Handing in --------------------------------------------------------------------------------------


def test_handing_in_and_sending_again():
    group = Group()
    client, url = signed_in(group.leader), reverse("labels:submit", args=[group.movement.pk])
    assert client.get(url).status_code == 405
    answer = client.post(url, {"message": "Tot snel!"}, follow=True)
    assert "Sent. Thank you!" in text(answer)
    assert group.plan.steps.get().message == "Tot snel!"
    group.take("discuss")
    group.take("ask_more")
    client.post(url, {"message": ""})
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.IN_DISCUSSION


def test_a_double_tap_hands_in_once_and_says_nothing_is_wrong():
    group = Group()
    client, url = signed_in(group.leader), reverse("labels:submit", args=[group.movement.pk])
    sent = {"message": "Tot snel!", "csrfmiddlewaretoken": "a"}
    answers = [client.post(url, sent) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert group.plan.steps.count() == 1
    assert client.post(url, {**sent, "csrfmiddlewaretoken": "b"}).status_code == 200


def test_a_refused_handing_in_keeps_the_words():
    group = Group(state=PlanState.SUBMITTED)
    url = reverse("labels:submit", args=[group.movement.pk])
    answer = signed_in(group.leader).post(url, {"message": "Nog iets vergeten."})
    assert answer.status_code == 200
    assert "Nog iets vergeten." in text(answer)
    assert "is not possible" in text(answer)
    long = signed_in(group.leader).post(url, {"message": "x" * 2001})
    assert "x" * 2001 in text(long)


# The point ---------------------------------------------------------------------------------------


def test_a_point_says_what_to_write_and_keeps_it():
    group = Group()
    shown = page(group, "point", 7)
    assert "Write in one sentence how a child can try out with you" in text(shown)
    answer = send(group, 7, commitment="Drie keer gratis.", is_done="on")
    assert answer.status_code == 302
    assert answer.url == reverse("labels:point", args=[group.movement.pk, 7])
    point = group.plan.points.get(number=7)
    assert (point.commitment, point.is_done) == ("Drie keer gratis.", True)


def test_it_says_when_it_was_saved(time_machine):
    time_machine.move_to("2026-03-02 17:42+01:00")
    group = Group()
    client = signed_in(group.leader)
    url = reverse("labels:point", args=[group.movement.pk, 1])
    data = {"do": "save", "version": 1, "commitment": "Affiches."}
    assert "Saved at 17.42" in text(client.post(url, data, follow=True))
    time_machine.move_to("2026-03-05 10:00+01:00")
    assert "Saved on 2 March 2026" in text(client.get(url))


def test_nothing_changed_saves_nothing():
    group = Group()
    group.write(1)
    answer = send(group, 1)
    assert answer.status_code == 302
    assert group.plan.points.get(number=1).version == 2


def test_the_second_writer_gets_both_texts_and_loses_none():
    group = Group()
    group.write(1, commitment="Van Lotte.", progress="Klaar.")
    answer = send(group, 1, commitment="Van Sam.", version=1, before="")
    assert answer.status_code == 200
    shown = text(answer)
    assert "wrote here meanwhile" in shown
    assert "Van Lotte." in shown
    assert answer.context["form"]["commitment"].value() == "Van Sam."
    assert group.plan.points.get(number=1).commitment == "Van Lotte."
    again = answer.context["form"]
    data = {name: again[name].value() for name in ("version", "before", "commitment", "progress")}
    assert send(group, 1, **data).status_code == 302
    assert group.plan.points.get(number=1).commitment == "Van Sam."


def test_who_only_read_the_older_text_does_not_undo_the_newer_one():
    group = Group()
    client, url = signed_in(group.leader), reverse("labels:point", args=[group.movement.pk, 1])
    form = client.get(url).context["form"]
    read = {name: form[name].value() for name in ("version", "before", "commitment", "progress")}
    group.write(1, commitment="Van Lotte.")
    link = {"link-url": "https://voorbeeld.be", "link-caption": "Pagina"}
    assert client.post(url, {**read, **link, "do": "link"}).status_code == 302
    assert group.plan.points.get(number=1).commitment == "Van Lotte."
    assert Example.objects.count() == 1


def test_text_that_is_too_long_stays_and_is_explained_at_its_field():
    group = Group()
    answer = send(group, 1, commitment="x" * 2001)
    assert answer.status_code == 200
    assert "x" * 2001 in text(answer)
    assert "commitment" in answer.context["form"].errors
    assert "<textarea" in text(answer)
    assert 'maxlength="2000"' not in text(answer)  # a browser cuts off what is pasted, unsaid
    assert "Not saved yet. Your text still stands there." in text(answer)


def test_text_typed_while_the_plan_was_handed_in_by_another_stays():
    group = Group()
    client, url = signed_in(group.leader), reverse("labels:point", args=[group.movement.pk, 1])
    group.take("submit")
    typed = {"version": 1, "commitment": "Op de valreep."}
    for button in ({"do": "save"}, {"do": "link", "link-url": "https://a.be", "link-caption": "A"}):
        answer = client.post(url, {**typed, **button})
        assert answer.status_code == 200
        assert "Op de valreep." in text(answer)
        assert "nothing can be changed" in text(answer)
    assert not Example.objects.exists()


def test_a_plan_that_is_handed_in_is_read_only():
    group = Group()
    group.write(1, commitment="Affiches.", is_done=True)
    add_picture(group)
    group.take("submit")
    shown = text(page(group, "point", 1))
    assert "Affiches." in shown
    assert "<textarea" not in shown
    assert "remove-" not in shown
    assert "Nothing written yet." in text(page(group, "point", 2))


def test_a_form_without_its_version_is_no_server_error():
    group = Group()
    answer = signed_in(group.leader).post(
        reverse("labels:point", args=[group.movement.pk, 1]), {"commitment": "Affiches."}
    )
    assert answer.status_code == 200
    assert "Affiches." in text(answer)


# Examples ----------------------------------------------------------------------------------------


def add_picture(group: Group) -> Example:
    return plans.add_picture(
        point=group.plan.points.get(number=1),
        by=group.leader,
        caption="Affiche",
        file=picture_file(),
    )


def test_a_picture_and_text_in_one_go():
    group = Group()
    sent = {"picture-caption": "Affiche", "picture-file": picture_file()}
    assert send(group, 1, commitment="Affiches.", do="picture", **sent).status_code == 302
    example = Example.objects.get()
    assert (example.kind, example.caption) == ("picture", "Affiche")
    assert group.plan.points.get(number=1).commitment == "Affiches."
    assert 'alt="Affiche"' in text(page(group, "point", 1))


def test_a_document_is_a_download_for_leader_and_youth_service():
    group = Group()
    data = b"%PDF-1.7\n%%EOF"
    sent = {
        "document-caption": "Brief aan ouders",
        "document-file": SimpleUploadedFile("../..\u202efdp.html", data, "text/html"),
    }
    assert send(group, 1, do="document", **sent).status_code == 302
    example = Example.objects.get()
    assert example.kind == "document"
    assert ".html" not in example.file.name
    address = reverse("labels:example", args=[group.movement.pk, example.pk])
    assert address in text(page(group, "point", 1))
    answer = signed_in(group.leader).get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="brief-aan-ouders.pdf"'
    assert answer.getvalue() == data


def test_a_document_that_is_none_is_explained_at_its_field():
    evil = SimpleUploadedFile("x.pdf", b"<script>alert(1)</script>", "application/pdf")
    sent = {"document-caption": "Brief", "document-file": evil}
    answer = send(Group(), 1, do="document", **sent)
    assert "file" in answer.context["document_form"].errors
    assert answer.context["open_form"] == "document"
    assert not Example.objects.exists()


def test_an_example_filled_in_is_added_whatever_the_button():
    group = Group()
    sent = {"link-url": "voorbeeld.be/ouders", "link-caption": "Pagina"}
    answer = send(group, 1, **sent)
    assert Example.objects.get().url == "https://voorbeeld.be/ouders"
    assert answer.url.endswith(f"/plan/1/#example-{Example.objects.get().pk}")


@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "ftp://a.be", "geen link", "http://a b"])
def test_what_is_no_link_is_explained_once(wrong: str):
    answer = send(Group(), 1, **{"link-url": wrong, "link-caption": "Pagina"})
    (error,) = answer.context["link_form"].errors["url"]
    assert error.startswith("This is no link.")
    assert not Example.objects.exists()


def test_one_comes_back_to_what_the_button_changed():
    """The page is long on a phone; its top shows neither an example nor what is shared."""
    group = Group()
    example = add_picture(group)
    places = {
        "share": "#share",
        "unshare": "#share",
        f"share-{example.pk}": f"#example-{example.pk}",
        "share-²": "#share",
        "save": "",
        f"remove-{example.pk}": "#examples",
    }
    for do, place in places.items():
        assert send(group, 1, do=do).url.partition("/plan/1/")[2] == place
    shown = text(page(group, "point", 1))
    assert all(f'id="{name}"' in shown for name in ("share", "examples"))


def test_an_evil_upload_is_explained_at_its_field_and_the_text_is_kept():
    group = Group()
    evil = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    answer = send(
        group,
        1,
        commitment="Affiches.",
        do="picture",
        **{"picture-caption": "Affiche", "picture-file": evil},
    )
    assert answer.status_code == 200
    form = answer.context["picture_form"]
    assert "file" in form.errors
    assert form["caption"].value() == "Affiche"
    assert answer.context["open_form"] == "picture"
    assert group.plan.points.get(number=1).commitment == "Affiches."
    assert not Example.objects.exists()
    assert not answer.context["link_form"].is_bound


def test_pressing_the_button_of_an_empty_form_says_what_is_missing():
    answer = send(Group(), 1, do="link")
    assert set(answer.context["link_form"].errors) == {"url", "caption"}


def test_too_many_examples_are_refused_in_words():
    group = Group()
    for number in range(10):
        plans.add_link(
            point=group.plan.points.get(number=1),
            by=group.leader,
            caption=f"Pagina {number}",
            url=f"https://voorbeeld.be/{number}",
        )
    answer = send(group, 1, do="link", **{"link-url": "https://a.be", "link-caption": "Elf"})
    assert "at most 10 examples" in text(answer)
    assert answer.context["link_form"]["caption"].value() == "Elf"


def test_removing_an_example_keeps_what_was_typed():
    group = Group()
    example = add_picture(group)
    answer = send(group, 1, commitment="Affiches.", do=f"remove-{example.pk}")
    assert answer.status_code == 302
    assert not Example.objects.exists()
    assert group.plan.points.get(number=1).commitment == "Affiches."
    assert send(group, 1, do=f"remove-{example.pk}").status_code == 302  # twice is once


def test_an_example_of_another_group_cannot_be_removed():
    group, other = Group(), Group("Groep twee")
    example = add_picture(other)
    send(group, 1, do=f"remove-{example.pk}")
    for forged in ("remove-x", "remove-²", "remove-" + "9" * 5000):
        assert send(group, 1, do=forged).status_code == 302
    assert Example.objects.filter(pk=example.pk).exists()


def test_an_example_cannot_be_removed_once_the_plan_is_handed_in():
    group = Group()
    example = add_picture(group)
    group.take("submit")
    client, url = signed_in(group.leader), reverse("labels:point", args=[group.movement.pk, 1])
    answer = client.post(url, {"version": 1, "do": f"remove-{example.pk}"})
    assert "nothing can be changed" in text(answer)
    assert Example.objects.exists()


def test_a_picture_is_for_the_own_leaders_and_the_youth_service():
    group, other = Group(), Group("Groep twee")
    example = add_picture(group)
    url = reverse("labels:example", args=[group.movement.pk, example.pk])
    for user in (group.leader, group.consultant, coordinator()):
        answer = signed_in(user).get(url)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
        assert answer.headers["Cache-Control"] == "no-store"
    for user in (other.leader, person("Ann Schepen", "alderman"), person("Niko Niemand")):
        assert signed_in(user).get(url).status_code == 404
    wrong = reverse("labels:example", args=[other.movement.pk, example.pk])
    assert signed_in(group.consultant).get(wrong).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_picture_whose_file_is_gone_is_not_found():
    group = Group()
    example = add_picture(group)
    example.file.storage.delete(example.file.name)
    url = reverse("labels:example", args=[group.movement.pk, example.pk])
    assert signed_in(group.leader).get(url).status_code == 404


# What it costs -----------------------------------------------------------------------------------


def fill(group: Group, examples: int) -> None:
    for number in range(1, 11):
        group.write(number)
        for count in range(examples):
            plans.add_link(
                point=group.plan.points.get(number=number),
                by=group.leader,
                caption=f"Pagina {count}",
                url="https://voorbeeld.be",
            )


@pytest.mark.parametrize(("name", "args", "queries"), [("plan", (), 11), ("point", (1,), 11)])
def test_a_page_costs_the_same_with_one_and_with_three_examples(
    name, args, queries, django_assert_num_queries, no_writes
):
    for examples in (1, 3):
        group = Group(f"Groep {examples}")
        fill(group, examples)
        group.take("submit")
        client = signed_in(group.leader)
        url = reverse(f"labels:{name}", args=[group.movement.pk, *args])
        client.get(url)
        with django_assert_num_queries(queries), no_writes():
            assert client.get(url).status_code == 200
