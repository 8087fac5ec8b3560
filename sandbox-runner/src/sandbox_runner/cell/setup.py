"""Turn a freshly cloned process into a cell: own root, own limits, nothing else within reach.

What is the same for all cells the zygote does once: a user without rights outside, a network without an
interface, a read-only root. A cell then needs its own processes, mounts, IPC and name, one /tmp, its limits,
and to give up its capabilities.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys

from sandbox_runner.cell import kernel

REQUEST_FD, REPORT_FD = 10, 11
MIB = 1024 * 1024
_BASE = "/tmp"
_OLD_ROOT = "/.old"
_DEVICES = ("null", "zero", "random", "urandom")
_PASSWD = "learner:x:1000:1000:learner:/tmp:/bin/false\n"
_INSIDE_ID = 1000
_TMPFS_FLAGS = kernel.MS_NOSUID | kernel.MS_NODEV
_TMPFS = "size=16m,mode=700"


class Limits:
    """What one execution may use; sizes in bytes, times in seconds.

    No dataclass, here and in all of this folder: what imports it makes every cell larger.
    """

    memory_slack = MIB // 4  # what starting a program takes: 50 MiB in one piece fit, 51 do not
    file_size = 16 * MIB
    descriptors = 64

    def __init__(self, memory: int, cpu_s: int, threads: int) -> None:
        self.memory, self.cpu_s, self.threads = memory, cpu_s, threads


class Baseline:
    """What the idle cell costs, to be subtracted from what the learner used."""

    def __init__(self, address_space: int, peak_rss: int, cpu_s: float) -> None:
        self.address_space, self.peak_rss, self.cpu_s = address_space, peak_rss, cpu_s


def occupy_descriptors(control: int) -> int:
    """Fill the numbers of a cell's descriptors, so that no received one is among them; move `control`."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for number in range(3, REPORT_FD + 1):
        if number not in (nothing, control):
            os.dup2(nothing, number)
    if control > REPORT_FD:
        return control
    moved = os.dup(control)
    os.dup2(nothing, control)
    return moved


def take_descriptors(request: int, output: int, errors: int, report: int) -> None:
    """Put the four given descriptors at their fixed numbers, /dev/null at stdin, and close the rest."""
    for source, target in ((output, 1), (errors, 2), (request, REQUEST_FD), (report, REPORT_FD)):
        os.dup2(source, target)
    os.closerange(3, REQUEST_FD)
    os.closerange(REPORT_FD + 1, 4096)


def reset_signals() -> None:
    """Undo the zygote's signal handling."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def leave_the_world(python_prefix: str) -> str:
    """Give the zygote a user, a network and a root of its own; answer the options of a cell's /tmp."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.ZYGOTE_NAMESPACES)
    _map_identity(uid, gid)
    options = _enter_own_root(python_prefix)
    kernel.empty_bounding_set()
    return options


def _map_identity(uid: int, gid: int) -> None:
    # A process that is not dumpable may not write its own maps.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    if os.path.exists("/proc/self/setgroups"):  # gVisor has none
        _write_own("setgroups", "deny")
    _write_own("uid_map", f"{_INSIDE_ID} {uid} 1")
    _write_own("gid_map", f"{_INSIDE_ID} {gid} 1")
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def _write_own(name: str, line: str) -> None:
    file = os.open(f"/proc/self/{name}", os.O_WRONLY)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


def read_address_space(proc: int) -> int:
    """Read how much address space this process has, in bytes; `proc` is an open /proc."""
    file = os.open("self/statm", os.O_RDONLY, dir_fd=proc)
    try:
        return int(os.read(file, 100).split()[0]) * resource.getpagesize()
    finally:
        os.close(file)


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


def _enter_own_root(python_prefix: str) -> str:
    """Replace the root by a tiny tmpfs with Python, four devices and an empty /tmp."""
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", _BASE, "tmpfs", _TMPFS_FLAGS, "size=1m,mode=755")
    for path in ("/usr", "/lib", "/lib64"):
        _show(path)
    if not python_prefix.startswith("/usr"):
        _bind_read_only(python_prefix)
    _show_devices()
    for name in ("/etc", "/tmp", _OLD_ROOT):
        os.mkdir(_BASE + name)
    with open(_BASE + "/etc/passwd", "w") as file:
        file.write(_PASSWD)
    os.chdir(_BASE)
    kernel.pivot_root(".", "." + _OLD_ROOT)
    os.chdir("/")
    kernel.unmount(_OLD_ROOT)
    os.rmdir(_OLD_ROOT)
    options = _tmpfs_options()
    kernel.mount("", "/", "", kernel.MS_REMOUNT | kernel.MS_RDONLY | _TMPFS_FLAGS)
    return options


def _tmpfs_options() -> str:
    """Bound the number of files too, where gVisor is new enough for it; the size holds everywhere."""
    for options in (_TMPFS + ",nr_inodes=2048", _TMPFS):
        try:
            kernel.mount("tmpfs", "/tmp", "tmpfs", _TMPFS_FLAGS, options)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        else:
            kernel.unmount("/tmp")
            return options
    raise OSError(errno.EINVAL, "no tmpfs to be had")


def mount_own_files(options: str) -> None:
    """Give this process a /tmp of its own, and go there."""
    kernel.mount("tmpfs", "/tmp", "tmpfs", _TMPFS_FLAGS, options)
    os.chdir("/tmp")


def apply_limits(limits: Limits, idle_address_space: int) -> None:
    """Set the resource limits; they cannot be raised again."""
    memory = idle_address_space + limits.memory + limits.memory_slack
    # After `cpu_s` the program is told; a second later it is killed.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    for name, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_NPROC, limits.threads),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def clean_environment(home: str) -> None:
    """Leave three harmless variables and a search path without our own code."""
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", HOME=home, LANG="C.UTF-8")
    sys.argv = ["main.py"]
    sys.path[:] = [home, *(entry for entry in sys.path if entry.startswith(sys.base_prefix))]


def measure(idle_address_space: int) -> Baseline:
    """Take the baseline of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    return Baseline(idle_address_space, usage.ru_maxrss * unit, usage.ru_utime + usage.ru_stime)
