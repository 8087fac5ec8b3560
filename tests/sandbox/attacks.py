"""Programs that try to break out, to hang, to grow or to fool the runner, and what the caller has to see."""

# ruff: noqa: E501 - a program in one line is easier to compare
from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """A program and the answer it has to get; an empty expectation is not checked."""

    name: str
    code: str
    status: str
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    signal: str | None = None
    stdin: str = ""
    exact: bool = False
    newer: tuple[str, ...] = ()  # what Python 3.12 and 3.13 may make of it instead


def _attack(name: str, status: str, code: str, stdout: str = "", **more: object) -> Attack:
    return Attack(name, textwrap.dedent(code).strip() + "\n", status, stdout, **more)  # type: ignore[arg-type]


_DENIED = "Operation not permitted"
_CTYPES = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"


def _syscall(name: str, number: int, arguments: str = "0, 0, 0, 0, 0, 0", error: str = _DENIED) -> Attack:
    code = _CTYPES + f"print(libc.syscall({number}, {arguments}), os.strerror(ctypes.get_errno()))"
    return Attack(f"syscall_{name}", code + "\n", "ok", f"-1 {error}\n", exact=True)


TIME = [
    _attack("endless_loop", "timeout", "print('start')\nwhile True: pass", "start\n", signal="SIGKILL"),
    _attack("sleep", "timeout", "import time\nprint('start')\ntime.sleep(100)", "start\n"),
    _attack(
        "ignore_all_signals",
        "timeout",
        """
        import signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        print('start')
        while True: pass
        """,
        "start\n",
    ),
    _attack(
        "alarm_storm",
        "timeout",
        """
        import signal
        signal.signal(signal.SIGALRM, lambda *a: print('.', end=''))
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        while True: pass
        """,
    ),
    _attack(
        "stop_self",
        "timeout",
        "import os, signal\nprint('start')\nos.kill(os.getpid(), signal.SIGSTOP)",
        "start\n",
    ),
    _attack("regex_backtracking", "timeout", "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')"),
    _attack("long_c_loop", "timeout", "sum(range(10**12))"),
    _attack("huge_power", "timeout", "9 ** 9 ** 9"),
    _attack(
        "thread_outlives_main",
        "timeout",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(100,)).start()\nprint('main done')",
        "main done\n",
    ),
    _attack(
        "fifty_hashing_threads",
        "timeout",
        """
        import hashlib, threading
        def burn():
            while True: hashlib.sha256(b'x' * 100_000).digest()
        for _ in range(50): threading.Thread(target=burn).start()
        """,
    ),
    _attack(
        "swallow_memory_errors",
        "timeout",
        """
        keep = []
        while True:
            try: keep.append(bytearray(1_000_000))
            except MemoryError: pass
        """,
    ),
    _attack(
        "fork_bomb",
        "timeout",
        """
        import os
        while True:
            try: os.fork()
            except OSError: pass
        """,
    ),
    _attack(
        "atexit_never_ends",
        "timeout",
        "import atexit, time\natexit.register(time.sleep, 99)\nprint('x')",
        "x\n",
    ),
    _attack(
        "destructor_never_ends",
        "timeout",
        "class A:\n    def __del__(self):\n        while True: pass\na = A()\nprint('x')",
        "x\n",
    ),
    _attack(
        "deadlock", "timeout", "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"
    ),
    _attack(
        "settrace_loop", "timeout", "import sys\ndef t(*a):\n    return t\nsys.settrace(t)\nwhile True: pass"
    ),
    _attack(
        "finally_loop",
        "timeout",
        "while True:\n    try:\n        1/0\n    except BaseException:\n        continue",
    ),
    _attack(
        "zip_bomb",
        "memory_limit",
        "import zlib\nbomb = zlib.compress(bytes(10**7) , 9)\nzlib.decompress(zlib.compress(b'\\0' * 30_000_000)) * 9",
    ),
    _attack(
        "asyncio_forever",
        "timeout",
        "import asyncio\nprint('start')\nasyncio.run(asyncio.sleep(99))",
        "start\n",
    ),
    _attack("hash_collisions", "timeout", "d = {}\nm = 2**61 - 1\nfor i in range(1, 10**6): d[i * m] = i"),
    _attack(
        "quadratic_bigint",
        "timeout",
        "import sys\nsys.set_int_max_str_digits(0)\nstr(7 ** 30_000_000)",
        newer=("memory_limit",),
    ),
]

