"""Ports: the one asked for, the one used before, or one that is free."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workers.embedded.errors import PortTaken
from workers.embedded.ports import LOOPBACK, any_free_port, first_free_port, is_free
from workers.embedded.stack import choose_ports
from workers.settings import Settings


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    with socket.create_server((LOOPBACK, port)) as server:
        yield server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with listening() as port:
        assert not is_free(port)
    assert is_free(port)


def test_the_port_used_before_is_used_again() -> None:
    before = any_free_port()
    assert any_free_port(before) == before


def test_a_port_used_before_that_is_taken_now_is_given_up() -> None:
    with listening(any_free_port()) as taken:
        assert any_free_port(taken) != taken


def test_the_next_free_port_is_taken_when_the_usual_one_is_not_free() -> None:
    with listening(any_free_port()) as taken:
        assert taken < first_free_port(taken) < taken + 1_000


def test_a_port_that_was_asked_for_is_not_replaced_by_another() -> None:
    with listening(any_free_port()) as taken, pytest.raises(PortTaken, match=f"port {taken} is"):
        choose_ports(Settings(data_dir=Path("unused"), port=taken), before={})


def test_every_part_gets_a_port_of_its_own() -> None:
    ports = choose_ports(Settings(data_dir=Path("unused"), port=0), before={})
    assert len(set(ports.values())) == len(ports) == 9


def test_ports_stay_the_same_over_a_restart() -> None:
    settings = Settings(data_dir=Path("unused"), port=0)
    before = choose_ports(settings, before={})
    assert choose_ports(settings, before=before) == before
