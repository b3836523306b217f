"""An SMTP server that accepts everything and keeps nothing but a count: `python -m benchmarks.sinks.fast PORT`.

It reads into one buffer, looks for the end of a body without copying it, and answers every command of a write at once.
Standard input is its leash: it ends when that is closed, and answers each line there with how many mails it has taken.
"""

from __future__ import annotations

import asyncio
import sys

BUFFER = 512 * 1024
END = b"\r\n.\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n"

taken = 0


class Sink(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._tail = b""  # of a body: its last octets, in which its end may have begun
        self._half = b""  # a command whose line has not ended
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        said = list[bytes]()
        start = self._skip_body(0, nbytes, said) if self._in_body else 0
        while start < nbytes and not self._in_body:
            end = self._buffer.find(b"\n", start, nbytes)
            if end < 0:
                self._half += self._view[start:nbytes]
                break
            line = self._half + self._view[start : end + 1]
            self._half = b""
            said.append(self._answer(line[:4].upper()))
            start = end + 1
            if self._in_body:
                self._tail = b"\r\n"
                start = self._skip_body(start, nbytes, said)
        if said:
            self._transport.write(b"".join(said))

    def _skip_body(self, start: int, nbytes: int, said: list[bytes]) -> int:
        """Pass over a body; return where what follows it begins."""
        global taken
        joint = self._tail + self._view[start : min(start + len(END), nbytes)]
        at = joint.find(END)
        if at >= 0:
            following = start + at + len(END) - len(self._tail)
        else:
            at = self._buffer.find(END, start, nbytes)
            if at < 0:
                self._tail = (self._tail + self._view[max(start, nbytes - len(END) + 1) : nbytes])[-len(END) + 1 :]
                return nbytes
            following = at + len(END)
        self._in_body = False
        taken += 1
        said.append(b"250 2.0.0 taken\r\n")
        return following

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"DATA":
            self._in_body = True
            return b"354 go on\r\n"
        if verb == b"EHLO":
            return HELLO
        if verb == b"QUIT":
            self._transport.close()
            return b"221 bye\r\n"
        return b"250 2.1.0 ok\r\n"


async def serve(port: int) -> None:
    """Listen until standard input is closed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", port)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("listening", flush=True)
    while await reader.readline():
        print(taken, flush=True)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
