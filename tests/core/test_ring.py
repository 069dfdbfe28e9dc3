"""The ring: geometry, states told without colour, words, small sizes, standing alone."""

import math
import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.ring import ring_data_uri, ring_label, ring_svg

STATES = ["verified"] * 3 + ["done"] * 2 + ["started"] * 2 + ["empty"] * 3
SVG = "{http://www.w3.org/2000/svg}"


def parse(svg):
    return ElementTree.fromstring(str(svg))


def segments(svg):
    return [p for p in parse(svg).iter(f"{SVG}path") if "ring-segment" in p.get("class", "")]


def corners(path):
    """The four corners of a segment: outer start, outer end, inner end, inner start."""
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]
    outer_start, arc, inner_end, back = numbers[:2], numbers[2:9], numbers[9:11], numbers[11:18]
    return outer_start, arc[5:], inner_end, back[5:]


def test_ten_segments_run_clockwise_from_the_top_between_62_and_94():
    drawn = segments(ring_svg(STATES))
    assert parse(ring_svg(STATES)).get("viewBox") == "0 0 200 200"
    assert len(drawn) == 10
    middles = []
    for path in drawn:
        outer_start, outer_end, inner_end, inner_start = corners(path)
        for x, y in (outer_start, outer_end):
            assert math.hypot(x - 100, y - 100) == pytest.approx(94, abs=0.02)
        for x, y in (inner_end, inner_start):
            assert math.hypot(x - 100, y - 100) == pytest.approx(62, abs=0.02)
        x, y = (outer_start[0] + outer_end[0]) / 2 - 100, (outer_start[1] + outer_end[1]) / 2 - 100
        middles.append(math.degrees(math.atan2(x, -y)) % 360)
    assert middles == pytest.approx([18 + 36 * i for i in range(10)], abs=0.1)


def test_the_gap_is_0_075_rad_at_the_outer_edge_and_its_sides_are_parallel():
    drawn = segments(ring_svg(STATES))
    first, last = corners(drawn[0]), corners(drawn[-1])
    outer_gap, inner_gap = math.dist(first[0], last[1]), math.dist(first[3], last[2])
    assert outer_gap == pytest.approx(2 * 94 * math.sin(0.075 / 2), abs=0.03)
    assert inner_gap == pytest.approx(outer_gap, abs=0.03)


def test_each_state_has_a_shape_and_not_only_a_colour():
    svg = ring_svg(STATES)
    fills = [path.get("fill") for path in segments(svg)]
    assert fills == ["#ffc53d"] * 3 + ["#1d2340"] * 2 + ["#ffffff"] * 5
    assert svg.count("ring-tick") == 3
    assert len(re.findall(r'fill="url\(#[\w-]+\)"', svg)) == 2
    assert all(path.get("stroke-width") == "2.4" for path in segments(svg))


def test_there_is_no_inline_style_and_no_hatching_without_a_started_point():
    assert "style=" not in ring_svg(STATES)
    assert "<pattern" not in ring_svg(["empty"] * 10)


def test_two_rings_on_one_page_never_share_an_id():
    first, second = (re.findall(r'id="([^"]+)"', ring_svg(STATES))[0] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("language", "states", "words"),
    [
        ("en", STATES, "5 of 10 done, 3 verified"),
        ("en", ["done"] + ["empty"] * 9, "1 of 10 done, 0 verified"),
        ("en", ["verified"], "1 of 1 done, 1 verified"),
    ],
)
def test_the_ring_in_words(language, states, words):
    with override(language):
        assert ring_label(states) == words


def test_words_are_the_text_alternative_and_an_empty_label_makes_it_decoration():
    with override("en"):
        svg = parse(ring_svg(STATES))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "5 of 10 done, 3 verified"
    assert svg.find(f"{SVG}title").text == "5 of 10 done, 3 verified"
    plain = parse(ring_svg(STATES, label=""))
    assert plain.get("aria-hidden") == "true"
    assert plain.get("aria-label") is None


def test_a_label_and_centre_text_are_escaped():
    svg = ring_svg(STATES, label='"<b>&', centre_top="<b>&", centre_bottom="Zo & zo")
    assert [text.text for text in parse(svg).iter(f"{SVG}text")] == ["<b>&", "Zo & zo"]
    assert parse(svg).get("aria-label") == '"<b>&'


def test_centre_text_gets_smaller_when_it_is_longer():
    def size(**words):
        return float(next(parse(ring_svg(STATES, **words)).iter(f"{SVG}text")).get("font-size"))

    assert size(centre_top="7") == 60
    assert size(centre_top="6/10", centre_bottom="done") == 44
    assert size(centre_top="10/10", centre_bottom="done") < 44
    assert size(centre_bottom="done") == 16


def test_small_rings_have_a_dot_thicker_lines_and_no_text():
    svg = ring_svg(STATES, size=20, centre_top="6/10")
    assert "ring-tick" not in svg
    assert "<text" not in svg
    assert svg.count("ring-dot") == 3
    assert 'width="20" height="20"' in svg
    assert all(path.get("stroke-width") == "4" for path in segments(svg))
    assert "ring-tick" in ring_svg(STATES, size=49)


def test_a_ring_without_marks():
    svg = ring_svg(STATES, size=20, mark="none")
    assert "ring-dot" not in svg
    assert "ring-tick" not in svg


@pytest.mark.parametrize("states", [[], ["gone"]])
def test_an_unknown_state_is_an_error(states):
    with pytest.raises(ValueError, match="A ring is made of"):
        ring_svg(states)


def test_the_data_uri_stands_alone():
    uri = ring_data_uri(STATES, centre_top="10")
    head, body = uri.split(",")
    assert head == "data:image/svg+xml;base64"
    svg = parse(b64decode(body).decode())
    assert svg.get("width") == "200"
    assert len([p for p in svg.iter(f"{SVG}path") if "ring-segment" in p.get("class", "")]) == 10


def test_the_numbers_keep_their_point_in_dutch():
    with override("nl"):
        assert not re.search(r"\d,\d", ring_svg(STATES, size=24.5))
        assert 'width="24.5"' in ring_svg(STATES, size=24.5)


def test_the_tags():
    source = "{% load ring %}{% ring states size=28 %}|{% ring_img states size=99 %}|"
    source += '{% ring_img states alt="" %}'
    with override("en"):
        html = Template(source).render(Context({"states": STATES}))
    svg, image, silent = html.split("|")
    assert 'width="28"' in svg
    assert image.startswith('<img class="ring-img" alt="5 of 10 done, 3 verified" src="data:image/')
    assert 'alt=""' in silent


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("71 100 83", ['width="71%"', 'x="83%"']),
        ("120 100", ['width="100%"']),
        ("-3 100", ['width="0%"']),
        ("3 0", ['width="0%"']),
        ("1 2 label=half", ['aria-label="Half &lt;of&gt; it"']),
        ("1 2 thin=True", ["meter-thin", 'aria-hidden="true"']),
    ],
)
def test_the_meter_draws_value_and_plan(arguments, expected):
    html = Template("{% load components %}{% meter " + arguments + " %}").render(
        Context({"half": "Half <of> it"})
    )
    assert [part for part in expected if part not in html] == []
    assert ("meter-plan" in html) == (arguments == "71 100 83")
    assert "style=" not in html
