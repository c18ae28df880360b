"""System calls that the process of the product files must not make, and the seccomp filter that refuses them.

Landlock restricts what a process opens, makes and removes, and leaves open who owns a file, its mode, its times and its
attributes ("Landlock: unprivileged access control", "Current limitations"). The numbers are those of the kernel's
`syscall_64.tbl` and `asm-generic/unistd.h`.
"""

from __future__ import annotations

import struct

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine → column of the tables below, and the audit number of the architecture."""

OF_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "truncate": (76, 45),
    "open_by_handle_at": (304, 265),
}
"""Mode, owner, attributes and times of files, and two ways around Landlock: its first versions do not know `truncate`,
and a handle is no path. Name → numbers."""

OF_PROCESSES: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "io_uring_setup": (425, 425),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
}
"""Network, other processes, and keys that the kernel holds."""

OF_ITSELF: dict[str, tuple[int | None, int | None]] = {
    "prlimit64": (302, 261),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
}
"""Calls whose first argument names a process. They are allowed with 0, the caller."""

OF_FLAGS = (0x40086602, 0x40046602, 0x401C5820, 0x40087602, 0x40806685, 0x800C6613)
"""Requests of `ioctl` that change flags of a file: FS_IOC_SETFLAGS, FS_IOC32_SETFLAGS, FS_IOC_FSSETXATTR,
FS_IOC_SETVERSION, FS_IOC_ENABLE_VERITY and FS_IOC_SET_ENCRYPTION_POLICY."""
IOCTL = (16, 29)
SOCKETPAIR = (53, 199)
STREAM, KIND_OF_SOCKET = 1, 0xF
"""Pairs of streams are pipes, which asyncio needs. Another socket of a pair can be connected to that of a service."""

X32 = 0x40000000
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 13
"""Answers of the filter: let the call through, or fail with EACCES."""
LOAD, EQUAL, AT_LEAST, RETURN, AND = 0x20, 0x15, 0x35, 0x06, 0x54
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
"""Offsets of what the filter sees: the call, the architecture, and the lower halves of arguments."""

Step = tuple[int, int, int, int]
"""A step of the filter: what to do, steps to skip if the comparison holds, and if not, and a value."""


def refusing(values: tuple[int, ...]) -> list[Step]:
    """Refuse if the loaded value is among these; else go on behind these steps."""
    count = len(values)
    steps = [(EQUAL, count - index, 0, value) for index, value in enumerate(values)]
    return [*steps, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]


def program(machine: str) -> bytes | None:
    """The filter for a kind of machine; calls of a foreign architecture fail too. None if there are no numbers."""
    if machine not in ARCHITECTURES:
        return None
    column, architecture = ARCHITECTURES[machine]

    def numbers(table: dict[str, tuple[int | None, int | None]]) -> tuple[int, ...]:
        return tuple(number for pair in table.values() if (number := pair[column]) is not None)

    own, flags = numbers(OF_ITSELF), refusing(OF_FLAGS)
    steps: list[Step] = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, REFUSE)]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE)]
    steps += [(EQUAL, 0, 1 + len(flags), IOCTL[column]), (LOAD, 0, 0, SECOND), *flags]
    stream: list[Step] = [(LOAD, 0, 0, SECOND), (AND, 0, 0, KIND_OF_SOCKET), (EQUAL, 0, 1, STREAM)]
    stream += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    steps += [(EQUAL, 0, len(stream), SOCKETPAIR[column]), *stream]
    steps += [(EQUAL, len(own) - index, 0, number) for index, number in enumerate(own)]
    check: list[Step] = [(LOAD, 0, 0, FIRST), (EQUAL, 0, 1, 0), (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    steps += [(EQUAL, len(check), len(check), 0), *check]  # over the check, for every other call
    steps += refusing(numbers(OF_FILES) + numbers(OF_PROCESSES))
    return b"".join(struct.pack("HBBI", *step) for step in steps)
