"""The broker ladder: start, join, hold, reset; see `ladder`."""

from nbmomentum.stream.broker.ladder import (
    EMBEDDED,
    EXTERNAL,
    Broker,
    Rung,
    broker_status,
    hold_broker,
    release_broker,
    reset_broker,
    saved_bytes,
    settle_broker,
    start_broker,
)

__all__ = [
    "EMBEDDED",
    "EXTERNAL",
    "Broker",
    "Rung",
    "broker_status",
    "hold_broker",
    "release_broker",
    "reset_broker",
    "saved_bytes",
    "settle_broker",
    "start_broker",
]