PROCESSES = [
    _attack("fork", "error", "import os\nos.fork()", stderr="PermissionError", exit_code=1),
    _attack(
        "vfork_spawn",
        "error",
        "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        stderr="PermissionError",
    ),
    _attack(
        "subprocess", "error", "import subprocess\nsubprocess.run(['/bin/ls'])", stderr="PermissionError"
    ),
    _attack("shell", "ok", "import os\nprint(os.system('ls'))", "32512\n"),
    _attack(
        "multiprocessing", "error", "import multiprocessing as m\np = m.Process(target=print)\np.start()"
    ),
    _attack("exec", "error", "import os\nos.execv('/usr/bin/env', ['env'])", stderr="PermissionError"),
    _attack("pty", "error", "import pty\npty.fork()"),
    _attack("kill_everyone", "error", "import os\nos.kill(-1, 9)", stderr="ProcessLookupError"),
    _attack(
        "kill_by_number",
        "ok",
        """
        import os
        hit = []
        for pid in range(2, 400):
            try:
                os.kill(pid, 9); hit.append(pid)
            except ProcessLookupError: pass
        print(hit, os.getpid())
        """,
        "[] 1\n",
    ),
    _attack("kill_parent", "crashed", "import os\nos.kill(os.getppid(), 9)", signal="SIGKILL"),
    _attack(
        "terminate_self",
        "crashed",
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
        signal="SIGTERM",
    ),
    _attack(
        "kill_self", "crashed", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", signal="SIGKILL"
    ),
    _attack("alarm_default", "crashed", "import signal\nsignal.alarm(1)\nwhile True: pass", signal="SIGALRM"),
    _attack("abort", "crashed", "import os\nprint('x')\nos.abort()", "x\n", signal="SIGABRT"),
    _attack(
        "null_pointer", "crashed", "import ctypes\nprint('x')\nctypes.string_at(0)", "x\n", signal="SIGSEGV"
    ),
    _attack(
        "c_stack_recursion",
        "crashed",
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(s, n): return getattr(s, n)\nrepr(A().x)",
        newer=("timeout", "memory_limit", "error"),
    ),
    _attack("faulthandler", "crashed", "import faulthandler\nfaulthandler._sigsegv()", signal="SIGSEGV"),
    _attack(
        "bad_code_object",
        "crashed",
        "import ctypes\nctypes.c_int.from_address(8).value = 1",
        signal="SIGSEGV",
    ),
    _attack(
        "two_hundred_threads",
        "error",
        "import threading, time\nfor i in range(200): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()",
        stderr="can't start new thread",
    ),
    _attack(
        "tiny_thread_stacks",
        "error",
        """
        import threading, time
        threading.stack_size(32768)
        while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        """,
        stderr="can't start new thread",
    ),
]

MEMORY = [
    _attack("gigabyte", "memory_limit", "bytearray(10**9)", stderr="MemoryError", exit_code=1),
    _attack("list_growth", "memory_limit", "a = []\nwhile True: a.append(a[:] + [1])"),
    _attack("dict_growth", "memory_limit", "d = {}\ni = 0\nwhile True:\n    d[i] = i\n    i += 1"),
    _attack("string_doubling", "memory_limit", "s = 'x'\nwhile True: s += s"),
    _attack("constant_folding", "memory_limit", "print('a' * 10**11)"),
    _attack("huge_shift", "memory_limit", "x = 1 << 10**9"),
    _attack("anonymous_map", "memory_limit", "import mmap\nmmap.mmap(-1, 10**9)"),
    _attack("sixty_megabytes", "memory_limit", "b = bytearray(60_000_000)"),
    _attack("forty_five_megabytes", "ok", "b = bytearray(45_000_000)\nprint(len(b))", "45000000\n"),
    _attack("endless_recursion", "error", "def f(n): return f(n + 1)\nf(0)", stderr="RecursionError"),
    _attack(
        "memory_error_caught", "ok", "try: bytearray(10**9)\nexcept MemoryError: print('caught')", "caught\n"
    ),
    _attack("digits_limit", "error", "str(10**5000)", stderr="ValueError"),
    _attack(
        "many_small_maps",
        "memory_limit",
        "import mmap\na = []\nwhile True: a.append(mmap.mmap(-1, 4096 * 16))",
    ),
    _attack(
        "decompression_bomb",
        "memory_limit",
        "import bz2\nd = bz2.compress(bytes(40_000_000))\nbz2.decompress(d * 10)",
    ),
    _attack("csv_field", "memory_limit", "x = [None] * 10**9"),
    _attack(
        "sqlite_memory",
        "memory_limit",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('select length(zeroblob(200000000) || zeroblob(200000000))').fetchall()",
    ),
    _attack("array_multiplication", "memory_limit", "import array\narray.array('d', [0]) * 10**8"),
    _attack(
        "generator_tower", "memory_limit", "g = iter([1])\nk = []\nfor i in range(10**8): k.append((g, i))"
    ),
    _attack(
        "decimal_digits",
        "memory_limit",
        "import decimal as d\nd.getcontext().prec = d.MAX_PREC\nd.getcontext().Emax = d.MAX_EMAX\nprint(d.Decimal(1) / 3)",
    ),
]

