#!/usr/bin/env python3
"""Set up, run, test, check, measure and build ApexLab from a checkout; standard library only.

python3 dev.py run [--headless] [FILE ...]   the app with these files, else the demo session
python3 dev.py test [--long] [ARGS]          every test; ARGS go to pytest
python3 dev.py setup | lint | bench [NAME] | build | server
"""

from __future__ import annotations

import ctypes
import glob
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SYSLIBS = VENV / "syslibs"
STAMP = VENV / "apexlab-stamp"
EXTRAS = "dev"
OLDEST, NEWEST = (3, 11), (3, 13)
ENVIRONMENT_FAULT = 3
NO_TESTS_COLLECTED = 5
MOST_WORKERS = 4

# What Qt loads from the system: soname, then the package of apt, dnf and pacman.
QT_LIBRARIES = (
    ("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    ("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
)
WINDOW_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
)
PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def say(text: str) -> None:
    print("dev.py: " + text, file=sys.stderr, flush=True)


def stop(text: str) -> None:
    """End with one clear message: something of the machine is missing."""
    say(text)
    raise SystemExit(ENVIRONMENT_FAULT)


def call(command: list[str], env: dict[str, str] | None = None) -> int:
    return subprocess.call(command, cwd=str(ROOT), env=env)


def output_of(command: list[str], env: dict[str, str] | None = None) -> str | None:
    """Return what `command` prints, or None when it fails."""
    try:
        done = subprocess.run(
            command, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode("utf-8", "replace")


# ---- Python -------------------------------------------------------------------------------------


def ensure_python() -> None:
    """Go on under Python 3.11 to 3.13: this one, or the newest on PATH that works."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and output_of([found, "-c", "import venv"]) is not None:
            say("Python {}.{} is not supported, using {}".format(*sys.version_info[:2], found))
            arguments = [found, str(ROOT / "dev.py"), *sys.argv[1:]]
            raise SystemExit(subprocess.call(arguments))
    stop(
        "needs Python 3.11-3.13; this is {}.{} and there is no python3.13, python3.12 or python3.11"
        " on PATH".format(*sys.version_info[:2])
    )


# ---- system libraries ---------------------------------------------------------------------------


def is_linux() -> bool:
    return sys.platform.startswith("linux")


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_display() -> bool:
    if not is_linux():
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def can_load(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(*, for_window: bool) -> list[tuple[str, str, str, str]]:
    """Return the rows of the libraries that Qt would not find."""
    if not is_linux():
        return []
    wanted = QT_LIBRARIES + (WINDOW_LIBRARIES if for_window else ())
    missing = [row for row in wanted if not can_load(row[0])]
    if (
        missing and SYSLIBS.is_dir()
    ):  # unpacked earlier: visible only to a child with our environment
        command = [sys.executable, "-c", PROBE, *(row[0] for row in missing)]
        still = (output_of(command, child_environment()) or "").split()
        missing = [row for row in missing if row[0] in still]
    return missing


def ensure_libraries(*, for_window: bool) -> None:
    """Find or get the libraries Qt needs, by the first way of four that works."""
    missing = missing_libraries(for_window=for_window)
    if not missing:
        return
    packages = [row[1] for row in missing]
    say("missing system libraries: " + " ".join(row[0] for row in missing))
    if shutil.which("apt-get"):
        if is_root():
            apt_install(packages)
        else:
            unpack_packages(packages)
    missing = missing_libraries(for_window=for_window)
    if missing:
        stop("install the missing libraries and try again:\n" + install_lines(missing))


def install_lines(missing: list[tuple[str, str, str, str]]) -> str:
    """Return one line per package manager."""
    tools = ("apt-get install --no-install-recommends", "dnf install", "pacman -S")
    lines = []
    for column, tool in enumerate(tools, start=1):
        names = sorted({row[column] for row in missing})
        lines.append("  sudo {} {}".format(tool, " ".join(names)))
    return "\n".join(lines)


def apt_install(packages: list[str]) -> bool:
    """Install `packages` as root; the lists are renewed once."""
    say("installing with apt-get: " + " ".join(packages))
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    return call(["apt-get", "update", "-q"], env) == 0 and call(install, env) == 0


def unpack_packages(packages: list[str]) -> bool:
    """Download `packages` and what they need and unpack them into `.venv/syslibs`, without root."""
    say("not root: unpacking into .venv/syslibs: " + " ".join(packages))
    folder = SYSLIBS / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    options: list[str] = []
    names = packages_to_unpack(packages, options)
    if not names:  # a bare system keeps no package lists: fetch our own copy
        options = own_apt_folders()
        call(["apt-get", *options, "update", "-q"])
        names = packages_to_unpack(packages, options)
    download = ["apt-get", *options, "download", *names]
    if not names or subprocess.call(download, cwd=str(folder)) != 0:
        return False
    archives = sorted(folder.glob("*.deb"))
    unpacked = [call(["dpkg-deb", "-x", str(archive), str(SYSLIBS)]) for archive in archives]
    shutil.rmtree(str(folder))
    return not any(unpacked)


def packages_to_unpack(packages: list[str], options: list[str]) -> list[str]:
    """Return `name=version` of everything apt would install, empty when it knows no way."""
    command = ["apt-get", *options, "install", "-s", "-q", "--no-install-recommends", *packages]
    names = []
    for line in (output_of(command) or "").splitlines():
        words = line.split()
        if words[:1] == ["Inst"]:  # Inst libgl1 (1.6.0-1 Debian:12/stable [amd64])
            version = line.split("(", 1)[1].split(" ", 1)[0]
            names.append(f"{words[1]}={version}")
    return names


def own_apt_folders() -> list[str]:
    """Return options that let apt-get keep its lists where an ordinary user may write."""
    lists, cache = SYSLIBS / "apt" / "lists", SYSLIBS / "apt" / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]


def child_environment(**extra: str) -> dict[str, str]:
    """Return the environment in which the Python that imports Qt must start."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    env["PATH"] = os.pathsep.join([str(venv_python().parent), env.get("PATH", "")])
    env.update(extra)
    if not SYSLIBS.is_dir():
        return env
    triplet = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    folders = [str(SYSLIBS / "usr/lib" / triplet), str(SYSLIBS / "lib" / triplet)]
    env["LD_LIBRARY_PATH"] = os.pathsep.join([*folders, env.get("LD_LIBRARY_PATH", "")]).strip(":")
    data = {"XKB_CONFIG_ROOT": "usr/share/X11/xkb", "FONTCONFIG_PATH": "etc/fonts"}
    for variable, place in data.items():
        if (SYSLIBS / place).is_dir() and not Path("/", place).is_dir():
            env.setdefault(variable, str(SYSLIBS / place))
    return env


# ---- the environment in .venv -------------------------------------------------------------------


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def tool(name: str) -> str:
    return str(venv_python().parent / (name + (".exe" if os.name == "nt" else "")))


def stamp() -> str:
    """Return a digest of everything that decides what `.venv` must hold."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    digest.update(repr((sys.version_info[:3], EXTRAS, str(ROOT))).encode())
    return digest.hexdigest()


def ensure_set_up(*, for_window: bool = False) -> None:
    """Make `.venv` hold exactly the pinned packages; a second call does nothing."""
    ensure_libraries(for_window=for_window)
    if STAMP.is_file() and STAMP.read_text() == stamp() and venv_python().exists():
        return
    say("setting up .venv (needs the package index, once)")
    if STAMP.exists():
        STAMP.unlink()
    create_venv()
    pip = [str(venv_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += ["-c", "constraints.txt"]
    env = child_environment()
    # The build backend first and from the same pins: no build environment that escapes them.
    for wanted in (["hatchling", "editables"], ["--no-build-isolation", "-e", f".[{EXTRAS}]"]):
        if call([*pip, *wanted], env) != 0:
            stop("pip could not install the packages; see its lines above")
    if call([str(venv_python()), "-c", "import PySide6.QtWidgets"], env) != 0:
        stop("Qt does not load; see the line above")
    STAMP.write_text(stamp())


def create_venv() -> None:
    """Create `.venv` for this Python unless it is there; on Debian that may need a package."""
    question = "import sys; print(*sys.version_info[:3], sys.prefix)"
    answer = " ".join(str(part) for part in (*sys.version_info[:3], VENV))
    if (output_of([str(venv_python()), "-c", question]) or "").strip() == answer:
        return
    for entry in VENV.iterdir() if VENV.is_dir() else ():
        if entry != SYSLIBS:
            shutil.rmtree(str(entry)) if entry.is_dir() else entry.unlink()
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not has_ensurepip() and is_root() and shutil.which("apt-get"):
        apt_install([package])
    make = [sys.executable, "-m", "venv", str(VENV)]
    if has_ensurepip():
        done = call(make) == 0
    else:
        done = call([*make, "--without-pip"]) == 0 and install_pip_from_wheel()
    if not done:
        stop(f"cannot create .venv without ensurepip: sudo apt-get install {package}")


def has_ensurepip() -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def install_pip_from_wheel() -> bool:
    """Install pip from Debian's own wheel of it, unpacked without root."""
    if not shutil.which("apt-get") or not unpack_packages(["python3-pip-whl"]):
        return False
    wheels = glob.glob(str(SYSLIBS / "usr/share/python-wheels/pip-*.whl"))
    pip = [str(Path(wheels[0], "pip")), "install", "-q", "--no-index", wheels[0]] if wheels else []
    return bool(pip) and call([str(venv_python()), *pip]) == 0


# ---- commands -----------------------------------------------------------------------------------


def setup(arguments: list[str]) -> int:
    ensure_set_up(for_window=has_display() and is_linux())
    say("ready: python3 dev.py run, or .venv/bin/apexlab --help")
    return 0


def run(arguments: list[str]) -> int:
    """Open the files given, else the demo session; without a display print and render it."""
    is_headless = "--headless" in arguments or not has_display()
    files = [os.path.abspath(name) for name in arguments if name != "--headless"]
    ensure_set_up(for_window=not is_headless)
    command = [str(venv_python()), "-m", "apexlab_desktop", *(["open"] if files else ["demo"])]
    if not is_headless:
        return call([*command, *files], child_environment())
    env = child_environment(QT_QPA_PLATFORM="offscreen")
    return call([*command, "--headless", *files], env)


def test(arguments: list[str]) -> int:
    """Run pytest: what may share the cores together, then what measures, alone."""
    ensure_set_up()
    platform = os.environ.get("APEXLAB_TEST_PLATFORM", "offscreen")
    env = child_environment(QT_QPA_PLATFORM=platform)
    pytest = [str(venv_python()), "-m", "pytest"]
    if "--long" in arguments:
        pytest.append("--timeout=3600")
    if {"-m", "-n", "--co", "--collect-only", "--pdb"} & set(arguments):
        return call([*pytest, *arguments], env)
    workers = min(usable_cores(), MOST_WORKERS)
    together = ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []
    codes = [
        call([*pytest, "-m", "not serial", *together, *arguments], env),
        call([*pytest, "-m", "serial", *arguments], env),
    ]
    ran = [code for code in codes if code != NO_TESTS_COLLECTED]
    return max(ran) if ran else NO_TESTS_COLLECTED


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lint(arguments: list[str]) -> int:
    """Run every static check and name those that fail."""
    ensure_set_up()
    env = child_environment()
    checks = ("ruff check .", "ruff format --check .", "mypy", "lint-imports")
    failed = []
    for check in checks:
        say(check)
        name, *options = check.split()
        if call([tool(name), *options], env) != 0:
            failed.append(check)
    if failed:
        say("failed: " + ", ".join(failed))
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Measure all rows, or the one named, and write out/bench.json."""
    ensure_set_up()
    env = child_environment(QT_QPA_PLATFORM="offscreen")
    return call([str(venv_python()), "-m", "tests.bench", *arguments], env)


def build(arguments: list[str]) -> int:
    """Freeze the app into dist/apexlab and let it test itself."""
    ensure_set_up()
    env = child_environment(QT_QPA_PLATFORM="offscreen")
    freeze = [tool("pyinstaller"), "--noconfirm", "--log-level=WARN", "build.spec"]
    app = str(ROOT / "dist" / "apexlab" / ("apexlab.exe" if os.name == "nt" else "apexlab"))
    steps = (freeze, [app, "--version"], [app, "--selftest"])
    return next((code for code in (call(step, env) for step in steps) if code), 0)


def server(arguments: list[str]) -> int:
    say("this version has no server; the desktop needs none")
    return ENVIRONMENT_FAULT


COMMANDS = {f.__name__: f for f in (setup, run, test, lint, bench, build, server)}


def main() -> int:
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if name not in COMMANDS:
        print(__doc__)
        return 0 if name in ("-h", "--help") else 2
    if name != "server":
        ensure_python()
    try:
        return COMMANDS[name](arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
