"""Documents of strangers are opened in a process that may crash, hang or swell without harm."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobboard import confinement
from jobboard.confinement import Unanswered, call

# Functions that the limited process calls: named, not passed.


def turn(facts, blobs):
    return {**facts, "count": len(blobs)}, [blob[::-1] for blob in blobs]


def misbehave(facts, blobs):
    match facts["how"]:
        case "raise":
            raise ValueError
        case "crash":
            os.kill(os.getpid(), 11)
        case "leave":
            os._exit(0)
        case "hang":
            while True:
                pass
        case "swell":
            bytearray(confinement.MEMORY)
        case "write":
            Path("/tmp/passerelle-confined").write_bytes(b"x")
        case "answer":
            return {}, [object()]
    return {}, []


def surroundings(facts, blobs):
    descriptors = Path("/proc/self/fd")
    opened = list(descriptors.iterdir()) if descriptors.is_dir() else []
    return {"environment": dict(os.environ), "open": len(opened)}, []


HERE = "tests.jobboard.test_confinement"


def test_an_answer_comes_back_with_its_octets():
    assert call(f"{HERE}:turn", {"é": [1, None]}, [b"abc", b"", bytes(3_000_000)]) == (
        {"é": [1, None], "count": 3},
        [b"cba", b"", bytes(3_000_000)],
    )


@pytest.mark.parametrize("how", ["raise", "crash", "leave", "hang", "swell", "write", "answer"])
def test_whatever_happens_there_the_next_call_is_answered(how):
    with pytest.raises(Unanswered):
        call(f"{HERE}:misbehave", {"how": how}, [b"x"], seconds=2)

    assert call(f"{HERE}:turn", {}, [b"ab"]) == ({"count": 1}, [b"ba"])


def test_a_function_that_does_not_exist_is_no_answer():
    with pytest.raises(Unanswered):
        call("jobboard.nowhere:nothing", {})


def test_nothing_of_ours_is_within_reach_there(monkeypatch):
    monkeypatch.setenv("PASSERELLE_SECRET_KEY", "a secret")
    said, _ = call(f"{HERE}:surroundings", {})

    assert not [name for name in said["environment"] if name.startswith("PASSERELLE")]
    assert said["open"] <= 6


def test_threads_call_side_by_side():
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda n: call(f"{HERE}:turn", {}, [bytes([n])])[1][0], range(40)))

    assert found == [bytes([n]) for n in range(40)]