KERNEL_MEMORY = [
    _attack(
        "extended_attributes",
        "error",
        "import os\nopen('f', 'w').close()\nos.setxattr('f', 'user.a', b'x' * 60000)",
        stderr=_DENIED,
    ),
    _attack("memfd", "error", "import os\nos.memfd_create('x')", stderr=_DENIED),
    _attack(
        "descriptor_passing",
        "error",
        "import socket\na, b = socket.socketpair()\nsocket.send_fds(a, [b'x'], [0])",
        stderr=_DENIED,
    ),
    _attack("hard_links", "error", "import os\nopen('f', 'w').close()\nos.link('f', 'g')", stderr=_DENIED),
    _attack(
        "big_pipes",
        "error",
        "import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(w, 1031, 1 << 20)",
        stderr=_DENIED,
    ),
    _attack(
        "big_socket_buffers",
        "error",
        "import socket\na, b = socket.socketpair()\na.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)",
        stderr=_DENIED,
    ),
    _attack("gigabyte_file", "error", "f = open('big', 'wb')\nwhile True: f.write(b'x' * 1_000_000)"),
    _attack(
        "many_files",
        "error",
        "i = 0\nwhile True:\n    open(f'f{i}', 'wb').write(b'x' * 4_000_000)\n    i += 1",
        stderr="No space left",
    ),
    _attack("sparse_file", "error", "f = open('s', 'wb')\nf.truncate(10**9)", stderr="File too large"),
    _attack(
        "full_pipes",
        "ok",
        """
        import os
        pairs = []
        try:
            while True:
                r, w = os.pipe(); os.set_blocking(w, False); pairs.append((r, w))
                try:
                    while True: os.write(w, b'x' * 65536)
                except BlockingIOError: pass
        except OSError as error: print(error.strerror)
        """,
        "Too many open files\n",
    ),
]

