"""The scripted server's control port, and the agent's metrics page."""

import http.client
import json
import socket
import urllib.request


class Control:
    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def _ask(self, method, path, body=None):
        self._connection.request(method, path, body)
        answer = self._connection.getresponse()
        data = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"judge_bulk_server: {path}: {data}")
        return data

    def set(self, **faults):
        self._ask("POST", "/_control", json.dumps(faults))

    def roll_over(self):
        self._ask("POST", "/_judge/rollover", "")

    def summary(self):
        return self._ask("GET", "/_judge/summary")

    def strays(self):
        return self._ask("GET", "/_judge/strays")

    def lines_of(self, file):
        return self._ask("GET", f"/_judge/file/{file:016x}")["lines"]


def metric(port, name):
    """The sum over all label sets of a metric of the agent; 0 when it is not there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        text = page.read().decode()
    total = 0.0
    for line in text.splitlines():
        if line.startswith(name) and line[len(name)] in "{ ":
            total += float(line.rsplit("}", 1)[-1].split()[0])
    return total


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def status(socket_path):
    """What the agent says of itself on its admin socket."""
    connection = _UnixConnection(socket_path)
    try:
        connection.request("GET", "/api/v1/status")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
