"""The few system calls that Python's standard library does not offer."""

from __future__ import annotations

import ctypes
import os
import signal

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
# The zygote's own: cells inherit its user, which has no rights outside, and a network without an interface.
ZYGOTE_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
CELL_NAMESPACES = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522

_CALLS = {"x86_64": {"clone": 56, "pivot_root": 155}, "aarch64": {"clone": 220, "pivot_root": 41}}

_libc = ctypes.CDLL(None, use_errno=True)
# The GIL has to stay held across clone(2): the child would otherwise start without a thread state.
_python = ctypes.PyDLL(None, use_errno=True)


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call_number(name: str) -> int:
    return _CALLS[os.uname().machine][name]


def clone(flags: int) -> int:
    """Fork into new namespaces; answer 0 in the child as fork does."""
    _python.PyOS_BeforeFork()
    pid = int(_python.syscall(_call_number("clone"), ctypes.c_ulong(flags | signal.SIGCHLD), 0, 0, 0, 0))
    if pid == 0:
        _python.PyOS_AfterFork_Child()
    else:
        _python.PyOS_AfterFork_Parent()
    return _checked(pid, "clone")


def unshare(flags: int) -> None:
    """Leave the namespaces of this process for new ones."""
    _checked(int(_libc.unshare(flags)), "unshare")


def prctl(option: int, *values: int) -> None:
    """Call prctl(2) with up to four numbers."""
    numbers = [ctypes.c_ulong(value) for value in values]
    numbers += [ctypes.c_ulong(0)] * (4 - len(numbers))
    _checked(int(_libc.prctl(option, *numbers)), f"prctl {option}")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Call mount(2)."""
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode() or None
    )
    _checked(int(result), f"mount {target}")


def unmount(target: str) -> None:
    """Detach a mount at once."""
    _checked(int(_libc.umount2(target.encode(), MNT_DETACH)), f"umount {target}")


def pivot_root(new_root: str, old_root: str) -> None:
    """Make `new_root` the root and show the former one at `old_root`."""
    number = _call_number("pivot_root")
    _checked(int(_libc.syscall(number, new_root.encode(), old_root.encode())), "pivot_root")


def empty_bounding_set() -> None:
    """Let no program that is started from here on have a capability."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    # Without permitted capabilities there are no ambient ones either; gVisor has no prctl for them.
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(int(_libc.capset(header, nothing)), "capset")


def load_filter(program: bytes) -> None:
    """Apply a compiled seccomp program to this process and all it may start."""
    buffer = ctypes.create_string_buffer(program, len(program))
    head = _FilterProgram(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(head))
