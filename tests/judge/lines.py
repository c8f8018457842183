"""Generated lines, written from Python: where what happens to the files matters more than the rate.

A line is what core/line.h says. Every file has a number of its own and a ledger entry after each
write().
"""

import gzip
import os
import time
import zlib

FILLER_PREFIX = "#j"


class Ledger:
    """Written lines, in the format of core/ledger.h and in memory."""

    def __init__(self, path):
        self.path = path
        self.lines = 0
        self.files = {}  # file -> number of lines
        self._out = open(path, "a", buffering=1)

    def wrote(self, file, first, count):
        self._out.write(f"W {file:016x} {first} {count}\n")
        self.lines += count
        self.files[file] = max(self.files.get(file, 0), first + count)

    def removed(self, file):
        self._out.write(f"X {file:016x}\n")


class Pen:
    """What the files of one run share: its token, its random numbers, its ledger."""

    def __init__(self, run, rng, ledger):
        self.run = run
        self.rng = rng
        self.ledger = ledger

    def text(self, file, seq, size):
        begin = self.rng.randrange(len(_WORDS) - size) if size < len(_WORDS) else 0
        payload = _WORDS[begin:begin + size] if size < len(_WORDS) else "x" * size
        return self.line(file, seq, payload)

    def line(self, file, seq, payload):
        head = f"{self.run}|{file:016x}|{seq}|{len(payload)}|"
        return f"{head}{zlib.crc32((head + payload).encode()):08x}|{payload}"


_WORDS = "GET /api/v1/orders status=200 12ms user=alice key=\"a b\" path=C:\\temp [1,2] {} " * 200


def head_of(text):
    """(file, seq) that the beginning of a line names, None when that is cut as well."""
    parts = text.split("|")
    return (int(parts[1], 16), int(parts[2])) if len(parts) > 3 else None


def cri_time():
    now = time.time_ns()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9)) + f".{now % 10**9:09d}Z"


class LogFile:
    """A log under one name: each create() begins another file, with lines of its own."""

    def __init__(self, pen, path, cri=True):
        self.pen = pen
        self.path = path
        self.cri = cri
        self.fd = -1
        self.file = 0
        self.seq = 0
        self.sizes = []  # bytes of each line of this file on the disk

    def create(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        fd = os.open(self.path, flags, 0o640)
        self.close()
        self.fd = fd
        self.begin_again()
        return self

    def begin_again(self):
        """What is written from now on is another file (this one was truncated)."""
        self.file = self.pen.rng.getrandbits(64)
        self.seq = 0
        self.sizes = []

    def frame(self, text):
        return (f"{cri_time()} stdout F {text}\n" if self.cri else text + "\n").encode()

    def write(self, count=1, size=None):
        out = []
        for seq in range(self.seq, self.seq + count):
            bytes_ = self.pen.rng.randrange(20, 300) if size is None else size
            out.append(self.frame(self.pen.text(self.file, seq, bytes_)))
        self.raw(b"".join(out))
        self.sizes += [len(line) for line in out]
        self.pen.ledger.wrote(self.file, self.seq, count)
        self.seq += count
        return self

    def filler(self, text):
        self.raw(self.frame(FILLER_PREFIX + text))
        return self

    def raw(self, data):
        while data:
            data = data[os.write(self.fd, data):]

    def rename(self, suffix):
        os.rename(self.path, self.path + "." + suffix)

    def unlink(self):
        os.unlink(self.path)
        self.pen.ledger.removed(self.file)

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1


def compress(path):
    """As the kubelet: to .tmp, renamed to .gz, the original unlinked."""
    with open(path, "rb") as source, gzip.open(path + ".tmp", "wb", 1) as target:
        target.write(source.read())
    os.rename(path + ".tmp", path + ".gz")
    os.unlink(path)


def pod_folder(root, number, container="app", namespace="judge"):
    return f"{root}/{namespace}_pod-{number}_00000000-0000-4000-9000-{number:012d}/{container}"


def pod_log(pen, root, number):
    return LogFile(pen, f"{pod_folder(root, number)}/0.log")


def raw_log(pen, folder, name):
    return LogFile(pen, f"{folder}/{name}.log", cri=False)
