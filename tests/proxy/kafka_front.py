"""TLS before the brokers of a Kafka that speaks none: what they answer names the fronts' ports in the
place of their own, so that a client never learns where the brokers are."""

from fault_proxy import FaultProxy


class _BrokerFront(FaultProxy):
    """Of one broker. Only answers that are whole go back."""

    places = ()  # Of every broker, as a Metadata answer has it: (its own, the front's).

    async def _answers(self, connection, sock, up_reader, writer):
        while True:
            head = await up_reader.readexactly(4)
            body = await up_reader.readexactly(int.from_bytes(head, "big"))
            for own, front in self.places:
                body = body.replace(own, front)
            writer.write(head + body)
            await writer.drain()


class KafkaFront:
    """As a FaultProxy without faults, in front of `brokers` (HOST:PORT)."""

    def __init__(self, brokers, tls):
        ports = [int(broker.rpartition(":")[2]) for broker in brokers]
        self._fronts = [_BrokerFront(port, tls=tls) for port in ports]
        self.connections = []
        places = [(_place(port), _place(front.port)) for port, front in zip(ports, self._fronts)]
        for front in self._fronts:
            front.places = places
            front.connections = self.connections
        self.brokers = [f"127.0.0.1:{front.port}" for front in self._fronts]

    @property
    def tls(self):
        return self._fronts[0].tls

    @tls.setter
    def tls(self, context):
        for front in self._fronts:
            front.tls = context

    def reset_all(self):
        for front in self._fronts:
            front.reset_all()

    def close(self):
        for front in self._fronts:
            front.close()


def _place(port):
    return b"127.0.0.1" + port.to_bytes(4, "big")