FILES = [
    _attack("write_root", "error", "open('/x', 'w')", stderr="Read-only file system"),
    _attack("write_usr", "error", "open('/usr/x', 'w')", stderr="PermissionError"),
    _attack("write_device", "error", "open('/dev/x', 'w')", stderr="Read-only file system"),
    _attack("read_shadow", "error", "open('/etc/shadow')", stderr="FileNotFoundError"),
    _attack("passwd_is_a_stub", "ok", "print(open('/etc/passwd').read())", "learner:x:1000"),
    _attack("root_listing", "ok", "import os\nprint(sorted(os.listdir('/')))", "'dev', 'etc'"),
    _attack(
        "no_runner_code",
        "ok",
        "import os\nprint([os.path.exists(p) for p in ('/app', '/packages', '/proc/self', '/sys', '/run', '/home', '/root', '/var', '/dev/shm')])",
        "[False, False, False, False, False, False, False, False, False]\n",
        exact=True,
    ),
    _attack("proc_memory", "error", "open('/proc/self/mem')", stderr="FileNotFoundError"),
    _attack("proc_environment", "error", "open('/proc/1/environ')", stderr="FileNotFoundError"),
    _attack("gvisor_environment", "error", "open('/proc/gvisor/spec_environ')", stderr="FileNotFoundError"),
    _attack(
        "climb_out",
        "ok",
        "import os\nos.chdir('../../../..')\nprint(os.path.exists('app'), os.path.exists('.old'))",
        "False False\n",
    ),
    _attack(
        "symlink_out",
        "error",
        "import os\nos.symlink('/proc/1/root/etc/hostname', 'l')\nopen('l')",
        stderr="FileNotFoundError",
    ),
    _attack(
        "make_device",
        "error",
        "import os, stat\nos.mknod('d', stat.S_IFBLK | 0o600, os.makedev(8, 0))",
        stderr=_DENIED,
    ),
    _attack("named_pipe_blocks_only_itself", "error", "import os\nos.mkfifo('p')", stderr=_DENIED),
    _attack("chroot", "error", "import os\nos.chroot('/tmp')", stderr=_DENIED),
    _attack(
        "set_id_file", "ok", "import os\nopen('f','w').close()\nos.chmod('f', 0o6777)\nprint('x')", "x\n"
    ),
    _attack(
        "environment", "ok", "import os\nprint(sorted(os.environ))", "['HOME', 'LANG', 'PATH']\n", exact=True
    ),
    _attack(
        "descriptors",
        "ok",
        "import os\ndef has(n):\n    try: os.fstat(n); return True\n    except OSError: return False\nprint([n for n in range(64) if has(n)])",
        "[0, 1, 2, 11]\n",
    ),
    _attack(
        "report_pipe_can_not_be_read", "error", "import os\nos.read(11, 10)", stderr="Bad file descriptor"
    ),
    _attack("tty", "error", "import os\nos.open('/dev/tty', os.O_RDWR)", stderr="FileNotFoundError"),
    _attack("device_memory", "error", "open('/dev/mem', 'rb')", stderr="FileNotFoundError"),
    _attack("fill_random_device", "ok", "open('/dev/urandom', 'wb').write(b'x' * 1000)\nprint('x')", "x\n"),
    _attack(
        "zoneinfo",
        "ok",
        "import zoneinfo, datetime\nprint(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo('UTC')).isoformat())",
        "2026-07-01T00:00:00+00:00\n",
    ),
]

NETWORK = [
    _attack(
        "tcp",
        "error",
        "import socket\nsocket.create_connection(('127.0.0.1', 8080), 1)",
        stderr="Address family not supported",
    ),
    _attack(
        "udp",
        "error",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        stderr="Address family not supported",
    ),
    _attack(
        "netlink",
        "error",
        "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
        stderr="Address family not supported",
    ),
    _attack(
        "raw",
        "error",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        stderr="Address family not supported",
    ),
    _attack(
        "unix", "error", "import socket\nsocket.socket(socket.AF_UNIX)", stderr="Address family not supported"
    ),
    _attack(
        "vsock",
        "error",
        "import socket\nsocket.socket(socket.AF_VSOCK)",
        stderr="Address family not supported",
    ),
    _attack("names", "error", "import socket\nsocket.getaddrinfo('example.com', 80)", stderr="gaierror"),
    _attack(
        "urllib",
        "error",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:8080/')",
        stderr="URLError",
    ),
    _attack("interfaces", "error", "import socket\nsocket.if_nameindex()", stderr="OSError"),
    _attack(
        "connect_a_socketpair",
        "error",
        "import socket\na, b = socket.socketpair()\na.connect('/tmp/x')",
        stderr=_DENIED,
    ),
    _attack(
        "http_server",
        "error",
        "import http.server\nhttp.server.HTTPServer(('', 8000), None)",
        stderr="Address family not supported",
    ),
    _attack(
        "asyncio_works",
        "ok",
        "import asyncio\nasync def f():\n    await asyncio.sleep(0.01)\n    return 7\nprint(asyncio.run(f()))",
        "7\n",
    ),
]

