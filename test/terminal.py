"""Runs a command in a terminal of its own: `terminal.py COLUMNS ROWS COMMAND…`.

What the command writes comes out on stdout; a line "COLUMNS ROWS" on stdin gives the terminal another size.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


columns, rows, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    # The size is there before the command looks at it.
    resize(0, int(columns), int(rows))
    os.execvp(command[0], command)
inputs = [terminal, 0]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if terminal in ready:
        try:
            text = os.read(terminal, 65536)
        except OSError:
            text = b""
        if not text:
            break
        os.write(1, text)
    if 0 in ready:
        line = os.read(0, 100)
        if not line:
            inputs.remove(0)
            continue
        columns, rows = line.split()[-2:]
        resize(terminal, int(columns), int(rows))
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
