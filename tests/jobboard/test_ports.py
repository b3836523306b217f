from __future__ import annotations

import socket
from pathlib import Path

import pytest

from jobboard import ports


def test_a_free_port_is_none_that_a_connection_may_be_given() -> None:
    lowest_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    found = [ports.free() for _ in range(50)]
    assert all(10_000 <= port < lowest_given for port in found)
    assert len(set(found)) > 40


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as server:
        server.bind((ports.HOST, ports.free()))
        server.listen()
        port = server.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)


@pytest.mark.parametrize("told", ["", "1024\t65535\n", "nonsense"])
def test_a_system_that_tells_no_range_that_serves_is_taken_for_a_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    (tmp_path / "range").write_text(told)
    monkeypatch.setattr(ports, "_RANGE", tmp_path / "range")
    assert all(10_000 <= ports.free() < 32_768 for _ in range(20))


def test_no_free_port_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(OSError, match="no port is free"):
        ports.free()
