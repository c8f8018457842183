"""What the test does with each kind of server: configure the agent for it, count what it holds."""

import http.client
import json
import os

import certificates
import config
import kafka_server
from nodes import PASSWORD, USER, Kafka, OpenSearch
from tls_front import TlsFront

SCROLL_DOCUMENTS = 5000


class Target:
    def __init__(self, h, options):
        self.h = h
        self.options = options
        self.node = None
        self.authority = None
        if options.tls:
            self.authority = certificates.Authority(h.folder)
            self.authority.issue(f"{h.folder}/server", "server")
            self.authority.issue(f"{h.folder}/client", "client")

    def tls_keys(self):
        client = f"{self.h.folder}/client"
        return {"ca_file": self.authority.certificate, "cert_file": f"{client}/tls.crt",
                "key_file": f"{client}/tls.key"}

    def write_config(self, sink):
        h = self.h
        document = {"agent": config.agent(h.folder, h.admin_port),
                    "sources": {"pods": config.pods(h.pods)},
                    "pipelines": {"all": config.pipeline(["pods"], ["out"])},
                    "sinks": {"out": sink}}
        with open(f"{h.folder}/tailrace.yaml", "w", encoding="utf-8") as out:
            out.write(config.render(document))

    def end(self):
        if self.node is not None:
            self.node.stop()


class KafkaTarget(Target):
    def start(self):
        folder = self.h.folder
        self.node = Kafka(folder, f"{folder}/server" if self.options.tls else None,
                          self.authority, self.options.sasl)
        self.node.start()
        broker = f"127.0.0.1:{self.node.port}"
        properties = [word for pair in self.reader_properties().items()
                      for word in ("--property", "=".join(pair))]
        self.h.server = self.h.control = kafka_server.KafkaServer(
            self.h, "--brokers", broker, *properties, partitions=Kafka.PARTITIONS)

    def reader_properties(self):
        protocol = ("sasl_" if self.options.sasl else "") + \
            ("ssl" if self.options.tls else "plaintext")
        properties = {"security.protocol": protocol}
        if self.options.tls:
            keys = self.tls_keys()
            properties.update({"ssl.ca.location": keys["ca_file"],
                               "ssl.certificate.location": keys["cert_file"],
                               "ssl.key.location": keys["key_file"]})
        if self.options.sasl:
            properties["sasl.mechanism"] = self.options.sasl
            properties.update(self.token_properties())
            if self.options.sasl != "OAUTHBEARER":
                properties.update({"sasl.username": USER, "sasl.password": PASSWORD})
        return properties

    def token_properties(self):
        if self.options.sasl != "OAUTHBEARER":
            return {}
        return {"enable.sasl.oauthbearer.unsecure.jwt": "true",
                "sasl.oauthbearer.config": f"principal={USER}"}

    def configure(self):
        keys = {"compression": "zstd", "properties": self.token_properties()}
        if self.options.tls:
            keys["tls"] = self.tls_keys()
        if self.options.sasl:
            keys["sasl"] = {"mechanism": self.options.sasl}
            if self.options.sasl != "OAUTHBEARER":
                with open(f"{self.h.folder}/password", "w", encoding="ascii") as out:
                    out.write(PASSWORD + "\n")
                keys["sasl"].update({"username": USER,
                                     "password": f"${{file:{self.h.folder}/password}}"})
        self.write_config(kafka_server.sink([f"127.0.0.1:{self.node.port}"], **keys))

    def conclude(self):
        h = self.h
        h.quiet()
        summary = h.control.summary()
        h.check(summary["disorder"] == 0,
                f"{summary['disorder']} lines behind a later one of their file")
        h.check(summary["moved"] == 0, f"{summary['moved']} files in two partitions")
        h.check(summary["trimmed"] == 0, f"{summary['trimmed']} offsets without a record")
        return {**h.conclude(), "repeats": summary["repeats"]}


class OpenSearchTarget(Target):
    """Is its own control: what Harness asks the scripted server for."""

    def __init__(self, h, options):
        super().__init__(h, options)
        self._front = None
        self._last = {"lines": 0, "items": 0, "refused_lines": 0, "strays": {}}

    def start(self):
        self.node = OpenSearch(self.h.folder)
        self.node.start()
        # Only what is asked for is indexed: generated JSON has fields of changing types.
        template = {"index_patterns": ["logs-*"], "data_stream": {}, "template": {
            "settings": {"number_of_replicas": 0, "refresh_interval": "5s"},
            "mappings": {"dynamic": False, "properties": {"@timestamp": {"type": "date_nanos"}}}}}
        self.node.ask("PUT", "/_index_template/logs", template)
        self.h.control = self
        if self.options.tls:
            context = certificates.server_context(f"{self.h.folder}/server", self.authority)
            self._front = TlsFront(context, self.node.port)

    def configure(self):
        port = self._front.port if self._front else self.node.port
        scheme = "https" if self._front else "http"
        keys = {"endpoints": [f"{scheme}://127.0.0.1:{port}"], "timeout": "20s"}
        if self.options.tls:
            keys["tls"] = self.tls_keys()
        self.write_config(config.elasticsearch(port, **keys))

    def summary(self):
        try:
            self.node.ask("POST", f"/{config.STREAM}/_refresh")
            count = self.node.ask("GET", f"/{config.STREAM}/_count")["count"]
            self._last = {**self._last, "lines": count, "items": count}
        except (OSError, ValueError, RuntimeError, http.client.HTTPException):
            pass  # It is being restarted, or has nothing yet.
        return self._last

    def documents(self, path):
        """All of them, a line each."""
        with open(path, "w", encoding="utf-8") as out:
            page = self.node.ask("POST", f"/{config.STREAM}/_search?scroll=5m",
                                 {"size": SCROLL_DOCUMENTS, "sort": ["_doc"]})
            while page["hits"]["hits"]:
                for hit in page["hits"]["hits"]:
                    out.write(json.dumps(hit["_source"], ensure_ascii=False) + "\n")
                page = self.node.ask("POST", "/_search/scroll",
                                     {"scroll": "5m", "scroll_id": page["_scroll_id"]})

    def conclude(self):
        h = self.h
        h.quiet()
        if h.agent.poll() is None:
            h.stop_agent()
        self.summary()
        path = f"{h.folder}/documents.ndjson"
        self.documents(path)
        tally = h.tally(["--documents", path])
        os.unlink(path)
        return h.result(tally, {"summary": {"forged": 0}, "strays": []})

    def end(self):
        super().end()
        if self._front:
            self._front.close()
