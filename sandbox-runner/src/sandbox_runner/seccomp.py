"""Which system calls a cell may not make, compiled by libseccomp for the machine at hand.

Only the runner loads libseccomp; cells get the finished program. The library is called directly because its
Python bindings look it up through compilers and `ldconfig`, which a pod does not have.
"""

from __future__ import annotations

import ctypes
import errno
import os

from sandbox_runner.errors import Unavailable

_ALLOW = 0x7FFF0000
_ATTRIBUTE_BAD_ARCHITECTURE, _ATTRIBUTE_OPTIMIZE = 2, 8
_BINARY_TREE = 2
_NOT_EQUAL, _MASKED_EQUAL, _EQUAL = 1, 7, 4
_CLONE_THREAD = 0x00010000
_F_SETPIPE_SZ = 1031
_LIBRARIES = ("libseccomp.so.2", "libseccomp.so")

# A second process, another program.
_PROCESSES = "fork vfork execve execveat"
# Networking: what asyncio needs of a socketpair stays allowed.
_SOCKETS = "connect bind listen accept accept4 sendmsg sendmmsg recvmsg recvmmsg setsockopt"
_NAMESPACES = (
    "unshare setns chroot pivot_root mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick "
    "mount_setattr"
)
_OTHERS = (
    "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd pidfd_open pidfd_send_signal"
)
_KERNEL = (
    "bpf perf_event_open io_uring_setup io_uring_enter io_uring_register userfaultfd keyctl add_key "
    "request_key personality syslog quotactl acct swapon swapoff reboot init_module finit_module "
    "delete_module kexec_load kexec_file_load name_to_handle_at open_by_handle_at fanotify_init "
    "fanotify_mark seccomp setrlimit lookup_dcookie"
)
# Each of these lets a learner grow the memory of gVisor's kernel, which no resource limit sees.
_KERNEL_MEMORY = (
    "memfd_create memfd_secret setxattr lsetxattr fsetxattr setxattrat link linkat timer_create "
    "rt_sigqueueinfo rt_tgsigqueueinfo shmget shmat shmctl msgget msgsnd msgctl semget semop semtimedop "
    "semctl mq_open mq_unlink mq_timedsend inotify_init inotify_init1 inotify_add_watch mknod mknodat "
    "io_setup vmsplice"
)
_DENIED = " ".join((_PROCESSES, _SOCKETS, _NAMESPACES, _OTHERS, _KERNEL, _KERNEL_MEMORY)).split()


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


def _error(number: int) -> int:
    return 0x00050000 | number


def _load_library() -> ctypes.CDLL:
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.seccomp_init.restype = ctypes.c_void_p
        return library
    raise Unavailable("libseccomp is missing (Debian package libseccomp2)")


class _Filter:
    """A filter in the making; calls that the machine does not have are left out."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._context = ctypes.c_void_p(library.seccomp_init(_ALLOW))
        self._check(
            library.seccomp_attr_set(self._context, _ATTRIBUTE_BAD_ARCHITECTURE, _error(errno.EPERM)),
            "attribute",
        )
        # Before libseccomp 2.5 there is no tree, and the list does the same.
        library.seccomp_attr_set(self._context, _ATTRIBUTE_OPTIMIZE, _BINARY_TREE)

    def deny(self, call: str, number: int, *comparisons: tuple[int, int, int, int]) -> None:
        """Answer `call` with an error, if all comparisons hold."""
        resolved = self._library.seccomp_syscall_resolve_name(call.encode())
        if resolved < 0:
            return
        array = (_Comparison * len(comparisons))(*(_Comparison(*comparison) for comparison in comparisons))
        result = self._library.seccomp_rule_add_array(
            self._context, _error(number), resolved, len(comparisons), array
        )
        self._check(result, call)

    def compiled(self) -> bytes:
        """Give the program for the kernel."""
        file = os.memfd_create("filter")
        try:
            self._check(self._library.seccomp_export_bpf(self._context, file), "export")
            return os.pread(file, 65536, 0)
        finally:
            os.close(file)
            self._library.seccomp_release(self._context)

    def _check(self, result: int, what: str) -> None:
        if result < 0:
            raise Unavailable(f"libseccomp refused {what}: {os.strerror(-result)}")


def compile_filter() -> bytes:
    """Compile the filter of a cell.

    As a tree: gVisor tries a new filter on each of its 450 system calls once, for a cell and for each thread,
    and the list of before took a tenth of what a short program costs.
    """
    rules = _Filter(_load_library())
    for call in _DENIED:
        rules.deny(call, errno.EPERM)
    rules.deny("socket", errno.EAFNOSUPPORT)
    # glibc falls back to clone(2), whose flags a filter can read.
    rules.deny("clone3", errno.ENOSYS)
    rules.deny("clone", errno.EPERM, (0, _MASKED_EQUAL, _CLONE_THREAD, 0))
    rules.deny("prlimit64", errno.EPERM, (2, _NOT_EQUAL, 0, 0))
    rules.deny("fcntl", errno.EPERM, (1, _EQUAL, _F_SETPIPE_SZ, 0))
    return rules.compiled()
