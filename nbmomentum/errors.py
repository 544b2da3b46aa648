"""Every error the kit raises on purpose, in one tree.

```
NbmomentumError
├── InvalidEvent (ValueError)       a record or row that is no scoring event
├── InvalidClock (ValueError)       a text that is no game clock
├── UnknownGame (LookupError)       no game with this id
├── UnknownTeam (LookupError)       no team with this code
├── InvalidGameFile (ValueError)    a file of saved events that cannot be read
├── ExportError (ValueError)        a table that cannot be written as asked
├── SettingsError (ValueError)      an environment variable or option that cannot be used
├── RunnerError (RuntimeError)      a thread of ours ended by an error, or did not stop in time
└── BrokerError (RuntimeError)      a broker that cannot be started or reached
    ├── BrokerUnavailable           nothing answers at this address
    ├── BrokerRefused               a broker is there, but not for us: password, certificate, security protocol
    └── BrokerStartFailed           a process of the broker ended or stayed silent
```

Each message says what was wrong and what to do next.
"""


class NbmomentumError(Exception):
    """Root of all errors of the kit."""


class InvalidEvent(NbmomentumError, ValueError):
    """A record or row that cannot be read as a scoring event; the message is the reason."""


class InvalidClock(NbmomentumError, ValueError):
    """A text that is no game clock."""


class UnknownGame(NbmomentumError, LookupError):
    """No game with this id is known."""


class UnknownTeam(NbmomentumError, LookupError):
    """No team has this code."""


class InvalidGameFile(NbmomentumError, ValueError):
    """A file of saved events that cannot be read; the message names the file, the line and the reason."""


class ExportError(NbmomentumError, ValueError):
    """A table that cannot be written in the form that was asked for."""


class SettingsError(NbmomentumError, ValueError):
    """A setting that cannot be used as it stands."""


class RunnerError(NbmomentumError, RuntimeError):
    """A background thread ended by an error, or did not stop in time."""


class BrokerError(NbmomentumError, RuntimeError):
    """A broker that cannot be started or reached."""


class BrokerUnavailable(BrokerError):
    """Nothing answers at the broker's address."""


class BrokerRefused(BrokerError):
    """A broker is there, but the security settings do not fit: trying again brings the same."""


class BrokerStartFailed(BrokerError):
    """The broker's process ended or stayed silent before it was ready."""
