"""The picture of a run's ratios."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import plot
from bench.rounds import Measured

SVG = "{http://www.w3.org/2000/svg}"


def measured(what: str, *ratios: float) -> Measured:
    return Measured(
        what=what,
        unit="events/s",
        against="a <reference> & more",
        aim="",
        ours=ratios,
        reference=(1.0,) * len(ratios),
    )


def test_each_comparison_has_its_name_its_bar_and_its_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "PICTURE", tmp_path / "ratios.svg")
    plot.draw([measured("slower", 0.5, 0.4, 0.6), measured("faster", 2, 3, 500)])

    picture = ET.fromstring(plot.PICTURE.read_text())  # noqa: S314 - just written
    names = [text.text for text in picture.iter(f"{SVG}text")]
    slower, faster = [float(dot.attrib["cx"]) for dot in picture.iter(f"{SVG}circle")]
    one = next(float(text.attrib["x"]) for text in picture.iter(f"{SVG}text") if text.text == "1")
    assert "slower (events/s), beside a <reference> & more" in names
    assert slower < one < faster < plot.LEFT + plot.WIDTH
