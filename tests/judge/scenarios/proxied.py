"""What networks, proxies and certificates do to requests: see tests/proxy."""

import os
import sys
import time
from typing import Callable, NamedTuple

import config
from lines import pod_log

from .registry import scenario

sys.path.insert(0, f"{os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))}"
                   "/proxy")

import certificates  # noqa: E402
from connect_proxy import ConnectProxy  # noqa: E402, F401
from fault_proxy import FaultProxy, garbage  # noqa: E402
from tiny_resolver import TinyResolver  # noqa: E402

HOST = "es.judge.test"
# Of each step of a request, and so half of the most that a request may take.
TIMEOUT = 1.0
# What a machine that others use adds to the most: to hang is to be far beyond it.
SLACK = 8.0


class Case(NamedTuple):
    name: str
    fault: dict
    seconds: float = 0.6       # that the fault lasts
    begin: Callable = None     # in place of setting `fault` for new connections
    end: Callable = None       # in place of setting none
    met: bool = True           # whether the proxy can tell that the fault was met
    refused: bool = False      # nothing may arrive while it lasts


LONG = 1.5 * TIMEOUT

CASES = [
    *[Case(f"reset_request_{n}", {"reset_after_request": n}) for n in (1, 150, 2000)],
    *[Case(f"reset_answer_{n}", {"reset_after_answer": n}) for n in (0, 1, 40)],
    Case("refuse", {"refuse": True}),
    Case("delay_applied", {"hold_answer": 3 * TIMEOUT}, LONG),
    Case("drip_request", {"pause_request": 1.0}, LONG),
    Case("drip_answer", {"pause_answer": 1.0}, LONG),
    Case("trickle_answer", {"pause_answer": 0.2}, LONG),
    Case("black_hole", {"swallow": True}, LONG),
    Case("half_open", {}, LONG, begin=lambda m: m.proxy.freeze()),
    Case("garbage", {"answer": garbage()}),
    Case("garbage_head", {"answer": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"}),
    Case("cut_answer", {"answer": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"errors\":false"}),
    Case("endless_header", {"answer": b"HTTP/1.1 200 OK\r\nX: ", "endless": b"x" * 4096}),
    Case("endless_headers", {"answer": b"HTTP/1.1 200 OK\r\n", "endless": b"X: y\r\n" * 100}),
    Case("endless_interim", {"endless": b"HTTP/1.1 100 Continue\r\n\r\n"}, LONG),
    Case("idle_close", {"close_when_idle": True}),
    Case("dns_flip", {}, LONG, begin=lambda m: m.flip(), end=lambda m: None, met=False),
]
TLS_CASES = [
    Case("tls_reset_answer", {"reset_after_answer": 40}),
    Case("tls_black_hole", {"swallow": True}, LONG),
    Case("tls_no_handshake", {"no_handshake": True}, LONG),
    Case("tls_idle_close", {"close_when_idle": True}),
    Case("tls_garbage", {"answer": garbage()}),
    Case("tls_cert_swap", {}, begin=lambda m: m.swap_certificate(), met=False),
    Case("tls_wrong_cert", {}, LONG, begin=lambda m: m.wrong_certificate(),
         end=lambda m: m.swap_certificate(), met=False, refused=True),
]


class Matrix:
    """The proxies, the name server and the certificates between agent and server."""

    def __init__(self, h):
        self.h = h
        self.authority = certificates.Authority(h.folder)
        self.swaps = 0
        self.plain = FaultProxy(h.server_port)
        self.secure = FaultProxy(h.server_port, tls=self.new_certificate(self.authority))
        self.proxy = self.plain
        self.resolver = TinyResolver({HOST: "127.0.0.1"})
        # The place that the name moves to has the same port, as it must.
        self.moved = FaultProxy(h.server_port, host="127.0.0.2", port=self.plain.port)
        h.agent_prefix = ["env", f"LD_PRELOAD={h.program('resolver_shim.so')}",
                          f"TAILRACE_TEST_DNS={self.resolver.port}"]

    def close(self):
        for part in (self.plain, self.secure, self.moved, self.resolver):
            part.close()

    def new_certificate(self, authority):
        self.swaps += 1
        folder = f"{self.h.folder}/server-{self.swaps}"
        return certificates.server_context(authority.issue(folder, HOST, f"DNS:{HOST}"))

    def swap_certificate(self):
        self.secure.tls = self.new_certificate(self.authority)
        self.secure.reset_all()

    def wrong_certificate(self):
        self.secure.tls = self.new_certificate(certificates.Authority(self.h.folder, "other"))
        self.secure.reset_all()

    def flip(self):
        """The old place takes everything and answers nothing."""
        self.plain.freeze()
        self.plain.set(swallow=True)
        self.resolver.addresses[HOST] = "127.0.0.2"

    def start_agent(self, secure):
        self.proxy = self.secure if secure else self.plain
        self.resolver.addresses[HOST] = self.proxy.host
        scheme, port = ("https" if secure else "http"), self.proxy.port
        es = {"endpoints": [f"{scheme}://{HOST}:{port}"], "timeout": f"{int(TIMEOUT * 1000)}ms",
              "retry": {"min": "20ms", "max": "200ms"}, "flush_interval": "50ms"}
        if secure:
            es["tls"] = {"ca_file": self.authority.certificate}
        self.h.configure(es=es)
        self.h.start_agent()

    def run(self, number, case):
        """A row of the table."""
        h = self.h
        log = pod_log(h.pen, h.pods, number).create()
        log.write(50)
        h.until(lambda: h.control.lines_of(log.file) == log.seq, f"first lines of {case.name}")
        stored = log.seq
        before = h.control.summary()
        if case.begin:
            case.begin(self)
        else:
            self.proxy.set(name=case.name, **case.fault)
            self.proxy.reset_all()
        end = time.monotonic() + case.seconds
        while time.monotonic() < end or not self.is_met(case):
            log.write(20)
            time.sleep(0.02)
            if time.monotonic() > end + 60:
                h.check(False, f"{case.name}: no request has met the fault")
                break
        if case.name == "dns_flip":
            h.check(bool(self.moved.connections), "dns_flip: the name was looked up again")
        if case.refused:
            h.check(h.control.lines_of(log.file) == stored, f"{case.name}: nothing was sent there")
        if case.end:
            case.end(self)
        else:
            self.proxy.set()
        ended = time.monotonic()
        log.write(20)
        written = log.seq
        while h.control.lines_of(log.file) < written and time.monotonic() < ended + h.options.bound:
            h.check_alive()
            time.sleep(0.02)
        resumed = time.monotonic() - ended
        log.close()
        after = h.control.summary()
        twice = (after["documents"] - after["lines"]) - (before["documents"] - before["lines"])
        met, held = self.proxy.met(case.name)
        return {"case": case.name, "lost": written - h.control.lines_of(log.file), "twice": twice,
                "resume_seconds": round(resumed, 2), "written": written, "met": met,
                "held_seconds": round(held, 2)}

    def is_met(self, case):
        return not case.met or self.proxy.met(case.name)[0] > 0


@scenario("every fault of tests/proxy by turns, as a table: case, lost, twice, resume time (--case)")
def proxy_matrix(h):
    h.start_server()
    matrix = Matrix(h)
    rows = []
    try:
        for secure, cases in ((False, CASES), (True, TLS_CASES)):
            cases = [case for case in cases if h.options.case in (None, case.name)]
            if not cases:
                continue
            if h.agent is not None:
                h.settle()
                h.stop_agent()
            matrix.start_agent(secure)
            for case in cases:
                rows.append(matrix.run(len(rows) + 1, case))
        h.settle()
        h.quiet(0.3)
        h.stop_agent()
    finally:
        matrix.close()
    judge_rows(h, rows)


def judge_rows(h, rows):
    h.say(f"{'case':18} {'lost':>5} {'twice':>5} {'resume s':>9} {'held s':>7} {'met':>4} {'written':>8}")
    for row in rows:
        h.say(f"{row['case']:18} {row['lost']:5} {row['twice']:5} {row['resume_seconds']:9.2f} "
              f"{row['held_seconds']:7.2f} {row['met']:4} {row['written']:8}")
    for row in rows:
        if row["lost"] or row["twice"] or row["held_seconds"] > 2 * TIMEOUT + SLACK:
            h.check(False, f"{row['case']}: {row}")
    held = max((row["held_seconds"] for row in rows), default=0)
    h.check(bool(rows), f"{len(rows)} cases; a request was held on to for at most {held} s")


class Gap:
    """The longest time in which nothing new was stored."""

    def __init__(self, h):
        self.h = h
        self.longest = 0.0
        self.lines, self.since = 0, time.monotonic()

    def wait(self, done, what, seconds=60):
        def look():
            lines = self.h.control.summary()["lines"]
            self.longest = max(self.longest, time.monotonic() - self.since)
            if lines > self.lines:
                self.lines, self.since = lines, time.monotonic()
            return done()
        self.h.until(look, what, seconds, every=0.05)

    def pass_by(self, seconds):
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end, "end of a pause", seconds + 60)


@scenario("CA and client certificate swapped by symlink under load: gap at most 30 s (--seconds)")
def certificate_swap(h):
    h.start_server()
    volume, first, second = f"{h.folder}/certs", *(certificates.Authority(h.folder, name)
                                                   for name in ("first-ca", "second-ca"))
    servers = {authority: certificates.server_context(
        authority.issue(f"{h.folder}/server-{number}", "server"), authority)
        for number, authority in enumerate((first, second))}
    proxy = FaultProxy(h.server_port, tls=servers[first])
    try:
        mount(volume, "v1", first)
        h.configure(es={"endpoints": [f"https://127.0.0.1:{proxy.port}"],
                        "tls": {"ca_file": f"{volume}/ca.crt", "cert_file": f"{volume}/tls.crt",
                                "key_file": f"{volume}/tls.key"}})
        h.start_agent()
        writer = h.start_writer(rate=2e6, containers=4)
        swap_under_load(h, proxy, volume, servers, (first, second))
        writer.stop()
        h.settle()
        h.stop_agent()
    finally:
        proxy.close()


def swap_under_load(h, proxy, volume, servers, authorities):
    first, second = authorities
    gap = Gap(h)
    gap.wait(lambda: gap.lines > 0, "first lines")
    gap.longest = 0.0
    for number in range(2, 5):
        mount(volume, f"v{number}", first)
        gap.wait(lambda n=number: shown(proxy) == f"v{n}", f"connection with certificate v{number}")
        h.check(True, f"client certificate v{number} was taken up; longest gap so far "
                      f"{gap.longest:.1f} s")
    # The server first, as nobody swaps two machines at one instant.
    proxy.tls = servers[second]
    proxy.reset_all()
    gap.pass_by(h.options.seconds or 2)
    before = gap.lines
    mount(volume, "v5", second)
    gap.wait(lambda: gap.lines > before, "line under the new authority")
    h.check(shown(proxy) == "v5", "the new authority's client certificate is shown")
    gap.pass_by(1)
    h.check(gap.longest <= 30, f"longest gap {gap.longest:.1f} s, in which the agent had the old "
                               f"authority for {h.options.seconds or 2} s")


def mount(volume, version, authority):
    """As Kubernetes mounts a secret: files are links into ..data, which is a link that moves."""
    folder = authority.issue(f"{volume}/..{version}", version)
    with open(authority.certificate, "rb") as source, open(f"{folder}/ca.crt", "wb") as target:
        target.write(source.read())
    certificates.point(f"{volume}/..data", f"..{version}")
    for name in ("ca.crt", "tls.crt", "tls.key"):
        if not os.path.islink(f"{volume}/{name}"):
            os.symlink(f"..data/{name}", f"{volume}/{name}")


def shown(proxy):
    """The client certificate of the latest connection that had one."""
    return next((c.client for c in reversed(list(proxy.connections)) if c.client), "")
