"""Where the kit writes, which cluster it is told to use, the way into it, and the learner's name there.

| variable | meaning |
|---|---|
| `NBMOMENTUM_HOME` | the folder for `logs/`, `data/` and `broker/` |
| `NBMOMENTUM_BOOTSTRAP_SERVERS` | a running cluster to use instead of the embedded broker |
| `NBMOMENTUM_LEARNER` | whose topics and groups these are, on a broker that others use, too |
| `NBMOMENTUM_STAND_IN` | a stand-in league on this computer, asked instead of the NBA: http://127.0.0.1:PORT |
| `NBMOMENTUM_KAFKA_SETTINGS` | a TOML file that says the same and what follows; by default `kafka.toml` in the home |

A cluster that asks for TLS or a password takes these, by kafka-python's names. In the file they stand as they are,
as environment variables in capitals after `NBMOMENTUM_`, e.g. `NBMOMENTUM_SECURITY_PROTOCOL`; a variable wins.

    bootstrap_servers = "kafka.example.org:9093"
    security_protocol = "SASL_SSL"           # or PLAINTEXT, SSL, SASL_PLAINTEXT
    ssl_cafile = "class-ca.pem"              # beside this file; without it the system's authorities are trusted
    sasl_mechanism = "SCRAM-SHA-512"         # or PLAIN, SCRAM-SHA-256
    sasl_plain_username = "student7"
    sasl_plain_password = "..."              # then nobody else may read this file: chmod 600

The others are `ssl_certfile`, `ssl_keyfile`, `ssl_password` (a certificate of the client's own, PEM) and
`ssl_check_hostname` (true; false only where a certificate cannot name its host).
"""

import hashlib
import os
import re
import secrets
import stat
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from nbmomentum.errors import SettingsError

HOME_VARIABLE = "NBMOMENTUM_HOME"
BOOTSTRAP_SERVERS_VARIABLE = "NBMOMENTUM_BOOTSTRAP_SERVERS"
LEARNER_VARIABLE = "NBMOMENTUM_LEARNER"
HUB_USER_VARIABLE = "JUPYTERHUB_USER"
STAND_IN_VARIABLE = "NBMOMENTUM_STAND_IN"
KAFKA_SETTINGS_VARIABLE = "NBMOMENTUM_KAFKA_SETTINGS"
KAFKA_SETTINGS_FILE = "kafka.toml"

SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
SASL_OPTIONS = ("sasl_mechanism", "sasl_plain_username", "sasl_plain_password")
SSL_FILES = ("ssl_cafile", "ssl_certfile", "ssl_keyfile")
SECRETS = ("sasl_plain_password", "ssl_password")
SECURITY_OPTIONS = ("security_protocol", *SSL_FILES, "ssl_password", "ssl_check_hostname", *SASL_OPTIONS)
_SWITCHES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

# A name, an IPv4 address, or an IPv6 address in brackets. No user and no password: those would be shown.
_SERVER = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
# Nothing but this computer: a class's laptops must not be led to somebody's server.
_LEAGUE = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):(?P<port>[0-9]{1,5})/?")
PACKAGE_FOLDER = Path(__file__).parent

LEARNER_FILE = "learner"
MAX_LEARNER_CHARS = 40
# Kafka allows dots and underscores as well, and takes two topics whose names differ only in these for one.
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_MARKED = re.compile(r"-[0-9a-f]{8}$")
_CONSONANTS, _VOWELS, _SYLLABLES = "bdfgklmnprstvz", "aeiou", 5


def checkout_root() -> Path | None:
    """The source checkout this package runs from, or None when it was installed from a wheel."""
    root = PACKAGE_FOLDER.parent
    pyproject = root / "pyproject.toml"
    if not pyproject.is_file():
        return None
    name = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("project", {}).get("name")
    return root if name == "nbmomentum" else None


def home() -> Path:
    """The folder the kit writes to: `NBMOMENTUM_HOME`, else the checkout's root, else the user's data folder."""
    configured = os.environ.get(HOME_VARIABLE)
    if configured:
        return Path(configured).expanduser().absolute()
    return checkout_root() or user_data_path("nbmomentum", appauthor=False)


def home_folder(name: str) -> Path:
    """A folder inside `home()`, made if it is missing.

    Raises:
        SettingsError: The folder cannot be made.
    """
    folder = home() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_home(folder, error) from error
    return folder


def unusable_home(path: Path, error: OSError) -> SettingsError:
    """What to raise when a folder or file in `home()` cannot be made or written."""
    return SettingsError(
        f"{path} cannot be written ({error.strerror or error}). Set {HOME_VARIABLE} to a folder you can write to."
    )


