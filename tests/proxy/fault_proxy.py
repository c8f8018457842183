"""A proxy that does to connections what networks and servers do when they misbehave.

It stands between an agent and a scripted server, in a thread of the test. A connection has the fault
that was set when it was accepted; freeze() changes those that are there. Under TLS the proxy is the
server that the agent sees, and the faults count plain bytes.
"""

import asyncio
import ctypes
import dataclasses
import os
import socket
import struct
import threading
import time

_LIBC = ctypes.CDLL(None, use_errno=True)
_TCP_ESTABLISHED = 1


@dataclasses.dataclass(frozen=True)
class Fault:
    """What happens to a connection; the default is nothing."""

    name: str = "none"
    reset_after_request: int = -1   # RST once so many bytes of requests went on to the server
    reset_after_answer: int = -1    # RST once so many bytes of answers went back
    hold_answer: float = 0          # seconds; the server has acted by then
    pause_request: float = 0        # seconds after each byte of a request
    pause_answer: float = 0         # seconds after each byte of an answer
    swallow: bool = False           # takes everything, passes on nothing
    refuse: bool = False            # RST at once
    answer: bytes = b""             # instead of the server's, when that has acted
    endless: bytes = b""            # after `answer`, again and again
    close_when_idle: bool = False   # FIN behind each answer, without a word of it in the header
    no_handshake: bool = False      # accepts, and never says a byte (before TLS)


class Connection:
    def __init__(self, fault):
        self.fault = fault
        self.frozen = False
        self.requested = None   # when the first byte came that met the fault
        self.answered = False   # an answer went back whole
        self.held = 0.0         # seconds from there to the agent's end of it
        self.bytes = 0          # of requests that went on
        self.client = ""        # the common name of the agent's certificate


class FaultProxy:
    """`tls` is an ssl.SSLContext of a server, or None; another one counts for new connections."""

    def __init__(self, upstream_port, host="127.0.0.1", port=0, tls=None):
        self.host = host
        self.tls = tls
        self.upstream_port = upstream_port
        self.fault = Fault()
        self.connections = []
        self._listener = socket.create_server((host, port))
        self.port = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._tasks = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    # From the test's thread.

    def set(self, **fault):
        """From now on connections have this fault; those that are there keep theirs."""
        self.fault = Fault(**fault)

    def freeze(self):
        """Those that are there stay open and pass on nothing any more: the other end is gone and
        nobody has said so."""
        self._in_loop(self._freeze)

    def reset_all(self):
        self._in_loop(self._reset_all)

    def met(self, name):
        """How many connections met the fault of this name, and the longest that an agent held on
        to one of them, in seconds."""
        hit = [c for c in list(self.connections) if c.fault.name == name and c.requested]
        return len(hit), max((c.held for c in hit), default=0.0)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    # In the loop.

    def _in_loop(self, function):
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (function(), done.set()))
        done.wait(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda *_: None)
        self._listener.setblocking(False)
        self._open = {}
        accepting = self._loop.create_task(self._accept())
        self._loop.run_forever()
        accepting.cancel()
        self._reset_all()
        for task in list(self._tasks):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _accept(self):
        while True:
            sock, _ = await self._loop.sock_accept(self._listener)
            task = self._loop.create_task(self._serve(sock))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _freeze(self):
        for connection in self._open:
            connection.frozen = True
            connection.fault = dataclasses.replace(self.fault, name="half_open")

    def _reset_all(self):
        for sock in self._open.values():
            _reset(sock)

    async def _serve(self, sock):
        connection = Connection(self.fault)
        self.connections.append(connection)
        self._open[connection] = sock
        watch = self._loop.create_task(self._watch(connection, sock))
        try:
            await self._carry(connection, sock)
        except (OSError, asyncio.IncompleteReadError, EOFError):
            pass
        finally:
            watch.cancel()
            self._open.pop(connection, None)
            sock.close()

    async def _watch(self, connection, sock):
        """How long the agent holds on, seen from the kernel: whoever reads nothing sees no end."""
        while True:
            await asyncio.sleep(0.05)
            if connection.requested is None or connection.answered:
                continue
            if sock.fileno() < 0 or _state(sock) != _TCP_ESTABLISHED:
                return
            connection.held = time.monotonic() - connection.requested

    async def _carry(self, connection, sock):
        if connection.fault.refuse:
            connection.requested = time.monotonic()
            return _reset(sock)
        if connection.fault.no_handshake:
            connection.requested = time.monotonic()
            while _state(sock) == _TCP_ESTABLISHED:
                await asyncio.sleep(0.05)
            return None
        reader, writer = await self._streams(sock)
        connection.client = _common_name(writer.get_extra_info("peercert"))
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            pumps = [self._loop.create_task(self._requests(connection, sock, reader, up_writer)),
                     self._loop.create_task(self._answers(connection, sock, up_reader, writer))]
            _, rest = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in rest:
                pump.cancel()
            return None
        finally:
            up_writer.transport.abort()
            writer.close()

    async def _streams(self, sock):
        sock.setblocking(False)
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await self._loop.connect_accepted_socket(
            lambda: protocol, sock.dup(), ssl=self.tls)
        return reader, asyncio.StreamWriter(transport, protocol, reader, self._loop)

    async def _requests(self, connection, sock, reader, up_writer):
        while True:
            fault = connection.fault
            data = await reader.read(1 if fault.pause_request else 65536)
            if not data:
                return
            fault = connection.fault
            connection.answered = False
            if fault.name != "none" and connection.requested is None:
                connection.requested = time.monotonic()
            if connection.frozen or fault.swallow:
                continue
            connection.bytes += len(data)
            limit = fault.reset_after_request
            if 0 <= limit <= connection.bytes:
                up_writer.write(data[:len(data) - (connection.bytes - limit)])
                await up_writer.drain()
                return _reset(sock)
            up_writer.write(data)
            await up_writer.drain()
            await asyncio.sleep(fault.pause_request)

    async def _answers(self, connection, sock, up_reader, writer):
        sent = 0
        while True:
            data = await up_reader.read(65536)
            if not data:
                return
            while connection.frozen:
                await asyncio.sleep(1)
            fault = connection.fault
            await asyncio.sleep(fault.hold_answer)
            if fault.answer or fault.endless:
                return await self._replace_answer(fault, writer)
            limit = fault.reset_after_answer
            if 0 <= limit <= sent + len(data):
                writer.write(data[:limit - sent])
                await writer.drain()
                return _reset(sock)
            sent += len(data)
            await self._send(data, fault.pause_answer, writer)
            # Good enough: the scripted server writes an answer at once, and they are small.
            connection.answered = True
            if fault.close_when_idle:
                return None

    async def _replace_answer(self, fault, writer):
        writer.write(fault.answer)
        await writer.drain()
        while fault.endless:
            writer.write(fault.endless)
            await writer.drain()
            await asyncio.sleep(0.001)

    async def _send(self, data, pause, writer):
        if not pause:
            writer.write(data)
            return await writer.drain()
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(pause)
        return None


def _common_name(certificate):
    subject = (certificate or {}).get("subject", ())
    return next((value for part in subject for key, value in part if key == "commonName"), "")


def garbage(size=400):
    return os.urandom(size)


def _reset(sock):
    """RST instead of FIN, at once and whoever else holds the descriptor: connecting to nowhere does
    it, where closing waits for the last duplicate."""
    address = struct.pack("H14x", socket.AF_UNSPEC)
    _LIBC.connect(sock.fileno(), address, len(address))


def _state(sock):
    try:
        return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    except OSError:
        return 0
