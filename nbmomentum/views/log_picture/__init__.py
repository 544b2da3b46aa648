"""The log itself, drawn: partitions as rows, records as they are appended, and where each group stands."""

from nbmomentum.views.log_picture.picture import LoggedPartition, LogPicture, Pointer
from nbmomentum.views.log_picture.view import LogView

__all__ = ["LogPicture", "LogView", "LoggedPartition", "Pointer"]
