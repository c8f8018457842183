"""What an agent must not tell, and what it must not read."""

import base64
import http.client
import os
import resource
import socket
import subprocess
import time

from lines import pod_folder, pod_log

from .proxied import ConnectProxy, FaultProxy, certificates
from .registry import scenario

USER = "tailrace-user"
OWN_UID = f"00000000-0000-4000-9000-{99:012d}"


class Canaries:
    """Secrets of a run by name; a rotated one keeps its older values on the list."""

    def __init__(self, h):
        self.h = h
        self.texts = {}
        self.folder = f"{h.folder}/secrets"
        os.makedirs(self.folder)

    def make(self, name):
        text = f"canary{self.h.rng.getrandbits(96):024x}"
        self.texts.setdefault(name, []).append(text)
        return text

    def store(self, name):
        """A new value, in a file that takes the place of the last."""
        text = self.make(name)
        with open(f"{self.folder}/new", "w", encoding="ascii") as out:
            out.write(text + "\n")
        os.rename(f"{self.folder}/new", f"{self.folder}/{name}")
        return text

    def forms(self):
        """Each secret as it is, in the base64 of a header, and the body of the private key."""
        for name, texts in self.texts.items():
            for text in texts:
                yield name, text.encode()
                for user in (USER, "proxy-user"):
                    encoded = base64.b64encode(f"{user}:{text}".encode())
                    yield f"{name} in base64", encoded[-24:]
        with open(f"{self.folder}/tls.key", "rb") as key:
            yield "the private key", key.read().splitlines()[2]

    def find(self, places):
        found = []
        for place, data in places:
            found += [f"{name} in {place}" for name, form in self.forms() if form in data]
        return found


def outputs(h, canaries, extra):
    """Everything that the run has left, but for the secrets themselves."""
    for folder, _, names in os.walk(h.folder):
        if folder.startswith(canaries.folder):
            continue
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as data:
                    yield path[len(h.folder):], data.read()
    yield from extra


def admin_answers(h):
    for path in ("/", "/metrics", "/livez", "/readyz", "/status", "/config"):
        for unix in (False, True):
            connection = http.client.HTTPConnection("127.0.0.1", h.admin_port, timeout=10)
            if unix:
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.connect(f"{h.folder}/state/admin.sock")
            connection.request("GET", path)
            answer = connection.getresponse()
            yield f"{path} ({answer.status})", answer.read()
            connection.close()


@scenario("every secret of a run, wrong and rotated ones too, is in none of its outputs")
def canary(h):
    canaries = Canaries(h)
    authority = certificates.Authority(h.folder)
    authority.issue(canaries.folder, "agent")
    server = certificates.server_context(authority.issue(f"{canaries.folder}/server", "server"),
                                         authority)
    password, proxy_password = canaries.store("password"), canaries.store("proxy")
    h.start_server(item_400=0.02)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))  # The agent would inherit that.
    tls, proxy = FaultProxy(h.server_port, tls=server), ConnectProxy("proxy-user", proxy_password)
    try:
        configure(h, canaries, authority, tls.port, proxy.port)
        expect(h, password)
        h.agent_prefix = ["env", f"ID_KEY={canaries.make('id_key')}"]
        h.start_agent()
        writer = h.start_writer(rate=5e5, containers=3)
        h.until(lambda: h.control.summary()["lines"] > 500, "first lines")
        with open(f"/proc/{h.agent.pid}/limits", encoding="ascii") as file:
            limits = file.read()
        answers = list(admin_answers(h))
        harm(h, canaries, tls, proxy, server)
        answers += list(admin_answers(h))
        writer.stop()
        h.settle()
        h.quiet(0.3)
        h.stop_agent()
    finally:
        tls.close()
        proxy.close()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    h.check(core.split()[4] == "0", "no core file is made")
    h.check(proxy.refusals > 0 and proxy.tunnels > 1, f"{proxy.tunnels} tunnels were made, "
                                                      f"{proxy.refusals} refused")
    places = list(outputs(h, canaries, answers + list(commands(h))))
    found = canaries.find(places)
    h.check(not found, f"secrets found in {len(places)} outputs: {found}")
    header = base64.b64encode(f"{USER}:{password}".encode())
    planted = [("a log", password.encode()), ("a dump", b"Authorization: Basic " + header)]
    h.check(all(canaries.find([place]) for place in planted), "the search finds what is planted")
    sizes = {name: len(data) for name, data in places}
    h.check(sizes["/agent.log"] > 500, f"the log has {sizes['/agent.log']} bytes")
    h.check(os.path.getsize(h.dead_letters) > 0, "there are dead letters")


