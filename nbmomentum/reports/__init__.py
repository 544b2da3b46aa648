"""What is known of the log, its writers and its readers: frozen, made by `stream`, drawn by `views`.

Each fact in one class, each figure derived from it in one place. It knows neither of the two.
"""

from nbmomentum.reports.offsets import PartitionStatus, total

__all__ = ["PartitionStatus", "total"]