def bootstrap_servers() -> str | None:
    """The cluster to use instead of a broker of ours, or None.

    Raises:
        SettingsError: What was set is not a comma-separated list of host:port, or its file cannot be used.
    """
    text = os.environ.get(BOOTSTRAP_SERVERS_VARIABLE, "").strip()
    if text:
        return checked_servers(text, BOOTSTRAP_SERVERS_VARIABLE)
    file = _kafka_file()
    text = str(_read_kafka_file(file).get("bootstrap_servers", "")).strip() if file else ""
    return checked_servers(text, f"bootstrap_servers in {file}") if text else None


def learner() -> str:
    """Who is at work: the first part of every topic's and group's name on a broker that others use, too.

    It is `NBMOMENTUM_LEARNER`, else the user of a JupyterHub, else a word that is made once and kept in the home.

    Raises:
        SettingsError: There is no name, and the home cannot be written.
    """
    named = (os.environ.get(name, "").strip() for name in (LEARNER_VARIABLE, HUB_USER_VARIABLE))
    return name_in_kafka(next(filter(None, named), "") or _kept_word())


def name_in_kafka(text: str) -> str:
    """A person's name as a part of Kafka's names: letters, digits and `-`, at most 49 of them.

    Two people never share one: a name that is changed, or looks as if it had been, ends in a mark of the original.
    """
    name = _NOT_IN_NAMES.sub("-", text).strip("-")[:MAX_LEARNER_CHARS]
    if name == text and not _MARKED.search(text):
        return name
    mark = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{name or 'learner'}-{mark}"


def _kept_word() -> str:
    """This home's own word; made by whoever asks first, the others wait and read it."""
    from filelock import FileLock  # late: whoever asks for a setting only does not pay for it

    file = home_folder(".") / LEARNER_FILE
    try:
        if word := _word_in(file):
            return word
        with FileLock(file.with_suffix(".lock")):
            if not _word_in(file):
                syllables = (secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES))
                file.write_text("".join(syllables) + "\n", encoding="utf-8")
            return _word_in(file)
    except OSError as error:
        raise unusable_home(file, error) from error