def configure(h, canaries, authority, port, proxy_port):
    h.dead_letters = f"{h.folder}/dead.ndjson"
    secret = "${file:" + canaries.folder + "/"
    h.configure(
        agent={"log_level": "debug", "core_dumps": False, "id_key": "${ID_KEY}"},
        es={"endpoints": [f"https://127.0.0.1:{port}"], "timeout": "2s",
            "user": USER, "password": secret + "password}",
            "proxy_url": "http://proxy-user:" + secret + f"proxy}}@127.0.0.1:{proxy_port}",
            "tls": {"ca_file": authority.certificate, "cert_file": f"{canaries.folder}/tls.crt",
                    "key_file": f"{canaries.folder}/tls.key"},
            "dead_letter": {"path": h.dead_letters}})


def expect(h, password):
    token = base64.b64encode(f"{USER}:{password}".encode()).decode()
    h.control.set(authorization=f"Basic {token}")


def harm(h, canaries, tls, proxy, server):
    """All that can go wrong with a secret, and each time on again."""
    def resume(what):
        lines = h.control.summary()["lines"]
        h.until(lambda: h.control.summary()["lines"] > lines, f"line after {what}")

    for what, rotated in (("password", lambda text: expect(h, text)),
                          ("proxy", lambda text: proxy.require("proxy-user", text))):
        rotated(canaries.make(what))  # The server has a new one; the agent does not know it.
        proxy.drop()
        time.sleep(0.7)
        rotated(canaries.store(what))
        resume(f"a new {what}")
    tls.tls = certificates.server_context(certificates.Authority(canaries.folder, "other").issue(
        f"{canaries.folder}/other", "server"))
    proxy.drop()
    time.sleep(0.7)
    tls.tls = server
    resume("a wrong certificate")
    os.rename(f"{canaries.folder}/password", f"{canaries.folder}/hidden")
    time.sleep(0.3)
    os.rename(f"{canaries.folder}/hidden", f"{canaries.folder}/password")
    resume("a secret that was away")


def commands(h):
    """What `check` says of this config, and of wrong ones."""
    with open(f"{h.folder}/tailrace.yaml", encoding="utf-8") as config:
        good = config.read()
    wrong = [good, good.replace("http://proxy-user", "ftp://proxy-user"),
             good.replace("}@127.0.0.1", "}%@127.0.0.1"), good.replace("password:", "pasword:"),
             good.replace("id_key:", "id_kee:"), good.replace("2s", "2parsecs")]
    for number, text in enumerate(wrong):
        path = f"{h.folder}/check-{number}.yaml"
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        done = subprocess.run([*h.agent_prefix, *h.options.agent, "check", "-v", "-c", path], check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        h.check((done.returncode == 0) == (number == 0), f"check {number}: {done.returncode}")
        yield f"check {number}", done.stdout


@scenario("the agent's own pod, by POD_UID, is read only with include_self")
def own_pod(h):
    import config
    h.start_server()
    h.agent_prefix = ["env", f"POD_UID={OWN_UID}"]
    own, other = pod_log(h.pen, h.pods, 99).create(), pod_log(h.pen, h.pods, 1).create()
    assert OWN_UID in pod_folder(h.pods, 99)
    own.write(20)
    other.write(20)
    h.configure()
    h.start_agent()
    h.until(lambda: h.control.lines_of(other.file) == 20, "lines of the other pod")
    h.quiet(0.5)
    h.check(h.control.lines_of(own.file) == 0, "nothing of its own is read")
    h.stop_agent()
    h.configure(sources={"pods": config.pods(h.pods, include_self=True)})
    h.start_agent()
    h.settle()
    h.check(h.control.lines_of(own.file) == 20, "with include_self it is")
