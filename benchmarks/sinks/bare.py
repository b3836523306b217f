"""A bare sender: joins octets, hashes and signs them, writes them; no database, no record, nothing else.

`python -m benchmarks.sinks.bare PORT FILE KEY FIRST COUNT CONNECTIONS` is one of its processes.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PROCESSES = 2
CONNECTIONS = 1  # of each process: on loopback more only cost switches
ENVELOPE = b"MAIL FROM:<v-%026d@passerelle.localhost>\r\nRCPT TO:<reader%d@asso.example>\r\nDATA\r\n"


@dataclass(frozen=True)
class Octets:
    """A letter cut at the 26 octets in which copies differ; as many and as long as the product's."""

    header: bytes  # without the fields of one reader
    canonical: bytes  # of what is signed in it
    pieces: list[bytes]


class Sender:
    """One process's share of the mails, over several connections."""

    def __init__(self, octets: Octets, key: Path | None) -> None:
        self._octets = octets
        self._key = serialization.load_pem_private_key(key.read_bytes(), password=None) if key else None
        self._beginning = hashlib.sha256(octets.pieces[0])

    def mail(self, number: int) -> bytes:
        """Return one copy."""
        token = b"%026d" % number
        body = token.join(self._octets.pieces)
        own = (
            b"To: Zoe <reader%d@asso.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <%s@passerelle>\r\n"
            b"Reply-To: <r-%s@passerelle.localhost>\r\n"
            b"List-Unsubscribe: <http://127.0.0.1:8000/desabonnement/%s>,\r\n <mailto:u-%s@passerelle.localhost>\r\n"
        ) % (number, token, token, token, token)
        if self._key is None:
            return b"".join((own, self._octets.header, b"\r\n", body))
        digest = self._beginning.copy()
        digest.update(memoryview(body)[len(self._octets.pieces[0]) :])
        field = b"DKIM-Signature: v=1; a=x; c=relaxed/simple; d=passerelle.localhost; s=bench; h=to; bh=%s; b=" % (
            base64.b64encode(digest.digest())
        )
        signed = own + self._octets.canonical + field
        if isinstance(self._key, RSAPrivateKey):
            signature = self._key.sign(signed, PKCS1v15(), hashes.SHA256())
        else:
            signature = self._key.sign(hashlib.sha256(signed).digest())  # type: ignore[union-attr, call-arg]  # Ed25519
        return b"".join((field, base64.b64encode(signature), b"\r\n", own, self._octets.header, b"\r\n", body))

    def run(self, port: int, numbers: range) -> None:
        """Say those mails on one connection: a body and the next envelope in one write."""
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            replies = sock.makefile("rb")
            replies.readline()
            sock.sendall(b"EHLO bare\r\n")
            while replies.readline()[3:4] == b"-":
                pass
            sock.sendall(ENVELOPE % (numbers[0], numbers[0]))
            for number in numbers:
                body = self.mail(number)
                assert [replies.readline()[:1] for _ in range(3)] == [b"2", b"2", b"3"]
                envelope = ENVELOPE % (number + 1, number + 1) if number + 1 in numbers else b""
                sock.sendall(b"".join((body, b".\r\n", envelope)))
                assert replies.readline()[:1] == b"2"


def rate(port: int, octets: Octets, key: Path | None, *, mails: int) -> float:
    """Return how many mails a second leave."""
    share = mails // PROCESSES
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\0".join((octets.header, octets.canonical, *octets.pieces)))
        file.flush()
        command = [sys.executable, "-m", "benchmarks.sinks.bare", str(port), file.name, str(key or "")]
        running = [
            subprocess.Popen(
                [*command, str(number * share), str(share), str(CONNECTIONS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for number in range(PROCESSES)
        ]
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
        began = time.monotonic()
        for one in running:
            assert one.stdin is not None
            one.stdin.close()
        assert [one.wait(600) for one in running] == [0] * PROCESSES
        return share * PROCESSES / (time.monotonic() - began)


def main(port: int, file: Path, key: Path | None, first: int, count: int, connections: int) -> None:
    """Send one process's share, once standard input is closed."""
    header, canonical, *pieces = file.read_bytes().split(b"\0")
    sender = Sender(Octets(header, canonical, pieces), key)
    print("ready", flush=True)
    sys.stdin.read()
    share = count // connections
    threads = [
        threading.Thread(target=sender.run, args=(port, range(start, start + share)))
        for start in range(first, first + share * connections, share)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(
        int(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]) if sys.argv[3] else None,
        int(sys.argv[4]),
        int(sys.argv[5]),
        int(sys.argv[6]),
    )
