"""What /proc says about a process, and how children are started so that none outlives the judge."""

import ctypes
import os
import signal
import socket
import subprocess
import threading

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_TICKS = os.sysconf("SC_CLK_TCK")


def _die_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(argv, stdout, stderr, stdin=subprocess.DEVNULL):
    return subprocess.Popen(argv, stdin=stdin, stdout=stdout, stderr=stderr,
                            preexec_fn=_die_with_parent)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_mib(pid, key="VmRSS"):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(key + ":"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def open_paths(pid):
    """What the descriptors of a process point to; a deleted file ends in ' (deleted)'."""
    paths = set()
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                paths.add(os.readlink(f"/proc/{pid}/fd/{name}"))
            except OSError:
                continue
    except OSError:
        pass
    return paths


def held_deleted_bytes(pid, below):
    """Disk space of deleted files below a folder that a process holds open."""
    held = {}
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            link = f"/proc/{pid}/fd/{name}"
            try:
                path = os.readlink(link)
                if path.startswith(below) and path.endswith(" (deleted)"):
                    status = os.stat(link)
                    held[status.st_ino] = status.st_blocks * 512
            except OSError:
                continue
    except OSError:
        pass
    return sum(held.values())


class RssWatch:
    """The highest resident size over all processes that were given to it."""

    def __init__(self):
        self.peak_mib = 0.0
        self._pid = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def follow(self, pid):
        self._pid = pid

    def sample(self):
        if self._pid is not None:
            self.peak_mib = max(self.peak_mib, rss_mib(self._pid, "VmHWM"))

    def end(self):
        self.sample()
        self._ending.set()
        self._thread.join()

    def _loop(self):
        while not self._ending.wait(0.1):
            self.sample()
