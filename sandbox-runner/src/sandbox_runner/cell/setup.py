"""Turn a freshly cloned process into a cell: own root, own limits, nothing else within reach."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import sys
from dataclasses import dataclass

from sandbox_runner.cell import kernel

REQUEST_FD, REPORT_FD = 10, 11
MIB = 1024 * 1024
_BASE = "/tmp"
_OLD_ROOT = "/.old"
_DEVICES = ("null", "zero", "random", "urandom")
_PASSWD = "learner:x:1000:1000:learner:/tmp:/bin/false\n"
_INSIDE_ID = 1000


@dataclass(frozen=True)
class Limits:
    """What one execution may use; sizes in bytes, times in seconds."""

    memory: int = 50 * MIB
    memory_slack: int = 5 * MIB
    file_size: int = 16 * MIB
    cpu_s: int = 12
    descriptors: int = 64
    threads: int = 64


@dataclass(frozen=True)
class Baseline:
    """What the idle cell costs, to be subtracted from what the learner used."""

    address_space: int
    peak_rss: int
    cpu_s: float


def take_descriptors(request: int, output: int, errors: int, report: int) -> None:
    """Keep the four given descriptors at their fixed numbers, /dev/null as stdin, and close the rest."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    # Away from the targets first: a received descriptor may already sit on 10 or 11.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 200) for fd in (nothing, output, errors, request, report)]
    for source, target in zip(high, (0, 1, 2, REQUEST_FD, REPORT_FD), strict=True):
        os.dup2(source, target)
    os.closerange(3, REQUEST_FD)
    os.closerange(REPORT_FD + 1, 4096)


def reset_signals() -> None:
    """Undo the zygote's signal handling."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def map_identity(uid: int, gid: int) -> None:
    """Be an ordinary user inside the new user namespace."""
    # A process that is not dumpable may not write its own maps.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    if os.path.exists("/proc/self/setgroups"):  # gVisor has none
        _write_own("setgroups", "deny")
    _write_own("uid_map", f"{_INSIDE_ID} {uid} 1")
    _write_own("gid_map", f"{_INSIDE_ID} {gid} 1")


def _write_own(name: str, line: str) -> None:
    file = os.open(f"/proc/self/{name}", os.O_WRONLY)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


def address_space() -> int:
    """Read how much address space this process has, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _tmpfs(target: str, options: str) -> None:
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    try:
        kernel.mount("tmpfs", target, "tmpfs", flags, options + ",nr_inodes=2048")
    except OSError as error:
        # Older gVisor refuses nr_inodes; the size still holds.
        if error.errno != errno.EINVAL:
            raise
        kernel.mount("tmpfs", target, "tmpfs", flags, options)


def _bind_read_only(path: str) -> None:
    target = _BASE + path
    os.makedirs(target, exist_ok=True)
    kernel.mount(path, target, "", kernel.MS_BIND | kernel.MS_REC)
    flags = kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("", target, "", flags)


def _show(path: str) -> None:
    if os.path.islink(path):
        os.symlink(os.readlink(path), _BASE + path)
    elif os.path.isdir(path):
        _bind_read_only(path)


def _show_devices() -> None:
    os.mkdir(_BASE + "/dev")
    for name in _DEVICES:
        target = f"{_BASE}/dev/{name}"
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o666))
        kernel.mount(f"/dev/{name}", target, "", kernel.MS_BIND)


def enter_own_root(python_prefix: str) -> None:
    """Replace the root by a tiny tmpfs with Python, four devices and a private /tmp."""
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", _BASE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    for path in ("/usr", "/lib", "/lib64"):
        _show(path)
    if not python_prefix.startswith("/usr"):
        _bind_read_only(python_prefix)
    _show_devices()
    for name in ("/etc", "/tmp", _OLD_ROOT):
        os.mkdir(_BASE + name)
    with open(_BASE + "/etc/passwd", "w") as file:
        file.write(_PASSWD)
    _tmpfs(_BASE + "/tmp", "size=16m,mode=700")
    os.chdir(_BASE)
    kernel.pivot_root(".", "." + _OLD_ROOT)
    os.chdir("/")
    kernel.unmount(_OLD_ROOT)
    os.rmdir(_OLD_ROOT)
    kernel.mount("", "/", "", kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV)
    os.chdir("/tmp")


def apply_limits(limits: Limits, idle_address_space: int) -> None:
    """Set the resource limits; they cannot be raised again."""
    memory = idle_address_space + limits.memory + limits.memory_slack
    for name, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_NPROC, limits.threads),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def clean_environment() -> None:
    """Leave three harmless variables and a search path without our own code."""
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", HOME=os.getcwd(), LANG="C.UTF-8")
    sys.argv = ["main.py"]
    sys.path[:] = [os.getcwd(), *(entry for entry in sys.path if entry.startswith(sys.base_prefix))]


def measure(idle_address_space: int) -> Baseline:
    """Take the baseline of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    return Baseline(idle_address_space, usage.ru_maxrss * unit, usage.ru_utime + usage.ru_stime)