def _word_in(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else ""


def stand_in_league() -> str | None:
    """The stand-in league to ask instead of the NBA, or None.

    Raises:
        SettingsError: What was set is no address on this computer.
    """
    text = os.environ.get(STAND_IN_VARIABLE, "").strip()
    return checked_league(text, STAND_IN_VARIABLE) if text else None


def checked_league(text: str, name: str) -> str:
    """An address of a stand-in league, without a slash at its end.

    Args:
        text: `http://127.0.0.1:PORT`.
        name: What the user gave it as, for the message.

    Raises:
        SettingsError: The text is no such address, or names another computer.
    """
    league = _LEAGUE.fullmatch(text) if isinstance(text, str) else None
    if league and 0 < int(league["port"]) < 65536:
        return text.rstrip("/")
    raise SettingsError(f"{name} is {text!r:.80}; it takes an address on this computer, e.g. http://127.0.0.1:8123.")


def security_options() -> dict[str, Any]:
    """The way into that cluster: options of every Kafka client, by kafka-python's names; empty if none is needed.

    Raises:
        SettingsError: A setting is unknown, of no use, or missing; the message never holds a secret.
    """
    options: dict[str, Any] = {}
    if file := _kafka_file():
        content = _read_kafka_file(file)
        content.pop("bootstrap_servers", None)
        options = {name: _read_option(name, value, f"{name} in {file}", file.parent) for name, value in content.items()}
    options |= {
        name: _read_option(name, value, variable_of(name), Path()) for name, value in _security_variables().items()
    }
    return _checked_security(options)


def variable_of(option: str) -> str:
    """The environment variable of a security option."""
    return f"NBMOMENTUM_{option.upper()}"


class Secret(str):
    """A text that shows itself as `***`, in a repr, a message or a traceback; used as it is by what it was made for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)


def checked_servers(text: str, name: str) -> str:
    """A list of servers that can be used as it stands.

    Args:
        text: `host:port`, several separated by commas.
        name: What the user gave it as, for the message.

    Raises:
        SettingsError: The text is no such list.
    """
    servers = [_SERVER.fullmatch(server.strip()) for server in text.split(",")]
    if all(server and 0 < int(server["port"]) < 65536 for server in servers):
        return text
    shown = "an address with a user or password in it" if "@" in text else repr(text)
    raise SettingsError(f"{name} is {shown}; it takes host:port, e.g. localhost:9092, several separated by commas.")


def checked_steps(n: int) -> int:
    """A number of steps that can be taken.

    Raises:
        SettingsError: It is no whole number of at least 1.
    """
    if type(n) is int and n >= 1:
        return n
    raise SettingsError(f"A number of steps is a whole number from 1 up, not {n!r:.40}.")


def _kafka_file() -> Path | None:
    """The file with the settings of the cluster, if there is one."""
    configured = os.environ.get(KAFKA_SETTINGS_VARIABLE, "").strip()
    file = Path(configured).expanduser().absolute() if configured else home() / KAFKA_SETTINGS_FILE
    if file.is_file():
        return file
    if configured:
        raise SettingsError(f"{KAFKA_SETTINGS_VARIABLE} names {file}, and there is no such file.")
    return None


def _read_kafka_file(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read ({type(error).__name__}).") from error
    except tomllib.TOMLDecodeError as error:
        # Not as its cause: newer Pythons keep the whole text in it.
        raise SettingsError(f'{file} is no TOML ({error}); a line reads: sasl_plain_username = "me"') from None
    allowed = ("bootstrap_servers", *SECURITY_OPTIONS)
    if unknown := [name for name in content if name not in allowed]:
        raise SettingsError(f"{file} has {', '.join(map(repr, unknown))}; it takes {', '.join(allowed)}.")
    if any(name in content for name in SECRETS) and _is_open_to_others(file):
        raise SettingsError(
            f"{file} holds a password and others can read it. Run `chmod 600 {file}`, or give the password as "
            f"{variable_of(SECRETS[0])} instead."
        )
    return content


def _is_open_to_others(file: Path) -> bool:
    return sys.platform != "win32" and bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _security_variables() -> dict[str, str]:
    """The security options that environment variables give, by their names."""
    known = {variable_of(name): name for name in SECURITY_OPTIONS}
    given = [
        name for name in os.environ if name.startswith(("NBMOMENTUM_SECURITY_", "NBMOMENTUM_SSL_", "NBMOMENTUM_SASL_"))
    ]
    if unknown := sorted(set(given) - known.keys()):
        raise SettingsError(f"There is no setting {', '.join(unknown)}; there are {', '.join(known)}.")
    return {known[name]: os.environ[name].strip() for name in given if os.environ[name].strip()}


def _read_option(name: str, value: Any, origin: str, folder: Path) -> Any:
    """One option as kafka-python takes it; `origin` is what the user knows it as."""
    if name == "ssl_check_hostname":
        switch = value if isinstance(value, bool) else _SWITCHES.get(str(value).lower())
        if switch is None:
            raise SettingsError(f"{origin} is {value!r}; it takes true or false.")
        return switch
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{origin} takes a text in quotes.")
    if name in SECRETS:
        return Secret(value)
    choices = {"security_protocol": SECURITY_PROTOCOLS, "sasl_mechanism": SASL_MECHANISMS}.get(name)
    if choices and value not in choices:
        raise SettingsError(f"{origin} is {value!r}; it takes {', '.join(choices)}.")
    return _existing_file(value, origin, folder) if name in SSL_FILES else value


def _existing_file(value: str, origin: str, folder: Path) -> str:
    file = (folder / Path(value).expanduser()).absolute()
    if not file.is_file():
        raise SettingsError(f"{origin} is {value}, and there is no file {file}.")
    return str(file)


def _checked_security(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options that fit each other: what would be silently ignored, or is missing, is an error."""
    protocol = options.get("security_protocol", "PLAINTEXT")
    kinds = {"ssl_": "SSL" in protocol.split("_"), "sasl_": protocol.startswith("SASL")}
    for prefix, is_used in kinds.items():
        given = [name for name in options if name.startswith(prefix)]
        if given and not is_used:
            fitting = " or ".join(name for name in SECURITY_PROTOCOLS if prefix.strip("_").upper() in name.split("_"))
            raise SettingsError(
                f"{', '.join(given)} would not be used: security_protocol is {protocol}. "
                f"Set {variable_of('security_protocol')} to {fitting}."
            )
    if missing := [name for name in SASL_OPTIONS if kinds["sasl_"] and name not in options]:
        raise SettingsError(f"security_protocol {protocol} also needs {', '.join(map(variable_of, missing))}.")
    if "ssl_certfile" not in options and ("ssl_keyfile" in options or "ssl_password" in options):
        raise SettingsError(f"A key of the client's own also needs its certificate, {variable_of('ssl_certfile')}.")
    return dict(options)