SYSCALLS = [
    _syscall("unshare", 272, "0x10000000"),
    _syscall("setns", 308),
    _syscall("mount", 165),
    _syscall("ptrace", 101),
    _syscall("process_vm_readv", 310),
    _syscall("bpf", 321),
    _syscall("keyctl", 250),
    _syscall("io_uring_setup", 425),
    _syscall("userfaultfd", 323),
    _syscall("perf_event_open", 298),
    _syscall("timer_create", 222),
    _syscall("shmget", 29, "0, 4096, 0o1600"),
    _syscall("msgget", 68, "0, 0o1600"),
    _syscall("mq_open", 240, "b'/x', 0o102, 0o600, 0"),
    _syscall("open_by_handle_at", 304),
    _syscall("clone_new_user", 56, "0x10000011, 0, 0, 0, 0"),
    _syscall("clone3", 435, error="Function not implemented"),
    _syscall("x32_getpid", 0x40000000 + 39),
    _syscall("prlimit_write", 302, "0, 9, ctypes.byref((ctypes.c_ulong * 2)(1 << 40, 1 << 40)), 0"),
    _syscall("rt_sigqueueinfo", 129),
    _syscall("memfd_secret", 447),
    _syscall("fsopen", 430, "b'proc', 0"),
    _attack("raise_own_limits", "error", "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    _attack(
        "new_filter",
        "ok",
        _CTYPES + "print(libc.prctl(38, 0, 0, 0, 0), libc.prctl(39, 0, 0, 0, 0))",
        "-1 1\n",
    ),
    _attack("become_root", "error", "import os\nos.setuid(0)", stderr="Invalid argument"),
    _attack("set_clock", "error", "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)", stderr=_DENIED),
    _attack("set_hostname", "error", "import socket\nsocket.sethostname('x')", stderr=_DENIED),
]

OUTPUT = [
    _attack("flood_stdout", "output_limit", "while True: print('x' * 1000)", "xxx", signal="SIGKILL"),
    _attack(
        "flood_stderr", "output_limit", "import sys\nwhile True: sys.stderr.write('x' * 1000)", stderr="xxx"
    ),
    _attack(
        "flood_report", "output_limit", "import os\nwhile True: os.write(11, b'f 0 ' + b'x' * 1000 + b'\\n')"
    ),
    _attack("many_lines", "ok", "for i in range(15_000): print(i)", "0\n1\n2\n"),
    _attack(
        "invalid_utf8",
        "ok",
        "import sys\nsys.stdout.buffer.write(b'a\\xff\\xfeb')",
        "a\ufffd\ufffdb",
        exact=True,
    ),
    _attack("surrogate", "ok", "print('\\ud800')", "\\ud800\n", exact=True),
    _attack("nul_and_escape", "ok", "print('a\\0b\\x1b[31m')", "a\ufffdb\x1b[31m\n", exact=True),
    _attack("close_streams", "error", "import os\nos.close(0); os.close(1); os.close(2)\n1/0", exit_code=1),
    _attack("no_stdout", "ok", "import sys\nsys.stdout = None\nprint('x')"),
    _attack("own_excepthook", "error", "import sys\nsys.excepthook = lambda *a: None\n1/0", exit_code=1),
    _attack("broken_excepthook", "error", "import sys\nsys.excepthook = lambda: None\n1/0", exit_code=1),
    _attack(
        "error_without_text",
        "error",
        "class E(Exception):\n    def __str__(self): raise E\nraise E",
        exit_code=1,
    ),
    _attack("huge_message", "output_limit", "raise ValueError('x' * 10_000_000)", stderr="ValueError: xxx"),
    _attack("close_everything", "ok", "import os\nos.closerange(3, 100)\nprint('x')", "x\n"),
    _attack(
        "forged_report",
        "ok",
        "import os\nos.write(11, b'f -1 {\"error\": {\"type\": 5}}\\nnonsense\\n\\xff\\xfe\\ne 7 1 1\\n')\nprint('x')",
        "x\n",
    ),
    _attack(
        "forged_memory_error",
        "memory_limit",
        'import os\nos.write(11, b\'f -1 {"error": {"type": "MemoryError", "memory": true}}\\n\')\nos._exit(1)',
    ),
    _attack(
        "deep_forged_report",
        "error",
        "import os\nfor _ in range(30): os.write(11, b'f -1 ' + b'[' * 3000 + b'\\n')\nos._exit(1)",
    ),
    _attack(
        "forged_infinity",
        "error",
        'import os\nos.write(11, b\'f -1 {"error": {"type": "E", "line": 1e999, "message": "\\\\ud800"}}\\n\')\nos._exit(1)',
    ),
]

