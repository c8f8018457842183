"""A name server (RFC 1035) that knows one kind of answer: the address that was set last. In a thread
of the test; who asks it is resolver_shim.cc, within the agent."""

import socket
import struct
import threading

_A = 1


class TinyResolver:
    def __init__(self, addresses):
        """`addresses`: name to IPv4 address, as text; change it while it runs."""
        self.addresses = dict(addresses)
        self.questions = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _run(self):
        while True:
            query, sender = self._socket.recvfrom(512)
            if not query:
                return
            if len(query) > 12:
                self.questions += 1
                self._socket.sendto(self._answer(query), sender)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack_from("!H", query, at + 1)[0]
        question = query[12:at + 5]
        address = self.addresses.get(".".join(labels))
        found = address is not None and kind == _A
        flags = 0x8400 if address is not None else 0x8403  # NXDOMAIN for a name that is none.
        head = query[:2] + struct.pack("!5H", flags, 1, 1 if found else 0, 0, 0)
        if not found:
            return head + question
        # A pointer to the question's name, class IN, a time to live of 0.
        return head + question + struct.pack("!HHHIH", 0xC00C, _A, 1, 0, 4) + socket.inet_aton(address)
