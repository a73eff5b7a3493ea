"""Logs: on standard error, readable where they are read, and without a patient in them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from workers.logs import REDACTED, configure_logs, redact


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    written = capsys.readouterr()
    assert written.out == ""
    return [json.loads(line) for line in written.err.splitlines()]


def test_patient_data_is_hidden_at_any_depth() -> None:
    line = {
        "event": "appended",
        "stream_id": "pathway-1",
        "Name": "Ada",
        "command": {"kind": "refer", "birth_date": "1990-01-01", "at": [{"phone": "555"}]},
    }
    assert redact(None, "info", line) == {
        "event": "appended",
        "stream_id": "pathway-1",
        "Name": REDACTED,
        "command": {"kind": "refer", "birth_date": REDACTED, "at": [{"phone": REDACTED}]},
    }


def test_the_lines_own_message_stays_but_a_nested_event_goes() -> None:
    assert redact(None, "info", {"event": "appended", "item": {"event": "Ada"}}) == {
        "event": "appended",
        "item": {"event": REDACTED},
    }


def test_lines_are_json_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    structlog.get_logger("carepath").info("appended", events=3, data="Ada", seq=7)
    (line,) = lines(capsys)
    assert (line["event"], line["seq"], line["data"]) == ("appended", 7, REDACTED)
    assert line["level"] == "info"


def test_the_standard_librarys_lines_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "json")
    logging.getLogger("uvicorn").warning("started on %s", 8600)
    (line,) = lines(capsys)
    assert (line["event"], line["logger"]) == ("started on 8600", "uvicorn")


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning", "json")
    structlog.get_logger("carepath").info("appended")
    logging.getLogger("uvicorn").info("started")
    assert lines(capsys) == []


def test_a_person_gets_a_line_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "console")
    structlog.get_logger("carepath").info("appended", name="Ada")
    written = capsys.readouterr().err
    assert "appended" in written
    assert "Ada" not in written
