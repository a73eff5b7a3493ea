"""The page on programme definitions: every example runs as it is written."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.definitions import Wrong, read_definition
from domain.commands.pathway import MoveToVersion
from domain.commands.registry import read
from domain.programmes.offered import offered
from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "programmes.md")
MBT_G = ROOT / "domain" / "programmes" / "mbt-g.yaml"
MISTAKES = (
    ("leads_to: [ongoing]", "leads_to: [ongoin]"),
    ('document_version: "1"', "document_version: 1"),
    ("adult_age:", "adult_agee:"),
)


def snippets() -> list[dict[str, Any]]:
    return [yaml.safe_load(block) for block in PAGE.blocks("yaml")]


@pytest.mark.parametrize("snippet", snippets(), ids="-".join)
def test_each_snippet_fits_into_a_programme(snippet: dict[str, Any]) -> None:
    document = {**yaml.safe_load(MBT_G.read_text()), "sign_offs": []}
    for member, value in snippet.items():
        around = document["policies"] if member == "safety" else document
        assert member in around
        around[member] = {**around[member], **value} if isinstance(value, dict) else value
    assert offered(document).id == "mbt-g"


def test_what_is_wrong_is_told_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = MBT_G.read_text()
    for right, wrong in MISTAKES:
        text = text.replace(right, wrong, 1)
    file = Path("my-programme.yaml")
    file.write_text(text)
    with pytest.raises(Wrong) as refusal:
        read_definition(file)
    shown = [line for line in PAGE.text.splitlines() if line.startswith("my-programme.yaml:")]
    assert refusal.value.lines == shown


def test_the_command_that_moves_a_pathway_is_one() -> None:
    (words,) = [one for one in PAGE.commands() if "move_to_version" in one]
    data = yaml.safe_load(words[words.index("--data") + 1])
    assert isinstance(read("pathway", "move_to_version", data), MoveToVersion)