ENDINGS = [
    _attack("exit_300", "error", "import sys\nsys.exit(300)", exit_code=44),
    _attack("exit_quietly", "ok", "exit()", exit_code=0),
    _attack("exit_hard", "error", "import os\nos._exit(7)", exit_code=7),
    _attack("exit_with_text", "error", "import sys\nsys.exit('bye')", stderr="bye\n", exit_code=1),
    _attack("keyboard_interrupt", "error", "raise KeyboardInterrupt", exit_code=130),
    _attack(
        "exit_in_thread",
        "ok",
        "import threading, sys\nt = threading.Thread(target=sys.exit)\nt.start()\nt.join()\nprint('x')",
        "x\n",
    ),
    _attack(
        "error_in_thread",
        "ok",
        "import threading\nt = threading.Thread(target=lambda: 1/0)\nt.start()\nt.join()",
        stderr="ZeroDivisionError",
    ),
    _attack(
        "atexit_and_destructor",
        "ok",
        "import atexit\natexit.register(print, 'bye')\nclass A:\n    def __del__(s): print('gone')\na = A()",
        "bye\ngone\n",
        exact=True,
    ),
    _attack("input_without_stdin", "error", "input()", stderr="EOFError"),
    _attack("input_with_stdin", "ok", "print(input() + input())", "ab\n", stdin="a\nb\n"),
    _attack("stdin_unread", "ok", "print('x')", "x\n", stdin="y" * 60_000),
    _attack(
        "stdin_bytes", "ok", "import sys\nprint(len(sys.stdin.buffer.read()))", "65536\n", stdin="y" * 65_536
    ),
]

