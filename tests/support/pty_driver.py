"""Runs a command in a pseudo-terminal, and prints what the terminal received.

The only argument is JSON: "command" (list), "env" (object), "cwd", "rows", "columns", and "steps": a list of objects, each
with "await", a text to wait for in what came since the step before, and "send", what is typed then.
Exits with the command's code; with 125 when it says nothing new for a minute.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

PATIENCE_S = 60


def main():
    order = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(order["cwd"])
        # The size has to be there before the command asks for it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", order["rows"], order["columns"], 0, 0))
        os.execve(order["command"][0], order["command"], order["env"])
    received, seen = b"", 0
    steps = order["steps"]
    while True:
        if steps and steps[0]["await"].encode() in received[seen:]:
            seen = len(received)
            os.write(terminal, steps.pop(0)["send"].encode())
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        if not ready:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            sys.stderr.write("silent for too long: %r\n" % received)
            return 125
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            chunk = b""  # Linux says so when the last process has closed the terminal.
        if not chunk:
            break
        received += chunk
    _, status = os.waitpid(pid, 0)
    sys.stdout.buffer.write(received)
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