LANGUAGE = [
    _attack("nul_in_source", "error", "print('x')\n\0"),
    _attack("deep_brackets", "error", "(" * 2000 + ")" * 2000, exit_code=1),
    _attack("deep_expression", "error", "x = " + "-" * 15_000 + "1"),
    _attack("many_constants", "ok", "x = [" + "1," * 9_000 + "]\nprint(len(x))", "9000\n"),
    _attack(
        "nested_functions",
        "error",
        "\n".join(" " * i + f"def f{i}():" for i in range(120)) + "\n" + " " * 120 + "pass",
    ),
    _attack("byte_order_mark", "ok", "\ufeffprint('x')", "x\n"),
    _attack("windows_lines", "ok", "if True:\r\n    print('x')\r\n", "x\n"),
    _attack("coding_cookie", "ok", "# coding: latin-1\nprint('\u00e9')", "\u00e9\n"),
    _attack("unicode_identifier", "ok", "\u03c0 = 3\n\U0001d431 = 4\nprint(\u03c0, x)", "3 4\n"),
    _attack("right_to_left", "ok", "print('\u202e abc')", "\u202e abc\n"),
    _attack(
        "future_import_is_not_inherited",
        "ok",
        "def f(a: int): pass\nprint(f.__annotations__)",
        "{'a': <class 'int'>}\n",
    ),
    _attack("audit_hook", "ok", "import sys\nsys.addaudithook(lambda e, a: None)\nprint('x')", "x\n"),
    _attack(
        "failing_audit_hook",
        "error",
        "import sys\ndef hook(e, a): raise RuntimeError('no')\nsys.addaudithook(hook)\nopen('f')",
        exit_code=1,
    ),
    _attack("own_codec", "ok", "import codecs\ncodecs.register(lambda n: None)\nprint('x')", "x\n"),
    _attack("locale", "ok", "import locale\nlocale.setlocale(locale.LC_ALL, 'C')\nprint('x')", "x\n"),
    _attack(
        "patch_everything",
        "ok",
        "import builtins, json, os, sys\nbuiltins.len = json.dumps = os.write = sys.exit = None\nprint('x')",
        "x\n",
    ),
    _attack(
        "delete_builtins",
        "error",
        "import builtins\nfor n in list(vars(builtins)):\n    if n not in ('list', 'vars'): delattr(builtins, n)\nprint",
        exit_code=1,
    ),
    _attack("replace_main", "ok", "import sys\nsys.modules.clear()\nprint('x')", "x\n"),
    _attack(
        "garbage_walk",
        "ok",
        "import gc\nprint(any('secret' in str(k).lower() for o in gc.get_objects() if type(o) is dict for k in list(o)[:50] if type(k) is str and k.startswith('LEARNFLOW')))",
        "False\n",
    ),
    _attack(
        "frame_walk",
        "ok",
        "import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\nprint('control' in f.f_locals and f.f_locals['control'].fileno() < 0)\n",
    ),
    _attack(
        "zygote_socket",
        "ok",
        'import gc, socket, os\nn = 0\nfor o in gc.get_objects():\n    if isinstance(o, socket.socket):\n        try: o.send(b\'{"op": "kill", "id": 1}\'); n += 1\n        except OSError: pass\nprint(n)',
        "0\n",
    ),
    _attack(
        "pickle_bomb",
        "error",
        "import pickle\npickle.loads(b'cposix\\nfork\\n(tR.')",
        stderr="PermissionError",
    ),
    _attack(
        "xml_bomb",
        "error",
        'import xml.etree.ElementTree as E\nd = \'\'.join(f\'<!ENTITY a{i} "{(chr(38) + "a" + str(i-1) + ";") * 10}">\' for i in range(1, 12))\nE.fromstring(f\'<!DOCTYPE r [<!ENTITY a0 "x">{d}]><r>&a11;</r>\')',
        exit_code=1,
    ),
    _attack(
        "sqlite_extension",
        "error",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute(\"select load_extension('/x')\")",
        exit_code=1,
    ),
    _attack(
        "exception_group",
        "error",
        "raise ExceptionGroup('many', [ValueError(1), TypeError(2)])",
        stderr="ExceptionGroup",
    ),
    _attack(
        "unraisable",
        "ok",
        "class A:\n    def __del__(s): 1/0\nA()\nprint('x')",
        "x\n",
        stderr="ZeroDivisionError",
    ),
    _attack("turtle", "error", "import turtle\nturtle.forward(10)", stderr="Error"),
    _attack("third_party", "error", "import numpy", stderr="No module named 'numpy'"),
    _attack(
        "thread_prints_while_exiting",
        "ok",
        "import threading, time\ndef f():\n    while True: print('y'); time.sleep(0.001)\nthreading.Thread(target=f, daemon=True).start()\ntime.sleep(0.05)",
        "y\n",
    ),
    _attack(
        "profile_hook_raises",
        "error",
        "import sys\ndef p(*a): raise ValueError('p')\nsys.setprofile(p)\nlen('')",
        exit_code=1,
    ),
]

LIBRARY = [
    _attack(
        "unittest_module",
        "ok",
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 1)\nunittest.main(exit=False)\nprint('x')",
        "x\n",
        stderr="OK",
    ),
    _attack(
        "sqlite_file",
        "ok",
        "import sqlite3\nc = sqlite3.connect('a.db')\nc.execute('create table t(a)')\nc.execute('insert into t values(1)')\nc.commit()\nprint(c.execute('select * from t').fetchall())",
        "[(1,)]\n",
    ),
    _attack(
        "temporary_file",
        "ok",
        "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as f:\n    f.write('x'); f.seek(0); print(f.read())",
        "x\n",
    ),
    _attack(
        "pickle_main",
        "ok",
        "import pickle, dataclasses\n@dataclasses.dataclass\nclass P: x: int\nprint(pickle.loads(pickle.dumps(P(1))))",
        "P(x=1)\n",
    ),
    _attack(
        "thread_pool",
        "ok",
        "from concurrent.futures import ThreadPoolExecutor as T\nwith T(4) as t: print(list(t.map(abs, [-1, -2])))",
        "[1, 2]\n",
    ),
    _attack(
        "inspect_source",
        "ok",
        "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))",
        "def f(): return 1\n",
    ),
    _attack(
        "enum_typing",
        "ok",
        "import enum, typing\nclass C(enum.Enum): A = 1\nprint(C.A, typing.get_type_hints(lambda: 0))",
        "C.A {}\n",
    ),
    _attack(
        "import_own_module",
        "ok",
        "open('helper.py', 'w').write('x = 5')\nimport helper\nprint(helper.x)",
        "5\n",
    ),
    _attack(
        "process_pool",
        "error",
        "from concurrent.futures import ProcessPoolExecutor as P\nlist(P(1).map(abs, [1]))",
    ),
]

ATTACKS = [
    *TIME,
    *PROCESSES,
    *MEMORY,
    *KERNEL_MEMORY,
    *FILES,
    *NETWORK,
    *SYSCALLS,
    *OUTPUT,
    *ENDINGS,
    *LANGUAGE,
    *LIBRARY,
]
